//! Values as they are on the wire, checked and turned into those that items are made of, and back.
//!
//! Sources: API reference, "AttributeValue"; Developer Guide, "Supported data types and naming rules"; the sentences are
//! those that public tests run against AWS agree on.

use super::DynamoDbError;
use super::value::{Attributes, Number, TOO_DEEP, Value};
use bytes::Bytes;
use ruststack_models::AttributeValue;
use ruststack_wire::indexmap::IndexMap;
use std::collections::HashSet;
use std::hash::Hash;

/// Attributes as they are on the wire.
pub(super) type WireMap = IndexMap<String, AttributeValue>;

/// Checks the attributes of an item or a key.
pub(super) fn from_wire(wire: WireMap) -> Result<Attributes, DynamoDbError> {
    wire.into_iter().map(|(name, value)| Ok((name, value_from_wire(value)?))).collect()
}

/// Checks one value, and how deep it nests.
pub(super) fn value_from_wire(wire: AttributeValue) -> Result<Value, DynamoDbError> {
    let value = read(wire)?;
    if value.is_too_deep() { Err(DynamoDbError::validation(TOO_DEEP)) } else { Ok(value) }
}

/// No deeper than JSON itself is read.
fn read(wire: AttributeValue) -> Result<Value, DynamoDbError> {
    Ok(match wire {
        AttributeValue::S(text) => Value::S(text),
        AttributeValue::N(text) => Value::N(text.parse::<Number>()?),
        AttributeValue::B(bytes) => Value::B(bytes),
        AttributeValue::Bool(value) => Value::Bool(value),
        AttributeValue::Null(true) => Value::Null,
        AttributeValue::Null(false) => {
            return Err(DynamoDbError::parameter("Null attribute value types must have the value of true"));
        }
        AttributeValue::Ss(texts) => Value::Ss(string_set(texts)?),
        AttributeValue::Ns(texts) => Value::Ns(number_set(texts)?),
        AttributeValue::Bs(binaries) => Value::Bs(binary_set(binaries)?),
        AttributeValue::L(values) => Value::L(values.into_iter().map(read).collect::<Result<_, _>>()?),
        AttributeValue::M(entries) => Value::M(
            entries
                .into_iter()
                .map(|(name, value)| Ok((name, read(value)?)))
                .collect::<Result<_, DynamoDbError>>()?,
        ),
        AttributeValue::Empty => {
            return Err(DynamoDbError::validation(
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
            ));
        }
        AttributeValue::Many(_) => {
            return Err(DynamoDbError::validation(
                "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
            ));
        }
    })
}

fn string_set(texts: Vec<String>) -> Result<Vec<String>, DynamoDbError> {
    if texts.is_empty() {
        return Err(DynamoDbError::parameter("An string set  may not be empty"));
    }
    if has_twins(&texts) {
        return Err(DynamoDbError::parameter(format!(
            "Input collection [{}] contains duplicates.",
            texts.join(", ")
        )));
    }
    Ok(texts)
}

fn number_set(texts: Vec<String>) -> Result<Vec<Number>, DynamoDbError> {
    if texts.is_empty() {
        return Err(DynamoDbError::parameter("An number set  may not be empty"));
    }
    let numbers: Vec<Number> = texts.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
    if has_twins(&numbers) {
        return Err(DynamoDbError::validation("Input collection contains duplicates"));
    }
    Ok(numbers)
}

fn binary_set(binaries: Vec<Bytes>) -> Result<Vec<Bytes>, DynamoDbError> {
    if binaries.is_empty() {
        return Err(DynamoDbError::parameter("Binary sets should not be empty"));
    }
    if has_twins(&binaries) {
        // AWS prints the identity of a Java array here, which nobody can foresee.
        return Err(DynamoDbError::parameter(
            "Input collection [Ljava.lang.Object;@6e5b2c6a of type BS contains duplicates.",
        ));
    }
    Ok(binaries)
}

fn has_twins<T: Hash + Eq>(values: &[T]) -> bool {
    let mut seen = HashSet::with_capacity(values.len());
    !values.iter().all(|value| seen.insert(value))
}

/// Attributes as they go onto the wire.
pub(super) fn to_wire(attributes: Attributes) -> WireMap {
    attributes.into_iter().map(|(name, value)| (name, value_to_wire(value))).collect()
}

/// A value as it goes onto the wire.
pub(super) fn value_to_wire(value: Value) -> AttributeValue {
    match value {
        Value::S(text) => AttributeValue::S(text),
        Value::N(number) => AttributeValue::N(number.to_string()),
        Value::B(bytes) => AttributeValue::B(bytes),
        Value::Bool(value) => AttributeValue::Bool(value),
        Value::Null => AttributeValue::Null(true),
        Value::Ss(texts) => AttributeValue::Ss(texts),
        Value::Ns(numbers) => AttributeValue::Ns(numbers.iter().map(Number::to_string).collect()),
        Value::Bs(binaries) => AttributeValue::Bs(binaries),
        Value::L(values) => AttributeValue::L(values.into_iter().map(value_to_wire).collect()),
        Value::M(entries) => AttributeValue::map(to_wire(entries)),
    }
}
