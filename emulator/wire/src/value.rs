//! Values that a codec can walk without knowing their types.
//!
//! A [`Field`] shows itself as a [`View`] to be written and as a [`Slot`] to be filled. Generated structures
//! implement [`Structure`]; [`Value`] is the same for shapes that are known only when the program runs.

mod copy;
mod dynamic;
mod plain;

pub use copy::copy;
pub use dynamic::{Record, Value};

use crate::body::Body;
use crate::shape::{Kind, Shape};
use crate::timestamp::Timestamp;
use bytes::Bytes;

/// Values by name, in the order in which they came. Names come from outside, so the hash has a seed that nobody can know.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, foldhash::fast::RandomState>;

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
    /// JSON that is written already. Only outputs of protocols that are JSON have it.
    Json(&'a [u8]),
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
    /// The index of the only member that is present, and that member, where a union knows it; `None` says nothing.
    fn single(&self) -> Option<(usize, &dyn Field)> {
        None
    }
    /// Makes all members absent.
    fn clear(&mut self);
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
            fn clear(&mut self) { *self = $name::default(); }
        }

        impl $crate::value::Field for $name {
            fn view(&self) -> $crate::value::View<'_> { $crate::value::View::Structure(self) }
            fn slot(&mut self, _: &'static $crate::shape::Shape) -> $crate::value::Slot<'_> {
                $crate::value::Slot::Structure(self)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&$crate::constraint::Printed(&$shape, $crate::value::View::Structure(self)), f)
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
