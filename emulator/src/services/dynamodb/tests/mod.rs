//! Stories of DynamoDB, each against a whole emulator of its own.

mod model;
mod order;
mod together;

use crate::{Config, Emulator};
use ruststack_wire::{Body, Request};
use serde_json::{Value as Json, json};

/// An emulator, spoken to as an SDK does.
struct Aws(Emulator);

impl Aws {
    /// An emulator with the table `items`: keys `pk` (S) and `sk` (N), the local index `by-n` on `n` (N), the global index
    /// `by-g` on `g` (S) and `n`.
    async fn start() -> Aws {
        let aws = Aws(Emulator::new(Config { seed: Some(1), ..Config::default() }));
        let key = |hash: &str, range: &str| json!([{"AttributeName": hash, "KeyType": "HASH"}, {"AttributeName": range, "KeyType": "RANGE"}]);
        let definition = |name: &str, kind: &str| json!({"AttributeName": name, "AttributeType": kind});
        let (status, answer) = aws
            .call(
                "CreateTable",
                json!({
                    "TableName": "items",
                    "BillingMode": "PAY_PER_REQUEST",
                    "KeySchema": key("pk", "sk"),
                    "AttributeDefinitions": [
                        definition("pk", "S"), definition("sk", "N"), definition("n", "N"), definition("g", "S")
                    ],
                    "LocalSecondaryIndexes": [{
                        "IndexName": "by-n", "KeySchema": key("pk", "n"), "Projection": {"ProjectionType": "ALL"}
                    }],
                    "GlobalSecondaryIndexes": [{
                        "IndexName": "by-g", "KeySchema": key("g", "n"), "Projection": {"ProjectionType": "KEYS_ONLY"}
                    }],
                }),
            )
            .await;
        assert_eq!(status, 200, "{answer}");
        aws
    }

    /// Calls an operation: the status and the answer.
    async fn call(&self, action: &str, body: Json) -> (u16, Json) {
        let request: Request = http::Request::post("/")
            .header("host", "dynamodb.us-east-1.localhost")
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("DynamoDB_20120810.{action}"))
            .body(Body::from(body.to_string().into_bytes()))
            .expect("a request");
        let (parts, body) = self.0.answer(request).await.into_parts();
        let bytes = body.collect(1 << 24).await.expect("a body");
        (parts.status.as_u16(), serde_json::from_slice(&bytes).expect("JSON"))
    }

    /// The same, of a call that succeeds.
    async fn must(&self, action: &str, body: Json) -> Json {
        let told = body.to_string();
        let (status, answer) = self.call(action, body).await;
        assert_eq!(status, 200, "{action} {told}: {answer}");
        answer
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}
