//! Expressions against what DynamoDB answers, and against a plain evaluator.

mod condition;
mod key_condition;
mod model;
mod placeholders;
mod projection;
mod update;

use super::super::value::{Attributes, Value};
use super::{Condition, Invalid, Kind, Placeholders};
use bytes::Bytes;

pub(super) fn s(text: &str) -> Value {
    Value::S(text.to_owned())
}

pub(super) fn n(text: &str) -> Value {
    Value::N(text.parse().expect("a number"))
}

pub(super) fn b(bytes: &[u8]) -> Value {
    Value::B(Bytes::copy_from_slice(bytes))
}

pub(super) fn ss(members: &[&str]) -> Value {
    Value::Ss(members.iter().map(|member| (*member).to_owned()).collect())
}

pub(super) fn ns(members: &[&str]) -> Value {
    Value::Ns(members.iter().map(|member| member.parse().expect("a number")).collect())
}

pub(super) fn l<const COUNT: usize>(elements: [Value; COUNT]) -> Value {
    Value::L(elements.into())
}

pub(super) fn m<const COUNT: usize>(entries: [(&str, Value); COUNT]) -> Value {
    Value::M(item(entries))
}

pub(super) fn item<const COUNT: usize>(attributes: [(&str, Value); COUNT]) -> Attributes {
    attributes.into_iter().collect()
}

/// A value of each type.
pub(super) fn one_of_each() -> Vec<Value> {
    vec![
        s("a"),
        n("1"),
        b(b"a"),
        Value::Bool(true),
        Value::Null,
        ss(&["a"]),
        ns(&["1"]),
        Value::Bs(vec![Bytes::from_static(b"a")]),
        l([]),
        m([]),
    ]
}

/// A filter with these names and values.
pub(super) fn filter<const NAMES: usize, const VALUES: usize>(
    text: &str,
    names: [(&str, &str); NAMES],
    values: [(&str, Value); VALUES],
) -> Result<Condition, Invalid> {
    Condition::parse(Kind::Filter, text, &mut Placeholders::new(names, values))
}

/// The sentence of what fails; nothing for what does not.
pub(super) fn told<T>(result: Result<T, Invalid>) -> String {
    result.err().map(|Invalid(sentence)| sentence).unwrap_or_default()
}
