//! The values of a query: texts, numbers, moments, truths.

use ruststack_wire::Timestamp;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A value; `Null` where an event has no such field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Text(String),
    Number(f64),
    /// Milliseconds since 1970.
    Moment(i64),
    Truth(bool),
}

impl Value {
    /// A value of a message in JSON.
    pub(super) fn of_json(json: &Json) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(truth) => Value::Truth(*truth),
            Json::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
            Json::String(text) => Value::Text(text.clone()),
            Json::Array(_) | Json::Object(_) => Value::Text(json.to_string()),
        }
    }

    /// The value as a number, if it is one or reads like one.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Moment(millis) => Some(*millis as f64),
            Value::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            Value::Null | Value::Truth(_) => None,
        }
    }

    /// The value as a text; none where there is no value.
    pub(super) fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Value::Null => return None,
            Value::Text(text) => text.into(),
            Value::Number(number) => told(*number).into(),
            Value::Moment(millis) => moment(*millis).into(),
            Value::Truth(true) => "1".into(),
            Value::Truth(false) => "0".into(),
        })
    }

    /// Whether it is true.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Value::Truth(truth) => *truth,
            Value::Number(number) => *number != 0.0,
            Value::Text(text) => text == "true" || text == "1",
            Value::Null | Value::Moment(_) => false,
        }
    }

    /// Whether there is a value.
    pub(super) fn is_there(&self) -> bool {
        *self != Value::Null
    }

    /// How it stands to another: as numbers where both are, else as texts. There is no order to nothing.
    pub(super) fn compare(&self, other: &Value) -> Option<Ordering> {
        if let (Value::Truth(_), _) | (_, Value::Truth(_)) = (self, other) {
            return Some(self.is_true().cmp(&other.is_true()))
                .filter(|_| self.is_there() && other.is_there());
        }
        if let (Some(one), Some(two)) = (self.number(), other.number()) {
            return one.partial_cmp(&two);
        }
        Some(self.text()?.cmp(&other.text()?))
    }

    /// The order in which values are sorted: nothing first, then numbers, then texts.
    pub(super) fn sorted(&self, other: &Value) -> Ordering {
        let rank = |value: &Value| match value {
            Value::Null => 0,
            value if value.number().is_some() => 1,
            _ => 2,
        };
        rank(self).cmp(&rank(other)).then_with(|| self.compare(other).unwrap_or(Ordering::Equal))
    }
}

/// A number as it is told: with four digits behind the point at most.
fn told(number: f64) -> String {
    let rounded = format!("{number:.4}");
    let short = rounded.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// A moment as it is told: `2026-03-04 10:00:00.000`.
fn moment(millis: i64) -> String {
    let text = Timestamp::from_millis(millis).iso8601_millis();
    text.replace('T', " ").trim_end_matches('Z').to_owned()
}
