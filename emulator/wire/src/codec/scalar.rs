//! Single values as plain text: what XML elements, form fields, headers, labels and queries have in common.

use super::DecodeError;
use crate::shape::{Member, TimestampFormat};
use crate::timestamp::Timestamp;
use crate::value::{Slot, View};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;

/// The text of a value that is not a list, map or structure; `None` for those.
pub(crate) fn scalar_text<'a>(
    member: &Member,
    view: View<'a>,
    default_format: TimestampFormat,
) -> Option<Cow<'a, str>> {
    Some(match view {
        View::Boolean(value) => Cow::Borrowed(if value { "true" } else { "false" }),
        View::Integer(value) => Cow::Owned(value.to_string()),
        View::Double(value) => Cow::Owned(double_text(member, value)),
        View::String(value) => Cow::Borrowed(value),
        View::Blob(value) => Cow::Owned(STANDARD.encode(value)),
        View::Timestamp(value) => Cow::Owned(value.format(member.timestamp_format(default_format))),
        View::Document(value) => Cow::Owned(value.to_string()),
        View::Json(text) => String::from_utf8_lossy(text),
        View::Null | View::Body(_) | View::List(_) | View::Map(_) | View::Structure(_) => return None,
    })
}

/// The shortest text of a floating-point number in its own width, and AWS's words for what is no number.
pub(crate) fn double_text(member: &Member, value: f64) -> String {
    if value.is_nan() {
        "NaN".into()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity" } else { "-Infinity" }.into()
    } else if matches!(member.shape.kind, crate::shape::Kind::Float) {
        (value as f32).to_string()
    } else {
        value.to_string()
    }
}

/// Reads the text of a single value into its place.
pub(crate) fn parse_scalar(
    member: &Member,
    text: &str,
    slot: Slot<'_>,
    default_format: TimestampFormat,
) -> Result<(), DecodeError> {
    let bad = |wanted| DecodeError::Value { text: text.to_owned(), wanted, path: String::new() };
    match slot {
        Slot::Boolean(place) => {
            *place = match text {
                "true" | "True" | "TRUE" => true,
                "false" | "False" | "FALSE" => false,
                _ => return Err(bad("Boolean")),
            }
        }
        Slot::Integer(place) => *place = text.parse().map_err(|_| bad("Integer"))?,
        Slot::Long(place) => *place = text.parse().map_err(|_| bad("Long"))?,
        Slot::Float(place) => *place = parse_double(text).ok_or_else(|| bad("Float"))? as f32,
        Slot::Double(place) => *place = parse_double(text).ok_or_else(|| bad("Double"))?,
        Slot::String(place) => *place = text.to_owned(),
        Slot::Blob(place) => *place = STANDARD.decode(text).map_err(|_| bad("Blob"))?.into(),
        Slot::Timestamp(place) => {
            let format = member.timestamp_format(default_format);
            *place = Timestamp::parse(text, format)
                .or_else(|| Timestamp::parse_any(text))
                .ok_or_else(|| bad("Timestamp"))?;
        }
        Slot::Document(place) => *place = serde_json::from_str(text).map_err(|_| bad("Document"))?,
        Slot::Body(place) => *place = text.as_bytes().to_vec().into(),
        Slot::List(_) => return Err(bad("List")),
        Slot::Map(_) => return Err(bad("Map")),
        Slot::Structure(_) => return Err(bad("Structure")),
    }
    Ok(())
}

fn parse_double(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => text.parse().ok().filter(|number: &f64| number.is_finite()),
    }
}
