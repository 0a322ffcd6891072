//! JSON put straight into its places, without a tree of it in between.
//!
//! What is not as usual (a wrong type, a name that comes twice, a fraction, a moment) is left to [`super::read_structure`],
//! which takes more of it or tells what is wrong.

use crate::codec::parse_scalar;
use crate::shape::{Kind, Member, TimestampFormat};
use crate::value::{Field, Sequence, Slot, Structure};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;
use std::fmt;

/// Reads an object into the members of a structure that has none yet. Where this gives `false` the structure holds a part
/// of it, and has to be cleared.
pub(super) fn fill(bytes: &[u8], structure: &mut dyn Structure) -> bool {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    reader.deserialize_map(Members(structure)).and_then(|()| reader.end()).is_ok()
}

/// The members of a structure.
struct Members<'s>(&'s mut dyn Structure);

/// Where a name stands in a shape, if it does.
struct Name(&'static [Member]);

/// Where a value goes, which is made only for one that is there.
enum Place<'p> {
    Member(&'p mut dyn Structure, usize),
    Item(&'p mut dyn Sequence),
    Entry(&'p mut dyn Field),
}

/// A place, and what belongs there.
struct Target<'p>(&'static Member, Place<'p>);

/// The place of a value that is not null.
struct Filling<'f>(&'static Member, Slot<'f>);

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let members = self.0.shape().members();
        while let Some(found) = object.next_key_seed(Name(members))? {
            match found {
                Some(index) if self.0.member(index).is_some() => return Err(unusual()),
                Some(index) => {
                    object.next_value_seed(Target(&members[index], Place::Member(&mut *self.0, index)))?;
                }
                None => drop(object.next_value::<Json>()?),
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Option<usize>, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self.0.iter().position(|member| member.location.is_body() && member.wire_name() == name))
    }
}

impl<'p> Place<'p> {
    fn field(self) -> &'p mut dyn Field {
        match self {
            Place::Member(structure, index) => structure.member_mut(index),
            Place::Item(list) => list.push(),
            Place::Entry(field) => field,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Target<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Target<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    /// Nulls are left out but for items of lists.
    fn visit_none<E: Error>(self) -> Result<(), E> {
        if let Place::Item(list) = self.1 {
            list.push();
        }
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        let Target(member, place) = self;
        let slot = place.field().slot(member.shape);
        match slot {
            Slot::Boolean(_) => reader.deserialize_bool(Filling(member, slot)),
            Slot::Integer(_) | Slot::Long(_) => reader.deserialize_i64(Filling(member, slot)),
            Slot::String(_) | Slot::Blob(_) => reader.deserialize_string(Filling(member, slot)),
            Slot::Structure(place) => reader.deserialize_map(Members(place)),
            Slot::List(_) => reader.deserialize_seq(Filling(member, slot)),
            Slot::Map(_) => reader.deserialize_map(Filling(member, slot)),
            Slot::Float(_) | Slot::Double(_) | Slot::Timestamp(_) | Slot::Body(_) | Slot::Document(_) => {
                Err(unusual())
            }
        }
    }
}

impl<'de> Visitor<'de> for Filling<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of the type that the model says")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        let Slot::Boolean(place) = self.1 else { return Err(unusual()) };
        *place = value;
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        match self.1 {
            Slot::Integer(place) => *place = i32::try_from(value).map_err(|_| unusual())?,
            Slot::Long(place) => *place = value,
            _ => return Err(unusual()),
        }
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.visit_i64(i64::try_from(value).map_err(|_| unusual())?)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        match self.1 {
            Slot::String(place) => *place = text.to_owned(),
            slot @ Slot::Blob(_) => {
                parse_scalar(self.0, text, slot, TimestampFormat::UnixSeconds).map_err(|_| unusual())?
            }
            _ => return Err(unusual()),
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let (Slot::List(list), Kind::List { member, .. }) = (self.1, &self.0.shape.kind) else {
            return Err(unusual());
        };
        while items.next_element_seed(Target(member, Place::Item(&mut *list)))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let (Slot::Map(map), Kind::Map { value, .. }) = (self.1, &self.0.shape.kind) else {
            return Err(unusual());
        };
        while let Some(name) = entries.next_key::<String>()? {
            let count = map.len();
            entries.next_value_seed(Target(value, Place::Entry(map.insert(name))))?;
            if map.len() == count {
                return Err(unusual());
            }
        }
        Ok(())
    }
}

fn unusual<E: Error>() -> E {
    E::custom("not as usual")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Shape;
    use crate::value::Record;

    static TEXT: Shape = Shape { name: "Text", kind: Kind::String(&[]), ..Shape::BASE };
    static COUNT: Shape = Shape { name: "Count", kind: Kind::Integer, ..Shape::BASE };
    static BYTES: Shape = Shape { name: "Bytes", kind: Kind::Blob { streaming: false }, ..Shape::BASE };
    static TEXTS: Shape = Shape {
        kind: Kind::List { member: &Member { shape: &TEXT, ..Member::BASE }, flattened: false },
        ..Shape::BASE
    };
    static COUNTS: Shape = Shape {
        kind: Kind::Map {
            key: &Member { shape: &TEXT, ..Member::BASE },
            value: &Member { shape: &COUNT, ..Member::BASE },
            flattened: false,
        },
        ..Shape::BASE
    };
    static INPUT: Shape = Shape {
        name: "Input",
        kind: Kind::Structure {
            members: &[
                Member { name: "Name", shape: &TEXT, ..Member::BASE },
                Member { name: "Count", shape: &COUNT, ..Member::BASE },
                Member { name: "Body", shape: &BYTES, ..Member::BASE },
                Member { name: "Names", shape: &TEXTS, ..Member::BASE },
                Member { name: "Counts", shape: &COUNTS, ..Member::BASE },
            ],
            payload: None,
            union: false,
            event_stream: false,
        },
        ..Shape::BASE
    };

    /// Both ways give the same; says whether this one took it.
    #[track_caller]
    fn check(text: &str, is_usual: bool) {
        let (mut direct, mut slow) = (Record::new(&INPUT), Record::new(&INPUT));
        assert_eq!(fill(text.as_bytes(), &mut direct), is_usual, "{text}");
        let read = serde_json::from_str(text)
            .is_ok_and(|json| super::super::read_structure(json, &mut slow).is_ok());
        if is_usual {
            assert!(read, "{text}");
            assert_eq!(direct, slow, "{text}");
        }
    }

    #[test]
    fn what_is_usual_is_read_as_the_other_way_reads_it() {
        check("{}", true);
        check(r#"{"Name":"a\u00e9\n","Count":-3,"Body":"AQI=","Other":[1.5,{"x":null}]}"#, true);
        check(r#"{"Name":null,"Names":["a",null,"b"],"Counts":{"x":1,"y":null}}"#, true);
        check(r#" {"Names" : [ ] , "Counts":{}} "#, true);
    }

    #[test]
    fn what_is_not_is_left_to_the_other_way() {
        for text in [
            "",
            "[]",
            "{} x",
            r#"{"Name":1}"#,
            r#"{"Name":"a","Name":"b"}"#,
            r#"{"Count":1.0}"#,
            r#"{"Count":3000000000}"#,
            r#"{"Counts":{"x":1,"x":2}}"#,
            r#"{"Body":"?"}"#,
            r#"{"Names":{}}"#,
        ] {
            check(text, false);
        }
    }
}
