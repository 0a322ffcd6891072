//! Copies of structures, member by member, for those that keep what a message brought and tell it again.

use super::{Field, Slot, Structure, View};
use crate::shape::{Kind, Shape};

/// A copy of a structure. A stream of bytes within, which can be read but once, is left empty.
pub fn copy<T: Structure + Default>(original: &T) -> T {
    let mut copy = T::default();
    copy_members(original, &mut copy);
    copy
}

fn copy_members(from: &dyn Structure, to: &mut dyn Structure) {
    for (index, member) in from.shape().members().iter().enumerate() {
        if let Some(field) = from.member(index) {
            copy_field(field, member.shape, to.member_mut(index));
        }
    }
}

fn copy_field(from: &dyn Field, shape: &'static Shape, to: &mut dyn Field) {
    match (from.view(), to.slot(shape)) {
        (View::Boolean(value), Slot::Boolean(place)) => *place = value,
        (View::Integer(value), Slot::Integer(place)) => *place = value as i32,
        (View::Integer(value), Slot::Long(place)) => *place = value,
        (View::Double(value), Slot::Float(place)) => *place = value as f32,
        (View::Double(value), Slot::Double(place)) => *place = value,
        (View::String(value), Slot::String(place)) => value.clone_into(place),
        (View::Blob(value), Slot::Blob(place)) => *place = value.to_vec().into(),
        (View::Timestamp(value), Slot::Timestamp(place)) => *place = value,
        (View::Document(value), Slot::Document(place)) => value.clone_into(place),
        (View::Structure(value), Slot::Structure(place)) => copy_members(value, place),
        (View::List(items), Slot::List(place)) => {
            let Kind::List { member, .. } = &shape.kind else { return };
            (0..items.len()).for_each(|index| copy_field(items.item(index), member.shape, place.push()));
        }
        (View::Map(entries), Slot::Map(place)) => {
            let Kind::Map { value: member, .. } = &shape.kind else { return };
            for (key, value) in (0..entries.len()).map(|index| entries.entry(index)) {
                copy_field(value, member.shape, place.insert(key.to_owned()));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "a structure is made as models make it, to be seen by all")]
mod tests {
    use super::*;
    use crate::shape::Member;

    static TEXT: Shape = Shape { name: "Text", kind: Kind::String(&[]), ..Shape::BASE };
    static NUMBER: Shape = Shape { name: "Number", kind: Kind::Integer, ..Shape::BASE };
    static ITEM: Member = Member { shape: &INNER, ..Member::BASE };
    static LIST: Shape =
        Shape { name: "List", kind: Kind::List { member: &ITEM, flattened: false }, ..Shape::BASE };
    static INNER: Shape = Shape {
        name: "Inner",
        kind: Kind::Structure {
            members: &[
                Member { name: "Text", shape: &TEXT, ..Member::BASE },
                Member { name: "Number", shape: &NUMBER, ..Member::BASE },
            ],
            payload: None,
            union: false,
            event_stream: false,
        },
        ..Shape::BASE
    };
    static OUTER: Shape = Shape {
        name: "Outer",
        kind: Kind::Structure {
            members: &[Member { name: "List", shape: &LIST, ..Member::BASE }],
            payload: None,
            union: false,
            event_stream: false,
        },
        ..Shape::BASE
    };

    crate::structure! {
        /// A structure within.
        Inner: INNER { 0 text: String, 1 number: i32, }
    }

    crate::structure! {
        /// A structure around.
        Outer: OUTER { 0 list: Vec<Inner>, }
    }

    #[test]
    fn what_is_there_is_copied_and_what_is_not_is_not() {
        let inner = |text: Option<&str>, number| Inner { text: text.map(str::to_owned), number };
        let original = Outer { list: Some(vec![inner(Some("a"), None), inner(None, Some(7))]) };
        assert_eq!(format!("{:?}", copy(&original)), format!("{original:?}"));
        assert!(copy(&Outer::default()).list.is_none());
    }
}
