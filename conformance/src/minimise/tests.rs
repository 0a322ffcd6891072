//! An endpoint whose last answer is wrong after one of the requests before it.

use super::{curl, minimise, python};
use crate::endpoint::{Endpoint, OpenError, Pending, SendError, Session};
use crate::verify::{Case, Options, verify};
use bytes::Bytes;
use ruststack_cassettes::Cassette;
use ruststack_wire::{Body, Timestamp};
use std::sync::Arc;

/// Answers `{}` to everything; to the secret `e` with another name where it was asked for `b` before.
struct Forgetful;

struct Asked(bool);

impl Endpoint for Forgetful {
    fn name(&self) -> String {
        "forgetful".to_owned()
    }

    fn moves_its_clock(&self) -> bool {
        true
    }

    fn open<'a>(&'a self, _: &'a Cassette) -> Pending<'a, Result<Box<dyn Session>, OpenError>> {
        Box::pin(async { Ok(Box::new(Asked(false)) as Box<dyn Session>) })
    }
}

impl Session for Asked {
    fn send(
        &mut self,
        request: http::Request<Bytes>,
        _: Option<Timestamp>,
    ) -> Pending<'static, Result<http::Response<Body>, SendError>> {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        self.0 |= body.contains(r#""b""#);
        let name = if body.contains(r#""e""#) && self.0 { "wrong" } else { "right" };
        let answer = http::Response::new(Body::from(Bytes::from(format!(r#"{{"Name":"{name}"}}"#))));
        Box::pin(async move { Ok(answer) })
    }
}

fn cassette() -> Cassette {
    let request = |name: &str| {
        format!(
            r#"{{"method":"POST","origin":"https://secretsmanager.us-east-2.amazonaws.com","path":"/","auth":{{"kind":"header","service":"secretsmanager","region":"us-east-2"}},
            "headers":["x-amz-target: secretsmanager.DescribeSecret","content-type: application/x-amz-json-1.1"],
            "body":{{"text":"{{\"SecretId\":\"{name}\"}}"}}}}"#
        )
    };
    let interactions: Vec<String> = ["a", "b", "c", "it's", "e"]
        .iter()
        .map(|name| {
            format!(
                r#"{{"service":"secretsmanager","operation":"DescribeSecret","region":"us-east-2","at":"2026-03-19T15:32:25Z",
                "request":{},"response":{{"status":200,"body":{{"text":"{{\"Name\":\"right\"}}"}}}}}}"#,
                request(name)
            )
        })
        .collect();
    let text = format!(
        r#"{{"cassette":1,"meta":{{"title":"five","services":["secretsmanager"],"provenance":{{"kind":"recorded"}}}},
        "setup":{{"requests":[{}]}},"interactions":[{}]}}"#,
        request("set up"),
        interactions.join(",")
    );
    serde_json::from_str(&text).expect("the cassette is sound")
}

#[tokio::test]
async fn only_what_shows_the_gap_is_left() {
    let case = Case { name: "folder/five".to_owned(), cassette: Arc::new(cassette()) };
    let report = verify(vec![case.clone()], Arc::new(Forgetful), &Options::default()).await;
    assert_eq!((report.counts().pass, report.counts().differs), (4, 1));
    let found = minimise(&report, &[case], &Forgetful, 10).await;
    assert_eq!(found.len(), 1);
    let gap = &found[0];
    assert_eq!((gap.name.as_str(), gap.path.as_str()), ("folder-five-4", "DescribeSecret.Name"));
    let asked: Vec<String> = gap
        .cassette
        .interactions
        .iter()
        .map(|one| String::from_utf8_lossy(&one.request.body.bytes()).into_owned())
        .collect();
    assert_eq!(asked, [r#"{"SecretId":"b"}"#, r#"{"SecretId":"e"}"#]);
    assert!(gap.cassette.setup.requests.is_empty(), "the setup has nothing to do with it");
}

#[test]
fn a_conversation_is_written_as_commands() {
    let mut cassette = cassette();
    cassette.setup.requests.clear();
    cassette.interactions.drain(..3);
    insta::assert_snapshot!(curl(&cassette));
    let script = python(&cassette);
    assert!(script.contains(r#"body="{\"SecretId\":\"it's\"}".encode(),"#), "{script}");
    assert!(script.contains(r#"scope=("secretsmanager", "us-east-2"),"#), "{script}");
}
