//! What there was before expressions: `Expected`, `QueryFilter`, `ScanFilter`, `KeyConditions`, `AttributeUpdates` and
//! `AttributesToGet`. They become the same conditions, updates and projections as expressions do.
//!
//! Sources: DynamoDB Developer Guide, "Legacy DynamoDB conditional parameters"; for sentences and their order the tests
//! that are run against AWS of github.com/architect/dynalite (test/putItem.js, scan.js, query.js, updateItem.js) and
//! github.com/scylladb/scylladb (test/alternator/test_expected.py).

mod attributes_to_get;
mod comparison;
mod expected;
mod filter;
mod key_conditions;
#[cfg(test)]
mod tests;
mod updates;
pub(super) mod wire;

pub(super) use attributes_to_get::attributes_to_get;
pub(super) use comparison::ComparisonOperator;
pub(super) use expected::{Expectation, expected};
pub(super) use filter::{ConditionalOperator, check_conditional_operator, filter};
pub(super) use key_conditions::key_conditions;
pub(super) use updates::{AttributeUpdate, attribute_updates};

use super::expression::Invalid;
use std::fmt::Display;

/// A parameter that is not valid.
fn invalid(what: impl Display) -> Invalid {
    Invalid(format!("One or more parameter values were invalid: {what}"))
}
