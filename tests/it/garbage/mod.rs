//! Requests of every operation that is implemented, seeded, with values that a caller might send by mistake or by
//! malice: each is answered in AWS's form, none makes a handler panic or fail.

mod json;

use fastrand::Rng;
use ruststack_emulator::{Config, Emulator};
use ruststack_wire::shape::{Kind, Location, Member, Shape};
use ruststack_wire::sign::checksum::Algorithm;
use ruststack_wire::{Body, Operation, Request};

/// How many requests each operation gets.
const REQUESTS: usize = 200;
/// What the generator starts from; another seed gives other requests.
const SEED: u64 = 20_261_121;

/// Texts that go wrong, and some that do not.
const TEXTS: [&str; 28] = [
    "",
    " ",
    "a",
    "k",
    "bucket",
    "other",
    "null",
    "true",
    "FALSE",
    "0",
    "-1",
    "1",
    "1000",
    "2147483648",
    "1e400",
    "9223372036854775808",
    "2026-01-01T00:00:00Z",
    "9999-99-99",
    "*",
    "s3:ObjectCreated:*",
    "Enabled",
    "../../etc",
    "\u{e9}\u{1f980}",
    "a\u{301}",
    "%00%ff%2f",
    "<a>&amp;</a>",
    "arn:aws:sqs:us-east-1:000000000000:q",
    "bytes=5-1",
];

#[tokio::test]
async fn no_operation_falls_over_garbage() {
    let mut random = Rng::with_seed(SEED);
    let emulator = Emulator::new(Config { seed: Some(SEED), ..Config::default() });
    for (service, operations) in emulator.coverage() {
        for name in operations {
            let operation = service.operation(name).expect("an operation of the service");
            for number in 0..REQUESTS {
                if number % 50 == 0 {
                    furnish(&emulator).await;
                    furnish_dynamodb(&emulator).await;
                }
                let request = match service.target_prefix {
                    Some(prefix) => called(&mut random, service.signing_name, prefix, operation),
                    None => build(&mut random, service.signing_name, operation),
                };
                let told = format!("{name} {number}: {} {} {:?}", request.0, request.1, request.2);
                let (status, body) = send(&emulator, request).await;
                assert!(status != 500, "{told}\n{body}");
                let has_body = operation.method != "HEAD" && status != 304;
                let is_error = status >= 400 && has_body;
                let is_told = ["Code>", "__type", "Exception\n"].iter().any(|name| body.contains(name));
                assert!(!is_error || is_told, "{told}\n{status} {body}");
                assert_eq!(emulator.panics(), 0, "{told}");
            }
        }
    }
}

type Built = (String, String, Vec<(String, String)>, Vec<u8>);

/// Sends a request; gives the status, and the body behind the type of the error, where a header tells it.
async fn send(emulator: &Emulator, (method, target, headers, body): Built) -> (u16, String) {
    let mut request = http::Request::builder().method(method.as_str()).uri(&target);
    for (name, value) in &headers {
        request = request.header(name.as_str(), value.as_bytes());
    }
    let request: Request = request.body(Body::from(body)).unwrap_or_else(|error| panic!("{target}: {error}"));
    let (parts, body) = emulator.answer(request).await.into_parts();
    let body = body.collect(1 << 24).await.unwrap_or_default();
    let kind = parts.headers.get("x-amzn-errortype").and_then(|kind| kind.to_str().ok());
    let kind = kind.map(|kind| format!("{kind}\n")).unwrap_or_default();
    (parts.status.as_u16(), kind + &String::from_utf8_lossy(&body))
}

/// Puts things in place that requests can be about.
async fn furnish(emulator: &Emulator) {
    emulator.reset();
    let versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    for (method, target, body) in [
        ("PUT", "/bucket", ""),
        ("PUT", "/other", ""),
        ("PUT", "/bucket/k", "body"),
        ("PUT", "/bucket?versioning", versioning),
        ("PUT", "/bucket/k", "again"),
        ("POST", "/bucket/k?uploads", ""),
    ] {
        let md5 = Algorithm::Md5.digest(body.as_bytes()).to_base64();
        let headers = vec![("host".to_owned(), "localhost".to_owned()), ("content-md5".to_owned(), md5)];
        let built = (method.to_owned(), target.to_owned(), headers, body.as_bytes().to_vec());
        let (status, told) = send(emulator, built).await;
        assert_eq!(status, 200, "{target}: {told}");
    }
}

