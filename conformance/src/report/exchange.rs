//! A request and both answers, as text for people.

use crate::compare::Masked;
use crate::rules::{Rulebook, is_connection_matter};
use bytes::Bytes;
use ruststack_cassettes::format::Response as Recorded;
use serde::{Deserialize, Serialize};
use similar::TextDiff;
use std::fmt::Write as _;

/// What of a body is shown.
const LONGEST: usize = 16 * 1024;

/// What of a masked value is shown, in characters.
const LONGEST_VALUE: usize = 512;

/// What was sent, what AWS answered, and what the endpoint did. In the endpoint's answer, values that may be others
/// are written as AWS's, so that only differences are seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// The request.
    pub request: String,
    /// AWS's answer.
    pub recorded: String,
    /// The endpoint's answer.
    pub actual: String,
    /// The values that are others and may be: where the endpoint's answer shows AWS's, this tells its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub masked: Vec<MaskedValue>,
}

/// A value that is another one, and may be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskedValue {
    /// The rule that allows it.
    pub rule: String,
    /// AWS's value.
    pub recorded: String,
    /// The endpoint's.
    pub actual: String,
}

impl Exchange {
    /// Writes an exchange down.
    pub(crate) fn new(
        request: &http::Request<Bytes>,
        recorded: &Recorded,
        actual: &http::Response<Bytes>,
        masked: &[Masked],
        rules: &Rulebook,
    ) -> Exchange {
        let headers = request.headers().iter().filter(|(name, _)| *name != "authorization");
        let headers = headers.map(|(name, value)| (name.as_str(), lossy(value.as_bytes())));
        let line = format!("{} {}", request.method(), request.uri());
        let recorded_headers = recorded.headers.iter().map(|(name, value)| (name, value.to_owned()));
        let actual_headers =
            actual.headers().iter().map(|(name, value)| (name.as_str(), lossy(value.as_bytes())));
        let status = actual.status().as_u16().to_string();
        let mut shown = message(&status, actual_headers, actual.body());
        for Masked { recorded, actual, .. } in masked.iter().filter(|masked| masked.actual.len() >= 8) {
            shown = shown.replace(actual.as_str(), recorded);
        }
        Exchange {
            request: message(&line, headers, request.body()),
            recorded: message(&recorded.status.to_string(), recorded_headers, &recorded.body.bytes()),
            actual: shown,
            masked: masked.iter().map(|own| own.told(rules)).collect(),
        }
    }

    /// The two answers as a unified diff.
    pub fn diff(&self) -> String {
        let diff = TextDiff::from_lines(self.recorded.as_str(), self.actual.as_str());
        diff.unified_diff().context_radius(2).header("AWS", "endpoint").to_string()
    }
}

impl Masked {
    fn told(&self, rules: &Rulebook) -> MaskedValue {
        let short = |value: &str| value.chars().take(LONGEST_VALUE).collect();
        MaskedValue {
            rule: rules.rule(self.rule).name(),
            recorded: short(&self.recorded),
            actual: short(&self.actual),
        }
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn message<'h>(line: &str, headers: impl Iterator<Item = (&'h str, String)>, body: &[u8]) -> String {
    let mut headers: Vec<(&str, String)> = headers.filter(|(name, _)| !is_connection_matter(name)).collect();
    headers.sort();
    let mut text = format!("{line}\n");
    for (name, value) in headers {
        let _ = writeln!(text, "{name}: {value}");
    }
    if !body.is_empty() {
        text.push('\n');
        text.push_str(&laid_out(body));
        text.push('\n');
    }
    text
}

/// A body with a line for each of its parts, so that a diff is short.
fn laid_out(body: &[u8]) -> String {
    let part = &body[..body.len().min(LONGEST)];
    let more = match body.len() > LONGEST {
        true => format!("\n… {} bytes in all", body.len()),
        false => String::new(),
    };
    let Ok(text) = std::str::from_utf8(body) else { return part.escape_ascii().to_string() + &more };
    if more.is_empty() {
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(text) {
            return serde_json::to_string_pretty(&value).unwrap_or_else(|_| text.to_owned());
        }
        if text.trim_start().starts_with('<') {
            return text.replace("><", ">\n<");
        }
    }
    String::from_utf8_lossy(part).into_owned() + &more
}
