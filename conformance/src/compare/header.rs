//! Compares headers: every one, by name and value.

use super::{Comparison, Masked, Pair};
use crate::rules::{Form, is_connection_matter};
use crate::verdict::Kind;
use bytes::Bytes;
use flate2::Crc;
use std::collections::BTreeMap;

impl Comparison<'_> {
    pub(super) fn headers(&mut self, pair: &Pair<'_>) {
        let mut recorded: BTreeMap<&str, String> = BTreeMap::new();
        for (name, value) in pair.recorded.headers.iter() {
            join(&mut recorded, name, value);
        }
        let mut actual: BTreeMap<&str, String> = BTreeMap::new();
        for (name, value) in pair.actual.headers() {
            join(&mut actual, name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
        }
        let body_differs = !self.found.is_empty();
        self.at("header", |comparison| {
            for (name, value) in &recorded {
                comparison.at(name, |comparison| match actual.get(name) {
                    Some(own) => comparison.header(pair, name, value, own, body_differs),
                    None => comparison.report(Kind::Header, Some(value), None),
                });
            }
            for (name, value) in actual.iter().filter(|(name, _)| !recorded.contains_key(*name)) {
                comparison.at(name, |comparison| comparison.report(Kind::Header, None, Some(value)));
            }
        });
    }

    fn header(&mut self, pair: &Pair<'_>, name: &str, recorded: &str, actual: &str, body_differs: bool) {
        let (service, operation) = (&self.subject.service_name, &self.subject.operation_name);
        let rules = self.conversation.rules.clone();
        let rule = rules.header(service, operation, name);
        let form = rule.map(|rule| rules.rule(rule).form);
        let bindings = &self.conversation.bindings;
        let expected = bindings.expected(recorded).into_owned();
        let agrees = bindings.agrees(recorded, actual);
        let allowed = match form {
            _ if recorded == actual => form.is_none_or(|form| !form.names_a_thing()) || agrees,
            _ if expected == actual => true,
            None => false,
            Some(Form::LengthOfBody) => {
                pair.method != "HEAD" && self.is_length(recorded, actual, pair.actual.body(), body_differs)
            }
            Some(Form::Crc32OfBody) => {
                actual == crc32(pair.actual.body()) && pair.actual.body() != &pair.recorded.body.bytes()
            }
            Some(form) => {
                (agrees || !form.names_a_thing())
                    && form.alike(form.held_against(recorded, &expected), actual, self.conversation.clock)
            }
        };
        if !allowed {
            self.conversation.bindings.learn_wrong(recorded, actual, crate::correlate::Wish::Usual);
            return self.report(Kind::Header, Some(recorded), Some(actual));
        }
        let is_thing =
            form.is_some_and(|form| form.names_a_thing() || matches!(form, Form::Token | Form::VersionId));
        if is_thing {
            self.conversation.bindings.promise(recorded, actual);
        }
        if let Some(rule) = rule.filter(|_| recorded != actual) {
            let (recorded, actual) = (recorded.to_owned(), actual.to_owned());
            self.masked.push(Masked { rule, recorded, actual });
        }
    }

    /// Whether a length is that of the body, and the body as long as it may be.
    fn is_length(&self, recorded: &str, actual: &str, body: &Bytes, body_differs: bool) -> bool {
        let told = actual;
        let (Ok(recorded), Ok(actual)) = (recorded.parse::<isize>(), actual.parse::<isize>()) else {
            return false;
        };
        let is_told = told == body.len().to_string();
        is_told && (body_differs || self.length_is_free || actual - recorded == self.longer)
    }
}

/// Values of one name stand for a list; the connection's own headers are left out.
fn join<'h>(headers: &mut BTreeMap<&'h str, String>, name: &'h str, value: &str) {
    if is_connection_matter(name) {
        return;
    }
    let joined = headers.entry(name).or_default();
    if !joined.is_empty() {
        joined.push_str(", ");
    }
    joined.push_str(value);
}

fn crc32(body: &[u8]) -> String {
    let mut crc = Crc::new();
    crc.update(body);
    crc.sum().to_string()
}
