//! DynamoDB JSON: an item to a line, `{"Item":{"name":{"S":"value"}}}`.
//!
//! Source: Developer Guide, "DynamoDB table export output format", "DynamoDB JSON".

use crate::services::dynamodb::attribute::{Layer, from_wire};
use crate::services::dynamodb::value::{Attributes, Number, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_models::dynamodb::types::PutItemInput;
use ruststack_wire::codec::json::{read_structure, write_text};

/// Writes attributes as an object. No deeper than items nest.
pub(super) fn write_attributes(out: &mut Vec<u8>, attributes: &Attributes) {
    out.push(b'{');
    for (index, (name, value)) in attributes.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_text(out, name);
        out.push(b':');
        write(out, value);
    }
    out.push(b'}');
}

fn write(out: &mut Vec<u8>, value: &Value) {
    out.extend_from_slice(b"{\"");
    out.extend_from_slice(value.type_name().as_bytes());
    out.extend_from_slice(b"\":");
    match value {
        Value::S(text) => write_text(out, text),
        Value::N(number) => write_text(out, &number.to_string()),
        Value::B(bytes) => write_text(out, &STANDARD.encode(bytes)),
        Value::Bool(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Value::Null => out.extend_from_slice(b"true"),
        Value::Ss(texts) => write_texts(out, texts.iter().cloned()),
        Value::Ns(numbers) => write_texts(out, numbers.iter().map(Number::to_string)),
        Value::Bs(binaries) => write_texts(out, binaries.iter().map(|bytes| STANDARD.encode(bytes))),
        Value::L(values) => {
            out.push(b'[');
            for (index, value) in values.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(out, value);
            }
            out.push(b']');
        }
        Value::M(entries) => write_attributes(out, entries),
    }
    out.push(b'}');
}

fn write_texts(out: &mut Vec<u8>, texts: impl Iterator<Item = String>) {
    out.push(b'[');
    for (index, text) in texts.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_text(out, &text);
    }
    out.push(b']');
}

/// Why a line gives no item.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is not of the format: what follows cannot be trusted.
    Malformed,
    /// It is no item that DynamoDB can hold.
    Invalid,
}

/// Reads the item of a line.
pub(super) fn read(line: &[u8]) -> Result<Attributes, Wrong> {
    let json: serde_json::Value = serde_json::from_slice(line).map_err(|_| Wrong::Malformed)?;
    // A put has the item under the same name as a line.
    let mut put = PutItemInput::default();
    read_structure(json, &mut put).map_err(|_| Wrong::Malformed)?;
    let item = put.item.ok_or(Wrong::Malformed)?;
    from_wire(item, Layer::Current).map_err(|_| Wrong::Invalid)
}
