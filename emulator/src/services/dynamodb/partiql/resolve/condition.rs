//! Conditions: what `WHERE` means.
//!
//! Sources: Developer Guide, "PartiQL functions" and "PartiQL operators for DynamoDB"; github.com/paritysuite/
//! dynamodb-conformance, tests/tier2/partiql/whereFunctions.test.ts and comparison.test.ts,
//! tests/tier3/error-messages/partiqlFunctions.test.ts.

use super::super::literal;
use super::super::tree::{Call, Expr, Type};
use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::expression::{Comparator, Condition, Operand, Path};
use crate::services::dynamodb::value::Value;

/// How many values may stand behind `IN`.
const MOST_AMONG: usize = 100;
/// The names of the types, as DynamoDB lists them.
const TYPES: &str = "B,NULL,SS,BOOL,L,BS,N,NS,S,M";

/// More values behind `IN` than there may be.
pub(in super::super) fn too_many_among(count: usize) -> DynamoDbError {
    DynamoDbError::validation(format!(
        "The IN operator is provided with too many operands; number of operands: {count}"
    ))
}

/// The condition that an expression is. Goes no deeper than the parser did.
pub(super) fn condition(expression: &Expr, parameters: &[Value]) -> Result<Condition, DynamoDbError> {
    let operand = |expression| operand(expression, parameters);
    let all =
        |all: &[Expr]| all.iter().map(|each| condition(each, parameters)).collect::<Result<Vec<_>, _>>();
    match expression {
        Expr::And(conditions) => Ok(Condition::And(all(conditions)?)),
        Expr::Or(conditions) => Ok(Condition::Or(all(conditions)?)),
        Expr::Not(negated) => Ok(Condition::Not(Box::new(condition(negated, parameters)?))),
        Expr::Binary(sign, left, right) => match (&**left, &**right) {
            // A function that says yes or no can be compared with that.
            (Expr::Call(call), Expr::Bool(truth)) | (Expr::Bool(truth), Expr::Call(call))
                if is_condition(call) && ["=", "<>"].contains(sign) =>
            {
                let called = function(call, parameters)?;
                Ok(if (*sign == "=") == *truth { called } else { Condition::Not(Box::new(called)) })
            }
            (left, right) => {
                let comparator = Comparator::of(sign).ok_or_else(unsupported)?;
                let (left, right) = (operand(left)?, operand(right)?);
                if !matches!(comparator, Comparator::Eq | Comparator::Ne) {
                    check_types(sign, &[&left, &right], &["S", "N", "B"])?;
                }
                Ok(Condition::Compare(comparator, left, right))
            }
        },
        Expr::Between(operands) => {
            let [value, lower, upper] = &**operands;
            let (value, lower, upper) = (operand(value)?, operand(lower)?, operand(upper)?);
            check_types("BETWEEN", &[&value, &lower, &upper], &["S", "N", "B"])?;
            Ok(Condition::Between(value, lower, upper))
        }
        Expr::In(value, among) => {
            let value = operand(value)?;
            let among: Vec<Operand> = match &**among {
                Expr::List(among) => among.iter().map(operand).collect::<Result<_, _>>()?,
                other => match literal::value(other, parameters)? {
                    Value::L(among) => among.into_iter().map(Operand::Value).collect(),
                    value => vec![Operand::Value(value)],
                },
            };
            if among.len() > MOST_AMONG {
                return Err(too_many_among(among.len()));
            }
            Ok(Condition::In(value, among))
        }
        Expr::Is(value, Type::Missing) => match &**value {
            Expr::Path(path) => Ok(Condition::AttributeNotExists(path.clone())),
            _ => Err(no_path("IS")),
        },
        Expr::Is(value, Type::Of(names)) => {
            let value = operand(value)?;
            let mut tests = names
                .iter()
                .map(|name| Condition::AttributeType(value.clone(), (*name).to_owned()))
                .collect::<Vec<_>>();
            Ok(if tests.len() == 1 { tests.remove(0) } else { Condition::Or(tests) })
        }
        Expr::Call(call) => function(call, parameters),
        Expr::Bool(truth) => {
            // `WHERE true` holds always.
            let truth = Operand::Value(Value::Bool(*truth));
            Ok(Condition::Compare(Comparator::Eq, truth, Operand::Value(Value::Bool(true))))
        }
        Expr::Path(path) => {
            let truth = Operand::Value(Value::Bool(true));
            Ok(Condition::Compare(Comparator::Eq, Operand::Path(path.clone()), truth))
        }
        _ => Err(unsupported()),
    }
}

