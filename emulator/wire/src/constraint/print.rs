//! Values as Java prints them: `KeySchemaElement(attributeName=a, keyType=null)`, `[a, b]`, `{k=v}`.

use super::path::LowerCamel;
use crate::shape::{Kind, Shape};
use crate::value::View;
use std::fmt;

/// A value of a shape, printed as Java would. Secrets are stars.
pub struct Printed<'a>(pub &'static Shape, pub View<'a>);

impl fmt::Display for Printed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Printed(shape, view) = *self;
        if shape.sensitive {
            return f.write_str("*** Sensitive Data Redacted ***");
        }
        match (view, &shape.kind) {
            (View::Null, _) => f.write_str("null"),
            (View::Boolean(value), _) => value.fmt(f),
            (View::Integer(value), _) => value.fmt(f),
            // Java's doubles have a fraction always.
            (View::Double(value), _) => write!(f, "{value:?}"),
            (View::String(value), _) => f.write_str(value),
            (View::Blob(value), _) => {
                write!(f, "java.nio.HeapByteBuffer[pos=0 lim={0} cap={0}]", value.len())
            }
            (View::Timestamp(value), _) => fmt::Debug::fmt(&value, f),
            (View::Body(value), _) => fmt::Debug::fmt(value, f),
            (View::Document(value), _) => value.fmt(f),
            (View::Json(text), _) => f.write_str(&String::from_utf8_lossy(text)),
            (View::List(list), Kind::List { member, .. }) => {
                f.write_str("[")?;
                for index in 0..list.len() {
                    let comma = if index > 0 { ", " } else { "" };
                    write!(f, "{comma}{}", Printed(member.shape, list.item(index).view()))?;
                }
                f.write_str("]")
            }
            (View::Map(map), Kind::Map { value, .. }) => {
                f.write_str("{")?;
                for index in 0..map.len() {
                    let comma = if index > 0 { ", " } else { "" };
                    let (key, field) = map.entry(index);
                    write!(f, "{comma}{key}={}", Printed(value.shape, field.view()))?;
                }
                f.write_str("}")
            }
            (View::Structure(structure), _) => {
                write!(f, "{}(", shape.name)?;
                for (index, member) in shape.members().iter().enumerate() {
                    let name = LowerCamel(member.name);
                    let comma = if index > 0 { ", " } else { "" };
                    let view = structure.member(index).map_or(View::Null, |field| field.view());
                    if matches!(view, View::Null) {
                        write!(f, "{comma}{name}=null")?;
                    } else {
                        write!(f, "{comma}{name}={}", Printed(member.shape, view))?;
                    }
                }
                f.write_str(")")
            }
            (View::List(_) | View::Map(_), _) => f.write_str("?"),
        }
    }
}
