//! A body as meaning: a tree, the events of a stream, the parts of a multipart body, or bytes.

use super::frames::{self, frames};
use super::node::{Node, of_json};
use super::parts::{boundary, parts};
use super::section::Section;
use super::tree::root_of_xml;
use super::{content, fault};
use crate::classify::Subject;
use bytes::Bytes;
use ruststack_wire::codec::xml::parse;
use ruststack_wire::shape::{Kind, Shape};
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
