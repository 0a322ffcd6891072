//! A body: its bytes in memory, and on disk the most readable form that gives the same bytes back.
//!
//! The form is chosen by the bytes alone, so that writing what was read changes nothing: `json` when compact
//! serialising gives the bytes again, `repeat` for filler, `text` for UTF-8, else `base64`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A `json` body deeper than this is written as text: the reader of a whole cassette stops at 128 levels.
const DEEPEST_JSON: usize = 64;
/// Filler shorter than this is written out.
const SHORTEST_FILLER: usize = 256;
/// Longer units are no filler.
const LONGEST_UNIT: usize = 64;
/// What a pattern may grow to: a hostile one must not fill the memory.
const LARGEST_FILLER: usize = 1 << 28;

/// The body of a request or response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body(Content);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Content {
    Known { bytes: Bytes, inexact: Option<String> },
    Unknown { reason: String },
    Beside { file: FileRef, inexact: Option<String> },
}

/// A body kept in a file beside its cassette.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRef {
    /// The file, relative to the cassette's folder.
    pub file: String,
    /// The SHA-256 of its content, in hexadecimal.
    pub sha256: String,
    /// The length of its content.
    pub length: u64,
}

impl Default for Body {
    fn default() -> Body {
        Body::exact(Bytes::new())
    }
}

impl Body {
    /// A body whose bytes are those that passed.
    pub fn exact(bytes: impl Into<Bytes>) -> Body {
        Body(Content::Known { bytes: bytes.into(), inexact: None })
    }

    /// A body that means the same as what passed, but is not byte for byte that: another tool had reformatted it.
    pub fn inexact(bytes: impl Into<Bytes>, reason: impl Into<String>) -> Body {
        Body(Content::Known { bytes: bytes.into(), inexact: Some(reason.into()) })
    }

    /// A body that passed but was not recorded.
    pub fn unknown(reason: impl Into<String>) -> Body {
        Body(Content::Unknown { reason: reason.into() })
    }

    /// The bytes; none where they are not known.
    pub fn bytes(&self) -> Bytes {
        match &self.0 {
            Content::Known { bytes, .. } => bytes.clone(),
            Content::Unknown { .. } | Content::Beside { .. } => Bytes::new(),
        }
    }

    /// Whether the bytes are known, exact or not.
    pub fn is_known(&self) -> bool {
        matches!(self.0, Content::Known { .. })
    }

    /// Whether the bytes are exactly those that passed.
    pub fn is_exact(&self) -> bool {
        self.is_known() && self.doubt().is_none()
    }

    /// Why the bytes are not, or not exactly, those that passed.
    pub fn doubt(&self) -> Option<&str> {
        match &self.0 {
            Content::Known { inexact, .. } | Content::Beside { inexact, .. } => inexact.as_deref(),
            Content::Unknown { reason } => Some(reason),
        }
    }

    /// The same body with other bytes.
    pub(crate) fn with_bytes(&self, bytes: Bytes) -> Body {
        match &self.0 {
            Content::Unknown { .. } => self.clone(),
            Content::Known { inexact, .. } | Content::Beside { inexact, .. } => {
                Body(Content::Known { bytes, inexact: inexact.clone() })
            }
        }
    }

    /// The same body, as the file its bytes were put in.
    pub(crate) fn put_beside(&self, file: FileRef) -> Body {
        Body(Content::Beside { file, inexact: self.doubt().map(str::to_owned) })
    }

    /// The file that the reader has still to fetch the bytes from.
    pub(crate) fn beside(&self) -> Option<&FileRef> {
        match &self.0 {
            Content::Beside { file, .. } => Some(file),
            _ => None,
        }
    }

    /// Whether there is nothing to write down.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(&self.0, Content::Known { bytes, inexact: None } if bytes.is_empty())
    }
}

/// A body as it is written: one of `json`, `text`, `base64`, `repeat`, `file`, `unknown`.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    json: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repeat: Option<Repeat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    then: Option<Plain>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    inexact: Option<String>,
}

/// Filler: a unit, and how often it stands there.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Repeat {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    times: u64,
}

/// Bytes written out.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plain {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

/// Tells `"json": null` from no `json`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (mut written, inexact) = match &self.0 {
            Content::Known { bytes, inexact } => (written(bytes), inexact.clone()),
            Content::Unknown { reason } => {
                (Written { unknown: Some(reason.clone()), ..Written::default() }, None)
            }
            Content::Beside { file, inexact } => {
                let FileRef { file, sha256, length } = file.clone();
                let written = Written {
                    file: Some(file),
                    sha256: Some(sha256),
                    length: Some(length),
                    ..Written::default()
                };
                (written, inexact.clone())
            }
        };
        written.inexact = inexact;
        written.serialize(serializer)
    }
}

fn written(bytes: &[u8]) -> Written {
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

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Body, D::Error> {
        let written = Written::deserialize(deserializer)?;
        body(written).map_err(D::Error::custom)
    }
}

