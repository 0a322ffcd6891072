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

/// The attributes of a key, with their types, in the order of the schema. Only a global secondary index has more than one
/// of either kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyNames<'a> {
    /// The partition key.
    pub(crate) hash: &'a [(&'a str, KeyType)],
    /// The sort key.
    pub(crate) range: &'a [(&'a str, KeyType)],
}

/// What a query reads.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Selected {
    /// The values of the partition key.
    pub(crate) hash: Vec<Value>,
    /// The values of the attributes of the sort key before the last one of which something is asked.
    pub(crate) equal: Vec<Value>,
    /// What is asked of the last attribute of the sort key of which something is asked.
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

/// Takes a key condition apart by the attributes of the key: all of the partition key have to be equal to something, and
/// of the sort key those before the last one that the condition names.
pub(super) fn select(
    KeyCondition(conditions): KeyCondition,
    names: &KeyNames<'_>,
) -> Result<Selected, Invalid> {
    let (given, defined) = (conditions.len(), names.hash.len() + names.range.len());
    if given > defined {
        return Err(Invalid(format!(
            "The number of query conditions ({given}) exceeds the number of key attributes defined in the schema \
             ({defined})"
        )));
    }
    let mut hash = vec![None; names.hash.len()];
    let mut range = vec![None; names.range.len()];
    let mut names_other = false;
    for (name, condition) in conditions {
        let at = |known: &[(&str, KeyType)]| known.iter().position(|(known, _)| *known == name);
        match (at(names.hash), at(names.range)) {
            (Some(at), _) => hash[at] = Some(condition),
            (None, Some(at)) => range[at] = Some(condition),
            (None, None) => names_other = true,
        }
    }
    let missed = |attributes: &[(&str, KeyType)], found: &[Option<_>]| {
        let missing = attributes.iter().zip(found).find(|(_, found)| found.is_none());
        missing.map(|((name, _), _)| Invalid(format!("Query condition missed key schema element: {name}")))
    };
    if let Some(missed) = missed(names.hash, &hash) {
        return Err(missed);
    }
    if names_other && let Some(missed) = missed(names.range, &range) {
        return Err(missed);
    }
    let not_indexable = || Invalid::from("Attempted conditional constraint is not an indexable operation");
    let hash = hash
        .into_iter()
        .flatten()
        .map(|hash| hash.ok_or_else(not_indexable))
        .collect::<Result<Vec<_>, _>>()?;
    let mut range = range
        .into_iter()
        .map(|range| range.map(|range| range.ok_or_else(not_indexable)).transpose())
        .collect::<Result<Vec<_>, _>>()?;
    let hash =
        hash.into_iter().map(equal).collect::<Option<Vec<_>>>().ok_or("Query key condition not supported")?;
    let last = range.iter().rposition(Option::is_some);
    range.truncate(last.map_or(0, |last| last + 1));
    check_equal_before_last(&range, names)?;
    let fits = |attribute: &(&str, KeyType), value: &Value| attribute.1.is_of(value);
    let range_fits = |(attribute, range): (_, &Option<RangeCondition>)| {
        range.iter().flat_map(RangeCondition::values).all(|value| fits(attribute, value))
    };
    if !names.hash.iter().zip(&hash).all(|(attribute, value)| fits(attribute, value))
        || !names.range.iter().zip(&range).all(range_fits)
    {
        return Err(
            "One or more parameter values were invalid: Condition parameter type does not match schema type"
                .into(),
        );
    }
    let last = range.pop().flatten();
    Ok(Selected { hash, equal: range.into_iter().flatten().filter_map(equal).collect(), range: last })
}

/// The value that a condition wants something to be equal to.
fn equal(condition: RangeCondition) -> Option<Value> {
    match condition {
        RangeCondition::Eq(value) => Some(value),
        _ => None,
    }
}

/// Refuses a condition on an attribute of the sort key where one before it need not be equal to anything
/// (github.com/paritysuite/dynamodb-conformance, tests/tier1/query/multiAttributeGsiKey.test.ts).
fn check_equal_before_last(range: &[Option<RangeCondition>], names: &KeyNames<'_>) -> Result<(), Invalid> {
    let named: Vec<(&str, &Option<RangeCondition>)> =
        names.range.iter().map(|(name, _)| *name).zip(range).collect();
    let Some(((last, _), before)) = named.split_last() else { return Ok(()) };
    let is_open =
        |(_, range): &&(&str, &Option<RangeCondition>)| !matches!(range, Some(RangeCondition::Eq(_)));
    let open: Vec<&str> = before.iter().filter(is_open).map(|(name, _)| *name).collect();
    if open.is_empty() {
        return Ok(());
    }
    Err(Invalid(format!(
        "RANGE key attributes {} must have equality conditions specified in the query because a condition is present on \
         key attribute {last}",
        open.join(", ")
    )))
}
