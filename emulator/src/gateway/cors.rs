//! Cross-origin resource sharing, which S3 does as each bucket says: the headers that let a browser show an answer to a
//! page of another origin, and the question that it asks before.
//!
//! Sources: Fetch Standard, "HTTP CORS protocol"; `services/s3/cors` names those of the answers.

use super::{Emulator, Standing};
use crate::gateway::Caller;
use crate::services::s3::cors::{Allowed, Asking, Preflight};
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CONTENT_LENGTH, HeaderName, HeaderValue,
    ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderMap, Method};
use ruststack_wire::protocol::Answer;
use ruststack_wire::route::{Place, WebsiteHost};
use ruststack_wire::{Body, Response, Timestamp};
use std::borrow::Cow;

const VARIES: HeaderValue =
    HeaderValue::from_static("Origin, Access-Control-Request-Headers, Access-Control-Request-Method");

/// What a browser asks about before a page's request; `None` where the request is another.
pub(super) fn place(parts: &Parts) -> Option<Place<'_>> {
    if parts.method == Method::OPTIONS { shared(parts) } else { None }
}

/// What a request is about, at either of a bucket's hosts.
fn shared(parts: &Parts) -> Option<Place<'_>> {
    let Some(website) = WebsiteHost::of(parts) else {
        return Place::of(ruststack_models::SERVICES, parts);
    };
    let key = Some(parts.uri.path()).filter(|path| *path != "/").map(Cow::Borrowed);
    Some(Place { bucket: website.bucket?.into(), key, is_virtual: true, region: website.region })
}

impl Emulator {
    /// Answers a browser that asks before a page's request. Nobody signs such a question.
    pub(super) fn answer_preflight(&self, parts: &Parts, place: &Place<'_>, now: Timestamp) -> Response {
        let inner = &*self.0;
        let service = &ruststack_models::s3::SERVICE;
        let caller = inner.ids.caller(&inner.config, service, None, place.region, now);
        let caller = Caller { standing: Standing::of(&inner.config, parts, None), ..caller };
        let answer = Answer { service, protocol: service.protocol, ids: &caller.ids };
        let asked = Preflight {
            bucket: &place.bucket,
            has_key: place.key.is_some(),
            origin: text(parts, &ORIGIN),
            method: text(parts, &ACCESS_CONTROL_REQUEST_METHOD),
            headers: requested_headers(parts),
        };
        match inner.services.s3.preflight(asked) {
            Ok(allowed) => {
                let mut response = Response::new(Body::empty());
                response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(0));
                allow(response.headers_mut(), &allowed);
                answer.finished(response)
            }
            Err(error) => answer.fault(None, &error.into()),
        }
    }

    /// Lets a page of another origin have an answer of S3's, where the bucket says so.
    pub(super) fn share(&self, parts: &Parts, response: &mut Response) {
        let Some(origin) = text(parts, &ORIGIN).filter(|_| parts.method != Method::OPTIONS) else { return };
        let Some(place) = shared(parts) else { return };
        let asking = Asking {
            origin,
            method: text(parts, &ACCESS_CONTROL_REQUEST_METHOD).unwrap_or(parts.method.as_str()),
            headers: requested_headers(parts),
        };
        if let Some(allowed) = self.0.services.s3.allowed(&place.bucket, &asking) {
            allow(response.headers_mut(), &allowed);
        }
    }
}

fn text<'a>(parts: &'a Parts, name: &HeaderName) -> Option<&'a str> {
    parts.headers.get(name)?.to_str().ok()
}

/// The headers that a page is about to send, in lower case.
fn requested_headers(parts: &Parts) -> Vec<String> {
    let listed = text(parts, &ACCESS_CONTROL_REQUEST_HEADERS).unwrap_or_default();
    let names = listed.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_ascii_lowercase).collect()
}

/// Writes what a page is allowed.
fn allow(headers: &mut HeaderMap, allowed: &Allowed) {
    let mut put = |name: HeaderName, value: &str| {
        if let (false, Ok(value)) = (value.is_empty(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    };
    put(ACCESS_CONTROL_ALLOW_ORIGIN, &allowed.origin);
    put(ACCESS_CONTROL_ALLOW_METHODS, &allowed.methods.join(", "));
    put(ACCESS_CONTROL_ALLOW_HEADERS, &allowed.headers.join(", "));
    put(ACCESS_CONTROL_EXPOSE_HEADERS, &allowed.exposed.join(", "));
    put(ACCESS_CONTROL_MAX_AGE, &allowed.max_age_s.map(|age| age.to_string()).unwrap_or_default());
    if allowed.origin != "*" {
        put(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    }
    headers.insert(VARY, VARIES);
}
