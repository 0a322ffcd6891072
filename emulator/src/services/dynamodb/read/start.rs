//! Where a page begins: `ExclusiveStartKey`, held against what is read.

use super::target::Target;
use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::store::Place;
use crate::services::dynamodb::value::Attributes;

/// What is said of a starting key that names nothing that could be read.
const INVALID: &str = "The provided starting key is invalid";

/// The place of the item that the last page ended with: it has the keys of what is read and of the table, no more.
pub(in crate::services::dynamodb) fn place(
    target: &Target,
    key: &Attributes,
) -> Result<Place, DynamoDbError> {
    let keys = target.keys();
    let table = &target.table.keys;
    let wanted = |name: &str| keys.has(name) || table.has(name);
    let count = keys.attributes().count()
        + table.attributes().filter(|attribute| target.index.is_some() && !keys.has(&attribute.name)).count();
    if key.len() != count || !key.iter().all(|(name, _)| wanted(name)) {
        return Err(invalid(target));
    }
    let place = keys.place(key).ok_or_else(|| invalid(target))?;
    if target.index.is_none() {
        return Ok(place);
    }
    let of_table = table.place(key).ok_or_else(|| invalid(target))?;
    Ok(place.followed_by(&of_table))
}

fn invalid(target: &Target) -> DynamoDbError {
    match target.index {
        Some(_) => DynamoDbError::validation(INVALID),
        None => DynamoDbError::validation(format!(
            "{INVALID}: The provided key element does not match the schema"
        )),
    }
}
