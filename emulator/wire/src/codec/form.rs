//! `application/x-www-form-urlencoded`, as awsQuery sends its parameters: `Filter.member.1.Name=x`.

use super::{DecodeError, MAX_DEPTH, parse_scalar};
use crate::shape::{Kind, Location, Member, TimestampFormat};
use crate::value::{Field, Slot, Structure};
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;

/// The parameters of a form as a tree: each dot of a name leads one level down.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Form {
    text: Option<String>,
    children: BTreeMap<Key, Form>,
}

/// Numbers stand before names and in the order of their value, so that a list is read in order.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(u64),
    Name(String),
}

impl Key {
    fn new(text: &str) -> Key {
        text.parse().map_or_else(|_| Key::Name(text.to_owned()), Key::Number)
    }
}

impl Form {
    /// Reads a body. A later parameter of the same name wins.
    pub fn parse(bytes: &[u8]) -> Result<Form, DecodeError> {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| DecodeError::Malformed("The form is not UTF-8.".into()))?;
        let mut form = Form::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            let mut place = &mut form;
            for (depth, part) in name.split('.').enumerate() {
                if depth >= MAX_DEPTH {
                    return Err(DecodeError::Malformed("A parameter's name nests too deep.".into()));
                }
                place = place.children.entry(Key::new(part)).or_default();
            }
            place.text = Some(value);
        }
        Ok(form)
    }

    /// The value of the parameter of this name, without dots.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.child(name)?.text.as_deref()
    }

    fn child(&self, name: &str) -> Option<&Form> {
        self.children.get(&Key::new(name))
    }

    /// The children that are numbered, in the order of their numbers.
    fn items(&self) -> impl Iterator<Item = &Form> {
        self.children.iter().filter(|(key, _)| matches!(key, Key::Number(_))).map(|(_, child)| child)
    }
}

fn decode(text: &str) -> Result<String, DecodeError> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8()
        .map(|text| text.into_owned())
        .map_err(|_| DecodeError::Malformed("A parameter is not UTF-8.".into()))
}

/// Reads the parameters into the members of a structure.
pub fn read_structure(form: &Form, structure: &mut dyn Structure) -> Result<(), DecodeError> {
    for (index, member) in structure.shape().members().iter().enumerate() {
        if member.location != Location::Body {
            continue;
        }
        let name = member.wire_name();
        if let Some(child) = form.child(name) {
            read(member, child, structure.member_mut(index)).map_err(|error| error.under(name))?;
        }
    }
    Ok(())
}

fn read(member: &Member, form: &Form, field: &mut dyn Field) -> Result<(), DecodeError> {
    match field.slot(member.shape) {
        Slot::Structure(place) => read_structure(form, place),
        Slot::List(list) => {
            let Kind::List { member: item, .. } = &member.shape.kind else { return Ok(()) };
            let items = if member.is_flattened() {
                Some(form)
            } else {
                form.child(item.wire_name.unwrap_or("member"))
            };
            // Some clients number the items of a list that is not flattened without the level between.
            for child in items.unwrap_or(form).items() {
                read(item, child, list.push())?;
            }
            Ok(())
        }
        Slot::Map(map) => {
            let Kind::Map { key, value, .. } = &member.shape.kind else { return Ok(()) };
            let entries = if member.is_flattened() { Some(form) } else { form.child("entry") };
            for entry in entries.into_iter().flat_map(Form::items) {
                let name = entry.get(key.wire_name.unwrap_or("key")).unwrap_or_default().to_owned();
                if let Some(child) = entry.child(value.wire_name.unwrap_or("value")) {
                    read(value, child, map.insert(name))?;
                }
            }
            Ok(())
        }
        slot => {
            parse_scalar(member, form.text.as_deref().unwrap_or_default(), slot, TimestampFormat::Iso8601)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_in_the_order_of_their_numbers() {
        let form = Form::parse(b"L.10=c&L.2=b&L.1=a&Name=x+y%26&Empty=").unwrap();
        let items: Vec<_> =
            form.child("L").unwrap().items().map(|item| item.text.as_deref().unwrap()).collect();
        assert_eq!(items, ["a", "b", "c"]);
        assert_eq!(form.get("Name"), Some("x y&"));
        assert_eq!(form.get("Empty"), Some(""));
        assert_eq!(form.get("None"), None);
    }

    #[test]
    fn hostile_forms_are_refused() {
        assert!(Form::parse(b"%ff=1").is_err());
        assert!(Form::parse("a.".repeat(100_000).as_bytes()).is_err());
    }
}
