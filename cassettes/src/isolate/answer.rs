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
        let (headers, body) = self.message(&response.headers, &response.body);
        Response { headers, body, ..*response }
    }

    /// Headers and a body with the names that the recording has.
    pub(super) fn message(&self, headers: &Headers, body: &Body) -> (Headers, Body) {
        if self.names.is_empty() {
            return (headers.clone(), body.clone());
        }
        let mut made = headers.clone();
        made.filter_map(|_, value| Some(self.text_inward(value)));
        // What is too long for the memory is an object's content.
        let old = if body.source().is_some() { Bytes::new() } else { body.bytes() };
        match self.content(headers, &old) {
            Some(bytes) => {
                Derived::of(headers, &old).restate(&mut made, &bytes);
                (made, body.with_bytes(bytes))
            }
            None => (made, body.clone()),
        }
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
            // A stream that was left has perhaps half a frame at its end.
            let (whole, half) = old.split_at(frames::whole_frames(old));
            return frames::with_payloads(whole, change).map(|made| [&made, half].concat().into());
        }
        match gunzip(old) {
            Some(plain) => back(&plain).map(|plain| gzip(&plain).into()),
            None => back(old).map(Bytes::from),
        }
    }
}
