//! Replays beside what is there already: what a cassette creates has names of its own, and answers are compared as if
//! it had not. What lists a whole account cannot be: others' things are in it.

use super::columns;
use crate::classify::Subject;
use crate::compare::Outcome;
use crate::verdict::{Difference, Kind};
use bytes::Bytes;
use flate2::Crc;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use ruststack_cassettes::Isolation;
use ruststack_cassettes::format::{self, Body};
use ruststack_wire::shape::Kind as ShapeKind;
use serde_json::Value;
use std::collections::HashSet;

const CRC: &str = "x-amz-crc32";

/// A request that was sent, and what has to be known of it to read its answer.
pub(super) struct Question {
    pub(super) request: Request<Bytes>,
    /// Whether it asks for what is in the whole account, where others' things are in it.
    pub(super) is_wide: bool,
    /// Its statement, if it has one with names of its own.
    statement: Option<String>,
}

impl Question {
    /// A request as it is sent.
    pub(super) fn new(
        request: &Request<Bytes>,
        subject: &Subject,
        isolation: Option<&Isolation>,
    ) -> Question {
        Question {
            request: request.clone(),
            is_wide: isolation.is_some_and(|isolation| is_wide(isolation, subject, request)),
            statement: isolation.and_then(|_| columns::statement(request)),
        }
    }

    /// The answer with the names that the recording has.
    pub(super) fn read(&self, isolation: &Isolation, mut answer: Response<Bytes>) -> Response<Bytes> {
        if let Some(statement) = &self.statement {
            answer = with_places(isolation, statement, answer);
        }
        if self.is_wide {
            answer = only_ours(isolation, answer);
        }
        inward(isolation, answer)
    }
}

/// An answer with the names that the recording has.
fn inward(isolation: &Isolation, answer: Response<Bytes>) -> Response<Bytes> {
    let (mut parts, body) = answer.into_parts();
    // A header that is no text names nothing; the others are put back in their order.
    let is_text = |value: &HeaderValue| value.to_str().is_ok();
    let headers = parts.headers.iter().filter(|(_, value)| is_text(value));
    let headers = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
    let own = format::Response {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: Body::exact(body),
        ..format::Response::default()
    };
    let made = isolation.inward(&own);
    if made.headers != own.headers {
        let strange = parts.headers.iter().filter(|(_, value)| !is_text(value));
        let mut headers: HeaderMap = strange.map(|(name, value)| (name.clone(), value.clone())).collect();
        for (name, value) in made.headers.iter() {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
                headers.append(name, value);
            }
        }
        parts.headers = headers;
    }
    Response::from_parts(parts, made.body.bytes())
}

/// Whether a request asks for what is in the whole account.
fn is_wide(isolation: &Isolation, subject: &Subject, request: &Request<Bytes>) -> bool {
    let target = request.uri().to_string();
    let host = request.headers().get("host").map(HeaderValue::as_bytes).unwrap_or_default();
    let is_ours = || [target.as_bytes(), host, request.body()].iter().any(|part| isolation.is_named_in(part));
    ALWAYS.contains(&subject.operation_name.as_str()) || (tells_of_all(subject) && !is_ours())
}

/// An answer that lists a whole account, without what others have there. What is no JSON stays.
fn only_ours(isolation: &Isolation, answer: Response<Bytes>) -> Response<Bytes> {
    let (mut parts, body) = answer.into_parts();
    let Ok(Value::Object(mut members)) = serde_json::from_slice(&body) else {
        return Response::from_parts(parts, body);
    };
    for items in members.values_mut().filter_map(Value::as_array_mut) {
        items.retain(|item| isolation.is_named_in(item.to_string().as_bytes()));
    }
    let made = Bytes::from(Value::Object(members).to_string());
    restate(&mut parts.headers, &body, &made);
    Response::from_parts(parts, made)
}

/// An answer with the places in a statement told as they are in the recorded one.
fn with_places(isolation: &Isolation, statement: &str, answer: Response<Bytes>) -> Response<Bytes> {
    let (mut parts, body) = answer.into_parts();
    let text = std::str::from_utf8(&body).ok().filter(|_| parts.status.is_client_error());
    let made = text.map(|text| Bytes::from(columns::told_back(isolation, statement, text)));
    let made = made.unwrap_or_else(|| body.clone());
    restate(&mut parts.headers, &body, &made);
    Response::from_parts(parts, made)
}

