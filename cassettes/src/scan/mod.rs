//! Looks for secrets in what is about to be written: the last gate, which trusts no redaction before it.
//!
//! It looks into every string, undoing JSON in strings, base64, percent-encoding, gzip and archives as it goes, and tells the
//! place of what it finds, never the value.

pub(crate) mod class;
pub(crate) mod marks;
pub(crate) mod named;
pub(crate) mod patterns;

use std::fmt;
use std::io;
use std::ops::ControlFlow;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use memchr::memmem::Finder;
use serde_json::Value;

use crate::content::{gunzip, unzip};
use crate::format::Body;
use crate::format::source::windows;

/// How many encodings around each other are undone.
const DEEPEST: usize = 4;
/// Fewer characters of base64 hold no secret.
const SHORTEST_BASE64: usize = 24;

/// A secret that would have been written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// Where: `interactions[3].response.body.json.SecretString`.
    pub place: String,
    /// What kind of secret it is.
    pub kind: &'static str,
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind)
    }
}

/// The leaks in a file's content, be it JSON or anything else. `secrets` are values known to be secret.
pub fn scan(content: &[u8], secrets: &[String]) -> Vec<Leak> {
    let mut scanner = Scanner::new(secrets);
    match serde_json::from_slice::<Value>(content) {
        Ok(value) => scanner.value("", &value),
        Err(_) => scanner.bytes("", content),
    }
    scanner.leaks()
}

/// Collects leaks over several pieces of content.
pub(crate) struct Scanner {
    /// The secrets in use, as they are and as JSON inside a string has them.
    secrets: Vec<Finder<'static>>,
    leaks: Vec<Leak>,
}

impl Scanner {
    pub(crate) fn new(secrets: &[String]) -> Scanner {
        let forms = secrets.iter().filter(|secret| !secret.is_empty()).flat_map(|secret| {
            let quoted = Value::from(secret.as_str()).to_string();
            let finder = |text: &str| Finder::new(text).into_owned();
            [finder(secret), finder(&quoted[1..quoted.len() - 1])]
        });
        Scanner { secrets: forms.collect(), leaks: Vec::new() }
    }

    /// What was found, each place once.
    pub(crate) fn leaks(mut self) -> Vec<Leak> {
        let mut seen = std::collections::HashSet::new();
        self.leaks.retain(|leak| seen.insert((leak.place.clone(), leak.kind)));
        self.leaks
    }

    /// Looks through a JSON document.
    pub(crate) fn value(&mut self, place: &str, value: &Value) {
        self.json(place, value, 0);
    }

    /// Looks through bytes of any kind.
    pub(crate) fn bytes(&mut self, place: &str, bytes: &[u8]) {
        self.content(place, bytes, 0);
    }

    /// Looks through the bytes of a body.
    pub(crate) fn body(&mut self, place: &str, body: &Body) -> io::Result<()> {
        let Some(source) = body.source() else {
            self.bytes(place, &body.bytes());
            return Ok(());
        };
        windows(source, |window| {
            self.bytes(place, window);
            ControlFlow::<()>::Continue(())
        })
        .map(drop)
    }

