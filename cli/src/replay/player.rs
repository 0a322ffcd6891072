//! Answers requests from a shelf of cassettes; what is not there is told as AWS tells its errors.

use crate::message;
use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode};
use ruststack_cassettes::format::Body as RecordedBody;
use ruststack_cassettes::models::route_of;
use ruststack_cassettes::shelf::Miss;
use ruststack_cassettes::{Shelf, format};
use ruststack_emulator::Emulator;
use ruststack_emulator::gateway::Tap;
use ruststack_recorder::CASSETTE_HEADER;
use ruststack_wire::protocol::{Answer, Ids};
use ruststack_wire::{Body, Fault, Request, Response};
use serde_json::json;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a client is told when no recorded answer is for its request.
const CODE: &str = "RustStackNoRecordedAnswer";
/// No request is longer.
const LONGEST: usize = 1 << 30;

/// Plays cassettes.
pub(super) struct Player {
    shelf: Shelf,
    is_strict: bool,
    refused: AtomicU64,
}

impl Player {
    /// One that answers from this shelf, and, unless it is strict, leaves the rest to the emulator.
    pub(super) fn new(shelf: Shelf, is_strict: bool) -> Player {
        Player { shelf, is_strict, refused: AtomicU64::new(0) }
    }

    /// What was asked and not answered.
    pub(super) fn misses(&self) -> Vec<Miss> {
        self.shelf.misses()
    }

    async fn play(&self, emulator: &Emulator, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        if let Some(own) = self.admin(&parts) {
            return own;
        }
        let Ok(bytes) = body.collect(LONGEST).await else {
            return message::told(
                StatusCode::BAD_REQUEST,
                &json!({"error": "the body is incomplete or too long"}),
            );
        };
        let recorded = message::recorded(&parts, RecordedBody::exact(bytes.clone()));
        let cassette = parts.headers.get(CASSETTE_HEADER).and_then(|name| name.to_str().ok());
        match self.shelf.answer(&recorded, cassette) {
            Ok(found) => {
                tracing::debug!(cassette = found.cassette, interaction = found.index, "answered");
                message::answered(found.response, parts.method == Method::HEAD).unwrap_or_else(|| {
                    self.refuse(&recorded, "The recorded answer is none that HTTP can carry.")
                })
            }
            Err(miss) if self.is_strict => {
                tracing::warn!("{}", miss.explanation);
                self.refuse(&recorded, &miss.explanation)
            }
            Err(miss) => {
                tracing::info!("left to the emulator: {}", miss.explanation);
                emulator.answer(again(parts, bytes)).await
            }
        }
    }

    /// The paths of our own.
    fn admin(&self, parts: &Parts) -> Option<Response> {
        let json = match (&parts.method, parts.uri.path()) {
            (&Method::GET, "/_ruststack/misses") => json!({"misses": self.misses()}),
            (&Method::POST, "/_ruststack/reset") => {
                self.shelf.rewind();
                json!({"status": "OK"})
            }
            (&Method::GET, "/_ruststack/health" | "/_localstack/health" | "/health") => {
                json!({"status": "running", "answers": self.shelf.len(), "version": env!("CARGO_PKG_VERSION")})
            }
            _ => return None,
        };
        Some(message::told(StatusCode::OK, &json))
    }

    /// A refusal in the protocol that the request speaks, with a status that no client tries again.
    fn refuse(&self, request: &format::Request, explanation: &str) -> Response {
        let route = route_of(request);
        let service = route.as_ref().map_or(&ruststack_models::s3::SERVICE, |route| route.service);
        let number = self.refused.fetch_add(1, Ordering::Relaxed);
        let request_id = format!("00000000-0000-0000-0000-{number:012}");
        let ids = Ids { request_id, host_id: String::new() };
        let protocol = route.as_ref().map_or(service.protocol, |route| route.protocol);
        let fault = Fault::new(CODE, StatusCode::NOT_IMPLEMENTED.as_u16(), explanation.to_owned());
        Answer { service, protocol, ids: &ids }.fault(route.map(|route| route.operation), &fault)
    }
}

/// The request that was taken apart.
fn again(parts: Parts, bytes: Bytes) -> Request {
    Request::from_parts(parts, Body::from(bytes))
}

impl Tap for Player {
    fn answer<'a>(
        &'a self,
        emulator: &'a Emulator,
        request: Request,
    ) -> Pin<Box<dyn Future<Output = Response> + Send + 'a>> {
        Box::pin(self.play(emulator, request))
    }
}
