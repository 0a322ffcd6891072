//! Items written as Ion's text.

use super::{BINARIES, NUMBERS, STRINGS};
use crate::services::dynamodb::value::{Attributes, Number, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_wire::codec::json::write_text;

/// Words that are no names of fields unless they are quoted.
const KEYWORDS: [&str; 4] = ["null", "true", "false", "nan"];

/// Writes attributes as a struct. No deeper than items nest.
pub(in super::super) fn write_attributes(out: &mut Vec<u8>, attributes: &Attributes) {
    out.push(b'{');
    separated(out, attributes.iter(), |out, (name, value)| {
        write_name(out, name);
        out.push(b':');
        write(out, value);
    });
    out.push(b'}');
}

fn write(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::S(text) => write_text(out, text),
        Value::N(number) => write_number(out, number),
        Value::B(bytes) => write_blob(out, bytes),
        Value::Bool(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Value::Null => out.extend_from_slice(b"null"),
        Value::Ss(texts) => write_list(out, STRINGS, texts, |out, text| write_text(out, text)),
        Value::Ns(numbers) => write_list(out, NUMBERS, numbers, write_number),
        Value::Bs(binaries) => write_list(out, BINARIES, binaries, |out, bytes| write_blob(out, bytes)),
        Value::L(values) => write_list(out, "", values, write),
        Value::M(entries) => write_attributes(out, entries),
    }
}

fn write_list<T>(out: &mut Vec<u8>, annotation: &str, values: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    if !annotation.is_empty() {
        out.extend_from_slice(annotation.as_bytes());
        out.extend_from_slice(b"::");
    }
    out.push(b'[');
    separated(out, values.iter(), write);
    out.push(b']');
}

fn separated<T>(out: &mut Vec<u8>, all: impl Iterator<Item = T>, write: impl Fn(&mut Vec<u8>, T)) {
    for (index, one) in all.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, one);
    }
}

fn write_blob(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(b"{{");
    out.extend_from_slice(STANDARD.encode(bytes).as_bytes());
    out.extend_from_slice(b"}}");
}

/// Writes a decimal: `103.`, `6d2`, `0.5`, and `1d-7` where many zeros would come first.
pub(in super::super) fn write_number(out: &mut Vec<u8>, number: &Number) {
    let exponent = i32::from(number.exponent());
    let length = number.digit_count() as i32;
    let text = if exponent > 0 || exponent + length < -5 {
        let plain = number.to_string();
        let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |plain| ("-", plain));
        let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.trim_start_matches('0').trim_end_matches('0');
        format!("{sign}{digits}d{exponent}")
    } else if exponent == 0 {
        format!("{number}.")
    } else {
        number.to_string()
    };
    out.extend_from_slice(text.as_bytes());
}

/// Writes the name of a field, quoted where it is no identifier.
fn write_name(out: &mut Vec<u8>, name: &str) {
    let is_of_names = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    let is_number = name.strip_prefix('$').is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
    let begins_well = name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    let is_plain = begins_well && name.bytes().all(is_of_names) && !is_number && !KEYWORDS.contains(&name);
    if is_plain {
        out.extend_from_slice(name.as_bytes());
        return;
    }
    let mut quoted = Vec::new();
    write_text(&mut quoted, name);
    // The escapes of a string, but for the quotes.
    let inner =
        String::from_utf8_lossy(&quoted[1..quoted.len() - 1]).replace("\\\"", "\"").replace('\'', "\\'");
    out.push(b'\'');
    out.extend_from_slice(inner.as_bytes());
    out.push(b'\'');
}
