//! Takes the names of a replay's own out of an answer again. What tells of the bytes of its body tells the truth as
//! before.

use bytes::Bytes;

use super::Isolation;
use crate::content::{gunzip, gzip};
use crate::format::{Body, Headers, Response};
use crate::redact::{Derived, frames};

impl Isolation {
    /// The answer with the names that the recording has.
    pub fn inward(&self, response: &Response) -> Response {
        let mut made = response.clone();
        if self.names.all().is_empty() {
            return made;
        }
        let derived = (response.body.source().is_none()).then(|| response.body.bytes()).and_then(|old| {
            let derived = Derived::of(&response.headers, &old);
            Some((derived, self.content(&response.headers, &old)?))
        });
        made.headers.filter_map(|_, value| {
            Some(String::from_utf8_lossy(&self.names.taken_back(value.as_bytes())).into_owned())
        });
        if let Some((derived, bytes)) = derived {
            derived.restate(&mut made.headers, &bytes);
            made.body = match response.body.doubt() {
                None => Body::exact(bytes),
                Some(doubt) => Body::inexact(bytes, doubt),
            };
        }
        made
    }

    /// A text with the names that the recording has.
    pub fn text_inward(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.names.taken_back(text.as_bytes())).into_owned()
    }

    /// A body's bytes, if a name stands in them.
    fn content(&self, headers: &Headers, old: &[u8]) -> Option<Bytes> {
        let back = |bytes: &[u8]| self.is_named_in(bytes).then(|| self.names.taken_back(bytes));
        if headers.get("content-type").is_some_and(|kind| kind.contains("eventstream")) {
            let change = &mut |payload: &[u8]| self.names.taken_back(payload);
            return frames::with_payloads(old, change).map(Bytes::from);
        }
        match gunzip(old) {
            Some(plain) => back(&plain).map(|plain| gzip(&plain).into()),
            None => back(old).map(Bytes::from),
        }
    }
}
