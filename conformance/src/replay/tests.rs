//! Interactions that overlapped: their course, and a replay of them.

use super::course::{Step, course};
use super::{order, replay};
use crate::classify::{Subject, subject};
use crate::endpoint::{Endpoint, Fake, OpenError, Pending, SendError, Session};
use bytes::Bytes;
use ruststack_cassettes::Cassette;
use ruststack_cassettes::format::{During, causes};
use ruststack_wire::{Body, Timestamp};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

const QUEUE: &str = "https://sqs.us-east-2.amazonaws.com/456752665576/q";

/// One call: service and operation, what it was told, how it was answered, and when it passed.
fn call(what: &str, input: Value, (status, output): (u16, Value), during: Option<(u64, u64)>) -> Value {
    let (service, operation) = what.split_once(':').expect("a service and an operation");
    let (host, prefix, version) = match service {
        "sqs" => ("sqs", "AmazonSQS", "1.0"),
        "dynamodb" => ("dynamodb", "DynamoDB_20120810", "1.0"),
        _ => ("streaming-logs", "Logs_20140328", "1.1"),
    };
    let mut call = json!({
        "service": service, "operation": operation, "region": "us-east-2", "at": "2026-03-19T15:32:25Z",
        "request": {
            "method": "POST", "origin": format!("https://{host}.us-east-2.amazonaws.com"), "path": "/",
            "headers": [format!("x-amz-target: {prefix}.{operation}"), format!("content-type: application/x-amz-json-{version}")],
            "body": { "json": input },
        },
        "response": { "status": status, "body": { "json": output } },
    });
    if let Some((began, ended)) = during {
        // The head of a stream comes long before its end.
        let answered = if operation == "StartLiveTail" { began + 1 } else { ended };
        call["during"] = json!({ "began_us": began, "answered_us": answered, "ended_us": ended });
    }
    call
}

fn cassette(calls: Vec<Value>) -> Cassette {
    let cassette = json!({
        "cassette": 1, "meta": { "title": "t", "services": ["sqs"], "provenance": { "kind": "recorded" } },
        "interactions": calls,
    });
    serde_json::from_value(cassette).expect("the cassette is sound")
}

/// The course of a cassette: `+` starts, `~` is the head of a stream, `-` ends.
fn told(cassette: &Cassette) -> String {
    let subjects: Vec<Subject> = cassette.interactions.iter().map(|one| subject(one)).collect();
    let steps = course(cassette, &subjects).into_iter().map(|step| match step {
        Step::Start(at) => format!("+{at}"),
        Step::Head(at) => format!("~{at}"),
        Step::End(at) => format!("-{at}"),
    });
    steps.collect::<Vec<_>>().join(" ")
}

fn item(operation: &str, key: &str, status: u16, during: (u64, u64)) -> Value {
    let code = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
    let output = if status == 200 { json!({}) } else { json!({ "__type": code }) };
    let input = json!({ "TableName": "t", "Key": { "k": { "S": key } } });
    call(&format!("dynamodb:{operation}"), input, (status, output), Some(during))
}

fn table(operation: &str, name: &str, during: (u64, u64)) -> Value {
    call(&format!("dynamodb:{operation}"), json!({ "TableName": name }), (200, json!({})), Some(during))
}

#[test]
fn what_was_alone_goes_one_after_the_other() {
    let alone = || call("sqs:ListQueues", json!({}), (200, json!({})), None);
    assert_eq!(told(&cassette(vec![alone(), alone()])), "+0 -0 +1 -1");
}

#[test]
fn calls_overlap_as_they_did() {
    // Two at once, a third behind the first alone.
    let calls = vec![
        table("CreateTable", "a", (0, 10)),
        table("CreateTable", "b", (1, 30)),
        table("CreateTable", "c", (15, 20)),
    ];
    assert_eq!(told(&cassette(calls)), "+0 +1 -0 +2 -2 -1");
}

