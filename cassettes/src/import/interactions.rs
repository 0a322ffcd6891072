//! vcrpy (Python) and go-vcr v1 to v3 (Go): YAML, or vcrpy's JSON, with a list of `interactions`. They spell the members
//! differently; which tool it was is told by how a request names its address.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;

use super::vcr::{EntryHeaders, Scalar};
use super::{ImportError, Recording, malformed};
use crate::format::{Body, Interaction, Request, Response};
use crate::reader::Place;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    version: Option<u64>,
    interactions: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    request: EntryRequest,
    response: EntryResponse,
}

#[derive(Deserialize)]
struct EntryRequest {
    method: Scalar,
    /// vcrpy's.
    uri: Option<String>,
    /// go-vcr's.
    url: Option<String>,
    body: Option<Content>,
    base64_body: Option<String>,
    headers: Option<EntryHeaders>,
}

#[derive(Deserialize)]
struct EntryResponse {
    /// vcrpy: an object with the code; go-vcr: the status line's text.
    status: Option<Status>,
    /// go-vcr's.
    code: Option<u16>,
    body: Option<Content>,
    base64_body: Option<String>,
    headers: Option<EntryHeaders>,
    /// go-vcr v3: whether Go's client unpacked the body.
    #[serde(default)]
    uncompressed: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Status {
    Code { code: u16 },
    Text(#[expect(dead_code, reason = "the code tells it all")] String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Wrapped { string: Option<String>, base64_string: Option<String> },
    Text(String),
}

/// Reads a recording.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Recording, ImportError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| ImportError::Malformed(Place::file(path), format!("expected UTF-8: {error}")))?;
    let file: File = if text.trim_start().starts_with('{') {
        super::from_json(path, bytes)?
    } else {
        serde_saphyr::from_str(&with_named_binary(text)).map_err(|error| {
            let number = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
            let position = error.location().map(|place| (number(place.line()), number(place.column())));
            let why = error.without_snippet().to_string();
            let place = Place { position, ..Place::file(path) };
            ImportError::Malformed(place, format!("expected a recording of vcrpy or go-vcr: {why}"))
        })?
    };
    let of_go = file.interactions.iter().any(|entry| entry.request.url.is_some());
    let version = file.version.map_or_else(String::new, |version| format!(" {version}"));
    let (tool, format) = if of_go { ("go-vcr", "go-vcr YAML") } else { ("vcrpy", "vcrpy") };
    let mut interactions = Vec::new();
    for (index, entry) in file.interactions.into_iter().enumerate() {
        let wrong = |expected: String| malformed(path, format!("interactions[{index}]"), expected);
        interactions.push(interaction(entry).map_err(wrong)?);
    }
    Ok(Recording {
        recorded_by: tool.to_owned(),
        format: format!("{format}{version}"),
        notes: Vec::new(),
        interactions,
    })
}

/// The text with bytes that are no text under names of their own: a reader of YAML does not tell which tag a text had.
fn with_named_binary(text: &str) -> String {
    let line = |line: &str| {
        for name in ["string", "body"] {
            let plain = format!("{name}: !!binary ");
            if line.trim_start().starts_with(&plain) {
                return line.replacen(&plain, &format!("base64_{name}: "), 1);
            }
        }
        line.to_owned()
    };
    text.split_inclusive('\n').map(line).collect()
}

fn interaction(entry: Entry) -> Result<Interaction, String> {
    let EntryRequest { method, uri, url, body, base64_body, headers } = entry.request;
    let address = uri.or(url).ok_or("expected a `uri` or a `url`")?;
    // go-vcr leaves the method out where it is the usual one.
    let method = if method.0.is_empty() { "GET" } else { &method.0 };
    let mut request =
        Request::of_url(method, &address).ok_or_else(|| format!("expected a URL, found {address:?}"))?;
    request.headers = headers.map(|headers| headers.0).unwrap_or_default();
    request.body = Body::exact(content(body, base64_body)?);

    let EntryResponse { status, code, body, base64_body, headers, uncompressed } = entry.response;
    let status = match (status, code) {
        (_, Some(code)) | (Some(Status::Code { code }), None) => code,
        _ => return Err("expected the status of the response".to_owned()),
    };
    let bytes = content(body, base64_body)?;
    let body = match uncompressed {
        true => Body::inexact(bytes, "unpacked by Go's client before go-vcr saw it"),
        false => Body::exact(bytes),
    };
    let headers = headers.map(|headers| headers.0).unwrap_or_default();
    Ok(Interaction {
        request,
        response: Some(Response { status, headers, body, ..Response::default() }),
        ..Interaction::default()
    })
}

fn content(body: Option<Content>, base64: Option<String>) -> Result<Vec<u8>, String> {
    let base64 = match (&body, base64) {
        (Some(Content::Wrapped { base64_string: Some(base64), .. }), _) => Some(base64.clone()),
        (_, base64) => base64,
    };
    if let Some(text) = base64 {
        let text: String = text.split_ascii_whitespace().collect();
        return BASE64.decode(text).map_err(|error| format!("expected base64: {error}"));
    }
    Ok(match body {
        Some(Content::Wrapped { string, .. }) => string.unwrap_or_default().into_bytes(),
        Some(Content::Text(text)) => text.into_bytes(),
        None => Vec::new(),
    })
}
