//! DynamoDB's `AttributeMap`, written by hand because reads give nothing but these: an item may come as JSON that is
//! written already, where values by name would be made only to be written.

use crate::AttributeValue;
use ruststack_wire::IndexMap;
use ruststack_wire::bytes::Bytes;
use ruststack_wire::shape::Shape;
use ruststack_wire::value::{Field, Slot, View};
use std::fmt;

/// The attributes of an item that an operation gives (DynamoDB API reference, "GetItem", `Item`).
#[derive(Clone, PartialEq)]
pub enum AttributeMap {
    /// Values by name.
    Values(IndexMap<String, AttributeValue>),
    /// The JSON of the same.
    Json(Bytes),
}

impl Default for AttributeMap {
    fn default() -> AttributeMap {
        AttributeMap::Values(IndexMap::default())
    }
}

impl From<IndexMap<String, AttributeValue>> for AttributeMap {
    fn from(values: IndexMap<String, AttributeValue>) -> AttributeMap {
        AttributeMap::Values(values)
    }
}

impl Field for AttributeMap {
    fn view(&self) -> View<'_> {
        match self {
            AttributeMap::Values(values) => values.view(),
            AttributeMap::Json(text) => View::Json(text),
        }
    }

    fn slot(&mut self, shape: &'static Shape) -> Slot<'_> {
        if let AttributeMap::Json(_) = self {
            *self = AttributeMap::default();
        }
        match self {
            AttributeMap::Values(values) => values.slot(shape),
            AttributeMap::Json(_) => unreachable!("the lines above have put values here"),
        }
    }
}

impl fmt::Debug for AttributeMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AttributeMap::Values(values) => values.fmt(f),
            AttributeMap::Json(text) => f.write_str(&String::from_utf8_lossy(text)),
        }
    }
}
