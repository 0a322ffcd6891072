//! Values whose shapes are known only when the program runs.

use super::IndexMap;
use super::{Field, Slot, Structure, View};
use crate::shape::{Kind, Shape};
use crate::timestamp::Timestamp;
use bytes::Bytes;
use std::fmt;

/// A value of any shape, for shapes known only at run time.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// A truth value.
    Boolean(bool),
    /// A whole number.
    Integer(i32),
    /// A long whole number.
    Long(i64),
    /// A floating-point number of 32 bits.
    Float(f32),
    /// A floating-point number of 64 bits.
    Double(f64),
    /// Text.
    String(String),
    /// Bytes, streamed or not.
    Blob(Bytes),
    /// A moment.
    Timestamp(Timestamp),
    /// A sequence.
    List(Vec<Value>),
    /// Values by name.
    Map(IndexMap<String, Value>),
    /// Named members.
    Structure(Record),
    /// Any JSON value.
    Document(serde_json::Value),
}

/// A structure whose shape is known only at run time.
#[derive(Clone)]
pub struct Record {
    shape: &'static Shape,
    members: Vec<Option<Value>>,
}

impl Record {
    /// A structure of this shape without any member.
    pub fn new(shape: &'static Shape) -> Record {
        Record { shape, members: vec![None; shape.members().len()] }
    }

    /// The member of this name, if the shape has it and it is present.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(self.shape.index_of(name)?)?.as_ref()
    }

    /// Sets the member of this name; `false` when the shape has none.
    pub fn set(&mut self, name: &str, value: Value) -> bool {
        let place = self.shape.index_of(name).and_then(|index| self.members.get_mut(index));
        place.map(|place| *place = Some(value)).is_some()
    }

    /// The members that are present, by name.
    pub fn present(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        let names = self.shape.members().iter().map(|member| member.name);
        names.zip(&self.members).filter_map(|(name, value)| Some((name, value.as_ref()?)))
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Record) -> bool {
        std::ptr::eq(self.shape, other.shape) && self.members == other.members
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.present()).finish()
    }
}

impl Structure for Record {
    fn shape(&self) -> &'static Shape {
        self.shape
    }
    fn member(&self, index: usize) -> Option<&dyn Field> {
        self.members.get(index)?.as_ref().map(|value| value as &dyn Field)
    }
    fn member_mut(&mut self, index: usize) -> &mut dyn Field {
        self.members[index].get_or_insert_default()
    }
    fn clear(&mut self) {
        self.members.fill(None);
    }
}

impl Field for Value {
    fn view(&self) -> View<'_> {
        match self {
            Value::Null => View::Null,
            Value::Boolean(value) => View::Boolean(*value),
            Value::Integer(value) => View::Integer(i64::from(*value)),
            Value::Long(value) => View::Integer(*value),
            Value::Float(value) => View::Double(f64::from(*value)),
            Value::Double(value) => View::Double(*value),
            Value::String(value) => View::String(value),
            Value::Blob(value) => View::Blob(value),
            Value::Timestamp(value) => View::Timestamp(*value),
            Value::List(value) => View::List(value),
            Value::Map(value) => View::Map(value),
            Value::Structure(value) => View::Structure(value),
            Value::Document(value) => View::Document(value),
        }
    }

    fn slot(&mut self, shape: &'static Shape) -> Slot<'_> {
        if matches!(self, Value::Null) {
            *self = match shape.kind {
                Kind::Boolean => Value::Boolean(false),
                Kind::Integer => Value::Integer(0),
                Kind::Long => Value::Long(0),
                Kind::Float => Value::Float(0.0),
                Kind::Double => Value::Double(0.0),
                Kind::String(_) => Value::String(String::new()),
                Kind::Blob { .. } => Value::Blob(Bytes::new()),
                Kind::Timestamp(_) => Value::Timestamp(Timestamp::default()),
                Kind::List { .. } => Value::List(Vec::new()),
                Kind::Map { .. } => Value::Map(IndexMap::default()),
                Kind::Structure { .. } => Value::Structure(Record::new(shape)),
                Kind::Document => Value::Document(serde_json::Value::Null),
            };
        }
        match self {
            Value::Null => unreachable!("the arm above has put a value here"),
            Value::Boolean(value) => Slot::Boolean(value),
            Value::Integer(value) => Slot::Integer(value),
            Value::Long(value) => Slot::Long(value),
            Value::Float(value) => Slot::Float(value),
            Value::Double(value) => Slot::Double(value),
            Value::String(value) => Slot::String(value),
            Value::Blob(value) => Slot::Blob(value),
            Value::Timestamp(value) => Slot::Timestamp(value),
            Value::List(value) => Slot::List(value),
            Value::Map(value) => Slot::Map(value),
            Value::Structure(value) => Slot::Structure(value),
            Value::Document(value) => Slot::Document(value),
        }
    }
}
