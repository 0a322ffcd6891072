//! Literals: what a statement writes of a value.
//!
//! Source: Developer Guide, "PartiQL data types for DynamoDB"; github.com/paritysuite/dynamodb-conformance,
//! tests/tier3/error-messages/partiqlGrammar.test.ts and partiqlFunctions.test.ts, for the place that is told behind what
//! is wrong (`under root.x`), and for bags.

use super::invalid::Malformed;
use super::tree::Expr;
use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::attribute::{Layer, value_from_wire};
use crate::services::dynamodb::value::{Attributes, Number, TOO_DEEP, Value};
use ruststack_models::AttributeValue;

/// Refuses a number whose exponent or scale does not fit 32 bits: the parser cannot read it.
pub(super) fn check_scale(digits: &str) -> Result<(), Malformed> {
    if scale(digits).is_some() { Ok(()) } else { Err(Malformed::Unreadable) }
}

/// The scale of a number as Java's `BigDecimal` has it: the digits behind the point less the exponent.
pub(super) fn scale(text: &str) -> Option<i32> {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let fraction = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let exponent: i32 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    i32::try_from(i64::try_from(fraction).ok()? - i64::from(exponent)).ok()
}

/// The value that an expression without paths is.
pub(super) fn value(expression: &Expr, parameters: &[Value]) -> Result<Value, DynamoDbError> {
    let value = value_at(expression, parameters, "root")?;
    if value.is_too_deep() { Err(DynamoDbError::validation(TOO_DEEP)) } else { Ok(value) }
}

/// The attributes that a struct has, each a value of its own.
pub(super) fn attributes(
    entries: &[(Expr, Expr)],
    parameters: &[Value],
) -> Result<Attributes, DynamoDbError> {
    entries.iter().map(|(name, entry)| Ok((name_of(name)?, value(entry, parameters)?))).collect()
}

/// The value of a parameter.
pub(super) fn parameter(which: usize, parameters: &[Value]) -> Result<&Value, DynamoDbError> {
    let missing = || DynamoDbError::validation("Number of parameters in request and statement don't match.");
    parameters.get(which).ok_or_else(missing)
}

/// Goes no deeper than the parser did.
fn value_at(expression: &Expr, parameters: &[Value], place: &str) -> Result<Value, DynamoDbError> {
    Ok(match expression {
        Expr::Null => Value::Null,
        Expr::Bool(truth) => Value::Bool(*truth),
        Expr::Text(text) => Value::S(text.clone()),
        Expr::Number(digits) => match digits.parse::<Number>() {
            Ok(number) => Value::N(number),
            Err(error) => return Err(DynamoDbError::validation(format!("{error} under {place}"))),
        },
        Expr::Parameter(which) => parameter(*which, parameters)?.clone(),
        Expr::List(elements) => {
            let elements = elements.iter().enumerate();
            let read = |(at, element)| value_at(element, parameters, &format!("{place}[{at}]"));
            Value::L(elements.map(read).collect::<Result<_, _>>()?)
        }
        Expr::Struct(entries) => {
            let read = |(name, entry): &(Expr, Expr)| {
                let name = name_of(name)?.to_owned();
                let value = value_at(entry, parameters, &format!("{place}.{name}"))?;
                Ok((name, value))
            };
            Value::M(entries.iter().map(read).collect::<Result<_, DynamoDbError>>()?)
        }
        Expr::Bag(members) => {
            let read = |(at, member)| value_at(member, parameters, &format!("{place}[{at}]"));
            let values: Vec<Value> = members.iter().enumerate().map(read).collect::<Result<_, _>>()?;
            check_numbers(members, &values, place)?;
            bag(values)?
        }
        other => return Err(unsupported(other, place)),
    })
}

/// Refuses a bag that has a number twice, as the statement writes them. Source: github.com/floci-io/floci,
/// DynamoDbPartiQLEdgeCaseIntegrationTest.java, captured from DynamoDB.
fn check_numbers(members: &[Expr], values: &[Value], place: &str) -> Result<(), DynamoDbError> {
    let is_twice = |(at, value): (usize, &Value)| values[..at].contains(value);
    if !values.iter().all(|value| matches!(value, Value::N(_))) || !values.iter().enumerate().any(is_twice) {
        return Ok(());
    }
    let written = members.iter().zip(values).filter_map(|(member, value)| match (member, value) {
        (Expr::Number(digits), _) => Some(digits.clone()),
        (_, Value::N(number)) => Some(number.to_string()),
        _ => None,
    });
    let written = written.collect::<Vec<_>>().join(", ");
    Err(DynamoDbError::parameter(format!("Input collection [{written}] contains duplicates! under {place}")))
}

/// The set that a bag of values is.
fn bag(members: Vec<Value>) -> Result<Value, DynamoDbError> {
    let mut set = match members.first() {
        None => return Err(DynamoDbError::validation("Empty bags are not supported")),
        Some(Value::S(_)) => AttributeValue::Ss(Vec::new()),
        Some(Value::N(_)) => AttributeValue::Ns(Vec::new()),
        Some(Value::B(_)) => AttributeValue::Bs(Vec::new()),
        Some(_) => return Err(mixed_bag()),
    };
    for member in members {
        match (&mut set, member) {
            (AttributeValue::Ss(all), Value::S(text)) => all.push(text),
            (AttributeValue::Ns(all), Value::N(number)) => all.push(number.to_string()),
            (AttributeValue::Bs(all), Value::B(bytes)) => all.push(bytes),
            _ => return Err(mixed_bag()),
        }
    }
    value_from_wire(set, Layer::Older)
}

fn mixed_bag() -> DynamoDbError {
    DynamoDbError::validation(
        "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags",
    )
}

fn name_of(name: &Expr) -> Result<&str, DynamoDbError> {
    match name {
        Expr::Text(name) => Ok(name),
        _ => Err(DynamoDbError::validation("The names of a tuple must be strings")),
    }
}

fn unsupported(expression: &Expr, place: &str) -> DynamoDbError {
    let (what, at) = match expression {
        Expr::Call(call) => (call.name.as_str(), format!(" at {}", call.at)),
        Expr::Path(path) => (path.name.as_str(), String::new()),
        Expr::Missing => ("missing", String::new()),
        Expr::Binary(operator, ..) => (*operator, String::new()),
        _ => ("expression", String::new()),
    };
    DynamoDbError::validation(format!("Unsupported data type: {what} under key {place}{at}"))
}
