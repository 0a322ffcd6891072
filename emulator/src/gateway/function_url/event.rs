//! The event that a request to a function's URL becomes: payload format 2.0.

use super::UrlPlace;
use crate::gateway::Caller;
use crate::gateway::caller::Peer;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_TYPE, COOKIE, USER_AGENT};
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value as Json, json};

/// What the function is given.
pub(super) fn of(parts: &Parts, place: &UrlPlace, region: &str, body: &[u8], caller: &Caller) -> Json {
    let id = &place.id;
    let header = |name| parts.headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    let source = parts
        .extensions
        .get::<Peer>()
        .map_or_else(|| "127.0.0.1".to_owned(), |peer| peer.address.to_string());
    let mut headers: Map<String, Json> = Map::new();
    for name in parts.headers.keys().filter(|name| *name != COOKIE) {
        let values = parts.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        headers.insert(name.as_str().to_owned(), values.collect::<Vec<_>>().join(",").into());
    }
    headers.insert("x-forwarded-for".into(), source.clone().into());
    headers.insert("x-forwarded-proto".into(), "http".into());
    let query = parts.uri.query().unwrap_or_default();
    let account = if caller.is_anonymous() { "anonymous" } else { &caller.account };
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": place.path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": account,
            "apiId": id,
            "domainName": format!("{id}.lambda-url.{region}.localhost"),
            "domainPrefix": id,
            "http": {
                "method": parts.method.as_str(),
                "path": place.path,
                "protocol": "HTTP/1.1",
                "sourceIp": source,
                "userAgent": header(USER_AGENT).unwrap_or_default(),
            },
            "requestId": caller.ids.request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": caller.now.common_log(),
            "timeEpoch": caller.now.millis(),
        },
        "isBase64Encoded": false,
    });
    let cookies: Vec<&str> = header(COOKIE).into_iter().flat_map(|all| all.split("; ")).collect();
    if !cookies.is_empty() {
        event["cookies"] = cookies.into();
    }
    let parameters = parameters(query);
    if !parameters.is_empty() {
        event["queryStringParameters"] = parameters.into();
    }
    if !body.is_empty() {
        let text = std::str::from_utf8(body).ok().filter(|_| header(CONTENT_TYPE).is_some_and(is_text));
        event["isBase64Encoded"] = text.is_none().into();
        event["body"] = text.map_or_else(|| STANDARD.encode(body), str::to_owned).into();
    }
    event
}

/// Parameters by name; those of one name have commas between.
fn parameters(query: &str) -> Map<String, Json> {
    let mut all: Map<String, Json> = Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let plain = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let (name, value) = (plain(name), plain(value));
        match all.get_mut(&name) {
            Some(Json::String(known)) => *known = format!("{known},{value}"),
            _ => {
                all.insert(name, value.into());
            }
        }
    }
    all
}

/// Whether a body of this type goes into an event as it is.
fn is_text(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.starts_with("text/")
        || matches!(kind.as_str(), "application/json" | "application/javascript" | "application/xml")
        || kind.ends_with("+json")
        || kind.ends_with("+xml")
}
