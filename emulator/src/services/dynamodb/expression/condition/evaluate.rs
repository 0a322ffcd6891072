//! Whether a condition holds of an item.
//!
//! Source: github.com/scylladb/scylladb, test/alternator/test_condition_expression.py: what is not there equals nothing,
//! not even something else that is not there, and has no order; values of different types are not equal and have no order.

use super::super::super::value::{Number, Value};
use super::super::source::Source;
use super::{Comparator, Condition, Operand};
use std::borrow::Cow;
use std::cmp::Ordering;

impl Condition {
    /// Whether it holds of an item.
    pub(crate) fn holds(&self, item: &dyn Source) -> bool {
        match self {
            Condition::Compare(comparator, left, right) => {
                compare(*comparator, left.value(item).as_deref(), right.value(item).as_deref())
            }
            Condition::Between(operand, lower, upper) => {
                let value = operand.value(item);
                compare(Comparator::Ge, value.as_deref(), lower.value(item).as_deref())
                    && compare(Comparator::Le, value.as_deref(), upper.value(item).as_deref())
            }
            Condition::In(operand, among) => {
                let value = operand.value(item);
                let equals =
                    |other: &Operand| compare(Comparator::Eq, value.as_deref(), other.value(item).as_deref());
                value.is_some() && among.iter().any(equals)
            }
            Condition::AttributeExists(path) => path.find(item).is_some(),
            Condition::AttributeNotExists(path) => path.find(item).is_none(),
            Condition::AttributeType(operand, name) => {
                operand.value(item).is_some_and(|value| value.type_name() == name)
            }
            Condition::BeginsWith(operand, prefix) => {
                match (operand.value(item).as_deref(), prefix.value(item).as_deref()) {
                    (Some(Value::S(text)), Some(Value::S(prefix))) => text.starts_with(prefix.as_str()),
                    (Some(Value::B(bytes)), Some(Value::B(prefix))) => bytes.starts_with(prefix),
                    _ => false,
                }
            }
            Condition::Contains(operand, element) => {
                match (operand.value(item).as_deref(), element.value(item).as_deref()) {
                    (Some(value), Some(element)) => contains(value, element),
                    _ => false,
                }
            }
            Condition::And(all) => all.iter().all(|condition| condition.holds(item)),
            Condition::Or(all) => all.iter().any(|condition| condition.holds(item)),
            Condition::Not(condition) => !condition.holds(item),
        }
    }
}

impl Operand {
    /// What it is in this item.
    pub(crate) fn value<'s>(&'s self, item: &'s dyn Source) -> Option<Cow<'s, Value>> {
        match self {
            Operand::Path(path) => path.find(item),
            Operand::Value(value) => Some(Cow::Borrowed(value)),
            Operand::Size(operand) => {
                let size = size(operand.value(item)?.as_ref())?;
                Some(Cow::Owned(Value::N(Number::from(size as u64))))
            }
        }
    }
}

fn compare(comparator: Comparator, left: Option<&Value>, right: Option<&Value>) -> bool {
    let order = || left?.order(right?);
    match comparator {
        Comparator::Eq => left.is_some() && left == right,
        Comparator::Ne => left.is_none() || left != right,
        Comparator::Lt => order() == Some(Ordering::Less),
        Comparator::Gt => order() == Some(Ordering::Greater),
        Comparator::Le => matches!(order(), Some(Ordering::Less | Ordering::Equal)),
        Comparator::Ge => matches!(order(), Some(Ordering::Greater | Ordering::Equal)),
    }
}

/// A substring, a member of a set, or an element of a list.
fn contains(value: &Value, element: &Value) -> bool {
    match (value, element) {
        (Value::S(text), Value::S(part)) => text.contains(part.as_str()),
        (Value::B(bytes), Value::B(part)) => {
            part.is_empty() || bytes.windows(part.len()).any(|window| window == part)
        }
        (Value::Ss(members), Value::S(member)) => members.contains(member),
        (Value::Ns(members), Value::N(member)) => members.contains(member),
        (Value::Bs(members), Value::B(member)) => members.contains(member),
        (Value::L(elements), element) => elements.contains(element),
        _ => false,
    }
}

/// The length of a string in UTF-16 units (github.com/ExtendDB/extenddb, issue 60: tried against AWS), of binary in
/// bytes, and how many elements a set, a list or a map has. Other types have no size.
fn size(value: &Value) -> Option<usize> {
    match value {
        Value::S(text) => Some(text.encode_utf16().count()),
        Value::B(bytes) => Some(bytes.len()),
        Value::Ss(members) => Some(members.len()),
        Value::Ns(members) => Some(members.len()),
        Value::Bs(members) => Some(members.len()),
        Value::L(elements) => Some(elements.len()),
        Value::M(entries) => Some(entries.len()),
        Value::N(_) | Value::Bool(_) | Value::Null => None,
    }
}
