//! CSV: a row to an item. The columns of keys have the types of the keys, all others are strings.
//!
//! Source: Developer Guide, "Amazon S3 import formats for DynamoDB", "CSV": the first line names the columns unless the
//! request does; a double quote within a value stands twice, the value within double quotes.

use super::json::Wrong;
use crate::services::dynamodb::expression::KeyType;
use crate::services::dynamodb::store::KeyAttribute;
use crate::services::dynamodb::value::{Attributes, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How a file is to be read.
pub(super) struct Csv {
    pub(super) delimiter: u8,
    /// The names of the columns, where the first line does not tell them.
    pub(super) header: Option<Vec<String>>,
}

/// The rows of a text, each of them the texts between delimiters; the last is an error where the text is malformed.
pub(super) struct Rows<'a> {
    rest: &'a [u8],
    delimiter: u8,
    is_broken: bool,
}

impl<'a> Rows<'a> {
    /// The rows of a text.
    pub(super) fn new(text: &'a [u8], delimiter: u8) -> Rows<'a> {
        Rows { rest: text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text), delimiter, is_broken: false }
    }

    /// One value, and whether the row goes on behind it. Leaves what follows in `rest`.
    fn value(&mut self) -> Option<(Vec<u8>, bool)> {
        let mut value = Vec::new();
        let is_quoted = self.rest.first() == Some(&b'"');
        let mut at = usize::from(is_quoted);
        if is_quoted {
            loop {
                match (self.rest.get(at)?, self.rest.get(at + 1)) {
                    (b'"', Some(b'"')) => {
                        value.push(b'"');
                        at += 2;
                    }
                    (b'"', _) => {
                        at += 1;
                        break;
                    }
                    (byte, _) => {
                        value.push(*byte);
                        at += 1;
                    }
                }
            }
        } else {
            let ends = |byte: &u8| *byte == self.delimiter || *byte == b'\n';
            let end = self.rest.iter().position(ends).unwrap_or(self.rest.len());
            let text = &self.rest[..end];
            let is_line_end = self.rest.get(end) != Some(&self.delimiter);
            value.extend_from_slice(text.strip_suffix(b"\r").filter(|_| is_line_end).unwrap_or(text));
            if value.contains(&b'"') {
                return None;
            }
            at = end;
        }
        if self.rest.get(at) == Some(&b'\r') {
            at += 1;
        }
        match self.rest.get(at) {
            None => {
                self.rest = &[];
                Some((value, false))
            }
            Some(byte) if *byte == self.delimiter || *byte == b'\n' => {
                let goes_on = *byte == self.delimiter;
                self.rest = &self.rest[at + 1..];
                Some((value, goes_on))
            }
            // Something behind the closing quote.
            Some(_) => None,
        }
    }

    fn row(&mut self) -> Option<Vec<String>> {
        let mut row = Vec::new();
        loop {
            let (value, goes_on) = self.value()?;
            row.push(String::from_utf8(value).ok()?);
            if !goes_on {
                return Some(row);
            }
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Vec<String>, Wrong>;

    fn next(&mut self) -> Option<Result<Vec<String>, Wrong>> {
        while let Some(rest) = self.rest.strip_prefix(b"\n").or_else(|| self.rest.strip_prefix(b"\r\n")) {
            self.rest = rest;
        }
        if self.is_broken || self.rest.is_empty() {
            return None;
        }
        let row = self.row();
        self.is_broken = row.is_none();
        Some(row.ok_or(Wrong::Malformed))
    }
}

/// The item of a row, which has as many values as there are columns.
pub(super) fn item(header: &[String], row: Vec<String>, keys: &[KeyAttribute]) -> Result<Attributes, Wrong> {
    if header.len() != row.len() {
        return Err(Wrong::Malformed);
    }
    let mut item = Attributes::default();
    for (name, text) in header.iter().zip(row) {
        let kind = keys.iter().find(|attribute| attribute.name == *name).map(|attribute| attribute.kind);
        let value = match kind {
            Some(KeyType::N) => Value::N(text.parse().map_err(|_| Wrong::Invalid)?),
            Some(KeyType::B) => Value::B(STANDARD.decode(text).map_err(|_| Wrong::Invalid)?.into()),
            Some(KeyType::S) | None => Value::S(text),
        };
        item.insert(name.clone(), value);
    }
    Ok(item)
}
