//! What `record` keeps from the upstream, and what it takes away again.

use crate::record::{folder, record, text};
use crate::serve::binary;
use ruststack_harness::debian;
use ruststack_harness::process::Server;
use std::process::{Command, Output};

/// A signature in form alone: the recorder signs anew what is signed.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260602/us-east-1/dynamodb/aws4_request, \
                      SignedHeaders=host, Signature=0";

/// Calls by curl through the recorder, one a line: a method, a path, and perhaps a target.
fn calls(server: &Server, name: &str, more: &[&str], lines: &[&str]) -> Option<Output> {
    debian::program("curl")?;
    let script: Vec<String> = lines
        .iter()
        .map(|line| {
            let mut words = line.splitn(4, ' ');
            let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let json = match (words.next(), words.next()) {
                (Some(target), Some(body)) => format!(
                    "-H 'content-type: application/x-amz-json-1.0' -H 'authorization: {SIGNED}' -H 'x-amz-target: {target}' -d '{body}'"
                ),
                _ => String::new(),
            };
            format!(
                "curl -s -o /dev/null -w '%{{http_code}} ' -X {method} {json} \"$AWS_ENDPOINT_URL{path}\""
            )
        })
        .collect();
    let mut client = Command::new("sh");
    client.args(["-c", &script.join("; ")]);
    let out = folder(&format!("record-limits-{name}"));
    Some(record(&server.url, &out, more, &client))
}

fn status(server: &Server, path: &str) -> u16 {
    let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let answer = String::from_utf8_lossy(&server.exchange(head.as_bytes())).into_owned();
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}

fn put(server: &Server, path: &str) {
    let head =
        format!("PUT {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    assert!(server.exchange(head.as_bytes()).starts_with(b"HTTP/1.1 200"));
}

const STORY: &[&str] = &[
    "PUT /made",
    "PUT /made/one",
    "PUT /made/two",
    "DELETE /made/one",
    "PUT /old/added",
    "POST / DynamoDB_20120810.CreateTable {\"TableName\":\"made-table\",\"KeySchema\":[{\"AttributeName\":\"k\",\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[{\"AttributeName\":\"k\",\"AttributeType\":\"S\"}],\"BillingMode\":\"PAY_PER_REQUEST\"}",
];

#[test]
fn what_was_created_is_listed_and_deleted_and_nothing_else() {
    let server = Server::start(binary(), &[]);
    put(&server, "/old");
    put(&server, "/old/kept");
    let Some(listed) = calls(&server, "listed", &[], STORY) else { return };
    let told = text(&listed);
    assert!(told.contains("200 200 200 204 200 200"), "{told}");
    let lines: Vec<&str> = told.lines().filter(|line| line.starts_with("  ")).collect();
    assert_eq!(
        lines,
        [
            "  s3:CreateBucket in us-east-1 Bucket=made",
            "  s3:PutObject in us-east-1 Bucket=made Key=two",
            "  dynamodb:CreateTable in us-east-1 TableName=made-table",
            "  s3:PutObject in us-east-1 Bucket=old Key=added (it may have been there before: its Bucket was)",
        ]
    );
    assert_eq!(status(&server, "/made/two"), 200, "nothing is deleted unless it is asked for");

    let other = Server::start(binary(), &[]);
    put(&other, "/old");
    let Some(asked) = calls(&other, "unasked", &["--cleanup"], STORY) else { return };
    assert_eq!(asked.status.code(), Some(2), "nobody is there to agree: {}", text(&asked));
    assert_eq!(status(&other, "/made/two"), 200);

    let third = Server::start(binary(), &[]);
    put(&third, "/old");
    let Some(cleaned) = calls(&third, "cleaned", &["--cleanup", "--yes"], STORY) else { return };
    let told = text(&cleaned);
    assert!(cleaned.status.success(), "{told}");
    let deleted: Vec<&str> = told.lines().filter(|line| line.starts_with("deleted ")).collect();
    assert_eq!(
        deleted,
        [
            "deleted dynamodb:CreateTable in us-east-1 TableName=made-table",
            "deleted s3:PutObject in us-east-1 Bucket=made Key=two",
            "deleted s3:CreateBucket in us-east-1 Bucket=made",
        ]
    );
    assert_eq!([status(&third, "/made"), status(&third, "/old/added")], [404, 200]);
}

#[test]
fn what_limits_refuse_reaches_nobody() {
    for (name, more, expected) in [
        ("read-only", &["--read-only"][..], "403 403 403 403 403 403"),
        ("denied", &["--deny", "s3:Put*", "--deny", "dynamodb:*"], "200 403 403 204 403 403"),
        ("most", &["--max-requests", "2"], "200 200 403 403 403 403"),
        ("region", &["--allow-region", "eu-west-1"], "403 403 403 403 403 403"),
        ("dry", &["--dry-run"], "412 412 412 412 412 412"),
    ] {
        let server = Server::start(binary(), &[]);
        put(&server, "/old");
        let Some(refused) = calls(&server, name, more, STORY) else { return };
        assert!(text(&refused).contains(expected), "{name}: {}", text(&refused));
        assert_eq!(status(&server, "/old/added"), 404, "{name}");
    }
}

#[test]
fn a_pattern_that_is_none_is_told_in_a_line() {
    let output =
        Command::new(binary()).args(["record", "--out", "x", "--deny", "s3"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output).contains("expected a service and an operation such as s3:DeleteBucket"),
        "{}",
        text(&output)
    );
}
