//! From an element to a value.

use super::Element;
use crate::codec::{DecodeError, parse_scalar};
use crate::shape::{Kind, Member, TimestampFormat};
use crate::value::{Field, Slot, Structure};

/// Reads the children and attributes of an element into the members that stand in the body.
pub fn read_structure(element: &Element, structure: &mut dyn Structure) -> Result<(), DecodeError> {
    let members = structure.shape().members();
    for (index, member) in members.iter().enumerate() {
        if !member.location.is_body() || structure.member(index).is_some() {
            continue;
        }
        let name = member.wire_name();
        let read = if member.xml_attribute {
            match element.attribute(name) {
                Some(text) => {
                    let field = structure.member_mut(index);
                    parse_scalar(member, text, field.slot(member.shape), TimestampFormat::Iso8601)
                }
                None => continue,
            }
        } else if member.is_flattened() && member.shape.is_aggregate() {
            if element.child(name).is_none() {
                continue;
            }
            let field = structure.member_mut(index);
            element
                .children
                .iter()
                .filter(|child| child.name == name)
                .try_for_each(|child| add(member, child, field))
        } else {
            match element.child(name) {
                Some(child) => read(member, child, structure.member_mut(index)),
                None => continue,
            }
        };
        read.map_err(|error| error.under(name))?;
    }
    Ok(())
}

/// Reads one element into its place.
pub fn read(member: &Member, element: &Element, field: &mut dyn Field) -> Result<(), DecodeError> {
    match field.slot(member.shape) {
        Slot::Structure(place) => read_structure(element, place),
        Slot::List(list) => {
            let Kind::List { member: item, .. } = &member.shape.kind else { return Ok(()) };
            let name = item.wire_name.unwrap_or("member");
            for child in element.children.iter().filter(|child| child.name == name) {
                read(item, child, list.push())?;
            }
            Ok(())
        }
        Slot::Map(_) => element
            .children
            .iter()
            .filter(|child| child.name == "entry")
            .try_for_each(|entry| add(member, entry, field)),
        slot => parse_scalar(member, &element.text, slot, TimestampFormat::Iso8601),
    }
}

/// Adds one item to a list, or one entry to a map.
fn add(member: &Member, element: &Element, field: &mut dyn Field) -> Result<(), DecodeError> {
    match (field.slot(member.shape), &member.shape.kind) {
        (Slot::List(list), Kind::List { member: item, .. }) => read(item, element, list.push()),
        (Slot::Map(map), Kind::Map { key, value, .. }) => {
            let name = element.child_text(key.wire_name.unwrap_or("key")).unwrap_or_default();
            match element.child(value.wire_name.unwrap_or("value")) {
                Some(child) => read(value, child, map.insert(name.to_owned())),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}
