//! What happens around the comparison: setups that fail, operations that are not served, answers that are polled.

use crate::endpoint::Fake;
use crate::replay::replay;
use crate::report::CassetteReport;
use crate::verdict::Verdict;
use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use ruststack_cassettes::Cassette;

/// A cassette of Secrets Manager: these interactions, given as status and body, all the same request.
fn cassette(setup: &str, answers: &[(u16, &str)]) -> Cassette {
    let request = r#"{"method":"POST","origin":"https://secretsmanager.us-east-2.amazonaws.com","path":"/","auth":{"kind":"header"},
        "headers":["x-amz-target: secretsmanager.DescribeSecret","content-type: application/x-amz-json-1.1"],
        "body":{"text":"{\"SecretId\":\"s\"}"}}"#;
    let interactions: Vec<String> = answers
        .iter()
        .map(|(status, body)| {
            let body = serde_json::to_string(body).expect("a text is JSON");
            format!(
                r#"{{"service":"secretsmanager","operation":"DescribeSecret","region":"us-east-2","at":"2026-03-19T15:32:25Z",
                "request":{request},"response":{{"status":{status},"body":{{"text":{body}}}}}}}"#
            )
        })
        .collect();
    let setup = setup.replace("REQUEST", request);
    let text = format!(
        r#"{{"cassette":1,"meta":{{"title":"t","services":["secretsmanager"],"provenance":{{"kind":"recorded"}}}},
        "setup":{setup},"interactions":[{}]}}"#,
        interactions.join(",")
    );
    serde_json::from_str(&text).expect("the cassette is sound")
}

async fn judged(cassette: &Cassette, status: u16, body: &'static str) -> CassetteReport {
    let fake = Fake::changing(move |_, _, _, answer| {
        *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
        *answer.body_mut() = Bytes::from_static(body.as_bytes());
    });
    replay("t", cassette, &fake).await
}

const GONE: &str =
    r#"{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret."}"#;

#[tokio::test]
async fn an_endpoint_may_be_done_before_aws() {
    let polled = cassette("{}", &[(200, r#"{"Name":"s"}"#), (200, r#"{"Name":"s"}"#), (400, GONE)]);
    let report = judged(&polled, 400, GONE).await;
    assert_eq!(report.counts().pass, 3);
    let rule = report.masked.iter().find(|masked| masked.form == "polled");
    assert_eq!(rule.map(|rule| rule.count), Some(2));
    assert_eq!(report.counts().timing, 2, "it passes, and it is told");

    let report = judged(&polled, 400, r#"{"__type":"InternalFailure"}"#).await;
    assert_eq!((report.counts().pass, report.counts().differs), (0, 3));
}

#[tokio::test]
async fn what_is_not_offered_is_not_a_wrong_answer() {
    let one = cassette("{}", &[(200, r#"{"Name":"s"}"#)]);
    let report = judged(&one, 501, r#"{"__type":"NotImplemented","message":"DescribeSecret"}"#).await;
    assert_eq!(report.counts().not_served, 1);
    let report = judged(&one, 400, r#"{"__type":"UnknownOperationException"}"#).await;
    assert_eq!(report.counts().not_served, 1);
    let report = judged(&one, 400, GONE).await;
    assert_eq!(report.counts().differs, 1);
}

#[tokio::test]
async fn what_aws_did_not_stand_by_is_not_asked_for() {
    let busy = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
    let retried = cassette("{}", &[(400, busy), (500, "{}"), (200, r#"{"Name":"s"}"#)]);
    let report = judged(&retried, 200, r#"{"Name":"s"}"#).await;
    assert_eq!((report.counts().pass, report.counts().not_compared), (1, 2));
    insta::assert_snapshot!(
        match &report.interactions[0].verdict { Verdict::NotCompared { reason } => reason.as_str(), _ => "" },
        @"AWS was busy or had failed (400 ThrottlingException), and the caller asked again at interaction 1"
    );
    // The last word of AWS is compared, whatever it is.
    let given_up = cassette("{}", &[(500, "{}")]);
    assert_eq!(judged(&given_up, 200, r#"{"Name":"s"}"#).await.counts().differs, 1);
}

#[tokio::test]
async fn a_setup_that_fails_leaves_nothing_to_compare() {
    let mut fake = Fake::exact();
    fake.setup_status = 400;
    let one = cassette(r#"{"requests":[REQUEST]}"#, &[(200, r#"{"Name":"s"}"#)]);
    let report = replay("t", &one, &fake).await;
    let verdict = &report.interactions[0].verdict;
    assert!(
        matches!(verdict, Verdict::NotCompared { reason } if reason.starts_with("setup request 0 (DescribeSecret): 400")),
        "{verdict:?}"
    );
    fake.setup_status = 200;
    assert_eq!(replay("t", &one, &fake).await.counts().pass, 1);
}

#[tokio::test]
async fn an_endpoint_may_be_another_account() {
    let answer =
        |account: &str| format!(r#"{{"ARN":"arn:aws:secretsmanager:us-east-2:{account}:secret:s-abcdef"}}"#);
    let (recorded, own) = ("456752665576", "123456789012");
    let one = cassette("{}", &[(200, &answer(recorded))]);
    let mut fake = Fake::changing(move |_, _, _, given| *given.body_mut() = answer(own).into());
    assert_eq!(replay("t", &one, &fake).await.counts().differs, 1);
    fake.account = Some(own.to_owned());
    assert_eq!(replay("t", &one, &fake).await.counts().pass, 1);
}

#[tokio::test]
async fn a_difference_keeps_its_exchange() {
    let one = cassette("{}", &[(200, r#"{"Name":"s"}"#)]);
    let fake = Fake::changing(|_, _, _, answer| {
        answer.headers_mut().insert("server", HeaderValue::from_static("x"));
    });
    let report = replay("t", &one, &fake).await;
    let exchange = report.interactions[0].exchange.as_ref().expect("what differs is shown");
    assert!(!exchange.request.contains("authorization"));
    insta::assert_snapshot!(exchange.diff(), @r#"
    --- AWS
    +++ endpoint
    @@ -1,3 +1,4 @@
     200
    +server: x
     
     {
    "#);
}

#[tokio::test]
async fn an_endpoints_own_clock_tells_the_same_story() {
    let body = |moment: i64| format!(r#"{{"CreatedDate":{moment},"LastChangedDate":{moment}}}"#);
    let recorded = 1_773_934_345;
    let mut one = cassette("{}", &[(200, &body(recorded)), (200, &body(recorded))]);
    one.settings.clock = Some(ruststack_cassettes::format::ClockSetting::Real);
    // A second passes between the two, and both name the moment of their own.
    let of = |ahead: i64| {
        Fake::changing(move |index, _, _, answer| {
            let now = 1_900_000_000 + index as i64;
            let date = ["Sun, 17 Mar 2030 17:46:40 GMT", "Sun, 17 Mar 2030 17:46:41 GMT"][index];
            answer.headers_mut().insert("date", HeaderValue::from_static(date));
            *answer.body_mut() = body(now + ahead).into();
        })
    };
    let headers_alone = |report: &CassetteReport| {
        let differences = report.interactions.iter().flat_map(|own| own.verdict.differences());
        differences.filter(|own| own.kind != crate::Kind::Header).count()
    };
    assert_eq!(headers_alone(&replay("t", &one, &of(0)).await), 0);
    assert_eq!(headers_alone(&replay("t", &one, &of(86_400)).await), 4, "a day ahead is none of its moments");
}
