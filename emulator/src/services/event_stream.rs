//! Messages of streams of events: lengths, headers, payload, checksums.
//!
//! Source: Smithy specification, "Amazon Event Stream".

use bytes::Bytes;
use flate2::Crc;
use serde_json::Value as Json;

/// What says that a header's value is text.
const TEXT: u8 = 7;
/// The bytes besides headers and payload: two lengths, their checksum, the checksum of all.
const AROUND: usize = 16;

/// An event of this type.
pub(crate) fn event(kind: &str, payload: &Json) -> Bytes {
    let headers = [(":event-type", kind), (":content-type", "application/json"), (":message-type", "event")];
    message(&headers, payload.to_string().as_bytes())
}

/// An event of this type that is nothing but bytes.
pub(crate) fn blob(kind: &str, payload: &[u8]) -> Bytes {
    let content_type = (":content-type", "application/octet-stream");
    message(&[(":event-type", kind), content_type, (":message-type", "event")], payload)
}

/// An error of this type, which ends the stream.
pub(crate) fn exception(kind: &str, payload: &Json) -> Bytes {
    let content_type = (":content-type", "application/json");
    let headers = [(":exception-type", kind), content_type, (":message-type", "exception")];
    message(&headers, payload.to_string().as_bytes())
}

fn message(headers: &[(&str, &str)], payload: &[u8]) -> Bytes {
    let mut written = Vec::new();
    for (name, value) in headers {
        // Names and values are ours, and short.
        written.push(name.len() as u8);
        written.extend_from_slice(name.as_bytes());
        written.push(TEXT);
        written.extend_from_slice(&(value.len() as u16).to_be_bytes());
        written.extend_from_slice(value.as_bytes());
    }
    let mut frame = Vec::with_capacity(written.len() + payload.len() + AROUND);
    let total = (written.len() + payload.len() + AROUND) as u32;
    frame.extend_from_slice(&total.to_be_bytes());
    frame.extend_from_slice(&(written.len() as u32).to_be_bytes());
    frame.extend_from_slice(&checksum(&frame).to_be_bytes());
    frame.extend_from_slice(&written);
    frame.extend_from_slice(payload);
    frame.extend_from_slice(&checksum(&frame).to_be_bytes());
    frame.into()
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}
