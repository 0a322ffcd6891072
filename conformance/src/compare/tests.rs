//! Pairs of answers and what is found between them.

mod contents;

use super::*;
use crate::classify;
use ruststack_cassettes::format::{Body, Headers, Interaction, Response};
use std::fmt::Write as _;

/// An answer: its status, its headers a line each, its body.
type Answer<'a> = (u16, &'a [(&'a str, &'a str)], &'a str);

fn conversation() -> Conversation {
    Conversation {
        bindings: Bindings::default(),
        pools: Pools::default(),
        rules: Rulebook::built_in(),
        clock: Clock::Recorded,
    }
}

fn outcome(
    conversation: &mut Conversation,
    operation: &str,
    recorded: Answer<'_>,
    actual: Answer<'_>,
) -> Outcome {
    let bytes = |answer: Answer<'_>| Bytes::from(answer.2.to_owned());
    let (one, two) = (bytes(recorded), bytes(actual));
    outcome_of_bytes(conversation, operation, (recorded.0, recorded.1, one), (actual.0, actual.1, two))
}

fn outcome_of_bytes(
    conversation: &mut Conversation,
    operation: &str,
    recorded: (u16, &[(&str, &str)], Bytes),
    actual: (u16, &[(&str, &str)], Bytes),
) -> Outcome {
    let (service, operation) = operation.split_once(' ').expect("a service and an operation");
    let interaction = Interaction {
        service: Some(service.to_owned()),
        operation: Some(operation.to_owned()),
        ..Interaction::default()
    };
    let subject = classify::subject(&interaction);
    let recorded = Response {
        status: recorded.0,
        headers: recorded.1.iter().copied().collect::<Headers>(),
        body: Body::exact(recorded.2),
        ..Response::default()
    };
    let mut made = http::Response::builder().status(actual.0);
    for (name, value) in actual.1 {
        made = made.header(*name, *value);
    }
    let actual = made.body(actual.2).expect("a sound answer");
    let pair = Pair {
        subject: &subject,
        index: 0,
        source: "queue",
        method: if operation.starts_with("Head") { "HEAD" } else { "GET" },
        recorded: &recorded,
        actual: &actual,
    };
    conversation.compare(&pair)
}

/// The differences of two answers, a line each.
fn found(operation: &str, recorded: Answer<'_>, actual: Answer<'_>) -> String {
    told(outcome(&mut conversation(), operation, recorded, actual))
}

fn told(outcome: Outcome) -> String {
    let mut text = String::new();
    for difference in outcome.differences {
        let side = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
        let Difference { path, kind, recorded, actual } = difference;
        let _ = writeln!(text, "{path} {kind}: {} / {}", side(recorded), side(actual));
    }
    text
}

const LIST: &str = r#"<?xml version="1.0"?><ListBucketResult xmlns="x"><Name>b</Name><KeyCount>1</KeyCount><Contents><Key>a</Key><ETag>&quot;1&quot;</ETag></Contents></ListBucketResult>"#;

