//! Items read from Ion's text.
//!
//! Source: Developer Guide, "Amazon S3 import formats for DynamoDB", "Amazon Ion": which type becomes which. Types that
//! DynamoDB does not have (timestamps, symbols, clobs) make no item.

use super::super::json::Wrong;
use super::text::Text;
use super::{BINARIES, NUMBERS, STRINGS, VERSION};
use crate::services::dynamodb::attribute::{Layer, from_wire};
use crate::services::dynamodb::value::{Attributes, MAX_LEVELS};
use bytes::Bytes;
use ruststack_models::AttributeValue;
use ruststack_wire::IndexMap;

/// How deep a text may nest before it is not read on: deeper than an item may.
const DEEPEST: usize = 2 * MAX_LEVELS;

/// A struct, by the names of its fields.
type Fields = IndexMap<String, AttributeValue>;

/// Reads the item of a line.
pub(in super::super) fn read(line: &[u8]) -> Result<Attributes, Wrong> {
    let mut text = Text::new(line);
    text.takes(VERSION);
    let mut told = fields(&mut text, DEEPEST).ok_or(Wrong::Malformed)?;
    if text.peek().is_some() {
        return Err(Wrong::Malformed);
    }
    match told.swap_remove("Item") {
        Some(AttributeValue::M(item)) => from_wire(*item, Layer::Current).map_err(|_| Wrong::Invalid),
        _ => Err(Wrong::Malformed),
    }
}

fn fields(text: &mut Text<'_>, levels: usize) -> Option<Fields> {
    let levels = levels.checked_sub(1)?;
    let mut fields = Fields::default();
    if !text.takes(b"{") {
        return None;
    }
    while !text.takes(b"}") {
        let name = match text.peek()? {
            b'"' => text.quoted(b"\"")?,
            b'\'' => text.quoted(b"'")?,
            _ => text.word()?.to_owned(),
        };
        if !text.takes(b":") {
            return None;
        }
        fields.insert(name, value(text, levels)?);
        if !text.takes(b",") && text.peek()? != b'}' {
            return None;
        }
    }
    Some(fields)
}

fn value(text: &mut Text<'_>, levels: usize) -> Option<AttributeValue> {
    match text.peek()? {
        b'{' if text.takes(b"{{") => Some(AttributeValue::B(text.blob()?.into())),
        b'{' => Some(AttributeValue::map(fields(text, levels)?)),
        b'[' => Some(AttributeValue::L(elements(text, levels)?)),
        b'"' => Some(AttributeValue::S(text.quoted(b"\"")?)),
        b'\'' => {
            // Three quotes make a string; one makes a symbol, which only can be an annotation.
            if let Some(string) = text.quoted(b"'''") {
                return Some(AttributeValue::S(string));
            }
            let annotation = text.quoted(b"'")?;
            if text.takes(b"::") { annotated(text, &annotation, levels) } else { None }
        }
        _ => {
            let word = text.word()?;
            if text.takes(b"::") {
                return annotated(text, word, levels);
            }
            match word {
                "true" => Some(AttributeValue::Bool(true)),
                "false" => Some(AttributeValue::Bool(false)),
                "null" => Some(AttributeValue::Null(true)),
                word if word.starts_with("null.") => Some(AttributeValue::Null(true)),
                word => number(word).map(AttributeValue::N),
            }
        }
    }
}

fn elements(text: &mut Text<'_>, levels: usize) -> Option<Vec<AttributeValue>> {
    let levels = levels.checked_sub(1)?;
    let mut elements = Vec::new();
    if !text.takes(b"[") {
        return None;
    }
    while !text.takes(b"]") {
        elements.push(value(text, levels)?);
        if !text.takes(b",") && text.peek()? != b']' {
            return None;
        }
    }
    Some(elements)
}

/// The value behind an annotation: a set, or any value where the annotation is none of DynamoDB's.
fn annotated(text: &mut Text<'_>, annotation: &str, levels: usize) -> Option<AttributeValue> {
    let levels = levels.checked_sub(1)?;
    match annotation {
        STRINGS => all(elements(text, levels)?, |value| match value {
            AttributeValue::S(text) => Some(text),
            _ => None,
        })
        .map(AttributeValue::Ss),
        NUMBERS => all(elements(text, levels)?, |value| match value {
            AttributeValue::N(number) => Some(number),
            _ => None,
        })
        .map(AttributeValue::Ns),
        BINARIES => {
            let bytes = all(elements(text, levels)?, |value| match value {
                AttributeValue::B(bytes) => Some(bytes),
                _ => None,
            });
            bytes.map(|bytes: Vec<Bytes>| AttributeValue::Bs(bytes))
        }
        _ => value(text, levels),
    }
}

fn all<T>(values: Vec<AttributeValue>, of: impl Fn(AttributeValue) -> Option<T>) -> Option<Vec<T>> {
    values.into_iter().map(of).collect()
}

/// A number as DynamoDB reads it: Ion has `d` before the exponent of a decimal, and underscores between digits.
fn number(word: &str) -> Option<String> {
    let is_numeric = word.bytes().all(|byte| byte.is_ascii_digit() || b"+-._dDeE".contains(&byte));
    let begins_well = word.trim_start_matches('-').starts_with(|first: char| first.is_ascii_digit());
    (is_numeric && begins_well).then(|| word.replace('_', "").replace(['d', 'D'], "e"))
}
