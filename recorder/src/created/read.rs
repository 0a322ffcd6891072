//! A call, read by its model: what was asked, and what was answered.

use bytes::Bytes;
use ruststack_cassettes::Interaction;
use ruststack_cassettes::models::head_of;
use ruststack_wire::protocol::{Incoming, Payload};
use ruststack_wire::route::{Route, Routed, route};
use ruststack_wire::value::{Record, Value};
use time::OffsetDateTime;

use super::Made;

/// A call, read by its model.
pub(super) struct Read {
    pub(super) route: Route,
    pub(super) region: String,
    pub(super) at: Option<OffsetDateTime>,
    pub(super) input: Option<Record>,
    pub(super) output: Option<Record>,
}

impl Read {
    pub(super) fn of(call: &Interaction) -> Option<Read> {
        let head = head_of(&call.request)?;
        // A long body is an object, and tells no names.
        let bytes = |body: &ruststack_cassettes::Body| match body.source() {
            Some(_) => Bytes::new(),
            None => body.bytes(),
        };
        let body = bytes(&call.request.body);
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
        let response = call.response.as_ref()?;
        let mut answer = http::Response::builder().status(response.status);
        for (name, value) in response.headers.iter() {
            answer = answer.header(name, value);
        }
        let answer = answer.body(bytes(&response.body)).ok()?;
        let output = operation.output.map(Record::new).map(|mut output| {
            route.protocol.decode_output(operation, &answer, &mut output).ok();
            output
        });
        let region = call.region.clone().unwrap_or_default();
        Some(Read { route, region, at: call.at, input, output })
    }

    pub(super) fn made(&self) -> Made {
        Made {
            service: self.route.service.name,
            operation: self.route.operation.name.to_owned(),
            region: self.region.clone(),
            deleter: None,
            names: Vec::new(),
            inside: None,
            at: self.at,
            doubt: None,
        }
    }
}

/// The text or number at a path of members, the first where there are several.
pub(super) fn text_at(record: &Option<Record>, path: &str) -> Option<String> {
    texts_at(record, path).into_iter().next()
}

/// The texts and numbers at a path of members, through lists.
pub(super) fn texts_at(record: &Option<Record>, path: &str) -> Vec<String> {
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
