//! A body as meaning: one tree for JSON and XML, under the names that stand on the wire.

use super::frames::{self, frames};
use super::parts::{boundary, parts};
use super::section::Section;
use super::{content, fault};
use crate::classify::Subject;
use bytes::Bytes;
use indexmap::IndexMap;
use ruststack_wire::codec::xml::{Element, parse};
use ruststack_wire::shape::{Kind, Location, Member, Shape};
use serde_json::Value;

/// A body.
#[derive(Debug)]
pub(super) enum Document {
    /// A structured one, and what the model says it is.
    Tree { format: &'static str, root: Node, shape: Option<&'static Shape> },
    /// The events of a stream, and how many frames they came in.
    Events { events: Vec<Section<Document>>, frames: usize },
    /// The parts of a multipart body.
    Parts(Vec<Section<Document>>),
    /// Bytes.
    Raw(Bytes),
}

/// How a body came.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arrival<'a> {
    pub(super) status: u16,
    pub(super) content_type: Option<&'a str>,
    pub(super) content_encoding: Option<&'a str>,
}

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

impl Document {
    /// Reads a body as what the operation answers.
    pub(super) fn read(subject: &Subject, arrival: Arrival<'_>, bytes: &Bytes) -> Document {
        let is_error = arrival.status >= 300;
        let output = subject.operation.and_then(|operation| operation.output);
        let payload = output.and_then(Shape::payload).map(|(_, member)| member.shape);
        let media_type = arrival.content_type.unwrap_or_default();
        // What a function answers is JSON; what an object holds is its own, whatever it is called.
        let is_said =
            media_type.starts_with("application/json") && subject.service.is_none_or(|it| it.name != "s3");
        let is_content = !is_error && !is_said && payload.is_some_and(is_content);
        let has_parts = !is_content || (arrival.status == 206 && media_type.contains("byteranges"));
        if has_parts && let Some(found) = boundary(media_type).and_then(|own| parts(bytes, own)) {
            return Document::Parts(found.into_iter().map(part).collect());
        }
        // The bytes of an object are what somebody put there, gzip or not.
        if is_content {
            return Document::Raw(bytes.clone());
        }
        let bytes = &content::decoded(arrival.content_encoding, bytes.clone());
        if media_type.starts_with(frames::MEDIA_TYPE)
            && let Some(found) = frames(bytes)
        {
            let frames = found.count;
            let events = found.events.into_iter().map(|event| self::event(payload, event));
            return Document::Events { events: events.collect(), frames };
        }
        let shape = match is_error {
            true => None,
            false => payload.or(output),
        };
        Document::structured(subject, shape, bytes)
    }

    /// Reads JSON or XML; bytes are what is neither.
    fn structured(subject: &Subject, shape: Option<&'static Shape>, bytes: &Bytes) -> Document {
        let start = bytes.trim_ascii_start();
        match start.first() {
            Some(b'{' | b'[') => match serde_json::from_slice::<Value>(bytes) {
                Ok(value) => {
                    let root = of_json(value);
                    let shape = shape.or_else(|| fault::shape(subject, fault::code(&root)?));
                    Document::Tree { format: "JSON", root, shape }
                }
                Err(_) => Document::Raw(bytes.clone()),
            },
            Some(b'<') => match parse(start) {
                Ok(element) => {
                    let mut root = root_of_xml(&element, subject, shape);
                    if let (Node::Map(members), Some(encoding)) = (&mut root, encoding(start)) {
                        members.insert("@encoding".to_owned(), Node::Text(encoding));
                    }
                    Document::Tree { format: "XML", root, shape }
                }
                Err(_) => Document::Raw(bytes.clone()),
            },
            _ => Document::Raw(bytes.clone()),
        }
    }

    /// The code and the sentence of the error that it tells.
    pub(super) fn error(&self, status: u16) -> Option<(String, String)> {
        match self {
            Document::Tree { root, .. } if status >= 300 => {
                let code = fault::code(root)?.to_owned();
                Some((code, fault::message(root).unwrap_or_default().to_owned()))
            }
            _ => None,
        }
    }
}

/// Whether a payload of this shape is bytes that mean nothing to the service.
fn is_content(shape: &Shape) -> bool {
    matches!(shape.kind, Kind::Blob { .. })
}

/// A part of a multipart body.
fn part(part: Section<Bytes>) -> Section<Document> {
    Section { headers: part.headers, content: Document::Raw(part.content) }
}

