//! A structured body as one tree, for JSON and XML alike, under the names that stand on the wire.

use indexmap::IndexMap;
use serde_json::Value;

/// A part of a structured body.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Null,
    Boolean(bool),
    /// A number as it is written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(IndexMap<String, Node>),
}

impl Node {
    /// An entry of a map.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        match self {
            Node::Map(members) => members.get(name),
            _ => None,
        }
    }

    /// The text of an entry.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it is, for people.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Node::Null => "null",
            Node::Boolean(_) => "boolean",
            Node::Number(_) => "number",
            Node::Text(_) => "text",
            Node::List(_) => "list",
            Node::Map(_) => "structure",
        }
    }

    /// Its text, for people and for finding it again.
    pub(super) fn written(&self) -> String {
        match self {
            Node::Text(text) | Node::Number(text) => text.clone(),
            other => other.to_json().to_string(),
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Node::Null => Value::Null,
            Node::Boolean(value) => Value::Bool(*value),
            Node::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())),
            Node::Text(text) => Value::String(text.clone()),
            Node::List(items) => items.iter().map(Node::to_json).collect(),
            Node::Map(members) => {
                members.iter().map(|(name, member)| (name.clone(), member.to_json())).collect()
            }
        }
    }
}

/// JSON as a tree.
pub(super) fn of_json(value: Value) -> Node {
    match value {
        Value::Null => Node::Null,
        Value::Bool(value) => Node::Boolean(value),
        Value::Number(number) => Node::Number(number.to_string()),
        Value::String(text) => Node::Text(text),
        Value::Array(items) => Node::List(items.into_iter().map(of_json).collect()),
        Value::Object(members) => {
            Node::Map(members.into_iter().map(|(name, value)| (name, of_json(value))).collect())
        }
    }
}
