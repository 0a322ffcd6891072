//! Values as they are on the wire, checked and turned into those that items are made of, and back.
//!
//! Sources: API reference, "AttributeValue"; Developer Guide, "Supported data types and naming rules"; for the sentences
//! github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/valueLayers.test.ts and putItem.test.ts.

use super::DynamoDbError;
use super::partiql::check_number;
use super::value::{Attributes, Number, TOO_DEEP, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use ruststack_models::{AttributeMap, AttributeValue};
use ruststack_wire::IndexMap;
use std::collections::BTreeSet;

/// Attributes as they are on the wire.
pub(super) type WireMap = IndexMap<String, AttributeValue>;

/// In which of two ways values are checked, which tell some mistakes in other words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    /// That of PutItem, UpdateItem, DeleteItem, GetItem, BatchGetItem and Query.
    Current,
    /// That of BatchWriteItem, Scan, transactions and statements.
    Older,
}

/// Checks the attributes of an item or a key. A name that is empty is told before what is wrong with values
/// (tests/tier3/validation-ordering/deepRequests.test.ts).
pub(super) fn from_wire(wire: WireMap, layer: Layer) -> Result<Attributes, DynamoDbError> {
    if wire.contains_key("") {
        return Err(DynamoDbError::validation("Empty attribute name"));
    }
    wire.into_iter().map(|(name, value)| Ok((name, value_from_wire(value, layer)?))).collect()
}

/// Checks one value, and how deep it nests.
pub(super) fn value_from_wire(wire: AttributeValue, layer: Layer) -> Result<Value, DynamoDbError> {
    let value = read(wire, layer)?;
    if value.is_too_deep() { Err(DynamoDbError::validation(TOO_DEEP)) } else { Ok(value) }
}

/// No deeper than JSON itself is read.
fn read(wire: AttributeValue, layer: Layer) -> Result<Value, DynamoDbError> {
    Ok(match wire {
        AttributeValue::S(text) => Value::S(text),
        AttributeValue::N(text) => Value::N(number(&text, layer)?),
        AttributeValue::B(bytes) => Value::B(bytes),
        AttributeValue::Bool(value) => Value::Bool(value),
        AttributeValue::Null(true) => Value::Null,
        AttributeValue::Null(false) => {
            return Err(DynamoDbError::parameter("Null attribute value types must have the value of true"));
        }
        AttributeValue::Ss(texts) => Value::Ss(string_set(texts, layer)?),
        AttributeValue::Ns(texts) => Value::Ns(number_set(texts, layer)?),
        AttributeValue::Bs(binaries) => Value::Bs(binary_set(binaries, layer)?),
        AttributeValue::L(values) => {
            Value::L(values.into_iter().map(|value| read(value, layer)).collect::<Result<_, _>>()?)
        }
        AttributeValue::M(entries) => Value::M(
            entries
                .into_iter()
                .map(|(name, value)| Ok((name, read(value, layer)?)))
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

/// A number. The older way reads it as Java's `BigDecimal` does, before its own limits.
fn number(text: &str, layer: Layer) -> Result<Number, DynamoDbError> {
    if layer == Layer::Older {
        check_number(text)?;
    }
    Ok(text.parse::<Number>()?)
}

fn string_set(texts: Vec<String>, layer: Layer) -> Result<Vec<String>, DynamoDbError> {
    if texts.is_empty() {
        return Err(DynamoDbError::parameter("An string set  may not be empty"));
    }
    let Some(twin) = twin(&texts) else { return Ok(texts) };
    let listed = match layer {
        Layer::Current => join(up_to_twin(&texts, twin).map(|text| format!("\"{text}\"")), ", "),
        Layer::Older => texts.join(", "),
    };
    Err(DynamoDbError::parameter(format!("Input collection [{listed}] contains duplicates.")))
}

fn number_set(texts: Vec<String>, layer: Layer) -> Result<Vec<Number>, DynamoDbError> {
    if texts.is_empty() {
        return Err(DynamoDbError::parameter("An number set  may not be empty"));
    }
    let numbers: Vec<Number> = texts.iter().map(|text| number(text, layer)).collect::<Result<_, _>>()?;
    match (twin(&numbers), layer) {
        (None, _) => Ok(numbers),
        (Some(_), Layer::Current) => Err(DynamoDbError::parameter("Input collection contains duplicates.")),
        (Some(_), Layer::Older) => Err(DynamoDbError::validation("Input collection contains duplicates")),
    }
}

fn binary_set(binaries: Vec<Bytes>, layer: Layer) -> Result<Vec<Bytes>, DynamoDbError> {
    if binaries.is_empty() {
        return Err(DynamoDbError::parameter("Binary sets should not be empty"));
    }
    let Some(twin) = twin(&binaries) else { return Ok(binaries) };
    let listed = match layer {
        Layer::Current => {
            join(up_to_twin(&binaries, twin).map(|bytes| format!("\"{}\"", STANDARD.encode(bytes))), ",")
        }
        Layer::Older => join(binaries.iter().map(|bytes| STANDARD.encode(bytes)), ", "),
    };
    Err(DynamoDbError::parameter(format!("Input collection [{listed}]of type BS contains duplicates.")))
}

fn join(texts: impl Iterator<Item = String>, separator: &str) -> String {
    texts.collect::<Vec<_>>().join(separator)
}

/// Where the first value stands that was there before.
fn twin<T: Ord>(values: &[T]) -> Option<usize> {
    let mut seen = BTreeSet::new();
    values.iter().position(|value| !seen.insert(value))
}

/// The members of a set as the current way lists them: sorted up to the first that comes again, the rest as sent.
fn up_to_twin<T: Ord>(values: &[T], twin: usize) -> impl Iterator<Item = &T> {
    let (before, rest) = values.split_at(twin);
    let sorted: BTreeSet<&T> = before.iter().collect();
    sorted.into_iter().chain(rest)
}

/// Attributes as an operation gives them.
pub(super) fn given(attributes: Attributes) -> AttributeMap {
    to_wire(attributes).into()
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