/// An event of a stream; the model knows its payload by the event's name.
fn event(stream: Option<&'static Shape>, event: Section<Bytes>) -> Section<Document> {
    let name = event.headers.get(":event-type");
    let known = stream.zip(name).and_then(|(stream, name)| {
        stream.members().iter().find(|member| member.wire_name() == name || member.name == name)
    });
    let shape = known.map(|member| member.shape);
    let payload = shape.and_then(Shape::payload).map(|(_, member)| member.shape);
    let content = match payload.is_some_and(is_content) {
        true => Document::Raw(event.content),
        false => Document::structured(&Subject::default(), payload.or(shape), &event.content),
    };
    Section { headers: event.headers, content }
}

/// The encoding that an XML prolog names, where it is not the usual one.
fn encoding(xml: &[u8]) -> Option<String> {
    let prolog = std::str::from_utf8(xml.get(..xml.len().min(200))?).ok().or_else(|| {
        let end = xml.windows(2).position(|pair| pair == b"?>")?;
        std::str::from_utf8(&xml[..end]).ok()
    })?;
    let (prolog, _) = prolog.strip_prefix("<?xml")?.split_once("?>")?;
    let value = prolog.split_once("encoding=")?.1;
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let name = value[1..].split(quote).next()?;
    (!name.eq_ignore_ascii_case("utf-8")).then(|| name.to_owned())
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

/// A document's root: its members, those of the query protocol's result among them, and its own name and namespace.
fn root_of_xml(element: &Element, subject: &Subject, shape: Option<&'static Shape>) -> Node {
    let wrapper = subject.operation.and_then(|operation| operation.result_wrapper);
    let result = wrapper.and_then(|wrapper| element.child(wrapper));
    let mut members = match (shape, result) {
        (Some(shape), None) if matches!(shape.kind, Kind::Structure { .. }) => structure(element, shape),
        (_, None) => generic(element),
        (shape, Some(result)) => {
            let mut members = match shape {
                Some(shape) => structure(result, shape),
                None => generic(result),
            };
            members.insert("@result".to_owned(), Node::Text(result.name.clone()));
            let beside: Vec<Element> =
                element.children.iter().filter(|child| child.name != result.name).cloned().collect();
            let beside =
                Element { children: beside, attributes: element.attributes.clone(), ..Element::default() };
            members.extend(generic(&beside));
            members
        }
    };
    // `GetBucketLocation` and its like answer with a bare text.
    if element.children.is_empty() && !element.text.is_empty() {
        members.insert("#text".to_owned(), Node::Text(element.text.clone()));
    }
    members.insert("@root".to_owned(), Node::Text(element.name.clone()));
    Node::Map(members)
}

fn attributes(element: &Element) -> IndexMap<String, Node> {
    element.attributes.iter().map(|(name, value)| (format!("@{name}"), Node::Text(value.clone()))).collect()
}

/// An element of a structure that the model knows.
fn structure(element: &Element, shape: &'static Shape) -> IndexMap<String, Node> {
    let mut made = attributes(element);
    for child in &element.children {
        let member = body_member(shape, &child.name);
        let is_flattened = member.is_some_and(|member| member.is_flattened() && member.shape.is_aggregate());
        match member {
            Some(member) if is_flattened => flattened(&mut made, child, member),
            Some(member) => add(&mut made, &child.name, of_element(child, Some(member.shape))),
            None => add(&mut made, &child.name, of_element(child, None)),
        }
    }
    made
}

/// The member of a structure that this name on the wire belongs to.
pub(super) fn body_member(shape: &'static Shape, name: &str) -> Option<&'static Member> {
    let is_named = |member: &&Member| match &member.shape.kind {
        Kind::List { member: item, .. } if member.is_flattened() && member.wire_name.is_none() => {
            item.wire_name.unwrap_or(member.name) == name
        }
        _ => member.wire_name() == name || member.name == name,
    };
    shape.members().iter().filter(|member| member.location == Location::Body).find(is_named)
}

/// An item of a list, or an entry of a map, that has no element around it.
fn flattened(made: &mut IndexMap<String, Node>, child: &Element, member: &'static Member) {
    match &member.shape.kind {
        Kind::List { member: item, .. } => {
            let items = made.entry(child.name.clone()).or_insert_with(|| Node::List(Vec::new()));
            if let Node::List(items) = items {
                items.push(of_element(child, Some(item.shape)));
            }
        }
        Kind::Map { key, value, .. } => {
            let entries = made.entry(child.name.clone()).or_insert_with(|| Node::Map(IndexMap::new()));
            if let (Node::Map(entries), Some((name, value))) = (entries, entry(child, key, value)) {
                entries.insert(name, value);
            }
        }
        _ => {}
    }
}

fn entry(element: &Element, key: &'static Member, value: &'static Member) -> Option<(String, Node)> {
    let name = element.child_text(key.wire_name.unwrap_or("key"))?;
    let value_element = element.child(value.wire_name.unwrap_or("value"));
    let value = value_element.map_or(Node::Null, |element| of_element(element, Some(value.shape)));
    Some((name.to_owned(), value))
}

fn of_element(element: &Element, shape: Option<&'static Shape>) -> Node {
    let Some(shape) = shape else {
        let is_leaf = element.children.is_empty() && element.attributes.is_empty();
        return if is_leaf { Node::Text(element.text.clone()) } else { Node::Map(generic(element)) };
    };
    match &shape.kind {
        Kind::Structure { .. } => Node::Map(structure(element, shape)),
        Kind::List { member: item, .. } => {
            let name = item.wire_name.unwrap_or("member");
            match element.children.iter().all(|child| child.name == name) && element.text.is_empty() {
                true => Node::List(
                    element.children.iter().map(|child| of_element(child, Some(item.shape))).collect(),
                ),
                false => Node::Map(generic(element)),
            }
        }
        Kind::Map { key, value, .. } => {
            let entries = element.children.iter().map(|child| entry(child, key, value));
            match entries.collect::<Option<IndexMap<_, _>>>() {
                Some(entries) => Node::Map(entries),
                None => Node::Map(generic(element)),
            }
        }
        _ if element.children.is_empty() => Node::Text(element.text.clone()),
        _ => Node::Map(generic(element)),
    }
}

/// An element that the model does not know: its children by name, those of one name as a list.
fn generic(element: &Element) -> IndexMap<String, Node> {
    let mut made = attributes(element);
    for child in &element.children {
        add(&mut made, &child.name, of_element(child, None));
    }
    if !element.children.is_empty() && !element.text.is_empty() {
        made.insert("#text".to_owned(), Node::Text(element.text.clone()));
    }
    made
}

fn add(made: &mut IndexMap<String, Node>, name: &str, node: Node) {
    match made.get_mut(name) {
        Some(Node::List(items)) => items.push(node),
        Some(first) => {
            let first_node = std::mem::replace(first, Node::Null);
            *first = Node::List(vec![first_node, node]);
        }
        None => {
            made.insert(name.to_owned(), node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(service: &str, operation: &str, status: u16, body: &'static str) -> Node {
        let service = ruststack_models::service(service);
        let operation = service.and_then(|service| service.operation(operation));
        let subject = Subject { service, operation, ..Subject::default() };
        let arrival = Arrival { status, ..Arrival::default() };
        match Document::read(&subject, arrival, &Bytes::from_static(body.as_bytes())) {
            Document::Tree { root, .. } => root,
            other => panic!("{other:?} is structured"),
        }
    }

    #[test]
    fn one_item_is_a_list_where_the_model_has_one() {
        let body = "<ListBucketResult xmlns='x'><Contents><Key>a</Key></Contents></ListBucketResult>";
        let root = tree("s3", "ListObjectsV2", 200, body);
        insta::assert_snapshot!(root.written(), @r#"{"@xmlns":"x","Contents":[{"Key":"a"}],"@root":"ListBucketResult"}"#);
    }

    #[test]
    fn the_result_of_the_query_protocol_is_the_output() {
        let body = "<CreateTopicResponse><CreateTopicResult><TopicArn>t</TopicArn></CreateTopicResult>\
             <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></CreateTopicResponse>";
        let root = tree("sns", "CreateTopic", 200, body);
        insta::assert_snapshot!(root.written(), @r#"{"TopicArn":"t","@result":"CreateTopicResult","ResponseMetadata":{"RequestId":"r"},"@root":"CreateTopicResponse"}"#);
    }

    #[test]
    fn a_map_of_the_query_protocol_goes_by_its_keys() {
        let body = "<R><GetTopicAttributesResult><Attributes><entry><key>Owner</key><value>1</value></entry>\
             </Attributes></GetTopicAttributesResult></R>";
        let root = tree("sns", "GetTopicAttributes", 200, body);
        assert_eq!(root.get("Attributes").and_then(|map| map.text("Owner")), Some("1"));
    }
}
