//! The traffic recordings of smithy-rs ("dvr"): JSON, a list of events on numbered connections.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{ImportError, Recording, from_json, malformed};
use crate::format::{Body, Headers, Interaction, Request, Response};

#[derive(Deserialize)]
struct File {
    events: Vec<Event>,
    docs: Option<String>,
    version: String,
}

#[derive(Deserialize)]
struct Event {
    connection_id: u64,
    action: Action,
}

#[derive(Deserialize)]
enum Action {
    Request { request: RequestHead },
    Response { response: Outcome },
    Data { data: Data, direction: Direction },
    Eof {},
}

#[derive(Deserialize)]
struct RequestHead {
    uri: String,
    method: String,
    #[serde(default)]
    headers: Map<String, Value>,
}

#[derive(Deserialize)]
enum Outcome {
    Ok(ResponseHead),
    Err(Value),
}

#[derive(Deserialize)]
struct ResponseHead {
    status: u16,
    #[serde(default)]
    headers: Map<String, Value>,
}

#[derive(Deserialize)]
enum Data {
    Utf8(String),
    Base64(String),
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
enum Direction {
    Request,
    Response,
}

/// What has passed on one connection so far.
#[derive(Default)]
struct Connection {
    interaction: Interaction,
    sent: Vec<u8>,
    received: Vec<u8>,
}

impl Connection {
    fn finish(mut self) -> Interaction {
        self.interaction.request.body = Body::exact(self.sent);
        if let Some(response) = &mut self.interaction.response {
            response.body = Body::exact(self.received);
        }
        self.interaction
    }
}

/// Reads a recording.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Recording, ImportError> {
    let file: File = from_json(path, bytes)?;
    if file.version != "V0" {
        return Err(malformed(
            path,
            "version".to_owned(),
            format!("expected \"V0\", found {:?}", file.version),
        ));
    }
    // A connection that is used again closes the interaction before; the order is that of the requests.
    let mut done: BTreeMap<usize, Interaction> = BTreeMap::new();
    let mut open: BTreeMap<u64, (usize, Connection)> = BTreeMap::new();
    for (index, event) in file.events.into_iter().enumerate() {
        let wrong = |expected: String| malformed(path, format!("events[{index}].action"), expected);
        let id = event.connection_id;
        if let Action::Request { request } = event.action {
            if let Some((at, before)) = open.remove(&id) {
                done.insert(at, before.finish());
            }
            let mut connection = Connection::default();
            connection.interaction.request = Request::of_url(&request.method, &request.uri)
                .ok_or_else(|| wrong(format!("expected a URL, found {:?}", request.uri)))?;
            connection.interaction.request.headers = headers(request.headers).map_err(wrong)?;
            open.insert(id, (index, connection));
            continue;
        }
        let (_, connection) = open.get_mut(&id).ok_or_else(|| {
            wrong(format!("expected the request of connection {id} before its other events"))
        })?;
        match event.action {
            Action::Data { data, direction } => {
                let bytes = match data {
                    Data::Utf8(text) => text.into_bytes(),
                    Data::Base64(text) => {
                        BASE64.decode(text).map_err(|error| wrong(format!("expected base64: {error}")))?
                    }
                };
                match direction {
                    Direction::Request => connection.sent.extend(bytes),
                    Direction::Response => connection.received.extend(bytes),
                }
            }
            Action::Response { response: Outcome::Ok(head) } => {
                let headers = headers(head.headers).map_err(wrong)?;
                let is_head = connection.interaction.request.method == "HEAD";
                if is_head && head.status == 200 && headers.get("content-length").is_none() {
                    // S3 tells the length of what a GET would bring (go-cloud recordings), and the recorder left it out.
                    let reason = "the recording lacks the length that the answer to a HEAD tells";
                    connection.interaction.not_comparable = Some(reason.to_owned());
                }
                connection.interaction.response =
                    Some(Response { status: head.status, headers, ..Response::default() });
            }
            Action::Response { response: Outcome::Err(why) } => {
                connection.interaction.not_comparable = Some(format!("the connection failed: {why}"));
            }
            Action::Request { .. } | Action::Eof {} => {}
        }
    }
    done.extend(open.into_values().map(|(at, connection)| (at, connection.finish())));
    Ok(Recording {
        recorded_by: "smithy-rs dvr".to_owned(),
        format: "smithy-rs dvr V0".to_owned(),
        notes: file.docs.into_iter().filter(|docs| !docs.is_empty()).collect(),
        interactions: done.into_values().collect(),
    })
}

fn headers(map: Map<String, Value>) -> Result<Headers, String> {
    let mut headers = Headers::default();
    for (name, values) in map {
        let wrong = || format!("expected a list of strings as {name}");
        for value in values.as_array().ok_or_else(wrong)? {
            headers.push(&name, value.as_str().ok_or_else(wrong)?);
        }
    }
    Ok(headers)
}
