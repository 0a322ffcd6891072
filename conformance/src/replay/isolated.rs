//! Replays beside what is there already: what a cassette creates has names of its own, and answers are compared as if
//! it had not. What lists a whole account cannot be: others' things are in it.

use crate::classify::Subject;
use crate::compare::Outcome;
use crate::verdict::Kind;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use ruststack_cassettes::format::{self, Body};
use ruststack_cassettes::Isolation;
use ruststack_wire::shape::Kind as ShapeKind;

/// An answer with the names that the recording has.
pub(super) fn inward(isolation: &Isolation, answer: Response<Bytes>) -> Response<Bytes> {
    let (mut parts, body) = answer.into_parts();
    // A header that is no text names nothing; the others are put back in their order.
    let is_text = |value: &HeaderValue| value.to_str().is_ok();
    let headers = parts.headers.iter().filter(|(_, value)| is_text(value));
    let headers = headers.map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
    let own = format::Response {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: Body::exact(body),
    };
    let made = isolation.inward(&own);
    if made.headers != own.headers {
        let strange = parts.headers.iter().filter(|(_, value)| !is_text(value));
        let mut headers: HeaderMap =
            strange.map(|(name, value)| (name.clone(), value.clone())).collect();
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

/// Why an answer that differs is not compared, if it is one that tells of a whole account.
pub(super) fn whole_account(
    isolation: &Isolation,
    subject: &Subject,
    request: &Request<Bytes>,
    outcome: &Outcome,
) -> Option<String> {
    let is_of_body = |kind: Kind| matches!(kind, Kind::Missing | Kind::Extra | Kind::Value | Kind::Order);
    if outcome.differences.is_empty() || !outcome.differences.iter().all(|one| is_of_body(one.kind)) {
        return None;
    }
    let target = request.uri().to_string();
    let host = request.headers().get("host").map(HeaderValue::as_bytes).unwrap_or_default();
    let is_ours = [target.as_bytes(), host, request.body()].iter().any(|part| isolation.is_named_in(part));
    (!is_ours && tells_of_all(subject)).then(|| {
        "it tells of the whole account, in which there is more than what this cassette created".to_owned()
    })
}

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

    #[test]
    fn headers_that_are_no_text_stay() {
        let cassette: Cassette = serde_json::from_value(serde_json::json!({
            "cassette": 1, "meta": { "title": "t", "services": [], "provenance": { "kind": "emulator" } },
            "interactions": [{ "request": { "method": "PUT", "path": "/orders",
                "origin": "https://s3.us-east-1.amazonaws.com" }, "response": { "status": 200 } }],
        }))
        .unwrap();
        let isolation = Isolation::of(&cassette, &Mark::draw());
        let request = isolation.outward(&cassette.interactions[0].request);
        assert!(isolation.is_named_in(request.path.as_bytes()), "{}", request.path);
        let strange = HeaderValue::from_bytes(b"\xff").unwrap();
        let answer = Response::builder().header("location", &request.path).header("x-odd", &strange);
        let answer = inward(&isolation, answer.body(Bytes::from(request.path.clone())).unwrap());
        assert_eq!((&answer.headers()["location"], &answer.headers()["x-odd"]), (&HeaderValue::from_static("/orders"), &strange));
        assert_eq!(answer.body(), "/orders");
    }
}
