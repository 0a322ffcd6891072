//! Replaces secrets behind encodings: gzip, the frames of an event stream, base64 of any alignment, JSON whose strings
//! are escaped in unusual ways, and forms that are percent-encoded in a way of their own.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::frames::{self, are_whole_frames};
use super::replace::{Replacements, percent, unpercent};
use crate::content::{gunzip, gzip};

/// How many encodings around each other are undone; the scan goes as deep.
const DEEPEST: usize = 4;
/// Fewer characters of base64 hold no secret.
const SHORTEST_BASE64: usize = 12;

/// Some content with every known secret replaced, whatever it is wrapped in.
pub(super) fn replaced(content: &[u8], replacements: &Replacements) -> Vec<u8> {
    at_depth(content, replacements, 0)
}

fn at_depth(content: &[u8], replacements: &Replacements, depth: usize) -> Vec<u8> {
    // Frames go first: their checksums would not hold once something in them was replaced as mere bytes.
    if depth < DEEPEST && are_whole_frames(content) {
        let made = frames::with_payloads(content, &mut |payload| at_depth(payload, replacements, depth + 1));
        return replacements.bytes(made.as_deref().unwrap_or(content));
    }
    let plain = replacements.bytes(content);
    if depth >= DEEPEST || replacements.is_empty() {
        return plain;
    }
    let inner = &mut |content: &[u8]| at_depth(content, replacements, depth + 1);
    if let Some(unpacked) = gunzip(&plain) {
        let made = inner(&unpacked);
        return if made == unpacked { plain } else { gzip(&made) };
    }
    let made = base64_runs(&plain, inner).unwrap_or(plain);
    json(&made, inner).unwrap_or(made)
}

/// Content with the base64 in it changed by what it says; `None` where nothing is.
fn base64_runs(content: &[u8], inner: &mut dyn FnMut(&[u8]) -> Vec<u8>) -> Option<Vec<u8>> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let mut made = Vec::new();
    let mut changed = false;
    let mut rest = content;
    while !rest.is_empty() {
        let run = rest.iter().take_while(|byte| is_base64(byte)).count();
        let (run, after) = rest.split_at(run);
        match (run.len() >= SHORTEST_BASE64).then(|| base64(run, inner)).flatten() {
            Some(other) => {
                changed = true;
                made.extend_from_slice(&other);
                // What stands behind as padding is that of a length which may be another now.
                let padding = after.iter().take(2).take_while(|byte| **byte == b'=').count();
                if padding > 0 {
                    made.extend(std::iter::repeat_n(b'=', (4 - other.len() % 4) % 4));
                }
                rest = &after[padding..];
            }
            None => {
                made.extend_from_slice(run);
                rest = after;
            }
        }
        let others = rest.iter().take_while(|byte| !is_base64(byte)).count();
        made.extend_from_slice(&rest[..others]);
        rest = &rest[others..];
    }
    changed.then_some(made)
}

fn base64(run: &[u8], inner: &mut dyn FnMut(&[u8]) -> Vec<u8>) -> Option<Vec<u8>> {
    let engine = match run.iter().any(|byte| b"-_".contains(byte)) {
        true => &URL_SAFE_NO_PAD,
        false => &STANDARD_NO_PAD,
    };
    let decoded = engine.decode(run).ok()?;
    let made = inner(&decoded);
    (made != decoded).then(|| engine.encode(made).into_bytes())
}

/// JSON with its strings changed by what they say, however they are escaped; `None` where nothing is.
fn json(content: &[u8], inner: &mut dyn FnMut(&[u8]) -> Vec<u8>) -> Option<Vec<u8>> {
    if !matches!(content.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return None;
    }
    let mut value: Value = serde_json::from_slice(content).ok()?;
    let mut changed = false;
    strings(&mut value, &mut |text| {
        let made = inner(text.as_bytes());
        if made != text.as_bytes() {
            changed = true;
            *text = String::from_utf8_lossy(&made).into_owned();
        }
    });
    changed.then(|| serde_json::to_vec(&value).ok()).flatten()
}

/// Every string in a value.
fn strings(value: &mut Value, act: &mut dyn FnMut(&mut String)) {
    match value {
        Value::String(text) => act(text),
        Value::Array(items) => items.iter_mut().for_each(|item| strings(item, act)),
        Value::Object(members) => members.values_mut().for_each(|member| strings(member, act)),
        _ => {}
    }
}

/// A query or form whose values are replaced however they are percent-encoded.
pub(super) fn form(text: &str, replacements: &Replacements) -> String {
    let pair = |pair: &str| {
        let Some((name, value)) = pair.split_once('=') else { return pair.to_owned() };
        let Some(plain) = unpercent(value) else { return pair.to_owned() };
        let made = String::from_utf8_lossy(&replaced(plain.as_bytes(), replacements)).into_owned();
        // Unchanged values keep the encoding the client chose.
        if made == plain { pair.to_owned() } else { format!("{name}={}", percent(&made)) }
    };
    text.split('&').map(pair).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::frames::tests::frame;

    #[test]
    fn the_checksums_of_frames_hold_after_a_replacement() {
        let mut replacements = Replacements::default();
        replacements.account("456752665576");
        let stream = [frame(b"arn:aws:logs:us-east-1:456752665576:g"), frame(b"other")].concat();
        let made = replaced(&stream, &replacements);
        assert!(are_whole_frames(&made));
        assert_eq!(made, [frame(b"arn:aws:logs:us-east-1:123456789012:g"), frame(b"other")].concat());
    }
}
