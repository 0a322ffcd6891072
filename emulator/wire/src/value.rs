//! Values that a codec can walk without knowing their types.
//!
//! A [`Field`] shows itself as a [`View`] to be written and as a [`Slot`] to be filled. Generated structures
//! implement [`Structure`]; [`Value`] is the same for shapes that are known only when the program runs.

use crate::body::Body;
use crate::shape::{Kind, Shape};
use crate::timestamp::Timestamp;
use bytes::Bytes;
use indexmap::IndexMap;
use std::fmt;

/// A value to be read, as a codec sees it.
#[derive(Clone, Copy)]
pub enum View<'a> {
    /// Nothing; only where a model allows null items.
    Null,
    /// A truth value.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A floating-point number, of either width.
    Double(f64),
    /// Text.
    String(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
    /// A moment.
    Timestamp(Timestamp),
    /// A stream of bytes, which no codec can walk.
    Body(&'a Body),
    /// A sequence.
    List(&'a dyn Sequence),
    /// Values by name.
    Map(&'a dyn Mapping),
    /// Named members.
    Structure(&'a dyn Structure),
    /// Any JSON value.
    Document(&'a serde_json::Value),
}

/// A place to put a value, as a codec sees it.
pub enum Slot<'a> {
    /// For a truth value.
    Boolean(&'a mut bool),
    /// For a number of 32 bits.
    Integer(&'a mut i32),
    /// For a number of 64 bits.
    Long(&'a mut i64),
    /// For a floating-point number of 32 bits.
    Float(&'a mut f32),
    /// For a floating-point number of 64 bits.
    Double(&'a mut f64),
    /// For text.
    String(&'a mut String),
    /// For bytes.
    Blob(&'a mut Bytes),
    /// For a moment.
    Timestamp(&'a mut Timestamp),
    /// For a stream of bytes.
    Body(&'a mut Body),
    /// For a sequence.
    List(&'a mut dyn Sequence),
    /// For values by name.
    Map(&'a mut dyn Mapping),
    /// For named members.
    Structure(&'a mut dyn Structure),
    /// For any JSON value.
    Document(&'a mut serde_json::Value),
}

/// Anything that a message can carry.
pub trait Field {
    /// The value as it is.
    fn view(&self) -> View<'_>;
    /// The place to put a value of this shape.
    fn slot(&mut self, shape: &'static Shape) -> Slot<'_>;
}

/// A structure: its members by their index in the shape.
pub trait Structure {
    /// What it looks like on the wire.
    fn shape(&self) -> &'static Shape;
    /// The member at this index, if it is present.
    fn member(&self, index: usize) -> Option<&dyn Field>;
    /// The member at this index, made present.
    fn member_mut(&mut self, index: usize) -> &mut dyn Field;
}

/// A list of fields.
pub trait Sequence {
    /// How many items there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The item at this index, which must be below [`Sequence::len`].
    fn item(&self, index: usize) -> &dyn Field;
    /// Adds an item and gives it to be filled.
    fn push(&mut self) -> &mut dyn Field;
}

/// Fields by name, in the order in which they came.
pub trait Mapping {
    /// How many entries there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The entry at this index, which must be below [`Mapping::len`].
    fn entry(&self, index: usize) -> (&str, &dyn Field);
    /// Adds an entry, or finds the one of this name, and gives it to be filled.
    fn insert(&mut self, key: String) -> &mut dyn Field;
}

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
                Kind::Map { .. } => Value::Map(IndexMap::new()),
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

/// A plain type is a field: how it shows itself, and the slot it offers.
macro_rules! plain_fields {
    ($($type:ty: $value:ident => $view:expr, $slot:path;)*) => {$(
        impl Field for $type {
            fn view(&self) -> View<'_> {
                let $value = self;
                $view
            }
            fn slot(&mut self, _: &'static Shape) -> Slot<'_> {
                $slot(self)
            }
        }
    )*};
}

plain_fields! {
    bool: value => View::Boolean(*value), Slot::Boolean;
    i32: value => View::Integer(i64::from(*value)), Slot::Integer;
    i64: value => View::Integer(*value), Slot::Long;
    f32: value => View::Double(f64::from(*value)), Slot::Float;
    f64: value => View::Double(*value), Slot::Double;
    String: value => View::String(value), Slot::String;
    Bytes: value => View::Blob(value), Slot::Blob;
    Timestamp: value => View::Timestamp(*value), Slot::Timestamp;
    Body: value => View::Body(value), Slot::Body;
    serde_json::Value: value => View::Document(value), Slot::Document;
}

impl<T: Field + Default> Field for Vec<T> {
    fn view(&self) -> View<'_> {
        View::List(self)
    }
    fn slot(&mut self, _: &'static Shape) -> Slot<'_> {
        Slot::List(self)
    }
}

impl<T: Field + Default> Sequence for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }
    fn item(&self, index: usize) -> &dyn Field {
        &self[index]
    }
    fn push(&mut self) -> &mut dyn Field {
        self.push(T::default());
        self.last_mut().expect("an item has just been pushed")
    }
}

impl<T: Field + Default> Field for IndexMap<String, T> {
    fn view(&self) -> View<'_> {
        View::Map(self)
    }
    fn slot(&mut self, _: &'static Shape) -> Slot<'_> {
        Slot::Map(self)
    }
}

impl<T: Field + Default> Mapping for IndexMap<String, T> {
    fn len(&self) -> usize {
        self.len()
    }
    fn entry(&self, index: usize) -> (&str, &dyn Field) {
        let (key, value) = self.get_index(index).expect("callers stay below len");
        (key, value)
    }
    fn insert(&mut self, key: String) -> &mut dyn Field {
        self.entry(key).or_default()
    }
}

impl<T: Field> Field for Box<T> {
    fn view(&self) -> View<'_> {
        self.as_ref().view()
    }
    fn slot(&mut self, shape: &'static Shape) -> Slot<'_> {
        self.as_mut().slot(shape)
    }
}

/// Declares a structure of a model: its members, each an `Option`, with the index each has in its shape.
#[macro_export]
macro_rules! structure {
    ($(#[$doc:meta])* $name:ident: $shape:path { $($index:literal $member:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Default)]
        pub struct $name { $(pub $member: Option<$type>,)* }

        impl $crate::value::Structure for $name {
            fn shape(&self) -> &'static $crate::shape::Shape { &$shape }
            fn member(&self, index: usize) -> Option<&dyn $crate::value::Field> {
                match index {
                    $($index => self.$member.as_ref().map(|value| value as &dyn $crate::value::Field),)*
                    _ => None,
                }
            }
            fn member_mut(&mut self, index: usize) -> &mut dyn $crate::value::Field {
                match index {
                    $($index => self.$member.get_or_insert_default(),)*
                    _ => unreachable!("{} has no member {index}", stringify!($name)),
                }
            }
        }

        impl $crate::value::Field for $name {
            fn view(&self) -> $crate::value::View<'_> { $crate::value::View::Structure(self) }
            fn slot(&mut self, _: &'static $crate::shape::Shape) -> $crate::value::Slot<'_> {
                $crate::value::Slot::Structure(self)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::constraint::print(f, &$shape, $crate::value::View::Structure(self))
            }
        }
    };
}

/// A structure without members: the input or output of an operation that has none.
static UNIT: Shape = Shape {
    name: "Unit",
    kind: Kind::Structure { members: &[], payload: None, union: false, event_stream: false },
    ..Shape::BASE
};

structure! {
    /// What an operation takes or gives that takes or gives nothing.
    Unit: UNIT {}
}