/// Whether a function says yes or no.
fn is_condition(call: &Call) -> bool {
    let names = ["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"];
    names.contains(&call.name.to_ascii_lowercase().as_str())
}

fn function(call: &Call, parameters: &[Value]) -> Result<Condition, DynamoDbError> {
    let name = call.name.to_ascii_lowercase();
    match name.as_str() {
        "attribute_exists" => path(&name, call).map(Condition::AttributeExists),
        "attribute_not_exists" => path(&name, call).map(Condition::AttributeNotExists),
        "attribute_type" => {
            let [value, of] = operands(&name, call, parameters)?;
            match of {
                Operand::Value(Value::S(of)) if TYPES.split(',').any(|known| known == of) => {
                    Ok(Condition::AttributeType(value, of))
                }
                Operand::Value(Value::S(of)) => Err(DynamoDbError::validation(format!(
                    "Invalid attribute type name found; type: {of}, valid types: {{{TYPES}}}"
                ))),
                other => Err(wrong_type(&name, type_of(&other).unwrap_or("{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"))),
            }
        }
        "begins_with" => {
            let [value, prefix] = operands(&name, call, parameters)?;
            check_types(&name, &[&value, &prefix], &["S", "B"])?;
            Ok(Condition::BeginsWith(value, prefix))
        }
        "contains" => {
            let [value, element] = operands(&name, call, parameters)?;
            check_types(&name, &[&value], &["S", "B", "SS", "NS", "BS", "L"])?;
            Ok(Condition::Contains(value, element))
        }
        _ => Err(unrecognized(call)),
    }
}

/// What an expression that is compared is.
fn operand(expression: &Expr, parameters: &[Value]) -> Result<Operand, DynamoDbError> {
    match expression {
        Expr::Path(path) => Ok(Operand::Path(path.clone())),
        Expr::Call(call) if call.name.eq_ignore_ascii_case("size") => {
            let [operand] = operands("size", call, parameters)?;
            check_types("size", &[&operand], &["S", "B", "SS", "NS", "BS", "L", "M"])?;
            Ok(Operand::Size(Box::new(operand)))
        }
        Expr::Call(call) => Err(unrecognized(call)),
        Expr::Binary(..) | Expr::And(_) | Expr::Or(_) | Expr::Not(_) => Err(unsupported()),
        literal => literal::value(literal, parameters).map(Operand::Value),
    }
}

fn operands<const COUNT: usize>(
    name: &str,
    call: &Call,
    parameters: &[Value],
) -> Result<[Operand; COUNT], DynamoDbError> {
    if call.operands.len() != COUNT {
        return Err(DynamoDbError::validation(format!(
            "Incorrect number of operands for operator or function; operator or function: {name}, number of operands: {}",
            call.operands.len()
        )));
    }
    let read = call.operands.iter().map(|each| operand(each, parameters)).collect::<Result<Vec<_>, _>>()?;
    read.try_into().map_err(|_| unsupported())
}

fn path(name: &str, call: &Call) -> Result<Path, DynamoDbError> {
    match call.operands.as_slice() {
        [Expr::Path(path)] => Ok(path.clone()),
        [_] => Err(no_path(name)),
        other => Err(DynamoDbError::validation(format!(
            "Incorrect number of operands for operator or function; operator or function: {name}, number of operands: {}",
            other.len()
        ))),
    }
}

fn type_of(operand: &Operand) -> Option<&'static str> {
    match operand {
        Operand::Path(_) => None,
        Operand::Value(value) => Some(value.type_name()),
        Operand::Size(_) => Some("N"),
    }
}

fn check_types(function: &str, operands: &[&Operand], allowed: &[&str]) -> Result<(), DynamoDbError> {
    let wrong = operands.iter().filter_map(|operand| type_of(operand)).find(|found| !allowed.contains(found));
    wrong.map_or(Ok(()), |found| Err(wrong_type(function, found)))
}

fn wrong_type(function: &str, found: &str) -> DynamoDbError {
    DynamoDbError::validation(format!(
        "Incorrect operand type for operator or function; operator or function: {function}, operand type: {found}"
    ))
}

fn no_path(function: &str) -> DynamoDbError {
    DynamoDbError::validation(format!(
        "Operator or function requires a document path; operator or function: {function}"
    ))
}

/// A function that there is not, or not here.
pub(super) fn unrecognized(call: &Call) -> DynamoDbError {
    DynamoDbError::validation(format!("Unrecognized function: {} at {}", call.name, call.at))
}

fn unsupported() -> DynamoDbError {
    DynamoDbError::validation("Unsupported operator in the where clause")
}
