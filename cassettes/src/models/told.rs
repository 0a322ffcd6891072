//! What a recorded call says, read by its model.

use bytes::Bytes;
use ruststack_wire::protocol::{Incoming, Payload};
use ruststack_wire::route::{Route, Routed, route};
use ruststack_wire::value::{Record, Value};

use super::head_of;
use crate::format::{Body, Interaction};

/// A call, read by its model.
#[derive(Debug)]
pub struct Told {
    /// The operation that it names.
    pub route: Route,
    /// What the operation was given, as far as it can be read; `None` where it takes nothing.
    pub input: Option<Record>,
    /// What it gave; `None` where it gives nothing, or nothing was recorded.
    pub output: Option<Record>,
}

impl Told {
    /// Reads a call. `None` where the models know no such operation.
    pub fn of(call: &Interaction) -> Option<Told> {
        let head = head_of(&call.request)?;
        let body = short(&call.request.body);
        let route = match route(ruststack_models::SERVICES, &head).ok()? {
            Routed::Operation(route) => route,
            Routed::Form(form) => form.resolve(&head, &body).ok()?,
        };
        let operation = route.operation;
        let input = operation.input.map(Record::new).map(|mut input| {
            let query = head.uri.query().unwrap_or_default();
            let incoming = Incoming { operation, path: &route.path, query, headers: &head.headers };
            // What of it can be read is enough: the names stand in front.
            route.protocol.decode(&incoming, Payload::Whole(body), &mut input).ok();
            input
        });
        let answer = call.response.as_ref().and_then(|response| {
            let mut answer = http::Response::builder().status(response.status);
            for (name, value) in response.headers.iter() {
                answer = answer.header(name, value);
            }
            answer.body(short(&response.body)).ok()
        });
        let output = answer.zip(operation.output).map(|(answer, shape)| {
            let mut output = Record::new(shape);
            route.protocol.decode_output(operation, &answer, &mut output).ok();
            output
        });
        Some(Told { route, input, output })
    }
}

/// A body; a long one is an object, and tells no names.
fn short(body: &Body) -> Bytes {
    match body.source() {
        Some(_) => Bytes::new(),
        None => body.bytes(),
    }
}

/// The text or number at a path of members: `KeyMetadata.KeyId`. The first where there are several.
pub fn text_at(record: &Option<Record>, path: &str) -> Option<String> {
    texts_at(record, path).into_iter().next()
}

/// The texts and numbers at a path of members, through lists.
pub fn texts_at(record: &Option<Record>, path: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let value = record.as_ref().and_then(|record| {
        let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
        Some((record.get(name)?, rest))
    });
    if let Some((value, rest)) = value {
        gather(value, rest, &mut texts);
    }
    texts
}

/// Goes no deeper than the path is long, and into a list at each step.
fn gather(value: &Value, rest: Option<&str>, texts: &mut Vec<String>) {
    match (value, rest) {
        (Value::List(items), _) => items.iter().for_each(|item| gather(item, rest, texts)),
        (Value::Structure(inner), Some(path)) => {
            let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
            inner.get(name).into_iter().for_each(|value| gather(value, rest, texts));
        }
        (Value::String(text), None) => texts.push(text.clone()),
        (Value::Long(number), None) => texts.push(number.to_string()),
        (Value::Integer(number), None) => texts.push(number.to_string()),
        _ => {}
    }
}