#[test]
fn a_call_that_waits_is_under_way_while_others_are() {
    let receive = call("sqs:ReceiveMessage", json!({ "QueueUrl": QUEUE }), (200, json!({})), Some((0, 90)));
    let send = call("sqs:SendMessage", json!({ "QueueUrl": QUEUE }), (200, json!({})), Some((50, 60)));
    assert_eq!(told(&cassette(vec![receive, send])), "+0 +1 -1 -0");
    let tail =
        call("logs:StartLiveTail", json!({ "logGroupIdentifiers": [] }), (200, json!({})), Some((0, 90)));
    let put = call(
        "logs:PutLogEvents",
        json!({ "logGroupName": "g", "logStreamName": "s" }),
        (200, json!({})),
        Some((50, 60)),
    );
    assert_eq!(told(&cassette(vec![tail, put])), "+0 ~0 +1 -1 -0");
}

#[test]
fn what_touches_the_same_goes_in_the_order_of_the_answers() {
    assert_eq!(
        told(&cassette(vec![table("CreateTable", "a", (0, 30)), table("DescribeTable", "a", (1, 20))])),
        "+1 -1 +0 -0"
    );
    assert_eq!(
        told(&cassette(vec![table("CreateTable", "a", (0, 30)), table("DescribeTable", "b", (1, 20))])),
        "+0 +1 -1 -0"
    );
    // What only reads does not mind.
    assert_eq!(
        told(&cassette(vec![table("DescribeTable", "a", (0, 30)), table("DescribeTable", "a", (1, 20))])),
        "+0 +1 -1 -0"
    );
    // What names no table may be about any.
    assert_eq!(
        told(&cassette(vec![
            table("CreateTable", "a", (0, 30)),
            call("dynamodb:ListTables", json!({}), (200, json!({})), Some((1, 20)))
        ])),
        "+1 -1 +0 -0"
    );
}

#[test]
fn whoever_lost_goes_behind_the_winner() {
    // The refusal came first, and nothing else could have caused it.
    let calls = vec![item("UpdateItem", "a", 400, (0, 20)), item("UpdateItem", "a", 200, (1, 30))];
    assert_eq!(told(&cassette(calls)), "+1 -1 +0 -0");
    // A deletion makes no room for a refusal.
    let calls = vec![item("UpdateItem", "a", 400, (0, 20)), item("DeleteItem", "a", 200, (1, 30))];
    assert_eq!(told(&cassette(calls)), "+0 -0 +1 -1");
    // The next request may follow from the refusal: it waits for both.
    let calls = vec![
        item("UpdateItem", "a", 400, (0, 20)),
        item("UpdateItem", "a", 200, (1, 30)),
        table("CreateTable", "b", (25, 40)),
    ];
    assert_eq!(told(&cassette(calls)), "+1 -1 +0 -0 +2 -2");
}

#[test]
fn whatever_overlapped_every_cause_is_before_its_effect() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..500 {
        let count = random.usize(2..40);
        let mut calls: Vec<(u64, Value)> = (0..count)
            .map(|_| {
                let began = random.u64(0..100);
                let during = (began, began + random.u64(0..40));
                let name = ["a", "b", "c"][random.usize(0..3)];
                let status = if random.bool() { 200 } else { 400 };
                let one = match random.usize(0..5) {
                    0 => table("CreateTable", name, during),
                    1 => table("DescribeTable", name, during),
                    2 => item("DeleteItem", name, status, during),
                    3 => item("UpdateItem", name, status, during),
                    _ => call(
                        "sqs:ReceiveMessage",
                        json!({ "QueueUrl": QUEUE }),
                        (200, json!({})),
                        Some(during),
                    ),
                };
                (began, one)
            })
            .collect();
        calls.sort_by_key(|(began, _)| *began);
        let cassette = cassette(calls.into_iter().map(|(_, call)| call).collect());
        let subjects: Vec<Subject> = cassette.interactions.iter().map(|one| subject(one)).collect();
        let steps = course(&cassette, &subjects);
        let place = |step: Step| {
            let mut places =
                steps.iter().enumerate().filter(|(_, own)| **own == step).map(|(place, _)| place);
            let place = places.next().unwrap_or_else(|| panic!("{step:?} is not in {}", told(&cassette)));
            assert_eq!(places.next(), None, "{step:?} is twice in {}", told(&cassette));
            place
        };
        let touches: Vec<_> =
            (0..count).map(|at| super::touch::Touch::of(&cassette.interactions[at], &subjects[at])).collect();
        let during: Vec<Option<During>> = cassette.interactions.iter().map(|one| one.during).collect();
        for at in 0..count {
            assert!(place(Step::Start(at)) < place(Step::End(at)));
            for cause in causes(&during, at) {
                assert!(place(Step::End(cause)) < place(Step::Start(at)), "{cause} {at} {}", told(&cassette));
            }
            for other in 0..at {
                let apart = place(Step::End(other)) < place(Step::Start(at))
                    || place(Step::End(at)) < place(Step::Start(other));
                assert!(apart || !touches[at].meets(&touches[other]), "{other} {at} {}", told(&cassette));
            }
        }
        assert_eq!(order(&cassette).len(), count);
    }
}

