//! Key conditions: which items a query reads.
//!
//! They are checked in three steps, between which the operation checks other things: as any condition (`parse`), for what
//! a key condition may say (`KeyCondition::check`), and against the key of the table or index (`against`).
//!
//! Sources: github.com/architect/dynalite, test/query.js; github.com/paritysuite/dynamodb-conformance,
//! tests/tier3/error-messages/queryKeyConditionOperands.test.ts, which has today's wording.

mod check;
mod schema;

pub(crate) use schema::{KeyNames, KeyType, Selected};

use super::super::value::Value;
use super::condition::{Comparator, Condition};
use super::invalid::Invalid;
use super::kind::Kind;
use super::placeholders::Placeholders;

/// A key condition: one condition for each attribute. Where there is none, what is asked is nothing that can be asked of
/// a key; only the older `KeyConditions` say so as late as this.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyCondition(pub(crate) Vec<(String, Option<RangeCondition>)>);

/// What is asked of one attribute of a key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum RangeCondition {
    /// Equal to this.
    Eq(Value),
    /// Below this.
    Lt(Value),
    /// Not above this.
    Le(Value),
    /// Above this.
    Gt(Value),
    /// Not below this.
    Ge(Value),
    /// Neither below the first nor above the second.
    Between(Value, Value),
    /// Beginning with this.
    BeginsWith(Value),
}

impl KeyCondition {
    /// The condition of a text, of which it is not yet known whether it is one for keys.
    pub(crate) fn parse(text: &str, placeholders: &mut Placeholders<'_>) -> Result<Condition, Invalid> {
        Condition::parse(Kind::KeyCondition, text, placeholders)
    }

    /// The key condition that a condition is.
    pub(crate) fn check(condition: &Condition) -> Result<KeyCondition, Invalid> {
        let conditions = check::conditions(condition)?;
        Ok(KeyCondition(conditions.into_iter().map(|(name, condition)| (name, Some(condition))).collect()))
    }

    /// What a query reads of a table or index of this key.
    pub(crate) fn against(self, names: &KeyNames<'_>) -> Result<Selected, Invalid> {
        schema::select(self, names)
    }
}

impl RangeCondition {
    /// The condition of a comparator; there is none for `<>`.
    pub(crate) fn of(comparator: Comparator, value: Value) -> Option<RangeCondition> {
        Some(match comparator {
            Comparator::Eq => RangeCondition::Eq(value),
            Comparator::Lt => RangeCondition::Lt(value),
            Comparator::Le => RangeCondition::Le(value),
            Comparator::Gt => RangeCondition::Gt(value),
            Comparator::Ge => RangeCondition::Ge(value),
            Comparator::Ne => return None,
        })
    }

    /// Its values.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        let (first, second) = match self {
            RangeCondition::Between(lower, upper) => (lower, Some(upper)),
            RangeCondition::Eq(value)
            | RangeCondition::Lt(value)
            | RangeCondition::Le(value)
            | RangeCondition::Gt(value)
            | RangeCondition::Ge(value)
            | RangeCondition::BeginsWith(value) => (value, None),
        };
        std::iter::once(first).chain(second)
    }
}
