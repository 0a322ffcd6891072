//! HTTP Archive 1.2, as browsers and proxies (mitmproxy among them) write it. It keeps content decoded, and bodies as
//! text or base64. Polly.JS writes it, too, and keeps packed content as it came: as a JSON list of pieces, in base64 or,
//! before, in hexadecimal.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;

use super::{ImportError, Recording, from_json, malformed};
use crate::format::{Body, Headers, Interaction, Request, Response};

#[derive(Deserialize)]
struct File {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    version: String,
    creator: Option<Creator>,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Creator {
    name: String,
    #[serde(default)]
    version: String,
}

#[derive(Deserialize)]
struct Entry {
    request: HarRequest,
    response: Option<HarResponse>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct PostData {
    text: Option<String>,
    encoding: Option<String>,
    #[serde(default)]
    params: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct HarResponse {
    status: u16,
    #[serde(default)]
    headers: Vec<Pair>,
    content: Option<Content>,
    #[serde(rename = "_error")]
    error: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    text: Option<String>,
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    value: String,
}

/// Reads a recording.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Recording, ImportError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let Log { version, creator, entries } = from_json::<File>(path, bytes)?.log;
    let of_polly = creator.as_ref().is_some_and(|creator| creator.name.starts_with("Polly"));
    let mut interactions = Vec::new();
    for (index, entry) in entries.into_iter().enumerate() {
        let wrong = |expected: String| malformed(path, format!("log.entries[{index}]"), expected);
        interactions.push(interaction(entry, of_polly).map_err(wrong)?);
    }
    let creator = creator.map(|creator| format!("{} {}", creator.name, creator.version).trim().to_owned());
    Ok(Recording {
        recorded_by: creator.unwrap_or_else(|| "unknown".to_owned()),
        format: format!("HAR {version}"),
        notes: vec!["HAR keeps content decoded.".to_owned()],
        interactions,
    })
}

fn interaction(entry: Entry, of_polly: bool) -> Result<Interaction, String> {
    let url = &entry.request.url;
    let mut request = Request::of_url(&entry.request.method, url)
        .ok_or_else(|| format!("expected a URL, found {url:?}"))?;
    request.headers = headers(&entry.request.headers);
    let mut not_comparable = None;
    request.body = match entry.request.post_data {
        Some(PostData { text: Some(text), encoding, .. }) => body(text, encoding.as_deref())?,
        Some(PostData { text: None, params, .. }) if !params.is_empty() => {
            Body::unknown("the recording has a form's fields, not its bytes")
        }
        _ => Body::default(),
    };
    let response = match entry.response {
        Some(HarResponse { status: 0, error, .. }) => {
            let why = error.unwrap_or_else(|| "no status".to_owned());
            not_comparable = Some(format!("the connection failed: {why}"));
            None
        }
        Some(HarResponse { status, headers: pairs, content, .. }) => {
            let headers = headers(&pairs);
            let body = match content {
                Some(Content { text: Some(text), encoding }) => match pieces(&text, of_polly, &headers) {
                    Some(bytes) => Body::exact(bytes),
                    None => body(text, encoding.as_deref())?,
                },
                _ => Body::default(),
            };
            let body = match headers.get("content-encoding") {
                // What is packed still has passed so.
                Some("gzip") if body.bytes().starts_with(&[0x1f, 0x8b]) => body,
                Some(coding @ ("gzip" | "br" | "deflate" | "zstd")) if !body.bytes().is_empty() => {
                    Body::inexact(body.bytes(), format!("HAR keeps content decoded; {coding} passed"))
                }
                _ => body,
            };
            Some(Response { status, headers, body, ..Response::default() })
        }
        None => None,
    };
    Ok(Interaction { request, response, not_comparable, ..Interaction::default() })
}

/// The bytes of packed content, as Polly.JS keeps them.
fn pieces(text: &str, of_polly: bool, headers: &Headers) -> Option<Vec<u8>> {
    if !of_polly || !headers.contains("content-encoding") {
        return None;
    }
    let pieces: Vec<String> = serde_json::from_str(text).ok()?;
    let decode = |decode: &dyn Fn(&str) -> Option<Vec<u8>>| -> Option<Vec<u8>> {
        let decoded: Option<Vec<Vec<u8>>> = pieces.iter().map(|piece| decode(piece)).collect();
        // Hexadecimal may pass for base64; what was packed tells itself.
        decoded.map(|pieces| pieces.concat()).filter(|bytes| bytes.starts_with(&[0x1f, 0x8b]))
    };
    decode(&|piece| BASE64.decode(piece).ok()).or_else(|| decode(&unhex))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}

fn headers(pairs: &[Pair]) -> Headers {
    pairs.iter().map(|pair| (&pair.name, &pair.value)).collect()
}

fn body(text: String, encoding: Option<&str>) -> Result<Body, String> {
    match encoding {
        Some("base64") => {
            BASE64.decode(text).map(Body::exact).map_err(|error| format!("expected base64: {error}"))
        }
        _ => Ok(Body::exact(text)),
    }
}
