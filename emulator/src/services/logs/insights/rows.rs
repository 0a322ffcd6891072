//! What a query runs over: events, and what was made of them on the way.

use super::value::Value;
use crate::services::logs::store::{Entry, Group, Position};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// A row: an event, or the outcome of a group of them.
pub(super) struct Row<'a> {
    /// The event; none of an outcome.
    pub(super) event: Option<Event<'a>>,
    /// What commands have made.
    pub(super) made: BTreeMap<String, Value>,
    /// The message as JSON, read when a field is asked for.
    json: OnceCell<Option<Json>>,
}

/// An event, and where it is.
#[derive(Clone, Copy)]
pub(super) struct Event<'a> {
    pub(super) group: &'a Group,
    pub(super) stream: &'a str,
    pub(super) mark: u16,
    pub(super) at: Position,
    pub(super) entry: &'a Entry,
}

impl<'a> Row<'a> {
    /// The row of an event.
    pub(super) fn of(event: Event<'a>) -> Row<'a> {
        Row { event: Some(event), made: BTreeMap::new(), json: OnceCell::new() }
    }

    /// The row of an outcome.
    pub(super) fn outcome(made: BTreeMap<String, Value>) -> Row<'a> {
        Row { event: None, made, json: OnceCell::new() }
    }

    /// The value of a field: made on the way, of the event itself, or found in its message.
    pub(super) fn field(&self, name: &str) -> Value {
        if let Some(value) = self.made.get(name) {
            return value.clone();
        }
        let Some(event) = &self.event else { return Value::Null };
        match name {
            "@timestamp" => Value::Moment(event.at.timestamp),
            "@ingestionTime" => Value::Moment(event.entry.ingested),
            "@message" => Value::Text(event.entry.message.to_string()),
            "@logStream" => Value::Text(event.stream.to_owned()),
            "@log" => Value::Text(format!("{}:{}", event.group.account, event.group.name)),
            "@ptr" => Value::Text(event.pointer()),
            _ => {
                let found = self.json().and_then(|json| found(json, name));
                found.map_or_else(|| of_lambda(event, name), Value::of_json)
            }
        }
    }

    /// The message as JSON, if it is an object.
    pub(super) fn json(&self) -> Option<&Json> {
        let read = || {
            let message = &self.event.as_ref()?.entry.message;
            let is_object = message.trim_start().starts_with('{');
            is_object.then(|| serde_json::from_str(message).ok()).flatten()
        };
        self.json.get_or_init(read).as_ref()
    }
}

impl Event<'_> {
    /// What `@ptr` says, by which the event is found again.
    pub(super) fn pointer(&self) -> String {
        let Event { group, stream, mark, at, .. } = self;
        let place = [&group.account, &group.region, &group.name, *stream, &at.number(*mark)].join("\n");
        STANDARD.encode(place)
    }
}

/// The value under a path of names and numbers between points; a name may have points itself.
fn found<'j>(json: &'j Json, path: &str) -> Option<&'j Json> {
    let step = |name: &str| match json {
        Json::Object(members) => members.get(name),
        Json::Array(items) => items.get(name.parse::<usize>().ok()?),
        _ => None,
    };
    if let Some(value) = step(path) {
        return Some(value);
    }
    let (first, rest) = path.split_once('.')?;
    found(step(first)?, rest)
}

/// The fields of what Lambda writes (User Guide, "Supported logs and discovered fields").
fn of_lambda(event: &Event<'_>, name: &str) -> Value {
    if !event.group.name.starts_with("/aws/lambda/") {
        return Value::Null;
    }
    let message = event.entry.message.as_ref();
    let label = match name {
        "@type" => {
            let kind = message.split_whitespace().next().unwrap_or_default();
            return match kind {
                "START" | "END" | "REPORT" => Value::Text(kind.to_owned()),
                _ => Value::Null,
            };
        }
        "@requestId" => "RequestId: ",
        "@duration" => "\tDuration: ",
        "@billedDuration" => "Billed Duration: ",
        "@initDuration" => "Init Duration: ",
        "@memorySize" => "Memory Size: ",
        "@maxMemoryUsed" => "Max Memory Used: ",
        _ => return Value::Null,
    };
    let Some((_, rest)) = message.split_once(label) else { return Value::Null };
    let word = rest.split_whitespace().next().unwrap_or_default();
    match (name, word.parse::<f64>()) {
        ("@requestId", _) | (_, Err(_)) => Value::Text(word.to_owned()),
        // Memory is told in bytes.
        ("@memorySize" | "@maxMemoryUsed", Ok(megabytes)) => Value::Number(megabytes * 1_000_000.0),
        (_, Ok(number)) => Value::Number(number),
    }
}
