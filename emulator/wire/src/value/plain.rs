//! Rust's own types as fields.

use super::IndexMap;
use super::{Field, Mapping, Sequence, Slot, View};
use crate::body::Body;
use crate::shape::Shape;
use crate::timestamp::Timestamp;
use bytes::Bytes;

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
