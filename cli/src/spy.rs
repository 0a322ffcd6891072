//! `serve --spy`: the emulator answers, and everything that passes is kept as cassettes. They prove nothing of AWS;
//! they show what an application asks, and what of it is not served.

use crate::message;
use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};
use ruststack_cassettes::format::Body as RecordedBody;
use ruststack_cassettes::format::instant::of_http_date;
use ruststack_cassettes::{
    Cassette, Classify as _, Interaction, Meta, Models, Provenance, ProvenanceKind, Redactor, Writer, format,
};
use ruststack_emulator::Emulator;
use ruststack_emulator::gateway::Tap;
use ruststack_recorder::{CASSETTE_HEADER, CassetteName};
use ruststack_wire::{Body, Request, Response};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Longer bodies pass and are not kept.
const LONGEST: u64 = 16 << 20;
/// Once so many bytes are kept, the bodies that follow are not.
const MOST: u64 = 512 << 20;
/// The cassette of requests that name none.
const USUAL: &str = "spy";

/// Keeps what passes.
#[derive(Default)]
pub(crate) struct Spy(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    stories: BTreeMap<String, Vec<Interaction>>,
    kept: u64,
    not_served: BTreeMap<(String, String), u64>,
}

impl Spy {
    async fn watch(&self, emulator: &Emulator, request: Request) -> Response {
        let (mut parts, body) = request.into_parts();
        if parts.uri.path() == "/_ruststack/misses" && parts.method == Method::GET {
            return message::told(StatusCode::OK, &json!({"misses": self.misses()}));
        }
        if parts.uri.path().starts_with("/_") {
            return emulator.answer(Request::from_parts(parts, body)).await;
        }
        let name = parts.headers.remove(CASSETTE_HEADER);
        let name = name.and_then(|name| CassetteName::parse(name.to_str().ok()?).ok());
        let name = name.map_or_else(|| USUAL.to_owned(), |name| name.as_str().to_owned());
        let (sent, body) = match self.keep(body, false).await {
            Ok(kept) => kept,
            Err(refusal) => return refusal,
        };
        let recorded = message::recorded(&parts, sent);
        let (answer, body) = emulator.answer(Request::from_parts(parts, body)).await.into_parts();
        let streams =
            answer.headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().ends_with(b"eventstream"));
        let (given, body) = match self.keep(body, streams).await {
            Ok(kept) => kept,
            Err(refusal) => return refusal,
        };
        let response = format::Response {
            status: answer.status.as_u16(),
            headers: message::headers(&answer.headers),
            body: given,
            ..format::Response::default()
        };
        self.note(name, recorded, response);
        Response::from_parts(answer, body)
    }

    /// What is kept of a body, and the body to be passed on.
    async fn keep(&self, body: Body, streams: bool) -> Result<(RecordedBody, Body), Response> {
        if streams || body.len().is_some_and(|length| length > LONGEST) || self.seen().kept > MOST {
            let why = if streams { "an event stream passes as it comes" } else { "too long to be kept" };
            return Ok((RecordedBody::unknown(why), body));
        }
        let is_unsized = body.len().is_none();
        let bytes = body.collect(1 << 30).await.map_err(|_| {
            message::told(StatusCode::BAD_REQUEST, &json!({"error": "the body is incomplete or too long"}))
        })?;
        self.seen().kept += bytes.len() as u64;
        let body = if is_unsized { Body::unsized_bytes(bytes.clone()) } else { Body::from(bytes.clone()) };
        Ok((RecordedBody::exact(bytes), body))
    }

    fn note(&self, name: String, request: format::Request, response: format::Response) {
        let found = Models.classify(&request);
        let mut seen = self.seen();
        if response.status == StatusCode::NOT_IMPLEMENTED.as_u16() {
            let unnamed = || ("unknown".to_owned(), format!("{} {}", request.method, request.path));
            let what = found.as_ref().map(|found| (found.service.clone(), found.operation.clone()));
            *seen.not_served.entry(what.unwrap_or_else(unnamed)).or_default() += 1;
        }
        let at = response.headers.get("date").and_then(of_http_date);
        let (service, operation, region) = match found {
            Some(found) => (Some(found.service), Some(found.operation), found.region),
            None => (None, None, None),
        };
        let response = Some(response);
        let interaction =
            Interaction { service, operation, region, at, request, response, ..Interaction::default() };
        seen.stories.entry(name).or_default().push(interaction);
    }

    /// What was asked and is not served, by operation and count.
    pub(crate) fn misses(&self) -> Vec<Json> {
        let seen = self.seen();
        let one = |((service, operation), count): (&(String, String), &u64)| json!({"service": service, "operation": operation, "count": count});
        seen.not_served.iter().map(one).collect()
    }

    /// Tells what was not served, and writes the cassettes. The error names the first that could not be written.
    pub(crate) fn finish(&self, folder: &Path) -> Result<(), String> {
        let seen = std::mem::take(&mut *self.seen());
        for ((service, operation), count) in &seen.not_served {
            eprintln!("not served: {count} × {service} {operation}");
        }
        let mut failed = None;
        for (name, conversation) in seen.stories {
            let path: PathBuf = folder.join(format!("{name}.json"));
            let cassette = cassette(&name, conversation);
            match Writer::default().write(&path, &cassette) {
                Ok(()) => eprintln!("{}: {} interactions", path.display(), cassette.interactions.len()),
                Err(error) => failed = failed.or(Some(error.to_string())),
            }
        }
        failed.map_or(Ok(()), Err)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // What a panic left behind is still what passed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn cassette(name: &str, conversation: Vec<Interaction>) -> Cassette {
    let services: BTreeSet<String> = conversation.iter().filter_map(|one| one.service.clone()).collect();
    let recorded = conversation.iter().filter_map(|one| one.at).min();
    let provenance = Provenance {
        kind: ProvenanceKind::Emulator,
        recorded_by: Some(format!("ruststack {}", env!("CARGO_PKG_VERSION"))),
        ..Provenance::default()
    };
    let interactions = Redactor::default().redact_all(conversation.into_iter().map(|one| {
        let sensitive = Models.sensitive(&one);
        (one, sensitive)
    }));
    let meta =
        Meta { title: name.to_owned(), services: services.into_iter().collect(), recorded, provenance };
    Cassette { meta, interactions, ..Cassette::default() }
}

impl Tap for Spy {
    fn answer<'a>(
        &'a self,
        emulator: &'a Emulator,
        request: Request,
    ) -> Pin<Box<dyn Future<Output = Response> + Send + 'a>> {
        Box::pin(self.watch(emulator, request))
    }
}
