//! An item as it is kept: its size and its attributes in one piece of memory that all who read it share.
//!
//! Four bytes of size, then each attribute, by name: the length of the name, the name, a byte for the type, the value.
//! Texts and binaries have their length before them, numbers are encoded as in keys, and what holds values has the length
//! of all of them before it, so that an attribute is found without reading the others.

mod json;

use crate::services::dynamodb::expression::Source;
use crate::services::dynamodb::value::{Attributes, Number, Value};
use bytes::Bytes;
use std::borrow::Cow;
use std::sync::Arc;

const S: u8 = 0;
const N: u8 = 1;
const B: u8 = 2;
const FALSE: u8 = 3;
const TRUE: u8 = 4;
const NULL: u8 = 5;
const SS: u8 = 6;
const NS: u8 = 7;
const BS: u8 = 8;
const L: u8 = 9;
const M: u8 = 10;

/// An item. Clones are the same one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::services::dynamodb) struct Item(Arc<[u8]>);

impl Item {
    /// Packs attributes.
    pub(in crate::services::dynamodb) fn new(attributes: &Attributes) -> Item {
        let size = attributes.size();
        let mut out = Vec::with_capacity(size + 4 + attributes.len() * 8);
        out.extend_from_slice(&(size as u32).to_le_bytes());
        write_attributes(&mut out, attributes);
        Item(out.into())
    }

    /// How many bytes it counts for.
    pub(in crate::services::dynamodb) fn size(&self) -> usize {
        self.0.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
    }

    /// All attributes.
    pub(in crate::services::dynamodb) fn attributes(&self) -> Attributes {
        self.fields().map(|(name, field)| (name, field.value())).collect()
    }

    /// One attribute.
    pub(in crate::services::dynamodb) fn attribute(&self, name: &str) -> Option<Value> {
        // Names are sorted, so what comes after the wanted one need not be looked at.
        self.fields()
            .take_while(|(found, _)| *found <= name)
            .find(|(found, _)| *found == name)
            .map(|(_, field)| field.value())
    }

    /// The attributes of these names.
    pub(in crate::services::dynamodb) fn only(&self, wanted: impl Fn(&str) -> bool) -> Attributes {
        self.fields().filter(|(name, _)| wanted(name)).map(|(name, field)| (name, field.value())).collect()
    }

    /// How many bytes the attributes of these names count for.
    pub(in crate::services::dynamodb) fn size_of(&self, wanted: impl Fn(&str) -> bool) -> usize {
        let wanted = self.fields().filter(|(name, _)| wanted(name));
        wanted.map(|(name, field)| name.len() + field.value().size()).sum()
    }

    /// Whether an attribute is the same, or missing, in both.
    pub(in crate::services::dynamodb) fn agrees(&self, other: &Item, wanted: impl Fn(&str) -> bool) -> bool {
        let ours = self.fields().filter(|(name, _)| wanted(name)).map(|(name, field)| (name, field.bytes));
        let others = other.fields().filter(|(name, _)| wanted(name)).map(|(name, field)| (name, field.bytes));
        ours.eq(others)
    }

    fn fields(&self) -> impl Iterator<Item = (&str, Packed<'_>)> {
        fields(&self.0[4..])
    }
}

impl Source for Item {
    fn attribute(&self, name: &str) -> Option<Cow<'_, Value>> {
        Item::attribute(self, name).map(Cow::Owned)
    }
}

/// A value in its packed form: the type, then what it holds.
#[derive(Clone, Copy)]
struct Packed<'a> {
    bytes: &'a [u8],
}

fn fields(bytes: &[u8]) -> impl Iterator<Item = (&str, Packed<'_>)> {
    let mut reader = Reader(bytes);
    std::iter::from_fn(move || {
        if reader.0.is_empty() {
            return None;
        }
        let name = reader.text();
        Some((name, reader.packed()))
    })
}

impl Packed<'_> {
    fn value(self) -> Value {
        let mut reader = Reader(self.bytes);
        match reader.byte() {
            S => Value::S(reader.text().to_owned()),
            N => Value::N(reader.number()),
            B => Value::B(Bytes::copy_from_slice(reader.piece())),
            FALSE => Value::Bool(false),
            TRUE => Value::Bool(true),
            SS => Value::Ss(Reader(reader.piece()).all(|part| part.text().to_owned())),
            NS => Value::Ns(Reader(reader.piece()).all(Reader::number)),
            BS => Value::Bs(Reader(reader.piece()).all(|part| Bytes::copy_from_slice(part.piece()))),
            L => Value::L(Reader(reader.piece()).all(|part| part.packed().value())),
            M => Value::M(fields(reader.piece()).map(|(name, field)| (name, field.value())).collect()),
            _ => Value::Null,
        }
    }
}

