//! What a key condition may say: comparisons of one attribute each with a value, all of which have to hold.

use super::super::condition::{Condition, Operand};
use super::super::invalid::Invalid;
use super::super::kind::Kind;
use super::super::path::Path;
use super::{RangeCondition, Value};

/// The condition of each attribute.
pub(super) fn conditions(condition: &Condition) -> Result<Vec<(String, RangeCondition)>, Invalid> {
    let mut conditions = Vec::new();
    gather(condition, &mut conditions)?;
    for (at, (name, _)) in conditions.iter().enumerate() {
        if conditions[..at].iter().any(|(known, _)| known == name) {
            return Err(invalid("KeyConditionExpressions must only contain one condition per key"));
        }
    }
    Ok(conditions)
}

fn gather(condition: &Condition, conditions: &mut Vec<(String, RangeCondition)>) -> Result<(), Invalid> {
    match condition {
        Condition::And(all) => all.iter().try_for_each(|condition| gather(condition, conditions)),
        Condition::Compare(comparator, left, right) => {
            let is_turned = matches!(left, Operand::Value(_));
            let operator = || Err(invalid_operator(comparator.sign()));
            let comparator = if is_turned { comparator.turned() } else { *comparator };
            if comparator == super::Comparator::Ne {
                return operator();
            }
            let (path, [value]) = key_and_values([left, right])?;
            match RangeCondition::of(comparator, value.clone()) {
                Some(condition) => conditions.push((path.name.clone(), condition)),
                None => return operator(),
            }
            Ok(())
        }
        Condition::Between(operand, lower, upper) => {
            check_key_first("BETWEEN", operand)?;
            let (path, [lower, upper]) = key_and_values([operand, lower, upper])?;
            conditions.push((path.name.clone(), RangeCondition::Between(lower.clone(), upper.clone())));
            Ok(())
        }
        Condition::BeginsWith(operand, prefix) => {
            check_key_first("begins_with", operand)?;
            let (path, [prefix]) = key_and_values([operand, prefix])?;
            conditions.push((path.name.clone(), RangeCondition::BeginsWith(prefix.clone())));
            Ok(())
        }
        Condition::Or(_) => Err(invalid_operator("OR")),
        Condition::Not(_) => Err(invalid_operator("NOT")),
        Condition::In(..) => Err(invalid_operator("IN")),
        Condition::AttributeExists(_) => Err(invalid_operator("attribute_exists")),
        Condition::AttributeNotExists(_) => Err(invalid_operator("attribute_not_exists")),
        Condition::AttributeType(..) => Err(invalid_operator("attribute_type")),
        Condition::Contains(..) => Err(invalid_operator("contains")),
    }
}

/// The attribute among operands, and the values that are the others.
fn key_and_values<const OPERANDS: usize, const VALUES: usize>(
    operands: [&Operand; OPERANDS],
) -> Result<(&Path, [&Value; VALUES]), Invalid> {
    let mut key: Option<&Path> = None;
    let mut values = Vec::new();
    for operand in operands {
        match operand {
            Operand::Size(_) => {
                return Err(invalid("KeyConditionExpressions cannot contain nested operations"));
            }
            Operand::Path(_) if key.is_some() => {
                return Err(invalid(
                    "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
                ));
            }
            Operand::Path(path) if path.is_nested() => {
                return Err(invalid("KeyConditionExpressions cannot have conditions on nested attributes"));
            }
            Operand::Path(path) => key = Some(path),
            Operand::Value(value) => values.push(value),
        }
    }
    match (key, values.try_into()) {
        (Some(key), Ok(values)) => Ok((key, values)),
        _ => Err(invalid("Invalid condition in KeyConditionExpression: No key attribute specified")),
    }
}

fn check_key_first(operator: &str, first: &Operand) -> Result<(), Invalid> {
    match first {
        Operand::Value(_) => Err(invalid(&format!(
            "Invalid condition in KeyConditionExpression: {operator} operator must have the key attribute as its \
             first operand"
        ))),
        _ => Ok(()),
    }
}

fn invalid_operator(operator: &str) -> Invalid {
    invalid(&format!("Invalid operator used in KeyConditionExpression: {operator}"))
}

fn invalid(what: &str) -> Invalid {
    Invalid::of(Kind::KeyCondition, what)
}
