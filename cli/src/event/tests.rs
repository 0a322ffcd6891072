//! Events as their arguments make them.

use super::Arguments;
use clap::Parser;
use ruststack_wire::Timestamp;
use serde_json::{Value as Json, json};

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    arguments: Arguments,
}

fn event(line: &[&str]) -> Result<Json, String> {
    let command = Command::try_parse_from([&["event"], line].concat()).expect("arguments");
    command.arguments.event(Timestamp::from_millis(1_772_618_400_123))
}

#[test]
fn a_request_is_told_in_three_ways() {
    let request = [
        "--method",
        "POST",
        "--path",
        "/a b?x=1",
        "--query",
        "x=2",
        "--header",
        "Cookie: a=1; b=2",
        "--body",
        "é",
    ];
    let made = |kind| event(&[&[kind], &request[..]].concat()).expect("an event");
    let two = made("apigw-v2");
    assert_eq!(
        (&two["rawQueryString"], &two["queryStringParameters"]["x"]),
        (&json!("x=1&x=2"), &json!("1,2"))
    );
    assert_eq!((&two["cookies"], &two["headers"]["cookie"]), (&json!(["a=1", "b=2"]), &Json::Null));
    assert_eq!(two["requestContext"]["time"], "04/Mar/2026:10:00:00 +0000");
    assert_eq!((&two["body"], &two["isBase64Encoded"]), (&json!("é"), &json!(false)));
    let one = made("apigw-v1");
    assert_eq!(one["multiValueQueryStringParameters"], json!({"x": ["1", "2"]}));
    assert_eq!(
        (&one["queryStringParameters"]["x"], &one["headers"]["Cookie"]),
        (&json!("2"), &json!("a=1; b=2"))
    );
    assert_eq!((&one["path"], &one["requestContext"]["path"]), (&json!("/a b"), &json!("/Prod/a b")));
    let balanced = made("alb");
    assert_eq!(
        (&balanced["headers"]["cookie"], &balanced["headers"]["content-length"]),
        (&json!("a=1; b=2"), &json!("2"))
    );
    assert_eq!(event(&["alb"]).expect("an event")["body"], "");
    assert_eq!(event(&["apigw-v1"]).expect("an event")["body"], Json::Null);
    assert!(event(&["apigw-v2"]).expect("an event").get("body").is_none());
}

#[test]
fn records_say_what_happened() {
    let told = event(&["--region", "eu-west-1", "s3", "--key", "a folder/é.txt"]).expect("an event");
    let record = &told["Records"][0];
    assert_eq!(
        (&record["s3"]["object"]["key"], &record["awsRegion"]),
        (&json!("a+folder/%C3%A9.txt"), &json!("eu-west-1"))
    );
    let removed = event(&["s3", "--event", "ObjectRemoved:Delete"]).expect("an event");
    assert!(removed["Records"][0]["s3"]["object"].get("size").is_none());
    let sent = event(&["sqs", "--body", "one", "--body", "two", "--attribute", "a=b"]).expect("an event");
    assert_eq!(sent["Records"][1]["body"], "two");
    assert_eq!(sent["Records"][0]["md5OfBody"], "f97c5d29941bfb1b2fdab0874906ab82");
    assert_eq!(sent["Records"][0]["messageAttributes"]["a"]["stringValue"], "b");
    let published = event(&["sns", "--message", "m", "--subject", "s"]).expect("an event");
    assert_eq!(published["Records"][0]["Sns"]["Subject"], "s");
    let changed = event(&["dynamodb", "--new", r#"{"Id": {"N": "1"}}"#, "--old", "{}"]).expect("an event");
    assert_eq!(changed["Records"][0]["eventName"], "MODIFY");
    assert_eq!(changed["Records"][0]["dynamodb"]["NewImage"], json!({"Id": {"N": "1"}}));
}

#[test]
fn what_cannot_be_read_is_told_in_a_line() {
    for (line, told) in [
        (&["apigw-v1", "--path", "a"][..], "--path a: expected a path that begins with /"),
        (&["alb", "--header", "none"], "--header none: expected NAME: VALUE"),
        (&["sqs", "--attribute", "none"], "--attribute none: expected NAME=VALUE"),
        (&["dynamodb", "--keys", "[1]"], "--keys [1]: expected an object of DynamoDB's JSON"),
    ] {
        assert_eq!(event(line), Err(told.to_owned()));
    }
}
