//! How values compare.
//!
//! Source: DynamoDB Developer Guide, "Comparison operator and function reference" and "Supported data types": strings by
//! their UTF-8 bytes, binary by unsigned bytes, numbers by value, and values of two types not at all.

use super::{Attributes, Value};
use std::cmp::Ordering;

impl Value {
    /// The order of two strings, numbers or binaries; `None` for other types and for two different ones.
    pub(crate) fn order(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::S(one), Value::S(other)) => Some(one.as_bytes().cmp(other.as_bytes())),
            (Value::N(one), Value::N(other)) => Some(one.cmp(other)),
            (Value::B(one), Value::B(other)) => Some(one.cmp(other)),
            _ => None,
        }
    }
}

impl Value {
    /// Puts the members of sets into the order in which DynamoDB gives them back: strings and binaries by their bytes,
    /// numbers by value (github.com/paritysuite/dynamodb-conformance, tests/tier1/updateItem/basic.test.ts). A value is
    /// stored so; the order in which it was sent matters before that only, where a member that comes twice is told.
    pub(crate) fn sort_sets(&mut self) {
        match self {
            Value::Ss(members) => members.sort_unstable(),
            Value::Ns(members) => members.sort_unstable(),
            Value::Bs(members) => members.sort_unstable(),
            Value::L(elements) => elements.iter_mut().for_each(Value::sort_sets),
            Value::M(entries) => entries.sort_sets(),
            _ => {}
        }
    }
}

impl Attributes {
    /// Puts the members of sets into the order in which DynamoDB gives them back.
    pub(crate) fn sort_sets(&mut self) {
        self.values_mut().for_each(Value::sort_sets);
    }
}

/// Sets are equal in any order.
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::S(one), Value::S(other)) => one == other,
            (Value::N(one), Value::N(other)) => one == other,
            (Value::B(one), Value::B(other)) => one == other,
            (Value::Bool(one), Value::Bool(other)) => one == other,
            (Value::Null, Value::Null) => true,
            (Value::Ss(one), Value::Ss(other)) => same_set(one, other),
            (Value::Ns(one), Value::Ns(other)) => same_set(one, other),
            (Value::Bs(one), Value::Bs(other)) => same_set(one, other),
            (Value::L(one), Value::L(other)) => one == other,
            (Value::M(one), Value::M(other)) => one == other,
            _ => false,
        }
    }
}

fn same_set<T: Ord>(one: &[T], other: &[T]) -> bool {
    one.len() == other.len() && (one == other || sorted(one) == sorted(other))
}

fn sorted<T: Ord>(set: &[T]) -> Vec<&T> {
    let mut members: Vec<&T> = set.iter().collect();
    members.sort_unstable();
    members
}
