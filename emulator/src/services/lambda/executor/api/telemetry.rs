//! The Telemetry API, and the Logs API before it: extensions are sent what happens and what is written.
//!
//! Sources: Developer Guide, "Lambda Telemetry API reference" and "Lambda Telemetry API Event schema reference", "Lambda Logs
//! API"; what is said after the time to subscribe as opentelemetry-lambda pull request 1452 shows an answer of AWS.

use super::Shared;
use super::extensions::{body_of, forbidden};
use crate::services::lambda::executor::telemetry::{Buffering, Destination, Kind, Subscription};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use serde_json::{Value as Json, json};
use std::time::Duration;

impl Shared {
    /// Subscribes an extension.
    pub(super) async fn subscribe(&self, request: Request<Incoming>, is_old: bool) -> Response<Full<Bytes>> {
        let name = match self.extensions.name_in(request.headers()) {
            Ok(name) => name,
            Err(refusal) => return refusal,
        };
        let body = match body_of(request).await {
            Ok(body) => body,
            Err(refusal) => return refusal,
        };
        let subscription = match read(name, &body, is_old) {
            Ok(subscription) => subscription,
            Err(why) => {
                let kind = if is_old { "Logs.ValidationError" } else { "ValidationError" };
                return super::refused(StatusCode::BAD_REQUEST, kind, &why);
            }
        };
        if !self.telemetry.subscribe(subscription) {
            return if is_old {
                forbidden("Logs.SubscriptionClosed", "Logs API subscription is closed already")
            } else {
                forbidden("Telemetry.SubscriptionClosed", "Telemetry API subscription is closed already")
            };
        }
        Response::new(Full::new(Bytes::from_static(b"\"OK\"")))
    }
}

/// A subscription as it is asked for, or all that is wrong with it.
fn read(extension: String, body: &[u8], is_old: bool) -> Result<Subscription, String> {
    let said: Json = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let mut wrong: Vec<&str> = Vec::new();
    let destination = destination(&said["destination"]);
    wrong.extend(destination.as_ref().err());
    let types: Vec<&str> = said["types"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let kinds: Vec<Kind> = types.iter().filter_map(|name| Kind::named(name)).collect();
    if types.is_empty() {
        wrong.push("types should not be empty");
    } else if kinds.len() != types.len() {
        wrong.push("types should be one of platform, function, extension");
    }
    let version = said["schemaVersion"].as_str().unwrap_or(if is_old { "2020-08-15" } else { "" });
    let known: &[&str] =
        if is_old { &["2020-08-15", "2021-03-18"] } else { &["2022-07-01", "2022-12-13", "2025-01-29"] };
    if !known.contains(&version) {
        wrong.push("schemaVersion is not supported");
    }
    let buffering = &said["buffering"];
    let mut number = |name: &str, default: u64, least: u64, most: u64| match &buffering[name] {
        Json::Null => default,
        given => given.as_u64().filter(|given| (least..=most).contains(given)).unwrap_or_else(|| {
            wrong.push("buffering is out of range");
            default
        }),
    };
    let buffering = Buffering {
        items: number("maxItems", if is_old { 10_000 } else { 1_000 }, 1_000, 10_000) as usize,
        bytes: number("maxBytes", 262_144, 262_144, 1_048_576) as usize,
        timeout: Duration::from_millis(number("timeoutMs", 1_000, 25, 30_000)),
    };
    match destination {
        Ok(destination) if wrong.is_empty() => Ok(Subscription {
            extension,
            kinds,
            destination,
            buffering,
            is_old,
            tells_done: version != "2020-08-15",
        }),
        _ => Err(wrong.join("; ")),
    }
}

/// Where to send it. All hosts that a destination may name are this machine.
fn destination(said: &Json) -> Result<Destination, &'static str> {
    match said["protocol"].as_str() {
        Some("TCP") => {
            let port = said["port"].as_u64().and_then(|port| u16::try_from(port).ok());
            port.filter(|port| *port > 0).map(Destination::Tcp).ok_or("port is not provided")
        }
        Some("HTTP") => {
            let uri: http::Uri =
                said["URI"].as_str().and_then(|uri| uri.parse().ok()).ok_or("URI is not valid")?;
            let host = uri.host().unwrap_or_default();
            if !matches!(host, "sandbox.localdomain" | "sandbox" | "localhost" | "127.0.0.1") {
                return Err("URI host is not sandbox.localdomain");
            }
            let port = uri.port_u16().ok_or("URI port is not provided")?;
            let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
            let method = if said["method"] == json!("PUT") { "PUT" } else { "POST" };
            Ok(Destination::Http { port, path, host: host.to_owned(), method })
        }
        _ => Err("protocol should be HTTP or TCP"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_with_a_subscription_is_told() {
        let told = read(
            "x".into(),
            br#"{"schemaVersion":"2022-07-01","types":[],"destination":{"protocol":"HTTP","URI":"http://sandbox.localdomain"}}"#,
            false,
        );
        assert_eq!(told.err().as_deref(), Some("URI port is not provided; types should not be empty"));
        let told = read(
            "x".into(),
            br#"{"schemaVersion":"2022-12-13","types":["platform","function"],"buffering":{"timeoutMs":25},"destination":{"protocol":"HTTP","URI":"http://sandbox.localdomain:8080/logs"}}"#,
            false,
        )
        .expect("a subscription");
        assert_eq!(told.buffering.timeout, Duration::from_millis(25));
        assert_eq!((told.buffering.items, told.kinds.len()), (1_000, 2));
    }
}