#[test]
fn xml_is_compared_by_meaning() {
    let other = r#"<ListBucketResult xmlns="x">
  <Contents><ETag>"1"</ETag><Key>a</Key></Contents><KeyCount>1</KeyCount><Name>b</Name></ListBucketResult>"#;
    assert_eq!(found("s3 ListObjectsV2", (200, &[], LIST), (200, &[], other)), "");
    let wrong = LIST.replace("<Key>a<", "<Key>b<").replace("\"x\"", "\"y\"").replace("KeyCount", "Count");
    insta::assert_snapshot!(found("s3 ListObjectsV2", (200, &[], LIST), (200, &[], &wrong)), @r#"
    ListObjectsV2.@xmlns value: x / y
    ListObjectsV2.KeyCount missing: 1 / nothing
    ListObjectsV2.Contents[0].Key value: a / b
    ListObjectsV2.Count extra: nothing / 1
    "#);
}

#[test]
fn what_is_more_or_less_in_a_list_is_named_alone() {
    let items = |keys: &str| {
        let items: String =
            keys.chars().map(|key| format!("<Contents><Key>{key}</Key></Contents>")).collect();
        format!("<ListBucketResult>{items}</ListBucketResult>")
    };
    let of = |recorded: &str, actual: &str| {
        found("s3 ListObjectsV2", (200, &[], &items(recorded)), (200, &[], &items(actual)))
    };
    insta::assert_snapshot!(of("abcd", "acd"), @r#"ListObjectsV2.Contents[1] missing: {"Key":"b"} / nothing"#);
    insta::assert_snapshot!(of("ab", "abc"), @r#"ListObjectsV2.Contents[2] extra: nothing / {"Key":"c"}"#);
    let sizes = |items: &str| format!(r#"{{"ItemCollectionMetrics":{{"SizeEstimateRangeGB":{items}}}}}"#);
    insta::assert_snapshot!(
        found("dynamodb DeleteItem", (200, &[], &sizes("[0,1]")), (200, &[], &sizes(r#"["0",1]"#))),
        @"DeleteItem.ItemCollectionMetrics.SizeEstimateRangeGB[0] type: number: 0 / text: 0"
    );
    insta::assert_snapshot!(of("ab", "ba"), @r#"ListObjectsV2.Contents order: [{"Key":"a"},{"Key":"b"}] / [{"Key":"b"},{"Key":"a"}]"#);
}

#[test]
fn errors_are_told_by_code_and_sentence() {
    let error = |code: &str, message: &str| {
        format!(r#"{{"__type":"com.amazonaws.sqs#{code}","message":"{message}"}}"#)
    };
    let recorded = error("QueueDoesNotExist", "The specified queue does not exist.");
    let actual = error("QueueMissing", "No such queue.");
    insta::assert_snapshot!(found("sqs SendMessage", (400, &[], &recorded), (404, &[], &actual)), @r"
    SendMessage.status status: 400 / 404
    SendMessage.__type error-code: com.amazonaws.sqs#QueueDoesNotExist / com.amazonaws.sqs#QueueMissing
    SendMessage.message error-message: The specified queue does not exist. / No such queue.
    ");
    insta::assert_snapshot!(found("sqs SendMessage", (200, &[], "{}"), (400, &[], &actual)), @r"
    SendMessage.status status: 200 / 400
    SendMessage.error error-code: nothing / QueueMissing: No such queue.
    ");
}

#[test]
fn one_id_stays_one() {
    let (one, two) = ("5555f2f7-0201-53ea-b8e7-90c11ae81666", "c9802027-7c85-43bf-ac4a-3bbafddaea7c");
    let third = "7ef0cf93-0000-43bf-ac4a-3bbafddaea7c";
    let body = |id: &str| format!("<R><ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></R>");
    let of = |header: &str, in_body: &str| {
        let recorded = (200, &[("x-amzn-requestid", one)][..], &*body(one));
        found("sns DeleteTopic", recorded, (200, &[("x-amzn-requestid", header)], &body(in_body)))
    };
    assert_eq!(of(two, two), "");
    insta::assert_snapshot!(of(third, two), @"DeleteTopic.header.x-amzn-requestid header: 5555f2f7-0201-53ea-b8e7-90c11ae81666 / 7ef0cf93-0000-43bf-ac4a-3bbafddaea7c");
}

#[test]
fn a_length_follows_the_body_and_nothing_else() {
    let body = |host: &str| format!("<Error><Code>NoSuchKey</Code><HostId>{host}</HostId></Error>");
    let (recorded, actual) = (body("AAAAAAAAAAAAAAAAAAAAAAAA"), body("AAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    let of = |length: usize, actual: &str| {
        let own = recorded.len().to_string();
        let recorded = (404, &[("content-length", own.as_str())][..], recorded.as_str());
        found("s3 GetObject", recorded, (404, &[("content-length", &length.to_string())], actual))
    };
    assert_eq!(of(actual.len(), &actual), "");
    let spaced = actual.replace("><", "> <");
    insta::assert_snapshot!(of(spaced.len(), &spaced), @"GetObject.header.content-length header: 78 / 85");
    let empty = |length: &'static str| [("content-length", length)];
    let spelt = found("s3 PutObject", (200, &empty("0"), ""), (200, &empty("00"), ""));
    insta::assert_snapshot!(spelt, @"PutObject.header.content-length header: 0 / 00");
    insta::assert_snapshot!(of(1, &actual), @"GetObject.header.content-length header: 78 / 1");
}

#[test]
fn sets_have_no_order_and_moments_no_spelling() {
    let items = |first: &str, second: &str| {
        format!(r#"{{"Items":[{{"a":{{"S":"{first}"}}}},{{"a":{{"SS":["x","{second}"]}}}}]}}"#)
    };
    let swapped = r#"{"Items":[{"a":{"SS":["2","x"]}},{"a":{"S":"1"}}]}"#;
    assert_eq!(found("dynamodb Scan", (200, &[], &items("1", "2")), (200, &[], swapped)), "");
    assert_ne!(found("dynamodb Scan", (200, &[], &items("1", "3")), (200, &[], swapped)), "");
    let secret = |moment: &str| format!(r#"{{"CreatedDate":{moment}}}"#);
    let of = |recorded: &str, actual: &str| {
        found("secretsmanager GetSecretValue", (200, &[], &secret(recorded)), (200, &[], &secret(actual)))
    };
    assert_eq!(of("1.773934345497E9", "1773934345.497"), "");
    assert_eq!(of("1773934345.497", "1773934345"), "", "AWS acts at a fraction of a second");
    assert_ne!(of("1773934345.497", "1773934945.497"), "");
    assert_ne!(of("1773934345.497", "\"2026-03-19T15:32:25Z\""), "");
}

#[test]
fn policies_are_compared_as_what_they_are() {
    let body = |policy: &str| format!(r#"{{"Attributes":{{"Policy":"{}"}}}}"#, policy.replace('"', "\\\""));
    let of = |one: &str, two: &str| {
        found("sqs GetQueueAttributes", (200, &[], &body(one)), (200, &[], &body(two)))
    };
    assert_eq!(of(r#"{"a":1,"b":[2]}"#, r#"{ "b": [2], "a": 1 }"#), "");
    insta::assert_snapshot!(of(r#"{"a":1,"b":[2]}"#, r#"{"a":1,"b":[3]}"#), @"GetQueueAttributes.Attributes.Policy.b[0] value: 2 / 3");
}

#[test]
fn an_object_is_compared_byte_for_byte() {
    insta::assert_snapshot!(found("s3 GetObject", (200, &[], "{\"a\":1}"), (200, &[], "{\"a\": 1}")), @r#"GetObject.body value: 7 bytes, from byte 5: 1} / 8 bytes, from byte 5:  1}"#);
}

#[test]
fn a_refused_signature_is_compared_by_structure() {
    let error = |key: &str, day: &str, method: &str| {
        format!(
            "<Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>{key}</AWSAccessKeyId>\
             <StringToSign>AWS4-HMAC-SHA256\n{day}T183119Z\n{day}/us-west-1/s3/aws4_request\n{key}</StringToSign>\
             <CanonicalRequest>{method}\n/k\nX-Amz-Credential={key}%2F{day}&amp;X-Amz-Date={day}\nhost:b\n\nhost\nUNSIGNED-PAYLOAD</CanonicalRequest></Error>"
        )
    };
    let recorded = error("AKIAWUWEUSPULYX3BL3M", "20260602", "PUT");
    let of = |actual: &str| found("s3 PutObject", (403, &[], &recorded), (403, &[], actual));
    assert_eq!(of(&error("45675266557645675266", "20260603", "PUT")), "");
    assert!(of(&error("45675266557645675266", "20260603", "GET")).contains("CanonicalRequest value"));
}

#[test]
fn messages_may_come_when_they_will() {
    let message = |id: &str, body: &str, handle: &str| {
        format!(r#"{{"MessageId":"{id}","Body":"{body}","ReceiptHandle":"{handle}"}}"#)
    };
    let list = |messages: &[String]| format!(r#"{{"Messages":[{}]}}"#, messages.join(","));
    let id = |digit: &str| format!("{digit}555f2f7-0201-53ea-b8e7-90c11ae81666");
    let (one, two) = (message(&id("1"), "one", "AQEBoneone12"), message(&id("2"), "two", "AQEBtwotwo12"));
    let (own_one, own_two) =
        (message(&id("3"), "one", "AQEBownone12"), message(&id("4"), "two", "AQEBowntwo12"));
    let mut conversation = conversation();
    let mut receive = |recorded: &str, actual: &str| {
        outcome(&mut conversation, "sqs ReceiveMessage", (200, &[], recorded), (200, &[], actual)).differences
    };
    assert_eq!(receive("{}", &list(&[own_two.clone(), own_one])), []);
    assert_eq!(receive(&list(std::slice::from_ref(&one)), "{}"), []);
    assert_eq!(receive(&list(&[two, message(&id("9"), "never", "AQEBnever123")]), &list(&[own_two])), []);
    assert_eq!(conversation.bindings.meant("AQEBoneone12"), "AQEBownone12");
    assert_eq!(conversation.bindings.meant("AQEBtwotwo12"), "AQEBowntwo12");
    let left = conversation.pools.left();
    assert_eq!(left.len(), 1);
    assert_eq!((left[0].1.kind, left[0].1.path.as_str()), (Kind::Missing, "ReceiveMessage.Messages[]"));
}

#[test]
fn an_answer_that_holds_the_id_of_its_own_request_is_the_same_with_another() {
    let (one, two) = ("dfaebe19-1111-43bf-ac4a-3bbafddaea7c", "7ef0cf93-0000-43bf-ac4a-3bbafddaea7c");
    let body = |id: &str| format!(r#"{{"errorMessage":"RequestId: {id} Error: Runtime exited"}}"#);
    let of = |header: &str, in_body: &str| {
        let recorded = (200, &[("x-amzn-requestid", one)][..], &*body(one));
        found("lambda Invoke", recorded, (200, &[("x-amzn-requestid", header)], &body(in_body)))
    };
    assert_eq!(of(two, two), "");
    let third = "5555f2f7-0201-53ea-b8e7-90c11ae81666";
    assert_ne!(of(two, third), "", "the id of another request is no id of this one");
}