/// A call of an operation of a service that speaks JSON.
fn called(random: &mut Rng, signing_name: &str, prefix: &str, operation: &Operation) -> Built {
    let scope = format!("Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/{signing_name}/aws4_request");
    let headers = vec![
        ("host".to_owned(), "localhost".to_owned()),
        ("authorization".to_owned(), format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=00")),
        ("content-type".to_owned(), "application/x-amz-json-1.0".to_owned()),
        ("x-amz-target".to_owned(), format!("{prefix}.{}", operation.name)),
    ];
    let body = operation.input.map_or(serde_json::json!({}), |input| json::value(random, input, 0));
    let mut body = body.to_string().into_bytes();
    if random.u8(..16) == 0 {
        let place = random.usize(..body.len());
        body[place] = random.u8(..);
    }
    ("POST".to_owned(), "/".to_owned(), headers, body)
}

/// A table of DynamoDB with two items and a stream; that it is there already is no matter.
async fn furnish_dynamodb(emulator: &Emulator) {
    let table = r#"{"TableName": "items", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}], "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}, {"AttributeName": "n", "AttributeType": "N"}], "LocalSecondaryIndexes": [{"IndexName": "by-n", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}], "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}}"#;
    let item = r#"{"TableName": "items", "Item": {"pk": {"S": "a"}, "sk": {"N": "1"}, "a": {"L": [{"S": "x"}]}, "n": {"N": "2"}}}"#;
    for (action, body) in [("CreateTable", table), ("PutItem", item)] {
        let headers = vec![
            ("host".to_owned(), "localhost".to_owned()),
            ("content-type".to_owned(), "application/x-amz-json-1.0".to_owned()),
            ("x-amz-target".to_owned(), format!("DynamoDB_20120810.{action}")),
        ];
        let (status, told) =
            send(emulator, ("POST".to_owned(), "/".to_owned(), headers, body.as_bytes().to_vec())).await;
        assert!(status == 200 || told.contains("ResourceInUse"), "{action}: {told}");
    }
}

/// A request of an operation, with values drawn from the texts, the enumerations and thin air.
fn build(random: &mut Rng, signing_name: &str, operation: &Operation) -> Built {
    let mut path = operation.uri.split_once('?').map_or(operation.uri, |(path, _)| path).to_owned();
    let mut query: Vec<String> =
        operation.uri.split_once('?').map(|(_, query)| query.to_owned()).into_iter().collect();
    let scope = format!("Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/{signing_name}/aws4_request");
    let mut headers = vec![
        ("host".to_owned(), "localhost".to_owned()),
        ("authorization".to_owned(), format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=00")),
    ];
    let mut body = Vec::new();
    let members = operation.input.map_or(&[][..], Shape::members);
    for member in members {
        let name = member.wire_name();
        // One or two of those that need not be there, so that not all requests are refused for the first of many.
        let is_wanted = member.required || random.usize(..members.len().max(6)) < 2;
        match member.location {
            Location::Uri => {
                let value = label(random, name);
                path = path.replace(&format!("{{{name}}}"), &value).replace(&format!("{{{name}+}}"), &value);
            }
            Location::Query if is_wanted => query.push(format!("{name}={}", encode(&scalar(random, member)))),
            Location::Header if is_wanted => {
                let value: String = scalar(random, member).chars().filter(|c| !c.is_control()).collect();
                headers.push((name.to_owned(), value));
            }
            Location::HeaderPrefix if is_wanted => headers.push((format!("{name}a"), "v\u{e9}".to_owned())),
            _ => {}
        }
    }
    if let Some((_, member)) = operation.input.and_then(Shape::payload) {
        body = payload(random, member);
    }
    if random.u8(..8) == 0 && !body.is_empty() {
        let place = random.usize(..body.len());
        body[place] = random.u8(..);
    }
    if operation.checksum_required {
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-md5"));
        headers.push(("content-md5".into(), Algorithm::Md5.digest(&body).to_base64()));
    }
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    (operation.method.to_owned(), format!("{path}{query}"), headers, body)
}

/// A part of a path: most often of something that is there.
fn label(random: &mut Rng, name: &str) -> String {
    match (name, random.u8(..10)) {
        ("Bucket", 0..=7) => "bucket".to_owned(),
        ("Key", 0..=6) => "k".to_owned(),
        _ => match encode(TEXTS[random.usize(..TEXTS.len())]) {
            text if text.is_empty() => "x".to_owned(),
            text => text,
        },
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' | b'/' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

fn scalar(random: &mut Rng, member: &Member) -> String {
    match &member.shape.kind {
        Kind::String(values) if !values.is_empty() && random.bool() => {
            values[random.usize(..values.len())].to_owned()
        }
        Kind::List { member: item, .. } if random.bool() => scalar(random, item),
        Kind::Boolean if random.bool() => random.bool().to_string(),
        Kind::Timestamp(_) if random.bool() => "2026-11-21T00:00:00Z".to_owned(),
        _ => TEXTS[random.usize(..TEXTS.len())].to_owned(),
    }
}

fn payload(random: &mut Rng, member: &Member) -> Vec<u8> {
    match member.shape.kind {
        Kind::Structure { .. } | Kind::List { .. } => {
            let mut xml = String::new();
            element(random, member.wire_name(), member, 0, &mut xml);
            xml.into_bytes()
        }
        _ => TEXTS[random.usize(..TEXTS.len())].as_bytes().to_vec(),
    }
}

/// An element of a document, as the model has it, with some members left out and some twice.
fn element(random: &mut Rng, name: &str, member: &Member, depth: usize, xml: &mut String) {
    xml.push_str(&format!("<{name}>"));
    match &member.shape.kind {
        Kind::Structure { .. } if depth < 8 => {
            for inner in member.shape.members() {
                let count = match random.u8(..12) {
                    0..4 if !inner.required => 0,
                    4 => 2,
                    _ => 1,
                };
                for _ in 0..count {
                    listed(random, inner, depth, xml);
                }
            }
        }
        Kind::List { member: item, .. } if depth < 8 => {
            for _ in 0..random.usize(..3) {
                element(random, item.wire_name.unwrap_or("member"), item, depth + 1, xml);
            }
        }
        _ => {
            let text = scalar(random, member);
            xml.push_str(&text.replace('&', "&amp;").replace('<', "&lt;"));
        }
    }
    xml.push_str(&format!("</{name}>"));
}

/// A member, which may be a list without an element of its own.
fn listed(random: &mut Rng, member: &Member, depth: usize, xml: &mut String) {
    match &member.shape.kind {
        Kind::List { member: item, .. } if member.is_flattened() => {
            for _ in 0..random.usize(..3) {
                element(random, member.wire_name(), item, depth + 1, xml);
            }
        }
        _ => element(random, member.wire_name(), member, depth + 1, xml),
    }
}
