//! The emulator's own paths: health, reset, clock, metrics, events.

use super::{Emulator, payload};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use http::{Method, StatusCode};
use ruststack_wire::shape::TimestampFormat;
use ruststack_wire::{Body, Response, Timestamp};
use serde_json::{Value as Json, json};
use std::sync::atomic::Ordering;

/// What an own path asks for.
pub(super) enum Admin {
    Health,
    Reset,
    ShowClock,
    SetClock,
    Metrics,
    Events,
    /// The archive of a function or a layer, by its path.
    Archive(String),
    WrongMethod,
}

impl Emulator {
    /// What a request asks of the emulator itself; `None` for everything that is AWS's.
    pub(super) fn admin(&self, parts: &Parts) -> Option<Admin> {
        let path = parts.uri.path();
        let is_own = path.starts_with("/_") || path.starts_with("/moto-api") || path == "/health";
        if !is_own {
            return None;
        }
        let is_get = parts.method == Method::GET || parts.method == Method::HEAD;
        let is_post = parts.method == Method::POST;
        Some(match path {
            "/health" | "/_localstack/health" if is_get => Admin::Health,
            "/_ruststack/reset" | "/_localstack/state/reset" | "/moto-api/reset" if is_post => Admin::Reset,
            "/_ruststack/clock" if is_get => Admin::ShowClock,
            "/_ruststack/clock" if is_post => Admin::SetClock,
            "/_ruststack/metrics" if is_get => Admin::Metrics,
            "/_ruststack/events" if is_get => Admin::Events,
            _ if is_get && path.starts_with("/_ruststack/lambda/") => Admin::Archive(path.to_owned()),
            "/_localstack/health"
            | "/_ruststack/reset"
            | "/_localstack/state/reset"
            | "/moto-api/reset"
            | "/_ruststack/clock"
            | "/_ruststack/metrics"
            | "/_ruststack/events" => Admin::WrongMethod,
            // A bucket may be called `health`, but no name begins with an underscore.
            _ => return None,
        })
    }

    /// Does what was asked, and answers in JSON.
    pub(super) async fn answer_admin(&self, admin: Admin, body: Body) -> Response {
        match admin {
            Admin::Health => reply(StatusCode::OK, &self.health()),
            Admin::Reset => {
                self.reset();
                reply(StatusCode::OK, &json!({"status": "OK"}))
            }
            Admin::ShowClock => reply(StatusCode::OK, &self.time()),
            Admin::SetClock => match payload::whole(body).await {
                Ok(bytes) => self.set_clock(&bytes),
                Err(fault) => refuse(fault.message.as_deref().unwrap_or("the body is incomplete")),
            },
            Admin::Metrics => reply(StatusCode::OK, &self.metrics()),
            Admin::Events => {
                let events: Vec<Json> = self.events().recent().iter().map(|event| event.shown()).collect();
                reply(StatusCode::OK, &json!({"events": events}))
            }
            Admin::Archive(path) => match self.0.services.lambda.archive(&path) {
                Some(zip) => with_type("application/zip", zip),
                None => reply(StatusCode::NOT_FOUND, &json!({"error": "there is no such archive"})),
            },
            Admin::WrongMethod => {
                reply(StatusCode::METHOD_NOT_ALLOWED, &json!({"error": "this path has not this method"}))
            }
        }
    }

    fn health(&self) -> Json {
        let services: serde_json::Map<String, Json> = self
            .coverage()
            .into_iter()
            .map(|(service, _)| (service.name.to_owned(), Json::from("available")))
            .collect();
        json!({"status": "running", "services": services, "version": env!("CARGO_PKG_VERSION")})
    }

    fn time(&self) -> Json {
        json!({"now": self.clock().now().format(TimestampFormat::Iso8601)})
    }

    /// `{"now": "2026-01-01T00:00:00Z"}` sets the clock, `{"advance_seconds": 60}` moves it, `{"reset": true}`
    /// sets it back to the machine's.
    fn set_clock(&self, bytes: &Bytes) -> Response {
        let Ok(Json::Object(wish)) = serde_json::from_slice(bytes) else {
            return refuse("expected an object with `now`, `advance_seconds` or `reset`");
        };
        let wanted = (wish.get("now"), wish.get("advance_seconds"), wish.get("reset"));
        match wanted {
            (Some(now), None, None) => {
                let Some(now) = now.as_str().and_then(Timestamp::parse_any) else {
                    return refuse("expected a moment such as 2026-01-01T00:00:00Z in `now`");
                };
                self.clock().set(now);
            }
            (None, Some(seconds), None) => {
                let Some(seconds) = seconds.as_i64() else {
                    return refuse("expected a whole number in `advance_seconds`");
                };
                self.clock().advance(seconds.saturating_mul(1000));
            }
            (None, None, Some(Json::Bool(true))) => self.clock().reset(),
            _ => return refuse("expected one of `now`, `advance_seconds` and `reset`"),
        }
        reply(StatusCode::OK, &self.time())
    }

    fn metrics(&self) -> Json {
        let metrics = &self.0.metrics;
        let not_implemented = metrics.not_implemented.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        json!({
            "requests": metrics.requests.load(Ordering::Relaxed),
            "panics": metrics.panics.load(Ordering::Relaxed),
            "not_implemented": &*not_implemented,
        })
    }
}

fn refuse(reason: &str) -> Response {
    reply(StatusCode::BAD_REQUEST, &json!({"error": reason}))
}

fn reply(status: StatusCode, json: &Json) -> Response {
    let mut response = with_type("application/json", json.to_string().into_bytes().into());
    *response.status_mut() = status;
    response
}

fn with_type(content_type: &'static str, body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
