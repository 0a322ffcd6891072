//! What an item is made of: values, and attributes that have a name and a value.
//!
//! `number` is DynamoDB's decimal number, `attributes` the map of an item, `order` how two values compare, `size` what a
//! value counts for, `depth` how deep values may nest.
//!
//! Sources: DynamoDB Developer Guide, "Supported data types and naming rules" and "DynamoDB item sizes and formats"; the
//! tests of github.com/paritysuite/dynamodb-conformance, which are run against AWS.

mod attributes;
mod depth;
mod number;
mod order;
mod size;
#[cfg(test)]
mod tests;

pub(super) use attributes::Attributes;
pub(super) use depth::{MAX_LEVELS, TOO_DEEP};
pub(super) use number::{Number, NumberError};

use bytes::Bytes;

/// The value of an attribute.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A string.
    S(String),
    /// A number.
    N(Number),
    /// Binary.
    B(Bytes),
    /// A boolean.
    Bool(bool),
    /// Null.
    Null,
    /// A set of strings.
    Ss(Vec<String>),
    /// A set of numbers.
    Ns(Vec<Number>),
    /// A set of binaries.
    Bs(Vec<Bytes>),
    /// A list.
    L(Vec<Value>),
    /// A map.
    M(Attributes),
}

impl Value {
    /// The name of the type, as the wire and the function `attribute_type` have it.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Value::S(_) => "S",
            Value::N(_) => "N",
            Value::B(_) => "B",
            Value::Bool(_) => "BOOL",
            Value::Null => "NULL",
            Value::Ss(_) => "SS",
            Value::Ns(_) => "NS",
            Value::Bs(_) => "BS",
            Value::L(_) => "L",
            Value::M(_) => "M",
        }
    }
}
