//! VCR, of Ruby and of R: YAML. Both write the same members, in two spellings; the one of R prints XML bodies anew.

use std::fmt;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{ImportError, Recording, malformed};
use crate::format::{Body, Headers, Interaction, Request, Response};
use crate::reader::Place;

#[derive(Deserialize)]
struct File {
    http_interactions: Vec<Entry>,
    recorded_with: Option<Scalar>,
}

#[derive(Deserialize)]
struct Entry {
    request: EntryRequest,
    response: Option<EntryResponse>,
    recorded_with: Option<Scalar>,
}

#[derive(Deserialize)]
struct EntryRequest {
    method: Scalar,
    uri: String,
    body: Option<EntryBody>,
    headers: Option<EntryHeaders>,
}

#[derive(Deserialize)]
struct EntryResponse {
    status: Status,
    headers: Option<EntryHeaders>,
    body: Option<EntryBody>,
}

/// Ruby says `code`, R says `status_code`.
#[derive(Deserialize)]
struct Status {
    #[serde(alias = "status_code")]
    code: Scalar,
}

#[derive(Deserialize)]
struct EntryBody {
    string: Option<Scalar>,
    base64_string: Option<String>,
}

/// A scalar of whatever type YAML takes it for.
pub(super) struct Scalar(pub(super) String);

/// Names and values; R writes a single value as a scalar.
pub(super) struct EntryHeaders(pub(super) Headers);

/// One value, or several.
struct Values(Vec<String>);

/// Reads a recording.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Recording, ImportError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| ImportError::Malformed(Place::file(path), format!("expected UTF-8: {error}")))?;
    let file: File = serde_saphyr::from_str(text).map_err(|error| {
        let number = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
        let position = error.location().map(|place| (number(place.line()), number(place.column())));
        let why = error.without_snippet().to_string();
        ImportError::Malformed(
            Place { position, ..Place::file(path) },
            format!("expected a VCR recording: {why}"),
        )
    })?;
    let by_entry = file.http_interactions.iter().find_map(|entry| entry.recorded_with.as_ref());
    let recorded_by =
        file.recorded_with.as_ref().or(by_entry).map(|by| by.0.clone()).unwrap_or("VCR".to_owned());
    let of_r = recorded_by.contains("webmockr");
    let mut interactions = Vec::new();
    for (index, entry) in file.http_interactions.into_iter().enumerate() {
        let wrong = |expected: String| malformed(path, format!("http_interactions[{index}]"), expected);
        interactions.push(interaction(entry, of_r).map_err(wrong)?);
    }
    let (format, notes) = if of_r {
        let note =
            "vcr for R prints XML bodies anew when it records: they mean the same, their bytes are others.";
        ("R vcr YAML", vec![note.to_owned()])
    } else {
        ("Ruby VCR YAML", Vec::new())
    };
    Ok(Recording { recorded_by, format: format.to_owned(), notes, interactions })
}

fn interaction(entry: Entry, of_r: bool) -> Result<Interaction, String> {
    let EntryRequest { method, uri, body, headers } = entry.request;
    let mut request =
        Request::of_url(&method.0, &uri).ok_or_else(|| format!("expected a URL, found {uri:?}"))?;
    request.headers = headers.map(|headers| headers.0).unwrap_or_default();
    // Ruby's net/http writes down headers it did not send, without a value.
    request.headers.filter_map(|name, value| {
        let unsent = value.is_empty() && ["content-type", "accept-encoding"].contains(&name);
        (!unsent).then(|| value.to_owned())
    });
    request.body = read_body(body)?;
    let response = match entry.response {
        Some(EntryResponse { status, headers, body }) => {
            let status =
                status.code.0.parse().map_err(|_| format!("expected a status, found {:?}", status.code.0))?;
            let body = read_body(body)?;
            let reprinted = of_r && body.bytes().trim_ascii_start().starts_with(b"<");
            let body = match reprinted {
                true => Body::inexact(body.bytes(), "printed anew by vcr for R"),
                false => body,
            };
            let headers = headers.map(|headers| headers.0).unwrap_or_default();
            Some(Response { status, headers, body, ..Response::default() })
        }
        None => None,
    };
    Ok(Interaction { request, response, ..Interaction::default() })
}

fn read_body(body: Option<EntryBody>) -> Result<Body, String> {
    let Some(EntryBody { string, base64_string }) = body else { return Ok(Body::default()) };
    match base64_string {
        Some(text) => {
            let text: String = text.split_ascii_whitespace().collect();
            BASE64.decode(text).map(Body::exact).map_err(|error| format!("expected base64: {error}"))
        }
        None => Ok(Body::exact(string.map(|string| string.0).unwrap_or_default())),
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Scalar, D::Error> {
        // As text, whatever it looks like: `0012` is no twelve.
        Option::<String>::deserialize(deserializer).map(|text| Scalar(text.unwrap_or_default()))
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Values, D::Error> {
        deserializer.deserialize_any(OneOrMany)
    }
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a header's value, or a list of them")
    }

    fn visit_str<E>(self, text: &str) -> Result<Values, E> {
        Ok(Values(vec![text.to_owned()]))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Values, E> {
        Ok(Values(vec![number.to_string()]))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Values, E> {
        Ok(Values(vec![number.to_string()]))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Values, E> {
        Ok(Values(vec![number.to_string()]))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Values, E> {
        Ok(Values(vec![flag.to_string()]))
    }

    fn visit_unit<E>(self) -> Result<Values, E> {
        Ok(Values(vec![String::new()]))
    }

    fn visit_none<E>(self) -> Result<Values, E> {
        Ok(Values(vec![String::new()]))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Values, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Values, A::Error> {
        let mut values = Vec::new();
        while let Some(Scalar(value)) = items.next_element()? {
            values.push(value);
        }
        Ok(Values(values))
    }
}

impl<'de> Deserialize<'de> for EntryHeaders {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<EntryHeaders, D::Error> {
        deserializer.deserialize_map(HeaderMap).map(EntryHeaders)
    }
}

struct HeaderMap;

impl<'de> Visitor<'de> for HeaderMap {
    type Value = Headers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("headers by their names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
        let mut headers = Headers::default();
        while let Some((Scalar(name), Values(values))) = map.next_entry()? {
            values.iter().for_each(|value| headers.push(&name, value));
        }
        Ok(headers)
    }
}
