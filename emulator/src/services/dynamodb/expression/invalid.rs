//! What is wrong with an expression.

use super::kind::Kind;
use std::fmt::Display;

/// The whole sentence of a `ValidationException`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invalid(pub(crate) String);

impl Invalid {
    /// What is wrong with an expression of this kind.
    pub(crate) fn of(kind: Kind, what: impl Display) -> Invalid {
        Invalid(format!("Invalid {kind}: {what}"))
    }
}

impl From<&str> for Invalid {
    fn from(sentence: &str) -> Invalid {
        Invalid(sentence.to_owned())
    }
}
