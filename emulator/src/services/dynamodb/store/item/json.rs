//! An item as the JSON that an operation gives, written from what is kept, with no values in between.

use super::{B, BS, FALSE, Item, L, M, N, NS, Packed, Reader, S, SS, TRUE, fields};
use crate::services::dynamodb::value::Number;
use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use ruststack_models::AttributeMap;
use ruststack_wire::codec::json;
use std::io::Write;

impl Item {
    /// Those attributes of a name that is wanted, as they go onto the wire.
    pub(in crate::services::dynamodb) fn given(&self, wanted: impl Fn(&str) -> bool) -> AttributeMap {
        // Room for the names, the values, and what JSON puts around them.
        let mut out = Vec::with_capacity(self.0.len() * 2);
        write_json(&mut out, self.fields().filter(|(name, _)| wanted(name)));
        AttributeMap::Json(out.into())
    }
}

impl Packed<'_> {
    /// Writes the value as JSON has it on the wire: an object with its type.
    fn write_json(self, out: &mut Vec<u8>) {
        let mut reader = Reader(self.bytes);
        let (begin, write): (&str, fn(&mut Reader<'_>, &mut Vec<u8>)) = match reader.byte() {
            S => (r#"{"S":"#, |reader, out| json::write_text(out, reader.text())),
            N => (r#"{"N":"#, |reader, out| write_number(out, &reader.number())),
            B => (r#"{"B":"#, |reader, out| write_base64(out, reader.piece())),
            FALSE => (r#"{"BOOL":"#, |_, out| out.extend_from_slice(b"false")),
            TRUE => (r#"{"BOOL":"#, |_, out| out.extend_from_slice(b"true")),
            SS => (r#"{"SS":"#, |reader, out| {
                Reader(reader.piece()).write_all(out, |part, out| json::write_text(out, part.text()));
            }),
            NS => (r#"{"NS":"#, |reader, out| {
                Reader(reader.piece()).write_all(out, |part, out| write_number(out, &part.number()));
            }),
            BS => (r#"{"BS":"#, |reader, out| {
                Reader(reader.piece()).write_all(out, |part, out| write_base64(out, part.piece()));
            }),
            L => (r#"{"L":"#, |reader, out| {
                Reader(reader.piece()).write_all(out, |part, out| part.packed().write_json(out));
            }),
            M => (r#"{"M":"#, |reader, out| write_json(out, fields(reader.piece()))),
            _ => (r#"{"NULL":"#, |_, out| out.extend_from_slice(b"true")),
        };
        out.extend_from_slice(begin.as_bytes());
        write(&mut reader, out);
        out.push(b'}');
    }
}

impl<'a> Reader<'a> {
    /// Writes everything that follows as a JSON array.
    fn write_all(mut self, out: &mut Vec<u8>, write: impl Fn(&mut Reader<'a>, &mut Vec<u8>)) {
        out.push(b'[');
        let mut is_first = true;
        while !self.0.is_empty() {
            if !std::mem::take(&mut is_first) {
                out.push(b',');
            }
            write(&mut self, out);
        }
        out.push(b']');
    }
}

/// Writes attributes as a JSON object.
fn write_json<'a>(out: &mut Vec<u8>, attributes: impl Iterator<Item = (&'a str, Packed<'a>)>) {
    out.push(b'{');
    for (place, (name, value)) in attributes.enumerate() {
        if place > 0 {
            out.push(b',');
        }
        json::write_text(out, name);
        out.push(b':');
        value.write_json(out);
    }
    out.push(b'}');
}

fn write_number(out: &mut Vec<u8>, number: &Number) {
    write!(out, "\"{number}\"").expect("writing to memory does not fail");
}

fn write_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    let text = Base64Display::new(bytes, &STANDARD);
    write!(out, "\"{text}\"").expect("writing to memory does not fail");
}
