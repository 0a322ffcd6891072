//! How a request names an item: its key, alone or within the item, held against the schema.
//!
//! Sources: the recordings of go-cloud (`Type mismatch for key Player expected: S actual: NULL`); Developer Guide,
//! "Quotas" for the sizes of keys; the sentences are those that public tests run against AWS agree on.

use super::store::{Definition, KeyAttribute, KeySchema, Place, Table};
use super::value::{Attributes, Value};
use super::{DynamoDbError, index_keys};

/// The most bytes of an item, with its attributes' names.
const LARGEST_ITEM: usize = 400 * 1024;
/// The most bytes of a partition key.
pub(super) const LONGEST_HASH: usize = 2048;
/// The most bytes of a sort key.
pub(super) const LONGEST_RANGE: usize = 1024;

/// What is said of a key that has other attributes than the schema.
const OTHER_KEY: &str = "The provided key element does not match the schema";

/// Where the item of a key stands. The key has just the attributes of the schema.
pub(super) fn of_key(table: &Table, key: &Attributes) -> Result<Place, DynamoDbError> {
    let keys = &table.keys;
    if key.len() != keys.attributes().count() {
        return Err(DynamoDbError::validation(OTHER_KEY));
    }
    for attribute in keys.attributes() {
        match key.get(&attribute.name) {
            Some(value) if attribute.kind.is_of(value) => {}
            _ => return Err(DynamoDbError::validation(OTHER_KEY)),
        }
    }
    check_values(keys, key)?;
    keys.place(key).ok_or_else(|| DynamoDbError::validation(OTHER_KEY))
}

/// Refuses to look into attributes of keys, of the table or of an index (github.com/architect/dynalite, test/getItem.js,
/// test/query.js).
pub(super) fn check_scalars<'n>(
    table: &Table,
    nested: impl Iterator<Item = &'n str>,
) -> Result<(), DynamoDbError> {
    let definition = table.definition();
    for name in nested {
        let which = if table.keys.has(name) {
            "Key"
        } else if definition.indexes.iter().any(|index| index.keys.has(name)) {
            "IndexKey"
        } else {
            continue;
        };
        return Err(DynamoDbError::validation(format!(
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: {which}: {name}"
        )));
    }
    Ok(())
}

/// Refuses an item that is too large.
pub(super) fn check_size(item: &Attributes) -> Result<(), DynamoDbError> {
    if item.size() > LARGEST_ITEM {
        return Err(DynamoDbError::validation("Item size has exceeded the maximum allowed size"));
    }
    Ok(())
}

/// Where an item stands, which may be put: it has all keys, of the types that table and indexes want.
pub(super) fn of_item(table: &Table, item: &Attributes) -> Result<Place, DynamoDbError> {
    for attribute in table.keys.attributes() {
        let Some(value) = item.get(&attribute.name) else {
            return Err(DynamoDbError::parameter(format!("Missing the key {} in the item", attribute.name)));
        };
        if !attribute.kind.is_of(value) {
            return Err(DynamoDbError::parameter(mismatch(attribute, value)));
        }
    }
    check_values(&table.keys, item)?;
    index_keys::check(&table.definition(), item)?;
    table.keys.place(item).ok_or_else(|| DynamoDbError::validation(OTHER_KEY))
}

/// The same in a batch, which says less of an item that lacks a key or has one of another type
/// (github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/batchWriteItem.test.ts).
pub(super) fn of_batch_item(table: &Table, item: &Attributes) -> Result<Place, DynamoDbError> {
    let fits =
        |attribute: &KeyAttribute| item.get(&attribute.name).is_some_and(|value| attribute.kind.is_of(value));
    if !table.keys.attributes().all(fits) {
        return Err(DynamoDbError::validation(OTHER_KEY));
    }
    of_item(table, item)
}

/// Refuses an item that an update has made too large, or that no index can hold.
pub(super) fn check_updated(definition: &Definition, item: &Attributes) -> Result<(), DynamoDbError> {
    index_keys::check_changed(definition, item)?;
    if item.size() > LARGEST_ITEM {
        return Err(DynamoDbError::validation("Item size to update has exceeded the maximum allowed size"));
    }
    Ok(())
}

fn mismatch(attribute: &KeyAttribute, value: &Value) -> String {
    format!(
        "Type mismatch for key {} expected: {} actual: {}",
        attribute.name,
        attribute.kind.name(),
        value.type_name()
    )
}

/// What an empty value is called.
pub(super) fn kind(value: &Value) -> &'static str {
    if matches!(value, Value::B(_)) { "binary" } else { "string" }
}

/// Whether a value is an empty text or no bytes, which no key can be.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::S(text) => text.is_empty(),
        Value::B(bytes) => bytes.is_empty(),
        _ => false,
    }
}

/// How many bytes a key has.
pub(super) fn length(value: &Value) -> usize {
    match value {
        Value::S(text) => text.len(),
        Value::B(bytes) => bytes.len(),
        _ => 0,
    }
}

/// Refuses keys that are empty or too long.
fn check_values(keys: &KeySchema, values: &Attributes) -> Result<(), DynamoDbError> {
    check_empty(keys, values)?;
    let longest = |attributes: &[KeyAttribute]| {
        attributes.iter().filter_map(|attribute| values.get(&attribute.name)).map(length).max().unwrap_or(0)
    };
    if longest(&keys.hash) > LONGEST_HASH {
        return Err(DynamoDbError::parameter(
            "Size of hashkey has exceeded the maximum size limit of2048 bytes",
        ));
    }
    if longest(&keys.range) > LONGEST_RANGE {
        return Err(DynamoDbError::parameter(
            "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
        ));
    }
    Ok(())
}

/// Refuses keys that are empty. A transaction tells so at once, not as the reason of an action
/// (github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/transactWriteItems.test.ts).
pub(super) fn check_empty(keys: &KeySchema, values: &Attributes) -> Result<(), DynamoDbError> {
    for attribute in keys.attributes() {
        if let Some(value) = values.get(&attribute.name).filter(|value| is_empty(value)) {
            return Err(DynamoDbError::validation(format!(
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty {} value. Key: {}",
                kind(value),
                attribute.name
            )));
        }
    }
    Ok(())
}
