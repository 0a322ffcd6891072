//! DynamoDB beside another implementation of it: the same random requests, answer by answer. Each kind of difference has
//! been judged, and `tests/data/differential/dynalite.json` says how; one that nobody has judged fails.
//!
//! `RUSTSTACK_DIFFERENTIAL` says how many requests (2,000 where it says nothing).

mod generate;
mod judged;

use fastrand::Rng;
use generate::{Call, Generator, tables};
use judged::judged;
use ruststack_emulator::{Config, Emulator};
use ruststack_harness::node;
use ruststack_harness::process::Foreign;
use ruststack_wire::{Body, Request};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;

/// What the generator starts from; another seed gives other requests.
const SEED: u64 = 20_261_121;
/// What AWS puts in front of a write's mistakes since 2026, and of a mistake in a constraint since ever
/// (github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/putItem.test.ts).
const ENVELOPE: &str = "1 validation error detected: ";
/// After so many requests the tables are emptied.
const ROUND: usize = 500;

/// A status and a body.
type Answer = (u16, Json);

#[tokio::test]
async fn another_implementation_answers_alike_but_where_it_is_known_to_be_wrong() {
    let Some(folder) = node::package("dynalite") else { return };
    let count =
        std::env::var("RUSTSTACK_DIFFERENTIAL").ok().and_then(|count| count.parse().ok()).unwrap_or(2_000);
    let start = || {
        Foreign::start(&mut Command::new("node"), |command, port| {
            let program = folder.join("node_modules/.bin/dynalite");
            command.arg(program).args(["--port", &port.to_string()]);
            command.args(["--createTableMs", "0", "--deleteTableMs", "0", "--updateTableMs", "0"]);
        })
    };
    let judged = judged();
    let mut generator = Generator(Rng::with_seed(SEED));
    let mut unjudged: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let (mut alike, mut silent) = (0, 0);
    let mut counts = vec![0; judged.len()];
    let mut pair: Option<(Emulator, Foreign)> = None;
    for number in 0..count {
        if number % ROUND == 0 {
            pair = None;
        }
        if pair.is_none() {
            let fresh = (Emulator::new(Config::default()), start());
            furnish(&fresh.0, &fresh.1.url).await;
            pair = Some(fresh);
        }
        let Some((emulator, other)) = &pair else { continue };
        let call = generator.call();
        let (ours, theirs) = (ask_ours(emulator, &call).await, ask_theirs(&other.url, &call));
        if theirs.0 == 0 {
            // It has fallen over, with all its items.
            silent += 1;
            pair = None;
            continue;
        }
        let (one, two) = (told(&ours), told(&theirs));
        if (ours.0 == 200) != (theirs.0 == 200)
            && !matches!(call.0, "GetItem" | "BatchGetItem" | "Query" | "Scan")
        {
            // What only one of them has done would tell them apart from now on.
            pair = None;
        }
        if one == two {
            alike += 1;
        } else if let Some(known) = judged.iter().position(|judged| judged.is_about(&call, &ours, &theirs)) {
            counts[known] += 1;
        } else {
            let kind = format!("{}\n  ours:   {one}\n  theirs: {two}", call.0);
            let found = unjudged.entry(kind).or_insert((0, call.1.to_string()));
            found.0 += 1;
        }
    }
    let report: Vec<String> =
        unjudged.iter().map(|(kind, (times, request))| format!("{times} × {kind}\n  {request}")).collect();
    println!("{alike} of {count} alike, {silent} unanswered by the other");
    for (judged, count) in judged.iter().zip(&counts) {
        println!("{count} × {}", judged.judgement);
    }
    assert!(alike * 2 > count, "only {alike} of {count} answers are alike");
    assert!(unjudged.is_empty(), "{}", report.join("\n"));
}

/// An answer, as it is compared: the code and the sentence of an error, what is given otherwise.
fn told((status, body): &Answer) -> String {
    if *status == 200 {
        return normal(body).to_string();
    }
    let code = body["__type"].as_str().unwrap_or_default().rsplit('#').next().unwrap_or_default();
    let told = body["message"].as_str().or(body["Message"].as_str()).unwrap_or_default();
    format!("{status} {code}: {}", told.trim_start_matches(ENVELOPE))
}

/// The same with sets and members in an order of ours.
fn normal(value: &Json) -> Json {
    match value {
        Json::Object(members) => {
            let mut sorted: Vec<(&String, Json)> = members
                .iter()
                .map(|(name, value)| match (name.as_str(), value) {
                    ("SS" | "NS" | "BS", Json::Array(items)) => {
                        let mut items = items.clone();
                        items.sort_by_key(Json::to_string);
                        (name, Json::Array(items))
                    }
                    // A batch gives its items in any order.
                    ("Responses", Json::Object(tables)) => {
                        let in_order = tables.iter().map(|(name, items)| {
                            let mut items: Vec<Json> =
                                items.as_array().into_iter().flatten().map(normal).collect();
                            items.sort_by_key(Json::to_string);
                            (name.clone(), Json::Array(items))
                        });
                        (name, in_order.collect())
                    }
                    _ => (name, normal(value)),
                })
                .collect();
            sorted.sort_by(|one, other| one.0.cmp(other.0));
            sorted.into_iter().map(|(name, value)| (name.clone(), value)).collect()
        }
        Json::Array(items) => items.iter().map(normal).collect(),
        Json::Number(number) => number.as_f64().map_or(Json::Null, |number| json!(number)),
        other => other.clone(),
    }
}

async fn furnish(emulator: &Emulator, other: &str) {
    for table in tables() {
        let create: Call = ("CreateTable", table);
        assert_eq!(ask_ours(emulator, &create).await.0, 200);
        for _ in 0..100 {
            if ask_theirs(other, &create).0 == 200 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
}

async fn ask_ours(emulator: &Emulator, (action, body): &Call) -> Answer {
    let request: Request =
        request(action).uri("/").body(Body::from(body.to_string().into_bytes())).expect("a request");
    let (parts, body) = emulator.answer(request).await.into_parts();
    let bytes = body.collect(1 << 24).await.expect("a body");
    (parts.status.as_u16(), serde_json::from_slice(&bytes).expect("JSON"))
}

fn request(action: &str) -> http::request::Builder {
    http::Request::post("/")
        .header("host", "dynamodb.us-east-1.amazonaws.com")
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("DynamoDB_20120810.{action}"))
        .header(
            "authorization",
            "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=b",
        )
        .header("x-amz-date", "20260101T000000Z")
}

/// Over a connection of its own. The status is 0 where nothing is answered.
fn ask_theirs(url: &str, (action, body): &Call) -> Answer {
    let address = url.trim_start_matches("http://");
    let body = body.to_string();
    let head = request(action).body(()).expect("a request");
    let headers: String = head
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}\r\n", value.to_str().expect("text")))
        .collect();
    let text = format!(
        "POST / HTTP/1.1\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(text.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(2))).expect("a socket");
    if stream.read_to_string(&mut answer).is_err() {
        return (0, Json::Null);
    }
    let Some(status) = answer.split(' ').nth(1).and_then(|status| status.parse().ok()) else {
        return (0, Json::Null);
    };
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    (status, serde_json::from_str(body).unwrap_or(Json::Null))
}
