//! What a call touches, as far as its request names it: calls that touch the same may answer otherwise when another of
//! them is served first.

use super::retried::code;
use crate::classify::Subject;
use ruststack_cassettes::format::Interaction;
use ruststack_cassettes::models::head_of;
use ruststack_wire::protocol::{Incoming, Payload};
use ruststack_wire::route::{Route, Routed, route};
use ruststack_wire::shape::{Kind, Shape};
use ruststack_wire::value::{Record, Value};

/// How the names of operations begin that change nothing. One that is not told so is only replayed with less overlap.
const READING: &[&str] =
    &["Get", "List", "Describe", "Head", "BatchGet", "Query", "Scan", "Select", "Filter", "Lookup", "Search"];

/// How the names of members end that say which thing a call is about.
const NAMING: &[&str] = &["Name", "Arn", "ARN", "Url", "Id", "Identifier", "Bucket", "Key"];

/// Operations that wait for what other calls do, besides those that answer with a stream of events.
const WAITING: &[(&str, &str)] = &[
    ("lambda", "Invoke"),
    ("sqs", "ReceiveMessage"),
    ("states", "GetActivityTask"),
    ("swf", "PollForActivityTask"),
    ("swf", "PollForDecisionTask"),
];

/// Parts of the codes with which a call is told that another one was first.
const LOST: &[&str] =
    &["Conditional", "Precondition", "Conflict", "Exists", "InUse", "Canceled", "Duplicate"];

/// What one call touches, and how it went.
#[derive(Debug, Default)]
pub(super) struct Touch {
    service: String,
    operation: String,
    region: Option<String>,
    /// The required members of the request that name things.
    names: Vec<(&'static str, String)>,
    reads: bool,
    /// Whether it waits for what other calls do: it is under way while they are.
    pub(super) waits: bool,
    /// Whether it changed something.
    changed: bool,
    /// Whether AWS refused it, and whether because another call was first.
    failed: bool,
    lost: bool,
}

impl Touch {
    /// What an interaction touches.
    pub(super) fn of(interaction: &Interaction, subject: &Subject) -> Touch {
        let operation = subject.operation_name.as_str();
        let status = interaction.response.as_ref().map_or(0, |response| response.status);
        let reads = READING.iter().any(|beginning| operation.starts_with(beginning));
        let failed = status >= 400;
        let code = || code(&interaction.response.as_ref()?.body.bytes());
        Touch {
            service: subject.service_name.clone(),
            operation: operation.to_owned(),
            region: interaction.region.clone(),
            names: names(interaction).unwrap_or_default(),
            reads,
            waits: streams(subject) || WAITING.contains(&(subject.service_name.as_str(), operation)),
            changed: !reads && (200..300).contains(&status),
            failed,
            lost: matches!(status, 409 | 412)
                || (failed && code().is_some_and(|code| LOST.iter().any(|part| code.contains(part)))),
        }
    }

    /// Whether which of two is served first may show in what they answer. Nobody can tell of a call that waits.
    pub(super) fn meets(&self, other: &Touch) -> bool {
        let tells_apart = |(name, value): &(&str, String)| {
            let own = other.names.iter().find(|(own, _)| own == name);
            // A name and an ARN that ends in it are one.
            own.is_some_and(|(_, own)| !own.ends_with(value.as_str()) && !value.ends_with(own.as_str()))
        };
        if self.waits || other.waits || (self.reads && other.reads) {
            return false;
        }
        let is_near = self.service == other.service && self.region == other.region;
        is_near && !self.names.iter().any(tells_apart)
    }

    /// Whether this call failed because the other succeeded: the same operation, or an error that says so.
    pub(super) fn lost_to(&self, other: &Touch) -> bool {
        let is_same = self.operation == other.operation && !self.reads;
        let deletes = ["Delete", "Remove"].iter().any(|beginning| other.operation.starts_with(beginning));
        other.changed && self.failed && (is_same || (self.lost && !deletes))
    }
}

/// Whether an operation answers with a stream of events.
pub(super) fn streams(subject: &Subject) -> bool {
    let output = subject.operation.and_then(|operation| operation.output);
    let is_stream = |shape: &Shape| matches!(shape.kind, Kind::Structure { event_stream: true, .. });
    output.into_iter().flat_map(Shape::members).any(|member| is_stream(member.shape))
}

/// The required members of a request that name things.
fn names(interaction: &Interaction) -> Option<Vec<(&'static str, String)>> {
    let head = head_of(&interaction.request)?;
    // A long body is content, and names nothing.
    let body = match interaction.request.body.source() {
        Some(_) => bytes::Bytes::new(),
        None => interaction.request.body.bytes(),
    };
    let Route { operation, protocol, path, .. } = match route(ruststack_models::SERVICES, &head).ok()? {
        Routed::Operation(route) => route,
        Routed::Form(form) => form.resolve(&head, &body).ok()?,
    };
    let shape = operation.input?;
    let mut input = Record::new(shape);
    let query = head.uri.query().unwrap_or_default();
    let incoming = Incoming { operation, path: &path, query, headers: &head.headers };
    // What of it can be read is enough.
    protocol.decode(&incoming, Payload::Whole(body), &mut input).ok();
    let naming = shape
        .members()
        .iter()
        .filter(|member| member.required && NAMING.iter().any(|ending| member.name.ends_with(ending)));
    let named = naming.filter_map(|member| match input.get(member.name)? {
        Value::String(text) => Some((member.name, text.clone())),
        _ => None,
    });
    Some(named.collect())
}
