//! Where a page begins: `ExclusiveStartKey`, held against what is read.

use super::target::Target;
use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::expression::Selected;
use crate::services::dynamodb::store::{Place, Span};
use crate::services::dynamodb::value::Attributes;

/// What is said of a starting key that names nothing that could be read.
const INVALID: &str = "The provided starting key is invalid";

/// What reads. Scan says of a table what is wrong with the key, Query does not (github.com/architect/dynalite,
/// test/query.js and test/scan.js).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::services::dynamodb) enum Reader {
    /// Query, and a statement.
    Query,
    /// Scan.
    Scan,
}

/// The place of the item that the last page ended with: it has the keys of what is read and of the table, no more.
pub(in crate::services::dynamodb) fn place(
    target: &Target,
    key: &Attributes,
    reader: Reader,
) -> Result<Place, DynamoDbError> {
    let invalid = || invalid(target, reader);
    let keys = target.keys();
    let table = &target.table.keys;
    let wanted = |name: &str| keys.has(name) || table.has(name);
    let count = keys.attributes().count()
        + table.attributes().filter(|attribute| target.index.is_some() && !keys.has(&attribute.name)).count();
    if key.len() != count || !key.iter().all(|(name, _)| wanted(name)) {
        return Err(invalid());
    }
    let place = keys.place(key).ok_or_else(invalid)?;
    if target.index.is_none() {
        return Ok(place);
    }
    let of_table = table.place(key).ok_or_else(invalid)?;
    Ok(place.followed_by(&of_table))
}

/// Refuses a starting key that the query does not read: of another partition, or outside the range.
pub(super) fn check(
    target: &Target,
    key: &Attributes,
    selected: &Selected,
    span: &Span,
) -> Result<(), DynamoDbError> {
    if selected.range.is_none() && selected.equal.is_empty() {
        return Err(DynamoDbError::validation(
            "The provided starting key is outside query boundaries based on provided conditions",
        ));
    }
    // The same place in the partition that is read says which of the two does not match.
    let mut here = key.clone();
    for (attribute, value) in target.keys().hash.iter().zip(&selected.hash) {
        here.insert(attribute.name.as_str(), value.clone());
    }
    Err(DynamoDbError::validation(if span.has(&place(target, &here, Reader::Query)?) {
        "The query can return at most one row and cannot be restarted"
    } else {
        "The provided starting key does not match the range key predicate"
    }))
}

fn invalid(target: &Target, reader: Reader) -> DynamoDbError {
    match (&target.index, reader) {
        (Some(_), _) | (None, Reader::Query) => DynamoDbError::validation(INVALID),
        (None, Reader::Scan) => DynamoDbError::validation(format!(
            "{INVALID}: The provided key element does not match the schema"
        )),
    }
}
