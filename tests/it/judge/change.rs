//! Changes to an answer, one at a time and of a kind that is known, so that it must be found as what it is.

use super::{in_json, in_xml};
use bytes::Bytes;
use fastrand::Rng;
use http::{HeaderName, HeaderValue, StatusCode};
use ruststack_cassettes::format::Interaction;
use ruststack_conformance::Kind;
use ruststack_conformance::rules::{Place, RULES, is_connection_matter};

/// The kinds of change.
pub(crate) const CLASSES: [&str; 14] = [
    "status",
    "header dropped",
    "header changed",
    "header added",
    "member missing",
    "member extra",
    "type",
    "value",
    "list order",
    "error code",
    "error message",
    "body truncated",
    "charset",
    "number format",
];

/// An answer with one change.
pub(crate) struct Changed {
    /// One of [`CLASSES`].
    pub(crate) class: &'static str,
    /// What was done, in words.
    pub(crate) what: String,
    /// As one of these it must be found; as anything but a header where there are none.
    pub(crate) kinds: Vec<Kind>,
    pub(crate) answer: http::Response<Bytes>,
}

/// A change to a body: what was done, as what it must be found, and what it is now.
pub(super) struct Edit {
    pub(super) what: String,
    pub(super) kinds: Vec<Kind>,
    pub(super) body: Vec<u8>,
}

/// Makes a change of this class. `None` where the answer, or the place that was drawn in it, has nothing for it.
pub(crate) fn change(
    random: &mut Rng,
    class: &'static str,
    interaction: &Interaction,
    recorded: &http::Response<Bytes>,
) -> Option<Changed> {
    let mut answer = recorded.clone();
    let changed = |what: String, kinds: &[Kind], answer| Changed { class, what, kinds: kinds.into(), answer };
    let header = |what: String, answer| changed(what, &[Kind::Header], answer);
    match class {
        "status" => {
            let others = [200, 201, 204, 206, 301, 304, 400, 403, 404, 409, 412, 500, 503];
            let other = others[random.usize(..others.len())];
            let before = answer.status().as_u16();
            *answer.status_mut() = StatusCode::from_u16(other).ok().filter(|_| other != before)?;
            Some(changed(format!("{before} to {other}"), &[Kind::Status], answer))
        }
        "header dropped" => {
            let name = any_header(random, &answer)?;
            answer.headers_mut().remove(&name);
            Some(header(name.to_string(), answer))
        }
        "header changed" => {
            let name = any_header(random, &answer)?;
            let value = answer.headers().get(&name)?.to_str().ok()?;
            let other = other_value(random, &name, value);
            if other == value {
                return None;
            }
            let what = format!("{name}: {value} to {other}");
            answer.headers_mut().insert(name, HeaderValue::from_str(&other).ok()?);
            Some(header(what, answer))
        }
        "header added" => {
            let names =
                ["x-amz-unheard-of", "server", "access-control-allow-origin", "content-language", "vary"];
            let name = names[random.usize(..names.len())];
            if answer.headers().contains_key(name) {
                return None;
            }
            answer.headers_mut().insert(name, HeaderValue::from_static("1"));
            Some(header(name.to_owned(), answer))
        }
        _ => {
            // The answer to HEAD has no body; what is packed has bits that mean nothing.
            let body = answer.body().clone();
            if interaction.request.method == "HEAD" || body.is_empty() || body.starts_with(&[0x1f, 0x8b]) {
                return None;
            }
            if class == "charset" && random.bool() {
                return other_charset(random, class, answer);
            }
            let Edit { what, kinds, body } = edit(random, class, interaction, &answer)?;
            if body == recorded.body()[..] {
                return None;
            }
            put_body(&mut answer, body.into());
            Some(Changed { class, what, kinds, answer })
        }
    }
}

/// A body with the headers that follow from it, so that it is the body itself that has to be compared.
pub(super) fn put_body(answer: &mut http::Response<Bytes>, body: Bytes) {
    if answer.headers().contains_key("content-length") {
        answer.headers_mut().insert("content-length", HeaderValue::from(body.len()));
    }
    if answer.headers().contains_key("x-amz-crc32") {
        let crc = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc32IsoHdlc, &body);
        answer.headers_mut().insert("x-amz-crc32", HeaderValue::from(crc));
    }
    *answer.body_mut() = body;
}