/// What headers told of a body, if it was true, they tell of another.
fn restate(headers: &mut HeaderMap, old: &Bytes, made: &Bytes) {
    let is =
        |name: &str, value: String| headers.get(name).is_some_and(|own| own.as_bytes() == value.as_bytes());
    let (is_length, is_crc) =
        (is(CONTENT_LENGTH.as_str(), old.len().to_string()), is(CRC, crc32(old).to_string()));
    if is_length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(made.len()));
    }
    if is_crc {
        headers.insert(CRC, HeaderValue::from(crc32(made)));
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// Why an answer that tells of a whole account is not compared, if it differs. `lost` are the operations of which one was
/// not compared before: a list that goes on from there goes on from elsewhere.
pub(super) fn whole_account(
    subject: &Subject,
    recorded: &format::Request,
    outcome: &Outcome,
    lost: &mut HashSet<String>,
) -> Option<String> {
    let is_of_body = |one: &Difference| {
        matches!(one.kind, Kind::Missing | Kind::Extra | Kind::Value | Kind::Order)
            || one.path.ends_with(".header.content-length")
    };
    if outcome.differences.is_empty() {
        return None;
    }
    if outcome.differences.iter().all(is_of_body) {
        lost.insert(subject.operation_name.clone());
        let reason = "it tells of the whole account, in which there is more than what this cassette created";
        return Some(reason.to_owned());
    }
    let goes_on = || {
        let body = recorded.body.bytes();
        let query = recorded.query.as_deref().unwrap_or_default();
        [query.as_bytes(), &body].iter().any(|part| {
            let text = String::from_utf8_lossy(part).to_ascii_lowercase();
            ["token", "marker", "exclusivestart"].iter().any(|word| text.contains(word))
        })
    };
    (lost.contains(&subject.operation_name) && goes_on())
        .then(|| "it goes on with a list of the whole account that was not compared".to_owned())
}

/// Operations that may name what is ours only as the place in the account's list to begin at.
const ALWAYS: &[&str] = &["ListTables", "ListGlobalTables"];

/// Whether an operation lists what there is, or counts it.
fn tells_of_all(subject: &Subject) -> bool {
    let name = subject.operation_name.as_str();
    if name.starts_with("GetAccount") {
        return true;
    }
    let output = subject.operation.and_then(|operation| operation.output);
    let has_list = output.is_some_and(|output| {
        output.members().iter().any(|member| matches!(member.shape.kind, ShapeKind::List { .. }))
    });
    has_list && ["List", "Describe", "Get"].iter().any(|verb| name.starts_with(verb))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_cassettes::{Cassette, Mark};

    #[test]
    fn operations_that_list_are_known_by_their_models() {
        let of = |service: &str, operation: &str| {
            let service = ruststack_models::service(service).unwrap();
            tells_of_all(&Subject {
                service: Some(service),
                operation: service.operation(operation),
                operation_name: operation.to_owned(),
                ..Subject::default()
            })
        };
        assert!(of("sqs", "ListQueues") && of("logs", "DescribeLogGroups") && of("apigatewayv2", "GetApis"));
        assert!(of("iam", "GetAccountSummary") && of("lambda", "GetAccountSettings"));
        assert!(!of("dynamodb", "GetItem") && !of("s3", "PutObject") && !of("dynamodb", "DescribeTable"));
    }

    fn isolation() -> (Isolation, String) {
        let cassette: Cassette = serde_json::from_value(serde_json::json!({
            "cassette": 1, "meta": { "title": "t", "services": [], "provenance": { "kind": "emulator" } },
            "interactions": [{ "request": { "method": "PUT", "path": "/orders",
                "origin": "https://s3.us-east-1.amazonaws.com" }, "response": { "status": 200 } }],
        }))
        .unwrap();
        let isolation = Isolation::of(&cassette, &Mark::draw());
        let request = isolation.outward(&cassette.interactions[0].request);
        assert!(isolation.is_named_in(request.path.as_bytes()), "{}", request.path);
        (isolation, request.path)
    }

    #[test]
    fn what_others_have_is_left_out() {
        let (isolation, path) = isolation();
        let body = format!(r#"{{"Names":["{path}","/others"],"Next":"x"}}"#);
        let answer = Response::builder().header("content-length", body.len()).header("x-amz-crc32", "7");
        let answer = only_ours(&isolation, answer.body(Bytes::from(body)).unwrap());
        let left = format!(r#"{{"Names":["{path}"],"Next":"x"}}"#);
        assert_eq!(answer.headers()["content-length"], left.len().to_string().as_str());
        assert_eq!(answer.headers()["x-amz-crc32"], "7", "what was wrong stays so");
        assert_eq!(answer.body(), &left);
    }

    #[test]
    fn headers_that_are_no_text_stay() {
        let (isolation, path) = isolation();
        let strange = HeaderValue::from_bytes(b"\xff").unwrap();
        let answer = Response::builder().header("location", &path).header("x-odd", &strange);
        let answer = inward(&isolation, answer.body(Bytes::from(path)).unwrap());
        assert_eq!(
            (&answer.headers()["location"], &answer.headers()["x-odd"]),
            (&HeaderValue::from_static("/orders"), &strange)
        );
        assert_eq!(answer.body(), "/orders");
    }
}