/// Reads what [`write_value`] wrote, which is never anything from outside.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken
    }

    fn byte(&mut self) -> u8 {
        self.take(1)[0]
    }

    /// A length: seven bits a byte, the lowest first.
    fn length(&mut self) -> usize {
        let mut length = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte();
            length |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return length;
            }
            shift += 7;
        }
    }

    fn piece(&mut self) -> &'a [u8] {
        let length = self.length();
        self.take(length)
    }

    fn text(&mut self) -> &'a str {
        std::str::from_utf8(self.piece()).expect("what was packed as text is text")
    }

    fn number(&mut self) -> Number {
        let (number, rest) = Number::decode(self.0).expect("what was packed as a number is one");
        self.0 = rest;
        number
    }

    fn packed(&mut self) -> Packed<'a> {
        let start = self.0;
        match self.byte() {
            N => {
                self.number();
            }
            FALSE | TRUE | NULL => {}
            _ => {
                self.piece();
            }
        }
        Packed { bytes: &start[..start.len() - self.0.len()] }
    }

    fn all<T>(mut self, read: impl Fn(&mut Reader<'a>) -> T) -> Vec<T> {
        let mut values = Vec::new();
        while !self.0.is_empty() {
            values.push(read(&mut self));
        }
        values
    }
}

fn write_attributes(out: &mut Vec<u8>, attributes: &Attributes) {
    for (name, value) in attributes.iter() {
        write_piece(out, name.as_bytes());
        write_value(out, value);
    }
}

fn write_value(out: &mut Vec<u8>, value: &Value) {
    let tag = match value {
        Value::S(_) => S,
        Value::N(_) => N,
        Value::B(_) => B,
        Value::Bool(false) => FALSE,
        Value::Bool(true) => TRUE,
        Value::Null => NULL,
        Value::Ss(_) => SS,
        Value::Ns(_) => NS,
        Value::Bs(_) => BS,
        Value::L(_) => L,
        Value::M(_) => M,
    };
    out.push(tag);
    match value {
        Value::S(text) => write_piece(out, text.as_bytes()),
        Value::N(number) => number.encode_into(out),
        Value::B(bytes) => write_piece(out, bytes),
        Value::Bool(_) | Value::Null => {}
        Value::Ss(texts) => {
            nested(out, |out| texts.iter().for_each(|text| write_piece(out, text.as_bytes())))
        }
        Value::Ns(numbers) => nested(out, |out| numbers.iter().for_each(|number| number.encode_into(out))),
        Value::Bs(binaries) => nested(out, |out| binaries.iter().for_each(|bytes| write_piece(out, bytes))),
        Value::L(values) => nested(out, |out| values.iter().for_each(|value| write_value(out, value))),
        Value::M(entries) => nested(out, |out| write_attributes(out, entries)),
    }
}

fn nested(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let mut inner = Vec::new();
    write(&mut inner);
    write_piece(out, &inner);
}

fn write_piece(out: &mut Vec<u8>, bytes: &[u8]) {
    let mut length = bytes.len();
    while length >= 0x80 {
        out.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    out.push(length as u8);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::dynamodb::attribute::to_wire;
    use ruststack_models::AttributeMap;
    use ruststack_models::dynamodb::shapes::ATTRIBUTE_MAP;
    use ruststack_wire::codec::json;
    use ruststack_wire::shape::Member;
    use ruststack_wire::value::Field;
    use std::iter;

    static MEMBER: Member = Member { shape: &ATTRIBUTE_MAP, ..Member::BASE };

    fn number(text: &str) -> Value {
        Value::N(text.parse().expect("a number"))
    }

    #[test]
    fn what_is_packed_comes_back_attribute_by_attribute() {
        let long = "x".repeat(300);
        let deep = (0..31).fold(Value::Null, |value, _| Value::L(vec![value]));
        let attributes: Attributes = [
            ("a", Value::S(long)),
            ("b", number("-12.5")),
            ("c", Value::B(Bytes::from_static(&[0, 255]))),
            ("d", Value::Bool(true)),
            ("e", Value::Null),
            ("f", Value::Ss(vec!["x".into(), "y".into()])),
            ("g", Value::Ns(vec!["1".parse().expect("a number"), "2E100".parse().expect("a number")])),
            ("h", Value::Bs(vec![Bytes::from_static(b"1")])),
            ("i", Value::L(vec![number("0"), Value::Bool(false), deep])),
            ("j", Value::M(iter::once(("k", Value::M(Attributes::default()))).collect())),
        ]
        .into_iter()
        .collect();
        let item = Item::new(&attributes);
        assert_eq!(item.attributes(), attributes);
        assert_eq!(item.size(), attributes.size());
        let AttributeMap::Json(text) = item.given(|_| true) else { panic!("an item is given as JSON") };
        let mut other = Vec::new();
        json::write(&mut other, &MEMBER, to_wire(attributes.clone()).view(), json::Style::Coral);
        assert_eq!(text, other);
        for (name, value) in attributes.iter() {
            assert_eq!(item.attribute(name).as_ref(), Some(value), "{name}");
        }
        assert_eq!(item.attribute("bb"), None);
        assert_eq!(item.only(|name| name == "e").len(), 1);
        assert_eq!(item.size_of(|_| true), attributes.size());
    }
}