    fn json(&mut self, place: &str, value: &Value, depth: usize) {
        match value {
            Value::String(text) => self.content(place, text.as_bytes(), depth),
            Value::Number(number) => self.content(place, number.to_string().as_bytes(), depth),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.json(&format!("{place}[{index}]"), item, depth);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    let dot = if place.is_empty() { "" } else { "." };
                    // The name itself may be the secret, and then it is not told.
                    let before = self.leaks.len();
                    self.content(&format!("{place}{dot}(a member's name)"), name.as_bytes(), depth);
                    let name = if self.leaks.len() > before { "?" } else { name };
                    let inner = format!("{place}{dot}{name}");
                    if let Value::String(text) = member
                        && let Some(kind) = named::kind(name, text.as_bytes())
                    {
                        self.leaks.push(Leak { place: inner.clone(), kind });
                    }
                    self.json(&inner, member, depth);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn content(&mut self, place: &str, content: &[u8], depth: usize) {
        for kind in patterns::leaks(content) {
            self.leaks.push(Leak { place: place.to_owned(), kind });
        }
        if self.secrets.iter().any(|secret| secret.find(content).is_some()) {
            self.leaks.push(Leak { place: place.to_owned(), kind: "a secret in use" });
        }
        if depth < DEEPEST {
            self.decoded(place, content, depth + 1);
        }
    }

    /// Looks behind the encodings that some content may have.
    fn decoded(&mut self, place: &str, content: &[u8], depth: usize) {
        if let Some(content) = gunzip(content) {
            self.content(place, &content, depth);
        }
        for (name, content) in unzip(content) {
            self.content(&format!("{place}({name})"), &content, depth);
        }
        if matches!(content.first(), Some(b'{' | b'['))
            && let Ok(value) = serde_json::from_slice::<Value>(content)
        {
            self.json(place, &value, depth);
        }
        if let Some(decoded) = patterns::unpercent(content) {
            self.content(place, &decoded, depth);
        }
        if let Some(decoded) = patterns::unhex(content) {
            self.content(place, &decoded, depth);
        }
        for run in patterns::base64_runs(content, SHORTEST_BASE64) {
            let decoded = if run.contains(&b'-') || run.contains(&b'_') {
                URL_SAFE_NO_PAD.decode(run)
            } else {
                STANDARD_NO_PAD.decode(run)
            };
            if let Ok(decoded) = decoded {
                self.content(place, &decoded, depth);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;

    fn places(content: &str, secrets: &[&str]) -> Vec<String> {
        let secrets: Vec<String> = secrets.iter().map(|secret| (*secret).to_owned()).collect();
        scan(content.as_bytes(), &secrets).iter().map(Leak::to_string).collect()
    }

    #[test]
    fn each_kind_of_secret_is_found() {
        // Joined, so that no scanner of sources takes the test for a leak.
        let key_id = ["AKIA", "WUWEUSPULYX3BL3M"].concat();
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY";
        let token = format!("IQoJb3JpZ2lu{}", "X2VjEJr".repeat(30));
        let pem = ["-----BEGIN RSA PRIVATE", " KEY-----\nMIIE"].concat();
        for (content, kind) in [
            (key_id.clone(), "an access key id"),
            (format!("aws_secret_access_key = {secret}"), "a secret access key"),
            (format!("<SecretAccessKey>{secret}</SecretAccessKey>"), "a secret access key"),
            (token.clone(), "a session token"),
            (pem, "a private key"),
            ("Authorization: Bearer abcdefghijklmnopqrstuvwxyz".to_owned(), "a bearer token"),
            (format!("X-Amz-Signature={}", "ab12".repeat(16)), "a signature"),
            (["ghp", "_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"].concat(), "a key of another maker"),
            (
                ["eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxIn0.", "c2lnbmF0dXJlLXNpZ24"].concat(),
                "a JSON web token",
            ),
        ] {
            let value = serde_json::json!({ "a": [{ "b": content }] }).to_string();
            assert_eq!(places(&value, &[]), [format!("a[0].b: {kind}")]);
            let nested = serde_json::json!({ "a": value }).to_string();
            assert!(
                places(&nested, &[]).iter().any(|leak| leak.starts_with("a") && leak.ends_with(kind)),
                "{nested}"
            );
            let packed =
                serde_json::json!({ "a": STANDARD.encode(crate::content::gzip(content.as_bytes())) });
            assert_eq!(places(&packed.to_string(), &[]), [format!("a: {kind}")]);
        }
        let member = serde_json::json!({ "SecretAccessKey": secret }).to_string();
        assert_eq!(places(&member, &[]), ["SecretAccessKey: a secret access key"]);
    }

    #[test]
    fn secrets_in_use_are_found_behind_encodings() {
        let secret = "open sesame \"x\"";
        let percent = "a=open%20sesame%20%22x%22";
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x} ")).collect();
        for content in [secret.to_owned(), percent.to_owned(), STANDARD.encode(format!("..{secret}..")), hex]
        {
            let value = serde_json::json!({ "t": content }).to_string();
            assert_eq!(places(&value, &[secret]), ["t: a secret in use"], "{value}");
        }
    }

    #[test]
    fn what_an_archive_holds_is_looked_at() {
        let key_id = ["AKIA", "WUWEUSPULYX3BL3M"].concat();
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        archive.start_file("src/settings.py", zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut archive, format!("KEY = '{key_id}'").as_bytes()).unwrap();
        let bytes = archive.finish().unwrap().into_inner();
        let value = serde_json::json!({ "Code": { "ZipFile": STANDARD.encode(bytes) } });
        assert_eq!(places(&value.to_string(), &[]), ["Code.ZipFile(src/settings.py): an access key id"]);
    }

    #[test]
    fn placeholders_are_no_secrets() {
        let fine = r#"{"id":"AKIAIOSFODNN7EXAMPLE","SecretAccessKey":"EXAMPLEtnFEMIabcdefghijklmnopqrstuvwxyzKE",
            "q":"X-Amz-Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}"#;
        assert!(places(fine, &[]).is_empty());
    }
}
