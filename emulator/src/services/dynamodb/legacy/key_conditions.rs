//! `KeyConditions`: which items a query reads.

use super::super::expression::{Invalid, KeyCondition, RangeCondition};
use super::super::value::Value;
use super::ComparisonOperator;

/// The key condition of `KeyConditions`. Whether a key can be asked this is told when it is held against one.
pub(crate) fn key_conditions<'a>(
    conditions: impl IntoIterator<Item = (&'a str, ComparisonOperator, Vec<Value>)>,
) -> Result<KeyCondition, Invalid> {
    let mut made = Vec::new();
    for (name, comparison, values) in conditions {
        comparison.check(&values)?;
        let mut values = values.into_iter();
        let condition = match (comparison, comparison.comparator(), values.next(), values.next()) {
            (ComparisonOperator::Between, _, Some(lower), Some(upper)) => {
                Some(RangeCondition::Between(lower, upper))
            }
            (ComparisonOperator::BeginsWith, _, Some(prefix), None) => {
                Some(RangeCondition::BeginsWith(prefix))
            }
            (_, Some(comparator), Some(value), None) => RangeCondition::of(comparator, value),
            _ => None,
        };
        made.push((name.to_owned(), condition));
    }
    if !(1..=2).contains(&made.len()) {
        return Err("Conditions can be of length 1 or 2 only".into());
    }
    Ok(KeyCondition(made))
}
