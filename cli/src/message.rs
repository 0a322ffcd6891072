//! Requests and answers between the wire, where they pass, and cassettes, where they are kept.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use http::request::Parts;
use http::{HeaderMap, StatusCode};
use ruststack_cassettes::format::{Body, Headers, Request, Response};
use ruststack_wire::Body as WireBody;
use serde_json::Value as Json;

/// Headers that belong to a connection, and not to what passes on it.
const OF_CONNECTIONS: &[&str] =
    &["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];
/// Headers that tell of the bytes of a body.
const OF_BYTES: &[&str] = &["content-encoding", "content-md5", "x-amz-crc32"];

/// A request as a cassette has it, or would.
pub(crate) fn recorded(parts: &Parts, body: Body) -> Request {
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok()).map(str::to_owned);
    let host = host.or_else(|| parts.uri.authority().map(|own| own.to_string()));
    let scheme = parts.uri.scheme_str().unwrap_or("http");
    Request {
        method: parts.method.as_str().to_owned(),
        origin: format!("{scheme}://{}", host.unwrap_or_else(|| "localhost".to_owned())),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        auth: None,
        headers: headers(&parts.headers),
        body,
    }
}

/// Headers as a cassette has them.
pub(crate) fn headers(map: &HeaderMap) -> Headers {
    let kept = map.iter().filter(|(name, _)| !OF_CONNECTIONS.contains(&name.as_str()));
    kept.map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))).collect()
}

/// A recorded answer on its way to a client. `None` where no client could read it.
pub(crate) fn answered(response: &Response, is_head: bool) -> Option<ruststack_wire::Response> {
    let bytes = response.body.bytes();
    let mut answer = http::Response::new(WireBody::from(bytes.clone()));
    *answer.status_mut() = StatusCode::from_u16(response.status).ok()?;
    // A body that another tool has unpacked or edited is told anew.
    let is_other = !response.body.is_exact() && !bytes.starts_with(&[0x1f, 0x8b]);
    for (name, value) in response.headers.iter() {
        let is_told = match name {
            // A HEAD tells the length of what a GET would bring.
            "content-length" => is_head,
            _ => !(OF_CONNECTIONS.contains(&name) || is_other && OF_BYTES.contains(&name)),
        };
        if is_told {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            answer.headers_mut().append(name, HeaderValue::from_bytes(value.as_bytes()).ok()?);
        }
    }
    Some(answer)
}

/// An answer of our own, in JSON.
pub(crate) fn told(status: StatusCode, json: &Json) -> ruststack_wire::Response {
    let mut response = http::Response::new(WireBody::from(Bytes::from(json.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
