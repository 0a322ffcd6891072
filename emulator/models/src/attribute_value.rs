//! DynamoDB's `AttributeValue`, written by hand because every item is made of it: one value with its type, where the
//! generated structure would have ten places.

use crate::dynamodb::shapes;
use ruststack_wire::IndexMap;
use ruststack_wire::bytes::Bytes;
use ruststack_wire::constraint::Printed;
use ruststack_wire::shape::Shape;
use ruststack_wire::value::{Field, Slot, Structure, View};
use std::fmt;

/// A value of an item as it is on the wire, where nothing has been checked yet
/// (DynamoDB API reference, "AttributeValue"). Numbers are text.
#[derive(Default, Clone, PartialEq)]
pub enum AttributeValue {
    /// No type at all: `{}`.
    #[default]
    Empty,
    /// Text.
    S(String),
    /// A number, as text.
    N(String),
    /// Bytes.
    B(Bytes),
    /// A set of texts.
    Ss(Vec<String>),
    /// A set of numbers.
    Ns(Vec<String>),
    /// A set of bytes.
    Bs(Vec<Bytes>),
    /// Values by name.
    M(Box<IndexMap<String, AttributeValue>>),
    /// A list of values.
    L(Vec<AttributeValue>),
    /// Nothing; `false` is refused by the service.
    Null(bool),
    /// A truth value.
    Bool(bool),
    /// More than one type, which the service refuses.
    Many(Vec<AttributeValue>),
}

impl AttributeValue {
    /// A map of values.
    pub fn map(entries: IndexMap<String, AttributeValue>) -> AttributeValue {
        AttributeValue::M(Box::new(entries))
    }

    /// The value of the type that has this index in the model, empty.
    fn of_type(index: usize) -> AttributeValue {
        match index {
            0 => AttributeValue::S(String::new()),
            1 => AttributeValue::N(String::new()),
            2 => AttributeValue::B(Bytes::new()),
            3 => AttributeValue::Ss(Vec::new()),
            4 => AttributeValue::Ns(Vec::new()),
            5 => AttributeValue::Bs(Vec::new()),
            6 => AttributeValue::M(Box::default()),
            7 => AttributeValue::L(Vec::new()),
            8 => AttributeValue::Null(false),
            9 => AttributeValue::Bool(false),
            _ => unreachable!("AttributeValue has no member {index}"),
        }
    }

    /// Where its type stands in the model, and what it holds.
    fn part(&self) -> Option<(usize, &dyn Field)> {
        Some(match self {
            AttributeValue::S(value) => (0, value),
            AttributeValue::N(value) => (1, value),
            AttributeValue::B(value) => (2, value),
            AttributeValue::Ss(value) => (3, value),
            AttributeValue::Ns(value) => (4, value),
            AttributeValue::Bs(value) => (5, value),
            AttributeValue::M(value) => (6, value),
            AttributeValue::L(value) => (7, value),
            AttributeValue::Null(value) => (8, value),
            AttributeValue::Bool(value) => (9, value),
            AttributeValue::Empty | AttributeValue::Many(_) => return None,
        })
    }

    fn part_mut(&mut self) -> &mut dyn Field {
        match self {
            AttributeValue::S(value) | AttributeValue::N(value) => value,
            AttributeValue::B(value) => value,
            AttributeValue::Ss(value) | AttributeValue::Ns(value) => value,
            AttributeValue::Bs(value) => value,
            AttributeValue::M(value) => value,
            AttributeValue::L(value) => value,
            AttributeValue::Null(value) | AttributeValue::Bool(value) => value,
            AttributeValue::Empty | AttributeValue::Many(_) => self,
        }
    }
}

impl Structure for AttributeValue {
    fn shape(&self) -> &'static Shape {
        &shapes::ATTRIBUTE_VALUE
    }

    fn member(&self, index: usize) -> Option<&dyn Field> {
        match self {
            AttributeValue::Many(values) => values.iter().find_map(|value| value.member(index)),
            value => value.part().filter(|(found, _)| *found == index).map(|(_, field)| field),
        }
    }

    fn member_mut(&mut self, index: usize) -> &mut dyn Field {
        if self.part().is_some_and(|(found, _)| found == index) {
            return self.part_mut();
        }
        match self {
            AttributeValue::Empty => *self = AttributeValue::of_type(index),
            AttributeValue::Many(values) => {
                let found = values.iter().position(|value| value.member(index).is_some());
                let place = found.unwrap_or(values.len());
                if found.is_none() {
                    values.push(AttributeValue::of_type(index));
                }
                return values[place].part_mut();
            }
            _ => {
                let first = std::mem::take(self);
                *self = AttributeValue::Many(vec![first]);
                return self.member_mut(index);
            }
        }
        self.part_mut()
    }

    fn single(&self) -> Option<(usize, &dyn Field)> {
        self.part()
    }

    fn clear(&mut self) {
        *self = AttributeValue::Empty;
    }
}

impl Field for AttributeValue {
    fn view(&self) -> View<'_> {
        View::Structure(self)
    }

    fn slot(&mut self, _: &'static Shape) -> Slot<'_> {
        Slot::Structure(self)
    }
}

impl fmt::Debug for AttributeValue {
    /// As Java prints it: `AttributeValue(s=a, n=null, ...)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Printed(&shapes::ATTRIBUTE_VALUE, View::Structure(self)), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_wire::codec::json;

    fn read(text: &str) -> AttributeValue {
        let mut value = AttributeValue::default();
        json::read_structure(ruststack_wire::serde_json::from_str(text).expect("JSON"), &mut value)
            .expect("a value");
        value
    }

    #[test]
    fn one_type_is_one_variant_and_comes_back_as_it_was() {
        for text in [
            r#"{"S":"a"}"#,
            r#"{"N":"1"}"#,
            r#"{"B":"AQI="}"#,
            r#"{"SS":["a","b"]}"#,
            r#"{"NULL":true}"#,
            r#"{"M":{"a":{"L":[{"BOOL":false},{"M":{}}]}}}"#,
        ] {
            let mut out = Vec::new();
            json::write_structure(&mut out, &read(text), json::Style::Coral);
            assert_eq!(String::from_utf8(out).expect("text"), text);
        }
    }

    #[test]
    fn no_type_and_two_types_are_told_apart() {
        assert_eq!(read("{}"), AttributeValue::Empty);
        assert_eq!(read(r#"{"S":null}"#), AttributeValue::Empty);
        assert!(
            matches!(read(r#"{"S":"a","N":"1","BOOL":true}"#), AttributeValue::Many(values) if values.len() == 3)
        );
    }
}
