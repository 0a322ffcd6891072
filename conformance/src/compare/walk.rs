//! Walks two bodies side by side.

use super::Comparison;
use super::document::Document;
use super::fault::{self, Part};
use super::leaf::{embedded, is_same_number, may_be_spelt};
use super::node::Node;
use super::tree::body_member;
use crate::rules::{Form, Segment};
use crate::verdict::Kind;
use bytes::Bytes;
use indexmap::IndexMap;
use ruststack_wire::shape::{Kind as ShapeKind, Shape};

/// Documents inside texts are followed this deep: an answer may nest them as often as it likes.
const DEEPEST: usize = 128;

impl Comparison<'_> {
    /// Compares two bodies.
    pub(super) fn documents(&mut self, recorded: &Document, actual: &Document) {
        match (recorded, actual) {
            (
                Document::Tree { format, root, shape },
                Document::Tree { format: own_format, root: own_root, .. },
            ) if format == own_format => self.nodes(*shape, root, own_root),
            (Document::Events { events, frames }, Document::Events { events: own_events, frames: own }) => {
                // The same events in more or fewer frames are longer or shorter.
                self.length_is_free |= frames != own;
                self.at("events", |comparison| comparison.sections(events, own_events));
            }
            (Document::Parts(recorded), Document::Parts(actual)) => {
                self.at("parts", |comparison| comparison.sections(recorded, actual));
            }
            (Document::Raw(recorded), Document::Raw(actual)) => self.bytes(recorded, actual),
            _ => self.at("body", |comparison| {
                comparison.report(Kind::Type, Some(recorded.outline()), Some(actual.outline()));
            }),
        }
    }

    fn bytes(&mut self, recorded: &Bytes, actual: &Bytes) {
        let texts = std::str::from_utf8(recorded).ok().zip(std::str::from_utf8(actual).ok());
        let is_same = |(recorded, actual)| self.is_same_but_for_the_request(recorded, actual);
        if recorded == actual || texts.is_some_and(is_same) {
            return;
        }
        let same = recorded.iter().zip(actual).take_while(|(one, two)| one == two).count();
        let around = |bytes: &Bytes| {
            let part = &bytes[same.min(bytes.len())..(same + 64).min(bytes.len())];
            format!("{} bytes, from byte {same}: {}", bytes.len(), part.escape_ascii())
        };
        self.at("body", |comparison| {
            comparison.report(Kind::Value, Some(&around(recorded)), Some(&around(actual)));
        });
    }

    /// Whether two texts are the same but for the id of the request, which AWS makes up and what a function is given, or tells
    /// of what went wrong, holds again.
    fn is_same_but_for_the_request(&self, recorded: &str, actual: &str) -> bool {
        let ids = self.request_ids.filter(|(theirs, own)| theirs.len() == own.len());
        ids.is_some_and(|(theirs, own)| recorded.contains(theirs) && actual.replace(own, theirs) == recorded)
    }

    /// Compares two parts of structured bodies.
    pub(super) fn nodes(&mut self, shape: Option<&'static Shape>, recorded: &Node, actual: &Node) {
        match (recorded, actual) {
            (Node::Map(recorded), Node::Map(actual)) => self.maps(shape, recorded, actual),
            (Node::List(recorded), Node::List(actual)) => self.lists(shape, recorded, actual),
            (Node::Text(recorded), Node::Text(actual)) => self.texts(shape, recorded, actual),
            (Node::Number(recorded), Node::Number(actual)) => {
                if recorded != actual && is_same_number(recorded, actual) {
                    match may_be_spelt(shape, recorded, actual) {
                        true => self.length_is_free = true,
                        false => self.report(Kind::Type, Some(recorded), Some(actual)),
                    }
                } else {
                    self.leaf(Kind::Value, shape, recorded, actual);
                }
            }
            (Node::Boolean(recorded), Node::Boolean(actual)) => {
                self.leaf(Kind::Value, shape, &recorded.to_string(), &actual.to_string());
            }
            (Node::Null, Node::Null) => {}
            _ => {
                let outline = |node: &Node| format!("{}: {}", node.type_name(), node.written());
                self.report(Kind::Type, Some(&outline(recorded)), Some(&outline(actual)));
            }
        }
    }

    fn texts(&mut self, shape: Option<&'static Shape>, recorded: &str, actual: &str) {
        if recorded != actual && self.is_same_but_for_the_request(recorded, actual) {
            return;
        }
        if recorded != actual
            && self.path.len() <= DEEPEST
            && let (Some(one), Some(two)) = (embedded(recorded), embedded(actual))
        {
            self.length_is_free = true;
            return self.nodes(None, &one, &two);
        }
        let kind = match self.part_of_error() {
            Part::Code if fault::without_namespace(recorded) != fault::without_namespace(actual) => {
                Kind::ErrorCode
            }
            Part::Message => Kind::ErrorMessage,
            _ => Kind::Value,
        };
        self.leaf(kind, shape, recorded, actual);
    }

    /// What the value at hand is of an error, if the answer is one.
    fn part_of_error(&self) -> Part {
        let is_error = |name: &String| name == "Error";
        match self.path.as_slice() {
            [Segment::Name(name)] if self.is_error => fault::part(name),
            [Segment::Name(error), Segment::Name(name)] if self.is_error && is_error(error) => {
                fault::part(name)
            }
            _ => Part::Other,
        }
    }

    /// Members by name; their order means nothing.
    fn maps(
        &mut self,
        shape: Option<&'static Shape>,
        recorded: &IndexMap<String, Node>,
        actual: &IndexMap<String, Node>,
    ) {
        let beyond = actual.keys().filter(|name| !recorded.contains_key(*name));
        for name in recorded.keys().chain(beyond) {
            let member = shape.and_then(|shape| part_shape(shape, name));
            let (one, two) = (recorded.get(name), actual.get(name));
            self.at(name, |comparison| {
                if let Some(rule) = comparison.rule_of_form(Form::Received) {
                    return comparison.received(rule, member, one, two);
                }
                match (one, two) {
                    (Some(one), Some(two)) => comparison.nodes(member, one, two),
                    (Some(one), None) => comparison.report(Kind::Missing, Some(&one.written()), None),
                    (None, two) => {
                        comparison.report(Kind::Extra, None, two.map(Node::written).as_deref());
                    }
                }
            });
        }
    }
}

/// The shape of the part of this name.
fn part_shape(shape: &'static Shape, name: &str) -> Option<&'static Shape> {
    match &shape.kind {
        ShapeKind::Structure { .. } => body_member(shape, name).map(|member| member.shape),
        ShapeKind::Map { value, .. } => Some(value.shape),
        _ => None,
    }
}

impl Document {
    /// What it is, for people.
    pub(super) fn outline(&self) -> &str {
        match self {
            Document::Tree { format, .. } => format,
            Document::Events { .. } => "an event stream",
            Document::Parts(_) => "a multipart body",
            Document::Raw(bytes) if bytes.is_empty() => "nothing",
            Document::Raw(bytes) => std::str::from_utf8(bytes).unwrap_or("bytes"),
        }
    }
}
