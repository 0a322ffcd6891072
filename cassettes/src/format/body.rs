//! A body: its bytes, and how far they are those that passed.

use bytes::Bytes;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::io;
use std::sync::Arc;

use super::source::Source;
use super::written::{Written, unplain, unrepeat, written};

/// The body of a request or response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body(Content);

#[derive(Clone, Debug)]
enum Content {
    Known { bytes: Bytes, inexact: Option<String> },
    Kept { source: Arc<dyn Source>, inexact: Option<String> },
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

impl Content {
    fn load(&self) -> io::Result<Bytes> {
        match self {
            Content::Known { bytes, .. } => Ok(bytes.clone()),
            Content::Kept { source, .. } => source.load().map(Bytes::from),
            Content::Unknown { .. } | Content::Beside { .. } => Ok(Bytes::new()),
        }
    }
}

impl PartialEq for Content {
    fn eq(&self, other: &Content) -> bool {
        use Content::*;
        match (self, other) {
            (Unknown { reason: one }, Unknown { reason: two }) => one == two,
            (Beside { file: one, inexact: first }, Beside { file: two, inexact: second }) => {
                one == two && first == second
            }
            (
                Known { inexact: first, .. } | Kept { inexact: first, .. },
                Known { inexact: second, .. } | Kept { inexact: second, .. },
            ) => first == second && self.load().ok() == other.load().ok(),
            _ => false,
        }
    }
}

impl Eq for Content {}

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

    /// A body whose bytes are too many for the memory; inexact where a reason is given.
    pub fn kept(source: Arc<dyn Source>, inexact: Option<String>) -> Body {
        Body(Content::Kept { source, inexact })
    }

    /// The bytes; none where they are not known, or cannot be read from where they are kept.
    pub fn bytes(&self) -> Bytes {
        self.load().unwrap_or_default()
    }

    /// The bytes; none where they are not known. Fails where they are kept elsewhere and cannot be read.
    pub fn load(&self) -> io::Result<Bytes> {
        self.0.load()
    }

    /// Where the bytes are kept, if that is not in memory.
    pub fn source(&self) -> Option<&dyn Source> {
        match &self.0 {
            Content::Kept { source, .. } => Some(source.as_ref()),
            _ => None,
        }
    }

    /// Whether the bytes are known, exact or not.
    pub fn is_known(&self) -> bool {
        matches!(self.0, Content::Known { .. } | Content::Kept { .. })
    }

    /// Whether the bytes are exactly those that passed.
    pub fn is_exact(&self) -> bool {
        self.is_known() && self.doubt().is_none()
    }

    /// Why the bytes are not, or not exactly, those that passed.
    pub fn doubt(&self) -> Option<&str> {
        match &self.0 {
            Content::Known { inexact, .. }
            | Content::Kept { inexact, .. }
            | Content::Beside { inexact, .. } => inexact.as_deref(),
            Content::Unknown { reason } => Some(reason),
        }
    }

    /// The same body with other bytes.
    pub(crate) fn with_bytes(&self, bytes: Bytes) -> Body {
        match &self.0 {
            Content::Unknown { .. } => self.clone(),
            Content::Known { inexact, .. }
            | Content::Kept { inexact, .. }
            | Content::Beside { inexact, .. } => Body(Content::Known { bytes, inexact: inexact.clone() }),
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

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (mut written, inexact) = match &self.0 {
            Content::Known { bytes, inexact } => (written(bytes), inexact.clone()),
            Content::Kept { inexact, .. } => {
                (written(&self.load().map_err(S::Error::custom)?), inexact.clone())
            }
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
