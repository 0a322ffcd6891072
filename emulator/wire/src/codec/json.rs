//! JSON, as the awsJson and restJson protocols use it.

mod direct;

use super::scalar::double_text;
use super::{DecodeError, parse_scalar};
use crate::shape::{Kind, Location, Member, TimestampFormat};
use crate::value::{Field, Slot, Structure, View};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

/// Which of AWS's two hands writes the JSON; what is written means the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Members in the model's order, seconds as `1780425042.5`.
    Model,
    /// Members by name and seconds as a Java double, `1.7804250425E9`: the awsJson services as recorded.
    Coral,
}

/// Writes the members of a structure that stand in the body as a JSON object.
pub fn write_structure(out: &mut Vec<u8>, structure: &dyn Structure, style: Style) {
    out.push(b'{');
    write_members(out, structure, style, |_| true);
    out.push(b'}');
}

/// Writes those members of a structure that stand in the body and are wanted, without braces around them; the
/// first with a comma before it where something has been written after the last brace.
pub fn write_members(
    out: &mut Vec<u8>,
    structure: &dyn Structure,
    style: Style,
    wanted: impl Fn(&Member) -> bool,
) {
    let mut first = out.last() == Some(&b'{');
    let mut put = |out: &mut Vec<u8>, member: &Member, field: &dyn Field| {
        if !std::mem::take(&mut first) {
            out.push(b',');
        }
        write_text(out, member.wire_name());
        out.push(b':');
        write(out, member, field.view(), style);
    };
    let members = structure.shape().members();
    if let Some((index, field)) = structure.single() {
        if members[index].location.is_body() && wanted(&members[index]) {
            put(out, &members[index], field);
        }
        return;
    }
    let members = members.iter().enumerate();
    let present = members.filter_map(|(index, member)| Some((member, structure.member(index)?)));
    let mut present: Vec<(&Member, &dyn Field)> =
        present.filter(|(member, _)| member.location.is_body() && wanted(member)).collect();
    if style == Style::Coral {
        present.sort_unstable_by_key(|(member, _)| member.wire_name());
    }
    for (member, field) in present {
        put(out, member, field);
    }
}

