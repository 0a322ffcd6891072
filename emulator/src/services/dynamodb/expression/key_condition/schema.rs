//! A key condition against the key of a table or an index.

use super::super::invalid::Invalid;
use super::{KeyCondition, RangeCondition, Value};

/// The type of an attribute of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyType {
    /// A string.
    S,
    /// A number.
    N,
    /// Binary.
    B,
}

/// The attributes of a key, with their types.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyNames<'a> {
    /// The partition key.
    pub(crate) hash: (&'a str, KeyType),
    /// The sort key.
    pub(crate) range: Option<(&'a str, KeyType)>,
}

/// What a query reads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Selected {
    /// The value of the partition key.
    pub(crate) hash: Value,
    /// What is asked of the sort key.
    pub(crate) range: Option<RangeCondition>,
}

impl KeyType {
    /// The type of this name on the wire.
    pub(crate) fn of(name: &str) -> Option<KeyType> {
        [KeyType::S, KeyType::N, KeyType::B].into_iter().find(|kind| kind.name() == name)
    }

    /// Its name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            KeyType::S => "S",
            KeyType::N => "N",
            KeyType::B => "B",
        }
    }

    /// Whether a value is of this type.
    pub(crate) fn is_of(self, value: &Value) -> bool {
        matches!(
            (self, value),
            (KeyType::S, Value::S(_)) | (KeyType::N, Value::N(_)) | (KeyType::B, Value::B(_))
        )
    }
}

/// Takes a key condition apart by the attributes of the key.
pub(super) fn select(
    KeyCondition(conditions): KeyCondition,
    names: &KeyNames<'_>,
) -> Result<Selected, Invalid> {
    let (given, defined) = (conditions.len(), 1 + usize::from(names.range.is_some()));
    if given > defined {
        return Err(Invalid(format!(
            "The number of query conditions ({given}) exceeds the number of key attributes defined in the schema \
             ({defined})"
        )));
    }
    let (mut hash, mut range) = (None, None);
    for (name, condition) in conditions {
        if name == names.hash.0 {
            hash = Some(condition);
        } else if names.range.is_some_and(|(known, _)| known == name) {
            range = Some(condition);
        }
    }
    let missed = |name: &str| Invalid(format!("Query condition missed key schema element: {name}"));
    let hash = hash.ok_or_else(|| missed(names.hash.0))?;
    if let (2, None, Some((name, _))) = (given, &range, names.range) {
        return Err(missed(name));
    }
    let not_indexable = || Invalid::from("Attempted conditional constraint is not an indexable operation");
    let hash = hash.ok_or_else(not_indexable)?;
    let range = range.map(|range| range.ok_or_else(not_indexable)).transpose()?;
    let RangeCondition::Eq(hash) = hash else { return Err("Query key condition not supported".into()) };
    let range_fits = |(_, kind): (&str, KeyType)| {
        range.iter().flat_map(RangeCondition::values).all(|value| kind.is_of(value))
    };
    if !names.hash.1.is_of(&hash) || !names.range.is_none_or(range_fits) {
        return Err(
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
                .into(),
        );
    }
    Ok(Selected { hash, range })
}
