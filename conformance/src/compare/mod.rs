//! Holds an answer against the recorded one, by the model: status, headers, every member of the body.
//!
//! Bodies become [`Node`](node::Node)s, JSON and XML alike, so that spelling falls away and meaning is left; the
//! operation's shape says what each part is. What the shape does not know is compared all the same.

mod content;
mod document;
mod fault;
mod frames;
mod header;
mod leaf;
mod list;
mod node;
mod parts;
mod received;
mod section;
mod tree;
mod walk;

pub(crate) use frames::told;
pub(crate) use parts::boundary;
pub use received::Pools;

use crate::classify::Subject;
use crate::correlate::Bindings;
use crate::rules::{Clock, Rulebook, Segment, written};
use crate::verdict::{Difference, Kind};
use bytes::Bytes;
use document::{Arrival, Document};
use ruststack_cassettes::format::Response as Recorded;
use std::sync::Arc;

/// What a comparison remembers from one interaction of a conversation to the next.
#[derive(Debug)]
pub struct Conversation {
    /// The values that AWS made up.
    pub bindings: Bindings,
    /// The messages that were received.
    pub pools: Pools,
    /// The rules.
    pub rules: Arc<Rulebook>,
    /// The clock that the endpoint goes by.
    pub clock: Clock,
}

/// What a comparison finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What differs.
    pub differences: Vec<Difference>,
    /// The values that are others, and may be.
    pub masked: Vec<Masked>,
    /// What had become on one side what it was still becoming on the other.
    pub timing: Vec<Difference>,
    /// The code of the endpoint's error, if it answered one.
    pub error_code: Option<String>,
    /// Its sentence.
    pub error_message: Option<String>,
}

/// A value that is another one, and may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// The index of the rule in the rulebook.
    pub rule: usize,
    /// AWS's value.
    pub recorded: String,
    /// The endpoint's.
    pub actual: String,
}

/// One interaction to compare.
pub struct Pair<'a> {
    /// What it is about.
    pub subject: &'a Subject,
    /// Which interaction of the cassette it is.
    pub index: usize,
    /// The queue that messages are received from.
    pub source: &'a str,
    /// The method of the request.
    pub method: &'a str,
    /// AWS's answer.
    pub recorded: &'a Recorded,
    /// The endpoint's.
    pub actual: &'a http::Response<Bytes>,
}

/// A difference on its way: another place of the answer may yet explain it.
struct Found {
    difference: Difference,
    /// The values, where a binding that is learnt later can explain them.
    values: Option<(String, String)>,
}

/// One comparison under way.
struct Comparison<'c> {
    conversation: &'c mut Conversation,
    subject: &'c Subject,
    index: usize,
    source: &'c str,
    is_error: bool,
    /// The ids of the requests, AWS's and the endpoint's: a body may say them again.
    request_ids: Option<(&'c str, &'c str)>,
    /// Whether this only tries: nothing is learnt.
    is_trial: bool,
    /// The code and the sentence of the endpoint's error.
    error: Option<(String, String)>,
    path: Vec<Segment>,
    found: Vec<Found>,
    masked: Vec<Masked>,
    timing: Vec<Difference>,
    /// By how many bytes the body is longer than the recorded one for values that may be others.
    longer: isize,
    /// Whether the length of the body says nothing: other messages were received, or values are spelt otherwise.
    length_is_free: bool,
}

/// The ids of the requests, where both answers tell theirs.
fn request_ids<'p>(pair: &'p Pair<'_>) -> Option<(&'p str, &'p str)> {
    const NAME: &str = "x-amzn-requestid";
    let mut recorded = pair.recorded.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(NAME));
    let actual = pair.actual.headers().get(NAME)?.to_str().ok()?;
    Some((recorded.next()?.1, actual))
}

impl Conversation {
    /// Compares one answer, and learns the values in it.
    pub fn compare<'c>(&'c mut self, pair: &'c Pair<'_>) -> Outcome {
        let mut comparison = Comparison {
            conversation: self,
            subject: pair.subject,
            index: pair.index,
            source: pair.source,
            is_error: pair.recorded.status >= 300 && pair.actual.status().as_u16() >= 300,
            request_ids: request_ids(pair),
            is_trial: false,
            error: None,
            path: Vec::new(),
            found: Vec::new(),
            masked: Vec::new(),
            timing: Vec::new(),
            longer: 0,
            length_is_free: false,
        };
        comparison.status(pair);
        // Where one succeeds and the other fails, everything else follows from that.
        if comparison.is_same_class(pair) {
            comparison.body(pair);
            comparison.headers(pair);
        }
        comparison.outcome()
    }
}