/// Writes one value as JSON.
pub fn write(out: &mut Vec<u8>, member: &Member, view: View<'_>, style: Style) {
    match view {
        View::Null | View::Body(_) => out.extend_from_slice(b"null"),
        View::Boolean(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
        View::Integer(value) => out.extend_from_slice(value.to_string().as_bytes()),
        View::Double(value) => {
            let text = double_text(member, value);
            if value.is_finite() { out.extend_from_slice(text.as_bytes()) } else { write_text(out, &text) }
        }
        View::String(value) => write_text(out, value),
        View::Blob(value) => {
            out.push(b'"');
            out.extend_from_slice(STANDARD.encode(value).as_bytes());
            out.push(b'"');
        }
        View::Timestamp(value) => {
            let format = member.timestamp_format(TimestampFormat::UnixSeconds);
            match (format, style) {
                (TimestampFormat::UnixSeconds, Style::Model) => {
                    out.extend_from_slice(value.format(format).as_bytes());
                }
                (TimestampFormat::UnixSeconds, Style::Coral) => {
                    out.extend_from_slice(scientific(&value.format(format)).as_bytes());
                }
                _ => write_text(out, &value.format(format)),
            }
        }
        View::Json(text) => out.extend_from_slice(text),
        View::Document(value) => out.extend_from_slice(value.to_string().as_bytes()),
        View::Structure(value) => write_structure(out, value, style),
        View::List(list) => {
            let Kind::List { member: item, .. } = &member.shape.kind else { return };
            out.push(b'[');
            for index in 0..list.len() {
                if index > 0 {
                    out.push(b',');
                }
                write(out, item, list.item(index).view(), style);
            }
            out.push(b']');
        }
        View::Map(map) => {
            let Kind::Map { value: item, .. } = &member.shape.kind else { return };
            out.push(b'{');
            for index in 0..map.len() {
                if index > 0 {
                    out.push(b',');
                }
                let (key, field) = map.entry(index);
                write_text(out, key);
                out.push(b':');
                write(out, item, field.view(), style);
            }
            out.push(b'}');
        }
    }
}

/// Writes text as a JSON string.
pub fn write_text(out: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(out, text).expect("writing to memory does not fail");
}

/// A decimal number as Java prints a double: `1780425042.5` is `1.7804250425E9` from ten million up.
fn scientific(plain: &str) -> String {
    let (sign, number) = plain.strip_prefix('-').map_or(("", plain), |number| ("-", number));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.len() < 8 {
        return format!("{sign}{whole}.{}", if fraction.is_empty() { "0" } else { fraction });
    }
    let digits = format!("{whole}{fraction}");
    let mantissa = digits[1..].trim_end_matches('0');
    let mantissa = if mantissa.is_empty() { "0" } else { mantissa };
    format!("{sign}{}.{mantissa}E{}", &digits[..1], whole.len() - 1)
}

/// Reads the text of a JSON object into a structure that has no members yet.
pub fn read_text(bytes: &[u8], structure: &mut dyn Structure) -> Result<(), DecodeError> {
    if direct::fill(bytes, structure) {
        return Ok(());
    }
    structure.clear();
    let json = serde_json::from_slice(bytes).map_err(|error| DecodeError::Malformed(error.to_string()))?;
    read_structure(json, structure)
}

/// Reads a JSON object into the members of a structure that stand in the body; what it does not know it leaves.
pub fn read_structure(json: Json, structure: &mut dyn Structure) -> Result<(), DecodeError> {
    let Json::Object(object) = json else { return Err(mismatch(&json, "Structure")) };
    let members = structure.shape().members();
    // Few members are present of the many that a shape may have, so the object leads and the shape is looked up.
    for (key, value) in object {
        let found =
            members.iter().position(|member| member.location.is_body() && member.wire_name() == key.as_str());
        let Some(index) = found.filter(|_| !value.is_null()) else { continue };
        if !matches!(members[index].location, Location::Body) && structure.member(index).is_some() {
            continue;
        }
        read(&members[index], value, structure.member_mut(index)).map_err(|error| error.under(&key))?;
    }
    Ok(())
}

/// Reads one JSON value into its place; texts go there as they are, without a copy.
pub fn read(member: &Member, json: Json, field: &mut dyn Field) -> Result<(), DecodeError> {
    if json.is_null() {
        return Ok(());
    }
    match field.slot(member.shape) {
        Slot::Boolean(place) => *place = truth(&json).ok_or_else(|| mismatch(&json, "Boolean"))?,
        Slot::Integer(place) => {
            let number = whole(&json).ok_or_else(|| mismatch(&json, "Integer"))?;
            *place = i32::try_from(number).map_err(|_| mismatch(&json, "Integer"))?;
        }
        Slot::Long(place) => *place = whole(&json).ok_or_else(|| mismatch(&json, "Long"))?,
        Slot::Float(place) => *place = double(&json).ok_or_else(|| mismatch(&json, "Float"))? as f32,
        Slot::Double(place) => *place = double(&json).ok_or_else(|| mismatch(&json, "Double"))?,
        Slot::String(place) => match json {
            Json::String(text) => *place = text,
            other => return Err(mismatch(&other, "String")),
        },
        slot @ (Slot::Blob(_) | Slot::Body(_)) => {
            let text = json.as_str().ok_or_else(|| mismatch(&json, "Blob"))?;
            parse_scalar(member, text, slot, TimestampFormat::UnixSeconds)?;
        }
        slot @ Slot::Timestamp(_) => match &json {
            Json::Number(number) => {
                parse_scalar(member, &number.to_string(), slot, TimestampFormat::UnixSeconds)?;
            }
            Json::String(text) => parse_scalar(member, text, slot, TimestampFormat::UnixSeconds)?,
            _ => return Err(mismatch(&json, "Timestamp")),
        },
        Slot::Document(place) => *place = json,
        Slot::Structure(place) => read_structure(json, place)?,
        Slot::List(list) => {
            let Kind::List { member: item, .. } = &member.shape.kind else { return Ok(()) };
            let Json::Array(items) = json else { return Err(mismatch(&json, "List")) };
            for (index, value) in items.into_iter().enumerate() {
                read(item, value, list.push()).map_err(|error| error.under(&index.to_string()))?;
            }
        }
        Slot::Map(map) => {
            let Kind::Map { value: item, .. } = &member.shape.kind else { return Ok(()) };
            let Json::Object(entries) = json else { return Err(mismatch(&json, "Map")) };
            for (key, value) in entries {
                if let Err(error) = read(item, value, map.insert(key)) {
                    // The names of an object are unique, so the entry that failed is the last.
                    let (key, _) = map.entry(map.len() - 1);
                    return Err(error.under(key));
                }
            }
        }
    }
    Ok(())
}

/// A whole number, also where it is written with a fraction of zero or an exponent.
fn whole(json: &Json) -> Option<i64> {
    json.as_i64().or_else(|| {
        let number = json.as_number()?.as_f64()?;
        (number.fract() == 0.0 && number.abs() < 9.007e15).then_some(number as i64)
    })
}

/// A truth value, or a text that says one (github.com/architect/dynalite, test/updateItem.js: `{BOOL: 'no'}`, `{NULL:
/// 'yes'}`, `{BOOL: '0'}`; test/helpers.js: another text is none).
fn truth(json: &Json) -> Option<bool> {
    match json {
        Json::Bool(value) => Some(*value),
        Json::String(text) => match text.as_str() {
            "true" | "yes" | "1" => Some(true),
            "false" | "no" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn double(json: &Json) -> Option<f64> {
    match json {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

fn mismatch(json: &Json, wanted: &'static str) -> DecodeError {
    let found = match json {
        Json::Null => "NULL_VALUE",
        Json::Bool(true) => "TRUE_VALUE",
        Json::Bool(false) => "FALSE_VALUE",
        Json::Number(number) if number.is_i64() || number.is_u64() => "NUMBER_VALUE",
        Json::Number(_) => "DECIMAL_VALUE",
        Json::String(_) => "STRING_VALUE",
        Json::Array(_) => "START_ARRAY",
        Json::Object(_) => "START_OBJECT",
    };
    DecodeError::Type { found, wanted, path: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_texts_say_a_truth_value() {
        let told = |json: Json| truth(&json);
        assert_eq!(told(Json::from("yes")), Some(true));
        assert_eq!(told(Json::from("0")), Some(false));
        assert_eq!(told(Json::from("23")), None);
        assert_eq!(told(Json::from(1)), None);
    }

    #[test]
    fn seconds_are_written_as_java_prints_a_double() {
        assert_eq!(scientific("1780425042"), "1.780425042E9");
        assert_eq!(scientific("1780425042.123"), "1.780425042123E9");
        assert_eq!(scientific("1000000000"), "1.0E9");
        assert_eq!(scientific("1234567"), "1234567.0");
        assert_eq!(scientific("-20000000.5"), "-2.00000005E7");
    }
}
