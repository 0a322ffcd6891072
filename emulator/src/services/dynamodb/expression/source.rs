//! Where an expression reads attributes.

use super::super::value::{Attributes, Value};
use std::borrow::Cow;

/// An item, packed or not.
pub(crate) trait Source {
    /// The value of an attribute.
    fn attribute(&self, name: &str) -> Option<Cow<'_, Value>>;
}

impl Source for Attributes {
    fn attribute(&self, name: &str) -> Option<Cow<'_, Value>> {
        self.get(name).map(Cow::Borrowed)
    }
}
