//! go-replayers `.replay`, version 0.2: JSON with bodies in base64. The tool removes what identifies a caller, and the
//! content type but for its media type.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{ImportError, Recording, from_json, malformed};
use crate::format::{Body, Headers, Interaction, Request, Response};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct File {
    version: String,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    request: EntryRequest,
    response: Option<EntryResponse>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EntryRequest {
    method: String,
    #[serde(rename = "URL")]
    url: String,
    header: Option<Map<String, Value>>,
    #[serde(default)]
    media_type: String,
    body_parts: Option<Vec<Option<String>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EntryResponse {
    status_code: u16,
    header: Option<Map<String, Value>>,
    body: Option<String>,
}

/// Reads a recording.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Recording, ImportError> {
    let file: File = from_json(path, bytes)?;
    if file.version != "0.2" {
        return Err(malformed(
            path,
            "Version".to_owned(),
            format!("expected \"0.2\", found {:?}", file.version),
        ));
    }
    let mut interactions = Vec::new();
    for (index, entry) in file.entries.into_iter().enumerate() {
        let wrong = |(member, expected): (&str, String)| {
            malformed(path, format!("Entries[{index}].{member}"), expected)
        };
        interactions.push(interaction(entry).map_err(wrong)?);
    }
    restore_content_types(&mut interactions);
    let notes = vec![
        "The tool removed Authorization, Host, Date and the content type's parameters from requests; the content type \
         is restored from what the object was later served with, or else from the media type alone."
            .to_owned(),
    ];
    let version = file.version;
    Ok(Recording {
        recorded_by: "go-replayers httpreplay".to_owned(),
        format: format!("go-replayers {version}"),
        notes,
        interactions,
    })
}

type Wrong = (&'static str, String);

fn interaction(entry: Entry) -> Result<Interaction, Wrong> {
    let EntryRequest { method, url, header, media_type, body_parts } = entry.request;
    let mut request = Request::of_url(&method, &url)
        .ok_or_else(|| ("Request.URL", format!("expected a URL, found {url:?}")))?;
    request.headers = headers(header, "Request.Header")?;
    if !media_type.is_empty() {
        request.headers.set("content-type", &media_type);
    }
    let mut not_comparable = None;
    request.body = match body_parts.unwrap_or_default().as_slice() {
        [] => Body::default(),
        [one] => decoded(one.as_deref(), "Request.BodyParts[0]")?,
        _ => {
            let reason = "the recording has the parts of a multipart body, not what separated them";
            not_comparable = Some(reason.to_owned());
            Body::unknown(reason)
        }
    };
    let response = match entry.response {
        Some(EntryResponse { status_code, header, body }) => Some(Response {
            status: status_code,
            headers: headers(header, "Response.Header")?,
            body: decoded(body.as_deref(), "Response.Body")?,
            ..Response::default()
        }),
        None => None,
    };
    Ok(Interaction { request, response, not_comparable, ..Interaction::default() })
}

fn headers(header: Option<Map<String, Value>>, member: &'static str) -> Result<Headers, Wrong> {
    let mut headers = Headers::default();
    for (name, values) in header.unwrap_or_default() {
        let wrong = || (member, format!("expected a list of strings as {name}"));
        for value in values.as_array().ok_or_else(wrong)? {
            headers.push(&name, value.as_str().ok_or_else(wrong)?);
        }
    }
    Ok(headers)
}

fn decoded(text: Option<&str>, member: &'static str) -> Result<Body, Wrong> {
    let bytes = BASE64
        .decode(text.unwrap_or_default())
        .map_err(|error| (member, format!("expected base64: {error}")))?;
    Ok(Body::exact(bytes))
}

/// An object is served with the content type it was written with. So a write's content type, of which the tool kept the
/// media type at most, is the one of the next read of the same address, if the two agree: with its charset, or empty
/// where the writer sent the header without a value (a write without the header is served `binary/octet-stream`).
fn restore_content_types(interactions: &mut [Interaction]) {
    for at in 0..interactions.len() {
        let (before, after) = interactions.split_at_mut(at + 1);
        let Some(Interaction { request: write, response: Some(response), .. }) = before.last_mut() else {
            continue;
        };
        if write.method != "PUT" || response.status >= 300 || write.headers.contains("x-amz-copy-source") {
            continue;
        }
        let same = |other: &&Interaction| {
            (&other.request.origin, &other.request.path) == (&write.origin, &write.path)
        };
        let next = after.iter().filter(same).find(|other| {
            let served = other.response.as_ref().is_some_and(|response| response.status < 300);
            served && ["GET", "HEAD", "PUT", "DELETE"].contains(&other.request.method.as_str())
        });
        let read = next.filter(|next| ["GET", "HEAD"].contains(&next.request.method.as_str()));
        let served = read.and_then(|read| read.response.as_ref()?.headers.get("content-type"));
        let Some(served) = served else { continue };
        let media_type =
            |value: &str| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let known = write.headers.get("content-type").unwrap_or_default();
        if media_type(served) == media_type(known) {
            write.headers.set("content-type", served);
        }
    }
}
