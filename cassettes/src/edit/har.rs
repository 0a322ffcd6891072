//! Cassettes as HTTP Archive 1.2, for browsers' tools and proxies.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::content::gunzip;
use crate::format::{Body, Cassette, Headers, Interaction};

/// A cassette as HTTP Archive. Content is told decoded, as the format has it.
pub fn har(cassette: &Cassette) -> Value {
    let began = cassette.meta.recorded.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let entries: Vec<Value> = cassette.interactions.iter().map(|one| entry(one, began)).collect();
    json!({ "log": {
        "version": "1.2",
        "creator": { "name": "ruststack", "version": env!("CARGO_PKG_VERSION") },
        "comment": cassette.meta.title,
        "entries": entries,
    }})
}

fn entry(one: &Interaction, began: OffsetDateTime) -> Value {
    let at = one.at.unwrap_or(began).format(&Rfc3339).unwrap_or_default();
    let request = &one.request;
    let query = request.query.as_deref().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let query = query.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let query: Vec<Value> = query.map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let mut sent = json!({
        "method": request.method,
        "url": request.url(),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": pairs(&request.headers),
        "queryString": query,
        "headersSize": -1,
        "bodySize": request.body.bytes().len(),
    });
    if !request.body.bytes().is_empty() {
        sent["postData"] = content(&request.body, &request.headers);
    }
    let received = match &one.response {
        Some(response) => json!({
            "status": response.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": pairs(&response.headers),
            "content": content(&response.body, &response.headers),
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": response.body.bytes().len(),
        }),
        None => json!({
            "status": 0, "statusText": "", "httpVersion": "", "cookies": [], "headers": [],
            "content": { "size": 0, "mimeType": "x-unknown" }, "redirectURL": "", "headersSize": -1, "bodySize": -1,
            "_error": one.not_comparable.as_deref().unwrap_or("no response"),
        }),
    };
    json!({
        "startedDateTime": at,
        "time": 0,
        "request": sent,
        "response": received,
        "cache": {},
        "timings": { "send": 0, "wait": 0, "receive": 0 },
    })
}

fn pairs(headers: &Headers) -> Vec<Value> {
    headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

fn content(body: &Body, headers: &Headers) -> Value {
    let bytes = body.bytes();
    let decoded = headers.get("content-encoding").and_then(|_| gunzip(&bytes));
    let plain = decoded.as_deref().unwrap_or(&bytes);
    let kind = headers.get("content-type").unwrap_or("application/octet-stream");
    match std::str::from_utf8(plain) {
        Ok(text) => json!({ "size": plain.len(), "mimeType": kind, "text": text }),
        Err(_) => {
            json!({ "size": plain.len(), "mimeType": kind, "text": BASE64.encode(plain), "encoding": "base64" })
        }
    }
}