fn edit(
    random: &mut Rng,
    class: &str,
    interaction: &Interaction,
    answer: &http::Response<Bytes>,
) -> Option<Edit> {
    let body = answer.body();
    let text = std::str::from_utf8(body).ok();
    match (class, text) {
        ("body truncated", _) => {
            // A line break at the end of a document is no part of it.
            let whole = body.trim_ascii_end().len();
            let length = random.usize(..whole.max(1));
            let what = format!("{length} of {} bytes", body.len());
            Some(Edit { what, kinds: Vec::new(), body: body[..length].to_vec() })
        }
        ("charset", Some(text)) => recoded(random, text),
        (_, Some(text)) if text.starts_with('{') => in_json::edit(random, class, interaction, text),
        (_, Some(text)) if text.starts_with('<') => {
            let is_error = answer.status().as_u16() >= 300;
            in_xml::edit(random, class, interaction, text, is_error)
        }
        ("value", _) => {
            let mut bytes = body.to_vec();
            let place = random.usize(..bytes.len());
            bytes[place] ^= 1 << random.u8(..8);
            Some(Edit { what: format!("byte {place}"), kinds: vec![Kind::Value], body: bytes })
        }
        _ => None,
    }
}

/// The same text in another encoding, or declared to be.
fn recoded(random: &mut Rng, text: &str) -> Option<Edit> {
    let (what, body) = match random.u8(..4) {
        0 => ("a byte order mark", ["\u{feff}", text].concat().into_bytes()),
        1 => ("UTF-16", text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        2 if !text.is_ascii() => {
            let narrow = |own: char| u8::try_from(own as u32).unwrap_or(b'?');
            ("Latin-1", text.chars().map(narrow).collect())
        }
        3 if text.starts_with("<?xml") && text.contains("encoding=\"UTF-8\"") => {
            ("declared otherwise", text.replacen("UTF-8", "UTF-7", 1).into_bytes())
        }
        _ => return None,
    };
    Some(Edit { what: what.to_owned(), kinds: Vec::new(), body })
}

/// Another charset in the content type.
fn other_charset(
    random: &mut Rng,
    class: &'static str,
    mut answer: http::Response<Bytes>,
) -> Option<Changed> {
    let value = answer.headers().get("content-type")?.to_str().ok()?.to_owned();
    let other = match value.split_once(";") {
        Some((media_type, _)) if random.bool() => media_type.to_owned(),
        Some((media_type, _)) => format!("{media_type};charset=iso-8859-1"),
        None => format!("{value}; charset=utf-8"),
    };
    let what = format!("content-type: {value} to {other}");
    answer.headers_mut().insert("content-type", HeaderValue::from_str(&other).ok()?);
    Some(Changed { class, what, kinds: vec![Kind::Header], answer })
}

fn any_header(random: &mut Rng, answer: &http::Response<Bytes>) -> Option<HeaderName> {
    let names: Vec<&HeaderName> = answer.headers().keys().collect();
    let name = names.get(random.usize(..names.len().max(1)))?;
    (!is_connection_matter(name.as_str())).then(|| (*name).clone())
}

/// Another value of a header; where a rule speaks of it, one that has lost its form as often as not.
fn other_value(random: &mut Rng, name: &HeaderName, value: &str) -> String {
    let is_free = RULES.iter().any(|rule| matches!(&rule.place, Place::Header(own) if *own == name.as_str()));
    match random.u8(..4) {
        0 => String::new(),
        1 if value.parse::<u64>().is_ok() => format!("{value}0"),
        2 if value.len() > 1 && !is_free => value[..value.len() - 1].to_owned(),
        3 if value.to_ascii_uppercase() != value && !is_free => value.to_ascii_uppercase(),
        _ if is_free => "?".to_owned(),
        _ => format!("{value}x"),
    }
}
