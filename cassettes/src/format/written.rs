//! The form a body has on disk: the most readable one that gives the same bytes back.
//!
//! It is chosen by the bytes alone, so that writing what was read changes nothing: `json` when compact serialising gives
//! the bytes again, `repeat` for filler, `text` for UTF-8, else `base64`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A `json` body deeper than this is written as text: the reader of a whole cassette stops at 128 levels.
const DEEPEST_JSON: usize = 64;
/// Filler shorter than this is written out.
const SHORTEST_FILLER: usize = 256;
/// Longer units are no filler.
const LONGEST_UNIT: usize = 64;
/// What a pattern may grow to: a hostile one must not fill the memory.
const LARGEST_FILLER: usize = 1 << 28;

/// A body as it is written: one of `json`, `text`, `base64`, `repeat`, `file`, `unknown`.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub(super) json: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) base64: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) repeat: Option<Repeat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) then: Option<Plain>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) length: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unknown: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) inexact: Option<String>,
}

/// Filler: a unit, and how often it stands there.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Repeat {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    times: u64,
}

/// Bytes written out.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plain {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

/// Tells `"json": null` from no `json`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// The form of some bytes.
pub(super) fn written(bytes: &[u8]) -> Written {
    if let Some(json) = as_json(bytes) {
        return Written { json: Some(json), ..Written::default() };
    }
    if let Some((unit, times)) = filler(bytes) {
        let (head, rest) = bytes.split_at(unit * times);
        let Plain { text, base64 } = plain(&head[..unit]);
        let repeat = Repeat { text, base64, times: times as u64 };
        let then = (!rest.is_empty()).then(|| plain(rest));
        return Written { repeat: Some(repeat), then, ..Written::default() };
    }
    let Plain { text, base64 } = plain(bytes);
    Written { text, base64, ..Written::default() }
}

fn plain(bytes: &[u8]) -> Plain {
    match std::str::from_utf8(bytes) {
        Ok(text) => Plain { text: Some(text.to_owned()), base64: None },
        Err(_) => Plain { text: None, base64: Some(BASE64.encode(bytes)) },
    }
}

/// The JSON that these bytes are the compact form of. A bare number or string reads better as text.
fn as_json(bytes: &[u8]) -> Option<Value> {
    if !matches!(bytes.first(), Some(b'{' | b'[')) {
        return None;
    }
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let same = depth(&value) <= DEEPEST_JSON && serde_json::to_vec(&value).is_ok_and(|again| again == bytes);
    same.then_some(value)
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// The unit's length and its count, where a short unit makes up most of the body from its start.
fn filler(bytes: &[u8]) -> Option<(usize, usize)> {
    if bytes.len() < SHORTEST_FILLER {
        return None;
    }
    (1..=LONGEST_UNIT).find_map(|unit| {
        let same = bytes.iter().zip(bytes.get(unit..)?).take_while(|(a, b)| a == b).count();
        let times = 1 + same / unit;
        let covered = unit * times;
        (covered >= SHORTEST_FILLER && covered * 2 >= bytes.len()).then_some((unit, times))
    })
}

/// The bytes that were written out.
pub(super) fn unplain(text: Option<String>, base64: Option<String>) -> Result<Vec<u8>, String> {
    match (text, base64) {
        (Some(text), None) => Ok(text.into_bytes()),
        (None, Some(base64)) => BASE64.decode(base64).map_err(|error| format!("expected base64: {error}")),
        _ => Err("expected one of `text` or `base64`".to_owned()),
    }
}

/// The bytes that were written as a pattern.
pub(super) fn unrepeat(repeat: Repeat, then: Option<Plain>) -> Result<Vec<u8>, String> {
    let unit = unplain(repeat.text, repeat.base64)?;
    let times = usize::try_from(repeat.times).unwrap_or(usize::MAX);
    match unit.len().checked_mul(times) {
        Some(length) if length <= LARGEST_FILLER => {}
        _ => return Err(format!("expected a pattern of at most {LARGEST_FILLER} bytes")),
    }
    let mut bytes = unit.repeat(times);
    if let Some(Plain { text, base64 }) = then {
        bytes.extend(unplain(text, base64)?);
    }
    Ok(bytes)
}