/// A queue of one message: whoever receives waits for it.
#[derive(Clone, Default)]
struct Waits(Arc<(Mutex<Vec<String>>, Notify)>);

impl Endpoint for Waits {
    fn name(&self) -> String {
        "waits".to_owned()
    }

    fn moves_its_clock(&self) -> bool {
        true
    }

    fn open<'a>(&'a self, _: &'a Cassette) -> Pending<'a, Result<Box<dyn Session>, OpenError>> {
        Box::pin(async { Ok(Box::new(self.clone()) as Box<dyn Session>) })
    }
}

impl Session for Waits {
    fn send(
        &mut self,
        request: http::Request<Bytes>,
        _: Option<Timestamp>,
    ) -> Pending<'static, Result<http::Response<Body>, SendError>> {
        let own = self.0.clone();
        Box::pin(async move {
            let operation = request.headers()["x-amz-target"].to_str().unwrap_or_default().to_owned();
            own.0.lock().expect("nobody panics with it").push(format!("{operation} begins"));
            match operation.as_str() {
                "AmazonSQS.ReceiveMessage" => own.1.notified().await,
                _ => own.1.notify_one(),
            }
            own.0.lock().expect("nobody panics with it").push(format!("{operation} ends"));
            Ok(http::Response::new(Body::from(Bytes::from_static(b"{}"))))
        })
    }
}

#[tokio::test]
async fn a_long_poll_is_answered_by_what_came_while_it_waited() {
    let during = |began, ended| Some((began, ended));
    let receive = call("sqs:ReceiveMessage", json!({ "QueueUrl": QUEUE }), (200, json!({})), during(0, 90));
    let send = call("sqs:DeleteMessageBatch", json!({ "QueueUrl": QUEUE }), (200, json!({})), during(50, 60));
    let waits = Waits::default();
    let report = replay("t", &cassette(vec![receive, send]), &waits).await;
    assert_eq!(report.counts().pass, 2, "{:?}", report.interactions);
    assert_eq!(report.interactions.iter().map(|one| one.index).collect::<Vec<_>>(), [0, 1]);
    let seen = waits.0.0.lock().expect("nobody panics with it").join(", ");
    insta::assert_snapshot!(seen, @"AmazonSQS.ReceiveMessage begins, AmazonSQS.DeleteMessageBatch begins, AmazonSQS.DeleteMessageBatch ends, AmazonSQS.ReceiveMessage ends");
}

#[tokio::test]
async fn two_replays_tell_the_same() {
    let calls = vec![
        item("UpdateItem", "a", 400, (0, 20)),
        item("UpdateItem", "a", 200, (1, 30)),
        table("CreateTable", "b", (5, 40)),
    ];
    let cassette = cassette(calls);
    let fake = Fake::changing(|index, _, _, answer| {
        if index == 1 {
            *answer.body_mut() = Bytes::from_static(b"{\"extra\":1}");
        }
    });
    let told =
        |report: &crate::report::CassetteReport| serde_json::to_string(report).expect("a report is JSON");
    let (one, two) = (replay("t", &cassette, &fake).await, replay("t", &cassette, &fake).await);
    assert_eq!((one.counts().pass, one.counts().differs), (2, 1));
    assert_eq!(told(&one), told(&two));
}
