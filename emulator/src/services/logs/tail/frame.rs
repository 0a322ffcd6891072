//! A message of a stream of events: lengths, headers, payload, checksums.
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
pub(super) fn event(kind: &str, payload: &Json) -> Bytes {
    message(
        &[(":event-type", kind), (":content-type", "application/json"), (":message-type", "event")],
        payload,
    )
}

/// An error of this type, which ends the stream.
pub(super) fn exception(kind: &str, payload: &Json) -> Bytes {
    message(
        &[(":exception-type", kind), (":content-type", "application/json"), (":message-type", "exception")],
        payload,
    )
}

fn message(headers: &[(&str, &str)], payload: &Json) -> Bytes {
    let mut written = Vec::new();
    for (name, value) in headers {
        // Names and values are ours, and short.
        written.push(name.len() as u8);
        written.extend_from_slice(name.as_bytes());
        written.push(TEXT);
        written.extend_from_slice(&(value.len() as u16).to_be_bytes());
        written.extend_from_slice(value.as_bytes());
    }
    let payload = payload.to_string();
    let mut frame = Vec::with_capacity(written.len() + payload.len() + AROUND);
    let total = (written.len() + payload.len() + AROUND) as u32;
    frame.extend_from_slice(&total.to_be_bytes());
    frame.extend_from_slice(&(written.len() as u32).to_be_bytes());
    frame.extend_from_slice(&checksum(&frame).to_be_bytes());
    frame.extend_from_slice(&written);
    frame.extend_from_slice(payload.as_bytes());
    frame.extend_from_slice(&checksum(&frame).to_be_bytes());
    frame.into()
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}
