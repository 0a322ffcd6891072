//! Judges one value: the same, another one that may be, or a difference.

use super::node::{Node, of_json};
use super::{Comparison, Found};
use crate::correlate::Wish;
use crate::rules::{Form, written};
use crate::verdict::{Difference, Kind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ruststack_wire::Timestamp;
use ruststack_wire::shape::{Kind as ShapeKind, Shape};

/// What is to be said of a value.
enum Judgement {
    Same,
    /// Another one, which this rule allows.
    Masked(usize),
    /// A state that this rule calls a matter of time.
    Timing(usize),
    Different,
}

impl Comparison<'_> {
    /// Compares two values of one type. `kind` is what it is called if they differ.
    pub(super) fn leaf(&mut self, kind: Kind, shape: Option<&'static Shape>, recorded: &str, actual: &str) {
        match self.judge(shape, recorded, actual) {
            Judgement::Same => {}
            Judgement::Masked(rule) => {
                if !self.is_trial && self.wish() != Wish::Free {
                    self.conversation.bindings.promise(recorded, actual);
                }
                self.mask(rule, recorded, actual);
            }
            Judgement::Timing(rule) => {
                self.mask(rule, recorded, actual);
                let path = written(&self.subject.operation_name, &self.path);
                let (recorded, actual) = (Some(recorded.to_owned()), Some(actual.to_owned()));
                self.timing.push(Difference { path, kind: Kind::Timing, recorded, actual });
            }
            Judgement::Different => {
                if !self.is_trial {
                    let wish = self.wish();
                    self.conversation.bindings.learn_wrong(recorded, actual, wish);
                }
                let path = written(&self.subject.operation_name, &self.path);
                let difference = Difference {
                    path,
                    kind,
                    recorded: Some(super::shortened(recorded)),
                    actual: Some(super::shortened(actual)),
                };
                let values = Some((recorded.to_owned(), actual.to_owned()));
                self.found.push(Found { difference, values });
            }
        }
    }

    fn wish(&self) -> Wish {
        self.conversation.bindings.wish(&self.subject.operation_name, &self.path)
    }

    fn judge(&mut self, shape: Option<&'static Shape>, recorded: &str, actual: &str) -> Judgement {
        if recorded == actual {
            self.keep_identity(recorded);
            return Judgement::Same;
        }
        if shape.is_some_and(|shape| is_same_value(shape, recorded, actual)) {
            self.length_is_free = true;
            return Judgement::Same;
        }
        let bindings = &self.conversation.bindings;
        let expected = bindings.expected(recorded);
        if expected == actual {
            self.longer += actual.len() as isize - recorded.len() as isize;
            return Judgement::Same;
        }
        let rules = &self.conversation.rules;
        let allows = |rule: &usize| {
            let form = rules.rule(*rule).form;
            let is_free = !form.names_a_thing() || bindings.agrees(recorded, actual);
            is_free && form.alike(form.held_against(recorded, &expected), actual, self.conversation.clock)
        };
        let (service, operation) = (&self.subject.service_name, &self.subject.operation_name);
        if let Some(rule) = rules.members(service, operation, &self.path).find(allows) {
            return match rules.rule(rule).form {
                Form::State => Judgement::Timing(rule),
                _ => Judgement::Masked(rule),
            };
        }
        let is_timestamp = shape.is_some_and(|shape| matches!(shape.kind, ShapeKind::Timestamp(_)));
        match rules.timestamp(service, operation).filter(|_| is_timestamp).filter(allows) {
            Some(rule) => Judgement::Masked(rule),
            None => Judgement::Different,
        }
    }

    /// A made-up value that is the recorded one stands for itself from here on.
    fn keep_identity(&mut self, value: &str) {
        if self.is_trial {
            return;
        }
        let rules = &self.conversation.rules;
        let (service, operation) = (&self.subject.service_name, &self.subject.operation_name);
        let names_a_thing =
            rules.members(service, operation, &self.path).any(|rule| rules.rule(rule).form.names_a_thing());
        if names_a_thing && self.conversation.bindings.agrees(value, value) {
            self.conversation.bindings.promise(value, value);
        }
    }

    /// The rule of this form for the place where the comparison is.
    pub(super) fn rule_of_form(&self, form: Form) -> Option<usize> {
        let rules = &self.conversation.rules;
        let (service, operation) = (&self.subject.service_name, &self.subject.operation_name);
        rules.members(service, operation, &self.path).find(|rule| rules.rule(*rule).form == form)
    }
}

/// Whether two texts are one value of a shape: a moment, a number, bytes, a truth.
fn is_same_value(shape: &Shape, recorded: &str, actual: &str) -> bool {
    match shape.kind {
        ShapeKind::Timestamp(_) => {
            // `2026-06-02T18:31:16Z` and `1780425076` are the same moment in formats that no client mistakes.
            let is_text = |text: &str| text.contains(['T', ',']);
            is_text(recorded) == is_text(actual)
                && Timestamp::parse_any(recorded).is_some_and(|one| Timestamp::parse_any(actual) == Some(one))
        }
        // A whole number has one spelling: clients that expect one refuse `5.0`.
        ShapeKind::Float | ShapeKind::Double => is_same_number(recorded, actual),
        ShapeKind::Blob { .. } => {
            BASE64.decode(recorded).is_ok_and(|one| BASE64.decode(actual).is_ok_and(|two| one == two))
        }
        _ => false,
    }
}

/// Whether a number that is written otherwise is still the same to whoever reads it: a moment or a fraction is; a
/// whole number is not, once it has a fraction or an exponent.
pub(super) fn may_be_spelt(shape: Option<&Shape>, recorded: &str, actual: &str) -> bool {
    let is_whole = |text: &str| !text.contains(['.', 'e', 'E']);
    match shape.map(|shape| &shape.kind) {
        Some(ShapeKind::Float | ShapeKind::Double | ShapeKind::Timestamp(_)) => true,
        Some(ShapeKind::Integer | ShapeKind::Long) => false,
        _ => is_whole(recorded) == is_whole(actual),
    }
}

/// Whether two numbers are equal, however they are written.
pub(super) fn is_same_number(recorded: &str, actual: &str) -> bool {
    let is_whole = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if is_whole(recorded) && is_whole(actual) {
        return recorded.parse::<i128>().is_ok_and(|one| actual.parse() == Ok(one));
    }
    recorded.parse::<f64>().is_ok_and(|one| actual.parse() == Ok(one))
}

/// The JSON document inside a text, as policies and messages have it; IAM percent-encodes it besides.
pub(super) fn embedded(text: &str) -> Option<Node> {
    let read = |text: &str| serde_json::from_str(text).ok().map(of_json);
    match text.as_bytes().first()? {
        b'{' | b'[' => read(text),
        b'%' if text.starts_with("%7B") || text.starts_with("%5B") => {
            read(&percent_encoding::percent_decode_str(text).decode_utf8().ok()?)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_equal_by_value() {
        assert!(is_same_number("1", "1.0") && is_same_number("1.5E9", "1500000000"));
        assert!(!is_same_number("9007199254740993", "9007199254740992"));
        assert!(!is_same_number("1", "one"));
    }

    #[test]
    fn a_policy_is_found_in_its_text() {
        let policy = embedded("%7B%22a%22%3A1%7D").unwrap();
        assert_eq!(Some(policy), embedded("{ \"a\": 1 }"));
        assert_eq!(embedded("{a}"), None);
    }
}