fn body(written: Written) -> Result<Body, String> {
    let Written { json, text, base64, repeat, then, file, sha256, length, unknown, inexact } = written;
    if then.is_some() && repeat.is_none() {
        return Err("expected `then` only behind `repeat`".to_owned());
    }
    if (sha256.is_some() || length.is_some()) && file.is_none() {
        return Err("expected `sha256` and `length` only with `file`".to_owned());
    }
    let bytes = match (json, text, base64, repeat, file, unknown) {
        (Some(json), None, None, None, None, None) => {
            serde_json::to_vec(&json).map_err(|error| error.to_string())?
        }
        (None, text, base64, None, None, None) if text.is_some() != base64.is_some() => {
            unplain(text, base64)?
        }
        (None, None, None, Some(repeat), None, None) => unrepeat(repeat, then)?,
        (None, None, None, None, Some(file), None) => {
            let (Some(sha256), Some(length)) = (sha256, length) else {
                return Err("expected `sha256` and `length` with `file`".to_owned());
            };
            return Ok(Body(Content::Beside { file: FileRef { file, sha256, length }, inexact }));
        }
        (None, None, None, None, None, Some(reason)) if inexact.is_none() => {
            return Ok(Body::unknown(reason));
        }
        _ => return Err("expected one of `json`, `text`, `base64`, `repeat`, `file` or `unknown`".to_owned()),
    };
    Ok(Body(Content::Known { bytes: bytes.into(), inexact }))
}

fn unplain(text: Option<String>, base64: Option<String>) -> Result<Vec<u8>, String> {
    match (text, base64) {
        (Some(text), None) => Ok(text.into_bytes()),
        (None, Some(base64)) => BASE64.decode(base64).map_err(|error| format!("expected base64: {error}")),
        _ => Err("expected one of `text` or `base64`".to_owned()),
    }
}

fn unrepeat(repeat: Repeat, then: Option<Plain>) -> Result<Vec<u8>, String> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A body is written as expected, and read back as it was.
    fn check(bytes: &[u8], expected: &str) {
        let body = Body::exact(Bytes::copy_from_slice(bytes));
        let text = serde_json::to_string(&body).expect("a body is JSON");
        assert_eq!(text, expected);
        assert_eq!(serde_json::from_str::<Body>(&text).expect("what was written is read"), body);
    }

    #[test]
    fn each_kind_of_bytes_has_its_form() {
        check(
            br#"{"b":1.50,"a":[1e3,"x"],"n":null}"#,
            r#"{"text":"{\"b\":1.50,\"a\":[1e3,\"x\"],\"n\":null}"}"#,
        );
        check(
            br#"{"b":1.50,"a":[12345678901234567890123,"x"]}"#,
            r#"{"json":{"b":1.50,"a":[12345678901234567890123,"x"]}}"#,
        );
        check(br#"{"a": 1}"#, r#"{"text":"{\"a\": 1}"}"#);
        check(br#"{"a":1,"a":2}"#, r#"{"text":"{\"a\":1,\"a\":2}"}"#);
        check(br#"{"a":"\u003c"}"#, r#"{"text":"{\"a\":\"\\u003c\"}"}"#);
        check(b"17", r#"{"text":"17"}"#);
        check(b"\xff\x00", r#"{"base64":"/wA="}"#);
        check(&[b'a'; 1000], r#"{"repeat":{"text":"a","times":1000}}"#);
        check(
            &[[0xff, 0].repeat(300), b"end".to_vec()].concat(),
            r#"{"repeat":{"base64":"/wA=","times":300},"then":{"text":"end"}}"#,
        );
        check(b"", r#"{"text":""}"#);
    }

    #[test]
    fn deep_json_is_written_as_text() {
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        let text = serde_json::to_string(&Body::exact(deep)).expect("a body is JSON");
        assert!(text.starts_with(r#"{"text""#), "{text}");
    }

    #[test]
    fn doubts_survive() {
        for body in [Body::unknown("never read"), Body::inexact("<a/>", "printed anew")] {
            let text = serde_json::to_string(&body).expect("a body is JSON");
            let again: Body = serde_json::from_str(&text).expect("what was written is read");
            assert_eq!(again, body);
            assert!(!again.is_exact());
        }
    }

    #[test]
    fn hostile_bodies_are_errors() {
        for text in [
            "{}",
            r#"{"text":"a","base64":"YQ=="}"#,
            r#"{"base64":"*"}"#,
            r#"{"repeat":{"text":"aaaa","times":18446744073709551615}}"#,
            r#"{"repeat":{"times":3}}"#,
            r#"{"text":"a","then":{"text":"b"}}"#,
            r#"{"file":"x"}"#,
            r#"{"words":"a"}"#,
            "[]",
        ] {
            assert!(serde_json::from_str::<Body>(text).is_err(), "{text}");
        }
    }
}
