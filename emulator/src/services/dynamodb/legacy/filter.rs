//! `QueryFilter` and `ScanFilter`, and how several conditions are put together.

use super::super::expression::{Condition, Invalid};
use super::super::value::Value;
use super::ComparisonOperator;

/// Whether all conditions have to hold or one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ConditionalOperator {
    /// All.
    #[default]
    And,
    /// One.
    Or,
}

impl ConditionalOperator {
    /// The condition that these make.
    pub(super) fn join(self, conditions: Vec<Condition>) -> Condition {
        match self {
            ConditionalOperator::And => Condition::And(conditions),
            ConditionalOperator::Or => Condition::Or(conditions),
        }
    }
}

/// Checks a `ConditionalOperator` that is given: there are conditions, and more than one.
pub(crate) fn check_conditional_operator(conditions: Option<usize>) -> Result<(), Invalid> {
    match conditions {
        None => Err("ConditionalOperator cannot be used without Filter or Expected".into()),
        Some(0 | 1) => {
            Err("ConditionalOperator can only be used when Filter or Expected has two or more elements"
                .into())
        }
        Some(_) => Ok(()),
    }
}

/// The condition of a `QueryFilter` or `ScanFilter`. An `AttributeValueList` that is missing is an empty one.
pub(crate) fn filter<'a>(
    conditions: impl IntoIterator<Item = (&'a str, ComparisonOperator, Vec<Value>)>,
    operator: ConditionalOperator,
) -> Result<Condition, Invalid> {
    let conditions =
        conditions.into_iter().map(|(name, comparison, values)| comparison.condition(name, values));
    Ok(operator.join(conditions.collect::<Result<Vec<_>, _>>()?))
}
