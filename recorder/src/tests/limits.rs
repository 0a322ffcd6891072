//! What limits keep from the upstream, and how the application hears of it.

use super::{Stage, told};
use crate::Limits;

fn target(name: &'static str) -> [(&'static str, &'static str); 2] {
    [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", name)]
}

/// Sends a few calls through these limits, and gives their statuses and what reached the upstream.
async fn statuses(limits: Limits) -> (Vec<u16>, usize, Vec<String>) {
    let stage = Stage::with(|options| options.limits = limits).await;
    let app = &stage.application;
    let before = stage.upstream.seen().len();
    let put = app.call("s3", "PUT", "/bucket/k", &[], "hello").await;
    let get = app.call("s3", "GET", "/bucket/k", &[], "").await;
    let delete = app.call("s3", "DELETE", "/bucket", &[], "").await;
    let scan = app.call("dynamodb", "POST", "/", &target("DynamoDB_20120810.Scan"), "{}").await;
    let item = app.call("dynamodb", "POST", "/", &target("DynamoDB_20120810.PutItem"), "{}").await;
    let unknown = app.call("ec2", "POST", "/", &target("A.B"), "{}").await;
    let all = [&put, &get, &delete, &scan, &item, &unknown];
    for got in all.iter().filter(|got| got.status != 200) {
        let code = got.headers["x-ruststack-recorder"].to_str().unwrap();
        assert!(got.text().contains(code), "in the call's own protocol: {}", got.text());
    }
    if put.status != 200 {
        assert!(put.text().contains("<Code>"), "{}", put.text());
    }
    if item.status != 200 {
        assert!(item.text().contains("__type"), "{}", item.text());
    }
    let reached = stage.upstream.seen().len() - before;
    let statuses = all.iter().map(|got| got.status.as_u16()).collect();
    let written = stage.finish().await;
    let told = if reached == 0 { Vec::new() } else { told(&written.cassette("run.json")) };
    assert_eq!(told.len(), reached, "a refusal is no answer of the upstream's");
    (statuses, reached, told)
}

#[tokio::test]
async fn nothing_but_reading_passes_where_that_alone_may() {
    let (statuses, reached, _) = statuses(Limits { read_only: true, ..Limits::default() }).await;
    assert_eq!((statuses, reached), (vec![403, 200, 403, 200, 403, 403], 2));
}

#[tokio::test]
async fn what_is_denied_does_not_pass() {
    let deny = ["s3:DeleteBucket", "DynamoDB:put*"].map(|text| text.parse().unwrap()).to_vec();
    let (got, reached, _) = statuses(Limits { deny, ..Limits::default() }).await;
    assert_eq!((got, reached), (vec![200, 200, 403, 200, 403, 200], 4));
    // An operation that nobody knows may be the one that is meant.
    let deny = vec!["ec2:TerminateInstances".parse().unwrap()];
    let (got, reached, _) = statuses(Limits { deny, ..Limits::default() }).await;
    assert_eq!((got, reached), (vec![200, 200, 200, 200, 200, 403], 5));
}

#[tokio::test]
async fn another_region_is_not_touched() {
    let regions = |name: &str| Limits { regions: vec![name.to_owned()], ..Limits::default() };
    assert_eq!(statuses(regions("eu-west-1")).await.1, 6);
    assert_eq!(statuses(regions("us-east-1")).await.0, [403; 6]);
}

#[tokio::test]
async fn no_more_calls_pass_than_may() {
    let (statuses, reached, _) = statuses(Limits { max_requests: Some(2), ..Limits::default() }).await;
    assert_eq!((statuses, reached), (vec![200, 200, 403, 403, 403, 403], 2));
}

#[tokio::test]
async fn a_dry_run_forwards_nothing_and_says_what_it_would() {
    let stage = Stage::with(|options| options.limits.dry_run = true).await;
    let got = stage.application.call("s3", "PUT", "/bucket/k", &[], "hello").await;
    assert_eq!(got.status, 412);
    let expected = format!("s3:PutObject would be forwarded to {}: this is a dry run.", stage.upstream.url());
    assert!(got.text().contains(&expected), "{}", got.text());
    assert_eq!(stage.upstream.seen().len(), 1, "nothing but the question whose account it is");
    let written = stage.finish().await;
    assert_eq!((written.finished.forwarded, written.finished.refused), (1, 0));
    assert!(written.files().is_empty());
}
