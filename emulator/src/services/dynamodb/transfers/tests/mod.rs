//! Stories of exports and imports, each against a whole emulator of its own; and the formats on their own.

mod exports;
mod formats;
mod imports;

use crate::{Config, Emulator};
use bytes::Bytes;
use flate2::read::GzDecoder;
use ruststack_wire::{Body, Request, Timestamp};
use serde_json::{Value as Json, json};
use std::io::Read;

/// An emulator with the bucket `bucket`, spoken to as an SDK does.
struct Aws(Emulator);

impl Aws {
    async fn start(transition_ms: u32) -> Aws {
        let config = Config { seed: Some(1), dynamodb_transition_ms: transition_ms, ..Config::default() };
        let aws = Aws(Emulator::new(config));
        aws.put("/bucket", "").await;
        aws.at("2026-03-04T10:00:00Z");
        aws
    }

    async fn send(&self, request: Request) -> (u16, Bytes) {
        let (parts, body) = self.0.answer(request).await.into_parts();
        let bytes = body.collect(1 << 24).await.expect("a body");
        assert_eq!(self.0.panics(), 0);
        (parts.status.as_u16(), bytes)
    }

    /// Stops the clock at a moment.
    fn at(&self, moment: &str) {
        self.0.clock().freeze(Timestamp::parse_any(moment).expect("a moment"));
    }

    /// Calls an operation of DynamoDB: the status and the answer.
    async fn call(&self, action: &str, body: Json) -> (u16, Json) {
        let request: Request = http::Request::post("/")
            .header("host", "dynamodb.us-east-1.localhost")
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("DynamoDB_20120810.{action}"))
            .body(Body::from(body.to_string().into_bytes()))
            .expect("a request");
        let (status, bytes) = self.send(request).await;
        (status, serde_json::from_slice(&bytes).expect("JSON"))
    }

    /// The same, of a call that succeeds.
    async fn must(&self, action: &str, body: Json) -> Json {
        let (status, answer) = self.call(action, body).await;
        assert_eq!(status, 200, "{action}: {answer}");
        answer
    }

    /// The same, of a call that is refused: the code and the sentence.
    async fn refused(&self, action: &str, body: Json) -> String {
        let (status, answer) = self.call(action, body).await;
        assert_eq!(status, 400, "{action}: {answer}");
        let code = answer["__type"].as_str().and_then(|text| text.rsplit('#').next()).unwrap_or_default();
        let sentence = answer["message"].as_str().or(answer["Message"].as_str()).unwrap_or_default();
        format!("{code}: {sentence}")
    }

    async fn object(&self, method: &str, path: &str, body: impl Into<Bytes>) -> (u16, Bytes) {
        let request = http::Request::builder().method(method).uri(path).header("host", "localhost:4566");
        self.send(request.body(Body::from(body.into())).expect("a request")).await
    }

    /// Puts a bucket or an object.
    async fn put(&self, path: &str, body: impl Into<Bytes>) {
        assert_eq!(self.object("PUT", path, body).await.0, 200, "{path}");
    }

    /// An object of the bucket.
    async fn get(&self, key: &str) -> Vec<u8> {
        let (status, bytes) = self.object("GET", &format!("/bucket/{key}"), "").await;
        assert_eq!(status, 200, "{key}");
        bytes.to_vec()
    }

    /// The keys in the bucket.
    async fn keys(&self) -> Vec<String> {
        let (_, bytes) = self.object("GET", "/bucket?list-type=2", "").await;
        let xml = String::from_utf8(bytes.to_vec()).expect("text");
        xml.split("<Key>").skip(1).filter_map(|rest| Some(rest.split_once('<')?.0.to_owned())).collect()
    }

    /// The table `Music`, by the string `a`, of which all moments are kept.
    async fn table(&self) {
        self.must(
            "CreateTable",
            json!({
                "TableName": "Music", "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
            }),
        )
        .await;
    }

    async fn keep(&self) {
        let wanted = json!({"PointInTimeRecoveryEnabled": true});
        let body = json!({"TableName": "Music", "PointInTimeRecoverySpecification": wanted});
        self.must("UpdateContinuousBackups", body).await;
    }

    async fn item(&self, key: &str, value: &str) {
        let item = json!({"a": {"S": key}, "v": {"N": value}});
        self.must("PutItem", json!({"TableName": "Music", "Item": item})).await;
    }

    /// All lines of the data files that a files manifest names, sorted.
    async fn lines(&self, manifest: &str) -> Vec<String> {
        let files = String::from_utf8(self.get(manifest).await).expect("text");
        let mut lines = Vec::new();
        for file in files.lines() {
            let file: Json = serde_json::from_str(file).expect("JSON");
            let packed = self.get(file["dataFileS3Key"].as_str().expect("a key")).await;
            let mut text = String::new();
            GzDecoder::new(&packed[..]).read_to_string(&mut text).expect("gzip");
            assert_eq!(file["itemCount"], text.lines().count());
            lines.extend(text.lines().map(str::to_owned));
        }
        lines.sort();
        lines
    }
}

/// The ARN of the table `Music`.
const ARN: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/Music";
