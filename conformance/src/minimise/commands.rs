//! A conversation as commands: for curl, and for Python with the SDK's signatures.
//!
//! Requests are those of the recording: what AWS made up in one answer and a later request names (an id of an upload, a
//! receipt) has to be put in by hand, which the commands say.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ruststack_cassettes::Cassette;
use ruststack_cassettes::format::Request;
use std::fmt::Write as _;

/// Headers that who sends writes.
const OWN: [&str; 5] = ["authorization", "connection", "content-length", "host", "transfer-encoding"];

/// The requests of a conversation, with the name of each: those of the setup first.
fn requests(cassette: &Cassette) -> impl Iterator<Item = (String, &Request)> {
    let setup = cassette.setup.requests.iter().map(|request| ("setup".to_owned(), &**request));
    setup.chain(cassette.interactions.iter().map(|interaction| {
        let operation = interaction.operation.clone().unwrap_or_else(|| interaction.request.method.clone());
        (operation, &interaction.request)
    }))
}

/// The path and the query.
fn target(request: &Request) -> String {
    match &request.query {
        Some(query) => format!("{}?{query}", request.path),
        None => request.path.clone(),
    }
}

/// The service and the region that a request is signed for; nothing where it was not signed.
fn scope(request: &Request) -> Option<(&str, &str)> {
    let auth = request.auth.as_ref()?;
    Some((auth.service.as_deref()?, auth.region.as_deref()?))
}

/// The conversation as a script of the shell.
pub fn curl(cassette: &Cassette) -> String {
    let mut text = format!("#!/bin/sh\n# {}\n", cassette.meta.title.replace('\n', " "));
    text.push_str(
        "# What AWS makes up (ids, tokens) stands as it was recorded: put in what the endpoint answered.\n",
    );
    text.push_str(": \"${AWS_ENDPOINT_URL:=http://127.0.0.1:4566}\"\n");
    for (name, request) in requests(cassette) {
        let body = request.body.bytes();
        let _ = write!(text, "\n# {name}\n");
        let is_text = std::str::from_utf8(&body).is_ok_and(|text| !text.contains('\0'));
        if !is_text {
            let _ = write!(text, "echo {} | base64 -d | ", BASE64.encode(&body));
        }
        let _ = write!(text, "curl -sS -i -X {}", quoted(&request.method));
        if request.method == "HEAD" {
            text.push_str(" -I");
        }
        if let Some((service, region)) = scope(request) {
            let _ = write!(
                text,
                " --aws-sigv4 {} --user \"${{AWS_ACCESS_KEY_ID:-test}}:${{AWS_SECRET_ACCESS_KEY:-test}}\"",
                quoted(&format!("aws:amz:{region}:{service}"))
            );
        }
        let _ = write!(text, " \\\n    -H {}", quoted(&format!("host: {}", request.host())));
        for (name, value) in request.headers.iter().filter(|(name, _)| !OWN.contains(name)) {
            let _ = write!(text, " \\\n    -H {}", quoted(&format!("{name}: {value}")));
        }
        match (body.is_empty(), is_text) {
            (true, _) => {}
            (false, true) => {
                let _ = write!(text, " \\\n    --data-binary {}", quoted(&String::from_utf8_lossy(&body)));
            }
            (false, false) => text.push_str(" \\\n    --data-binary @-"),
        }
        let _ = writeln!(text, " \\\n    \"$AWS_ENDPOINT_URL\"{}", quoted(&target(request)));
    }
    text
}

/// The conversation as a script in Python, signed as boto3 signs.
pub fn python(cassette: &Cassette) -> String {
    let title = cassette.meta.title.replace('\\', "/").replace("\"\"\"", "'''");
    let mut text = format!("\"\"\"{title}\n\n");
    text.push_str("What AWS makes up (ids, tokens) stands as it was recorded: put in what the endpoint answered.\n\"\"\"\n");
    text.push_str(
        r#"
import base64
import os

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

ENDPOINT = os.environ.get("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
CREDENTIALS = boto3.Session().get_credentials()


def call(name, method, target, headers, body=b"", scope=None):
    request = AWSRequest(method, ENDPOINT + target, data=body, headers=headers)
    if scope:
        SigV4Auth(CREDENTIALS, *scope).add_auth(request)
    answer = URLLib3Session().send(request.prepare())
    print(name, answer.status_code, dict(answer.headers), answer.content, sep="\n  ")


"#,
    );
    for (name, request) in requests(cassette) {
        let body = request.body.bytes();
        let mut headers = vec![("host".to_owned(), request.host().to_owned())];
        let others = request.headers.iter().filter(|(name, _)| !OWN.contains(name));
        headers.extend(others.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let headers: Vec<String> =
            headers.iter().map(|(name, value)| format!("{}: {}", literal(name), literal(value))).collect();
        let _ = writeln!(
            text,
            "call(\n    {}, {}, {},\n    {{{}}},",
            literal(&name),
            literal(&request.method),
            literal(&target(request)),
            headers.join(", ")
        );
        match std::str::from_utf8(&body) {
            Ok("") => {}
            Ok(body) => {
                let _ = writeln!(text, "    body={}.encode(),", literal(body));
            }
            Err(_) => {
                let _ = writeln!(text, "    body=base64.b64decode({}),", literal(&BASE64.encode(&body)));
            }
        }
        if let Some((service, region)) = scope(request) {
            let _ = writeln!(text, "    scope=({}, {}),", literal(service), literal(region));
        }
        text.push_str(")\n");
    }
    text
}

/// A word of the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A text in Python; JSON's texts are Python's too, but for surrogates, which are none here.
fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
