//! What the attributes of an item have to be where they are keys of an index.
//!
//! An update whose expression alone says what cannot be is refused before the item is looked at, and in the words of a
//! put; one that only the item makes wrong is refused in words of its own. Sources: github.com/architect/dynalite,
//! test/updateItem.js ("wrong type on index", "update existing index"); API reference, TransactionCanceledException, for
//! the words; <https://github.com/architect/dynalite/issues/35> for the size.

use super::DynamoDbError;
use super::expression::Update;
use super::keys::{LONGEST_HASH, LONGEST_RANGE, is_empty, kind, length};
use super::store::{Definition, Index, KeyAttribute};
use super::value::{Attributes, Value};

/// What is known of an attribute: its type, and its value where that is known too.
type Known<'v> = (&'static str, Option<&'v Value>);

/// What is wrong with a key of an index.
enum Wrong<'v> {
    /// The type it has.
    Type(&'static str),
    /// An empty value.
    Empty(&'v Value),
    /// The bytes it has, and the most that it may have.
    Long(usize, usize),
}

/// Refuses an item that an index cannot hold.
pub(super) fn check(definition: &Definition, item: &Attributes) -> Result<(), DynamoDbError> {
    refuse(definition, |name| item.get(name).map(|value| (value.type_name(), Some(value))))
}

/// Refuses an update that would put what no index can hold, whatever the item is.
pub(super) fn check_update(definition: &Definition, update: &Update) -> Result<(), DynamoDbError> {
    let known: Vec<(&str, Known<'_>)> = update.known().collect();
    refuse(definition, |name| known.iter().find(|(known, _)| *known == name).map(|(_, known)| *known))
}

/// Refuses an item that an update has made what an index cannot hold.
pub(super) fn check_changed(definition: &Definition, item: &Attributes) -> Result<(), DynamoDbError> {
    let found = find(definition, |name| item.get(name).map(|value| (value.type_name(), Some(value))));
    let Some((index, attribute, wrong)) = found else { return Ok(()) };
    let what = match wrong {
        Wrong::Type(_) => "to unsupported type",
        Wrong::Long(..) => "beyond allowed size limits",
        Wrong::Empty(_) => return Err(told(index, attribute, &wrong)),
    };
    Err(DynamoDbError::validation(format!(
        "The update expression attempted to update the secondary index key {what}"
    )))
}

fn refuse<'v>(
    definition: &Definition,
    known: impl Fn(&str) -> Option<Known<'v>>,
) -> Result<(), DynamoDbError> {
    match find(definition, known) {
        Some((index, attribute, wrong)) => Err(told(index, attribute, &wrong)),
        None => Ok(()),
    }
}

/// The key that is wrong; of several indexes, that of the first by name (<https://github.com/nubo-db/dynoxide/pull/94>).
fn find<'d, 'v>(
    definition: &'d Definition,
    known: impl Fn(&str) -> Option<Known<'v>>,
) -> Option<(&'d Index, &'d KeyAttribute, Wrong<'v>)> {
    let wrong = |index: &'d Index| {
        let hash = index.keys.hash.iter().map(|attribute| (attribute, LONGEST_HASH));
        let range = index.keys.range.iter().map(|attribute| (attribute, LONGEST_RANGE));
        hash.chain(range).find_map(|(attribute, longest)| {
            let wrong = wrong(attribute, longest, known(&attribute.name)?)?;
            Some((index, attribute, wrong))
        })
    };
    definition.indexes.iter().filter_map(|index| wrong(index)).min_by_key(|(index, ..)| &index.name)
}

fn wrong<'v>(attribute: &KeyAttribute, longest: usize, (type_name, value): Known<'v>) -> Option<Wrong<'v>> {
    if type_name != attribute.kind.name() {
        return Some(Wrong::Type(type_name));
    }
    let value = value?;
    if is_empty(value) {
        return Some(Wrong::Empty(value));
    }
    (length(value) > longest).then(|| Wrong::Long(length(value), longest))
}

fn told(index: &Index, attribute: &KeyAttribute, wrong: &Wrong<'_>) -> DynamoDbError {
    let (name, index) = (&attribute.name, &index.name);
    match wrong {
        // As https://github.com/dynamoose/dynamoose/issues/296 reports it.
        Wrong::Type(actual) => DynamoDbError::parameter(format!(
            "Type mismatch for Index Key {name} Expected: {} Actual: {actual} IndexName: {index}",
            attribute.kind.name()
        )),
        Wrong::Empty(value) => DynamoDbError::validation(format!(
            "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty {} value. IndexName: {index}, IndexKey: {name}",
            kind(value)
        )),
        Wrong::Long(actual, most) => DynamoDbError::parameter(format!(
            "Size limit exceeded for Index Key {name} Actual Size: {actual} bytes Max Size: {most} bytes IndexName: {index}"
        )),
    }
}
