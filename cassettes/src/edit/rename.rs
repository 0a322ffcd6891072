//! Gives resources other names, wherever they stand as a whole: in hosts, paths, queries, headers and bodies.

use std::fmt;

use crate::content::{gunzip, gzip};
use crate::format::{Body, Cassette, Headers, Request};
use crate::redact::{Derived, Redacted};

/// A name shorter than this may be any word.
const SHORTEST: usize = 3;

/// Names, each with the one that takes its place.
#[derive(Clone, Debug, Default)]
pub struct Names(Vec<(Vec<u8>, Vec<u8>)>);

/// Two texts that are no name and its successor, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoName(String);

impl fmt::Display for NoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoName {}

impl Names {
    /// Adds a name and the one that takes its place.
    pub fn add(&mut self, old: &str, new: &str) -> Result<(), NoName> {
        let is_name =
            |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte));
        if old.len() < SHORTEST || new.is_empty() || !is_name(old) || !is_name(new) {
            return Err(NoName(format!(
                "expected a name of at least {SHORTEST} letters, digits, `-`, `_`, `.` and `/`, and another: {old}={new}"
            )));
        }
        for encode in [str::to_owned, slashes_encoded] {
            let pair = (encode(old).into_bytes(), encode(new).into_bytes());
            if !self.0.contains(&pair) {
                self.0.push(pair);
            }
        }
        // A name within another goes last.
        self.0.sort_by_key(|(old, _)| std::cmp::Reverse(old.len()));
        Ok(())
    }

    /// The cassette with the other names. Headers that tell of a body's bytes tell the truth as before.
    pub fn give(&self, cassette: &Cassette) -> Cassette {
        let mut made = cassette.clone();
        for one in made.interactions.iter_mut().map(Redacted::inner_mut) {
            self.request(&mut one.request);
            if let Some(response) = &mut one.response {
                self.message(&mut response.headers, &mut response.body);
            }
        }
        made.setup.requests.iter_mut().map(Redacted::inner_mut).for_each(|request| self.request(request));
        let state = self.text(&serde_json::Value::Object(made.setup.state.clone()).to_string());
        if let Ok(serde_json::Value::Object(state)) = serde_json::from_str(&state) {
            made.setup.state = state;
        }
        made.meta.title = self.text(&made.meta.title);
        made
    }

    fn request(&self, request: &mut Request) {
        request.origin = self.text(&request.origin);
        request.path = self.text(&request.path);
        request.query = request.query.as_deref().map(|query| self.text(query));
        self.message(&mut request.headers, &mut request.body);
    }

    fn message(&self, headers: &mut Headers, body: &mut Body) {
        headers.filter_map(|_, value| Some(self.text(value)));
        let old = body.bytes();
        let packed = gunzip(&old);
        let content = packed.as_deref().unwrap_or(&old);
        let made = self.bytes(content);
        if made != content {
            let derived = Derived::of(headers, &old);
            let made = if packed.is_some() { gzip(&made) } else { made };
            derived.restate(headers, &made);
            *body = body.with_bytes(made.into());
        }
    }

    fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.bytes(text.as_bytes())).into_owned()
    }

    fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut made = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while at < bytes.len() {
            let is_here = |old: &[u8]| bytes[at..].starts_with(old) && stands_alone(bytes, at, old.len());
            match self.0.iter().find(|(old, _)| is_here(old)) {
                Some((old, new)) => {
                    made.extend_from_slice(new);
                    at += old.len();
                }
                None => {
                    made.push(bytes[at]);
                    at += 1;
                }
            }
        }
        made
    }
}

/// Whether a name is no part of a longer one. A percent-encoded character before it, or an escape, is none of it.
fn stands_alone(bytes: &[u8], at: usize, length: usize) -> bool {
    let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let before = &bytes[..at];
    let is_encoded = before.len() >= 3 && before[before.len() - 3] == b'%'
        || before.len() >= 2 && before[before.len() - 2] == b'\\';
    (is_encoded || !before.last().is_some_and(is_of_name)) && !bytes.get(at + length).is_some_and(is_of_name)
}

fn slashes_encoded(name: &str) -> String {
    name.replace('/', "%2F")
}
