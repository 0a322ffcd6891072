//! What the keys of a table or of an index are.

use super::key::{Place, begin, write_key_value};
use crate::services::dynamodb::expression::KeyType;
use crate::services::dynamodb::value::{Attributes, Value};

/// An attribute that is part of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services::dynamodb) struct KeyAttribute {
    pub(in crate::services::dynamodb) name: String,
    pub(in crate::services::dynamodb) kind: KeyType,
}

/// The keys: what says the partition, and what sorts within it. Only global secondary indexes have more than one
/// attribute of either (Developer Guide, "Global secondary indexes", multi-attribute keys).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services::dynamodb) struct KeySchema {
    pub(in crate::services::dynamodb) hash: Vec<KeyAttribute>,
    pub(in crate::services::dynamodb) range: Vec<KeyAttribute>,
}

impl KeySchema {
    /// All attributes, those of the partition first.
    pub(in crate::services::dynamodb) fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        self.hash.iter().chain(&self.range)
    }

    /// Whether this attribute is part of the key.
    pub(in crate::services::dynamodb) fn has(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }

    /// Where attributes stand by these keys; `None` where one is missing, is of another type, or is empty.
    pub(in crate::services::dynamodb) fn place(&self, attributes: &Attributes) -> Option<Place> {
        self.place_of(|name| attributes.get(name))
    }

    /// The same, by what gives an attribute's value.
    pub(in crate::services::dynamodb) fn place_of<'a>(
        &self,
        value: impl Fn(&str) -> Option<&'a Value>,
    ) -> Option<Place> {
        let fitting =
            |attribute: &KeyAttribute| value(&attribute.name).filter(|found| attribute.kind.is_of(found));
        let hash: Vec<&Value> = self.hash.iter().map(fitting).collect::<Option<_>>()?;
        let (partition, mut rest) = begin(&hash);
        for attribute in &self.range {
            write_key_value(&mut rest, fitting(attribute)?);
        }
        Some(Place { partition, rest: rest.into() })
    }
}
