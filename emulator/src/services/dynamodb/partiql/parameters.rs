//! Parameters: the values that `?` stands for.
//!
//! Source: github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/partiqlParameterNumbers.test.ts: a
//! number is read as Java's `BigDecimal` reads it, and of what is too deep and what is no number the first is told.

use super::literal::scale;
use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::attribute::{Layer, value_from_wire};
use crate::services::dynamodb::value::{MAX_LEVELS, NumberError, TOO_DEEP, Value};
use ruststack_models::AttributeValue;

/// Checks the parameters in their order.
pub(super) fn read(wire: Option<Vec<AttributeValue>>) -> Result<Vec<Value>, DynamoDbError> {
    let read = |value| {
        check(&value, MAX_LEVELS)?;
        value_from_wire(value, Layer::Older)
    };
    wire.unwrap_or_default().into_iter().map(read).collect()
}

/// Goes no deeper than values may.
fn check(value: &AttributeValue, levels: usize) -> Result<(), DynamoDbError> {
    let left = levels.checked_sub(1).ok_or(DynamoDbError::validation(TOO_DEEP))?;
    match value {
        AttributeValue::N(text) => check_number(text),
        AttributeValue::Ns(texts) => texts.iter().try_for_each(|text| check_number(text)),
        AttributeValue::L(elements) => elements.iter().try_for_each(|element| check(element, left)),
        AttributeValue::M(entries) => entries.values().try_for_each(|entry| check(entry, left)),
        _ => Ok(()),
    }
}

/// Refuses what Java's `BigDecimal` does not read, or what it takes for another magnitude.
pub(in crate::services::dynamodb) fn check_number(text: &str) -> Result<(), DynamoDbError> {
    const SENTENCE: &str = "The parameter cannot be converted to a numeric value";
    if text.is_empty() {
        return Err(DynamoDbError::validation(SENTENCE));
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = unsigned.split_once(['e', 'E']).map_or(unsigned, |(digits, _)| digits);
    let precision =
        digits.bytes().filter(u8::is_ascii_digit).skip_while(|digit| *digit == b'0').count().max(1);
    let Some(scale) = scale(unsigned) else {
        return Err(DynamoDbError::validation(format!("{SENTENCE}: {text}")));
    };
    // The magnitude is computed in 32 bits, so that what is far too large comes out as too small, and the other way.
    match i64::try_from(precision).unwrap_or(i64::MAX).saturating_sub(i64::from(scale)) {
        magnitude if magnitude > i64::from(i32::MAX) => Err(NumberError::Underflow.into()),
        magnitude if magnitude < i64::from(i32::MIN) => Err(NumberError::Overflow.into()),
        _ => Ok(()),
    }
}