impl Comparison<'_> {
    fn status(&mut self, pair: &Pair<'_>) {
        let (recorded, actual) = (pair.recorded.status, pair.actual.status().as_u16());
        if recorded != actual {
            self.at("status", |comparison| {
                comparison.report(Kind::Status, Some(&recorded.to_string()), Some(&actual.to_string()));
            });
        }
    }

    /// Whether both succeeded or both failed; if not, the error is told.
    fn is_same_class(&mut self, pair: &Pair<'_>) -> bool {
        let status = pair.actual.status().as_u16();
        if (pair.recorded.status < 300) == (status < 300) {
            return true;
        }
        let read = |arrival: Arrival<'_>, bytes: Bytes| match pair.method {
            "HEAD" => None,
            _ => Document::read(self.subject, arrival, &bytes).error(arrival.status),
        };
        let recorded = read(pair.recorded_arrival(), pair.recorded.body.bytes());
        let actual = read(pair.actual_arrival(), pair.actual.body().clone());
        self.error = actual.clone();
        let outline =
            |error: Option<(String, String)>| error.map(|(code, message)| format!("{code}: {message}"));
        let (recorded, actual) = (outline(recorded), outline(actual));
        if recorded.is_some() || actual.is_some() {
            self.at("error", |comparison| {
                comparison.report(Kind::ErrorCode, recorded.as_deref(), actual.as_deref());
            });
        }
        false
    }

    fn body(&mut self, pair: &Pair<'_>) {
        let (recorded, actual) = (pair.recorded, pair.actual);
        if pair.method == "HEAD" {
            if !actual.body().is_empty() {
                let length = format!("{} bytes", actual.body().len());
                self.at("body", |comparison| comparison.report(Kind::Extra, None, Some(&length)));
            }
            return;
        }
        if !recorded.body.is_known() {
            self.length_is_free = true;
            return;
        }
        self.length_is_free |= !recorded.body.is_exact();
        let (recorded_arrival, actual_arrival) = (pair.recorded_arrival(), pair.actual_arrival());
        // How well gzip packs is the business of who packs.
        self.length_is_free |=
            actual_arrival.content_encoding.is_some_and(content::is_gzip) && is_packed(actual.body());
        // So are the boundaries that stand between parts, and how long they are.
        let boundary = |arrival: Arrival<'_>| arrival.content_type.and_then(boundary).map(str::to_owned);
        self.length_is_free |= boundary(recorded_arrival) != boundary(actual_arrival);
        let recorded_document = Document::read(self.subject, recorded_arrival, &recorded.body.bytes());
        let actual_document = Document::read(self.subject, actual_arrival, actual.body());
        self.error = actual_document.error(actual_arrival.status);
        self.documents(&recorded_document, &actual_document);
    }

    /// What is left when everything has been looked at.
    fn outcome(self) -> Outcome {
        let bindings = &self.conversation.bindings;
        let explained = |found: &Found| {
            let values = found.values.as_ref();
            values.is_some_and(|(recorded, actual)| bindings.expected(recorded) == actual.as_str())
        };
        let differences = self.found.into_iter().filter(|found| !explained(found));
        let (error_code, error_message) = self.error.unzip();
        Outcome {
            differences: differences.map(|found| found.difference).collect(),
            masked: self.masked,
            timing: self.timing,
            error_code,
            error_message,
        }
    }

    /// Does something one step further down.
    fn at<T>(&mut self, name: &str, act: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(Segment::Name(name.to_owned()));
        let result = act(self);
        self.path.pop();
        result
    }

    /// Does something at an item of a list.
    fn at_item<T>(&mut self, index: usize, act: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(Segment::Index(index));
        let result = act(self);
        self.path.pop();
        result
    }

    /// Notes a difference at the place where the comparison is.
    fn report(&mut self, kind: Kind, recorded: Option<&str>, actual: Option<&str>) {
        let path = written(&self.subject.operation_name, &self.path);
        let (recorded, actual) = (recorded.map(shortened), actual.map(shortened));
        self.found.push(Found { difference: Difference { path, kind, recorded, actual }, values: None });
    }

    /// Notes a value that is another one, and may be.
    fn mask(&mut self, rule: usize, recorded: &str, actual: &str) {
        self.longer += actual.len() as isize - recorded.len() as isize;
        self.masked.push(Masked { rule, recorded: recorded.to_owned(), actual: actual.to_owned() });
    }
}

/// Whether bytes are what gzip packed, and not content that says so.
fn is_packed(bytes: &Bytes) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

impl Pair<'_> {
    fn recorded_arrival(&self) -> Arrival<'_> {
        let headers = &self.recorded.headers;
        Arrival {
            status: self.recorded.status,
            content_type: headers.get("content-type"),
            content_encoding: headers.get("content-encoding"),
        }
    }

    fn actual_arrival(&self) -> Arrival<'_> {
        let header = |name| self.actual.headers().get(name).and_then(|value| value.to_str().ok());
        Arrival {
            status: self.actual.status().as_u16(),
            content_type: header("content-type"),
            content_encoding: header("content-encoding"),
        }
    }
}

/// What a report can carry of a value.
fn shortened(value: &str) -> String {
    const LONGEST: usize = 4096;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} bytes)", &value[..end], value.len()),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests;
