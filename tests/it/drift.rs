//! Cassettes asked again where nothing is forgotten: `verify --target aws --sign`, `verify --isolate`,
//! `record --again`. The AWS is one of our own, which takes none but the sandbox's signatures.

use crate::record::{KEY, SECRET, folder, sandbox, text};
use crate::serve::binary;
use bytes::Bytes;
use ruststack_cassettes::Cassette;
use ruststack_cassettes::format::instant::of_http_date;
use ruststack_cli::in_process::InProcess;
use ruststack_conformance::endpoint::{Endpoint, OpenError, Pending, SendError, Session};
use ruststack_conformance::replay::replay;
use ruststack_harness::places::workspace;
use ruststack_harness::process::Server;
use ruststack_wire::{Body, Timestamp};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use time::format_description::well_known::Rfc3339;

const ACCOUNT: &str = "111122223333";

/// Runs our program with the sandbox's credentials.
fn ruststack(arguments: &[&str]) -> Output {
    Command::new(binary())
        .args(arguments)
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/nowhere")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
        .env_remove("CI")
        .output()
        .expect("the binary runs")
}

/// A call to one of AWS's services, as a client makes it, and no answer yet.
fn call(service: &str, operation: &str, target: &str, body: &Value) -> Value {
    let kind = if service == "dynamodb" { "1.0" } else { "1.1" };
    json!({
        "service": service, "operation": operation, "region": "us-east-1",
        "request": {
            "method": "POST", "origin": format!("https://{service}.us-east-1.amazonaws.com"), "path": "/",
            "auth": { "kind": "header", "algorithm": "AWS4-HMAC-SHA256", "service": service, "region": "us-east-1" },
            "headers": [format!("content-type: application/x-amz-json-{kind}"), format!("x-amz-target: {target}.{operation}")],
            "body": { "json": body },
        },
        "response": { "status": 200 },
    })
}

fn bucket(method: &str, operation: &str, path: &str, body: &str) -> Value {
    let mut one = json!({
        "service": "s3", "operation": operation, "region": "us-east-1",
        "request": {
            "method": method, "origin": "https://orders.s3.us-east-1.amazonaws.com", "path": path,
            "auth": { "kind": "header", "algorithm": "AWS4-HMAC-SHA256", "service": "s3", "region": "us-east-1" },
        },
        "response": { "status": 200 },
    });
    if !body.is_empty() {
        one["request"]["body"] = json!({ "text": body });
    }
    one
}

/// A story that creates things of several services, all with the same name, and lists them.
fn story() -> Vec<Value> {
    let table = json!({ "TableName": "orders", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{ "AttributeName": "orders", "KeyType": "HASH" }],
        "AttributeDefinitions": [{ "AttributeName": "orders", "AttributeType": "S" }] });
    let item = json!({ "orders": { "S": "orders" } });
    let dynamodb = |operation, body| call("dynamodb", operation, "DynamoDB_20120810", &body);
    let logs = |operation, body| call("logs", operation, "Logs_20140328", &body);
    vec![
        bucket("PUT", "CreateBucket", "/", ""),
        bucket("PUT", "PutObject", "/orders", "orders"),
        bucket("GET", "ListObjects", "/", ""),
        bucket("GET", "GetObject", "/orders", ""),
        dynamodb("CreateTable", table),
        dynamodb("PutItem", json!({ "TableName": "orders", "Item": item })),
        dynamodb("BatchGetItem", json!({ "RequestItems": { "orders": { "Keys": [item] } } })),
        dynamodb("ListTables", json!({})),
        logs("CreateLogGroup", json!({ "logGroupName": "/aws/lambda/orders" })),
        logs("CreateLogStream", json!({ "logGroupName": "/aws/lambda/orders", "logStreamName": "orders" })),
        logs("DescribeLogGroups", json!({ "logGroupNamePrefix": "/aws/lambda/ord" })),
        logs("DescribeLogGroups", json!({})),
        logs("PutRetentionPolicy", json!({ "logGroupName": "/aws/lambda/orders", "retentionInDays": 7 })),
    ]
}

/// An emulator in this process that keeps what it answers.
#[derive(Default)]
struct Keeping(Arc<Mutex<Vec<Value>>>);

impl Endpoint for Keeping {
    fn name(&self) -> String {
        "keeping".to_owned()
    }

    fn moves_its_clock(&self) -> bool {
        false
    }

    fn open<'a>(&'a self, cassette: &'a Cassette) -> Pending<'a, Result<Box<dyn Session>, OpenError>> {
        Box::pin(async move {
            let inner = InProcess.open(cassette).await?;
            Ok(Box::new(KeepingSession(inner, self.0.clone())) as Box<dyn Session>)
        })
    }
}

struct KeepingSession(Box<dyn Session>, Arc<Mutex<Vec<Value>>>);

impl Session for KeepingSession {
    fn send(
        &mut self,
        request: http::Request<Bytes>,
        at: Option<Timestamp>,
    ) -> Pending<'static, Result<http::Response<Body>, SendError>> {
        let (sent, all) = (self.0.send(request, at), self.1.clone());
        Box::pin(async move {
            let (head, body) = sent.await?.into_parts();
            let body = body.collect(1 << 20).await.expect("a short answer");
            let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
                format!("{name}: {}", value.to_str().expect("a text"))
            };
            let headers: Vec<String> = head.headers.iter().map(header).collect();
            let mut kept = json!({ "status": head.status.as_u16(), "headers": headers });
            if !body.is_empty() {
                kept["body"] = json!({ "text": String::from_utf8_lossy(&body) });
            }
            all.lock().expect("nobody panics with it").push(kept);
            Ok(http::Response::from_parts(head, Body::from(body)))
        })
    }
}

/// The story with the answers that an emulator of its own gave: a cassette.
fn recorded(folder: &Path, story: &[Value]) -> PathBuf {
    let mut document = json!({
        "cassette": 1,
        "meta": { "title": "story", "services": ["dynamodb", "logs", "s3"],
            "provenance": { "kind": "emulator" } },
        "interactions": story,
    });
    let asked: Cassette = serde_json::from_value(document.clone()).expect("a cassette");
    let keeping = Keeping::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(replay("story", &asked, &keeping));
    let answers = keeping.0.lock().expect("nobody panics with it").clone();
    assert_eq!(answers.len(), story.len());
    for (one, answer) in document["interactions"].as_array_mut().expect("a list").iter_mut().zip(answers) {
        assert_eq!(answer["status"].as_u64().expect("a status") / 100, 2, "{one} {answer}");
        let date = answer["headers"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let date = date.filter_map(|line| of_http_date(line.strip_prefix("date: ")?)).next().expect("a date");
        one["at"] = json!(date.format(&Rfc3339).expect("a moment"));
        one["response"] = answer;
    }
    let file = folder.join("story.json");
    std::fs::write(&file, serde_json::to_string_pretty(&document).expect("JSON")).expect("a file");
    file
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

/// `verify --target aws` against our own AWS.
fn asked_again(aws: &Server, certificate: &Path, cassettes: &[&Path], more: &[&str]) -> Output {
    let mut arguments =
        vec!["verify", "--target", "aws", "--sign", "--upstream", &aws.url, "--ca-file", path(certificate)];
    arguments.extend(more);
    arguments.extend(cassettes.iter().map(|cassette| path(cassette)));
    ruststack(&arguments)
}

const ALLOWED: &[&str] = &["--allow-account", ACCOUNT];
const CLEANUP: &[&str] = &["--allow-account", ACCOUNT, "--cleanup", "--yes"];

#[test]
fn aws_that_has_not_moved_answers_the_same_run_after_run() {
    let folder = folder("drift-same");
    let (aws, certificate) = sandbox(&folder);
    let story = recorded(&folder, &story());
    for _ in 0..2 {
        let told = asked_again(&aws, &certificate, &[&story], ALLOWED);
        assert!(told.status.success(), "{}", text(&told));
        let told = text(&told);
        assert!(told.contains("AWS has not moved: all 13 answers are the recorded ones"), "{told}");
        assert!(told.contains("created, and still there:") && told.contains("TableName=rs"), "{told}");
        assert!(!told.contains("deleted"), "{told}");
    }
}

#[test]
fn aws_that_has_moved_is_found_and_nothing_is_left_behind() {
    let folder = folder("drift-moved");
    let (aws, certificate) = sandbox(&folder);
    let story = recorded(&folder, &story());
    let text_of = std::fs::read_to_string(&story).expect("the cassette");
    let moved =
        text_of.replacen("\\\"TableStatus\\\":\\\"CREATING\\\"", "\\\"TableStatus\\\":\\\"DREAMING\\\"", 1);
    assert_ne!(moved, text_of, "an answer is changed");
    let changed = folder.join("moved.json");
    std::fs::write(&changed, moved).expect("a file");
    let markdown = folder.join("summary.md");
    let report = format!("md={}", path(&markdown));
    let told = asked_again(&aws, &certificate, &[&changed], &[CLEANUP, &["--report", &report]].concat());
    assert_eq!(told.status.code(), Some(1), "{}", text(&told));
    let told = text(&told);
    assert!(told.contains("AWS has moved: 1 of 13 answers are not the recorded ones"), "{told}");
    assert!(told.contains("CreateTable.TableDescription.TableStatus"), "{told}");
    let markdown = std::fs::read_to_string(markdown).expect("a summary");
    assert!(markdown.contains("**AWS has moved: 1 of 13"), "{markdown}");
    for deleted in [
        "s3:CreateBucket",
        "s3:PutObject",
        "dynamodb:CreateTable",
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
    ] {
        assert!(told.contains(&format!("deleted {deleted} in us-east-1")), "{deleted}: {told}");
    }
    assert!(!told.contains("perhaps created") && !told.contains("left "), "{told}");

    // Nothing is there any more: what lists the whole account lists what is recorded, and no more.
    let told = asked_again(&aws, &certificate, &[&story], CLEANUP);
    assert!(text(&told).contains("AWS has not moved: all 13 answers"), "{}", text(&told));
}

#[test]
fn what_may_not_be_asked_is_not_and_says_nothing_of_aws() {
    let folder = folder("drift-refused");
    let (aws, certificate) = sandbox(&folder);
    let story = recorded(&folder, &story());
    let told = asked_again(&aws, &certificate, &[&story], &["--allow-account", "444455556666"]);
    assert_eq!(told.status.code(), Some(2), "{}", text(&told));
    assert!(text(&told).contains("refused to touch account 111122223333"), "{}", text(&told));

    let told =
        asked_again(&aws, &certificate, &[&story], &[ALLOWED, &["--allow-region", "eu-west-1"]].concat());
    assert_eq!(told.status.code(), Some(1), "{}", text(&told));
    let refused = text(&told);
    assert!(refused.contains("whether AWS has moved cannot be told: nothing was compared"), "{refused}");
    assert!(refused.contains("the recorder did not ask it: RecorderRefused"), "{refused}");
    assert!(!refused.contains("still there"), "{refused}");

    let told = asked_again(&aws, &certificate, &[&story], &[CLEANUP, &["--max-requests", "5"]].concat());
    let spent = text(&told);
    assert!(told.status.success(), "{spent}");
    assert!(spent.contains("AWS has not moved: all 5 answers"), "{spent}");
    assert!(spent.contains("it follows a request that was not asked"), "{spent}");

    for (arguments, expected) in [
        (&["verify", "--target", "aws"][..], "say --sign, and --allow-account"),
        (&["verify", "--target", "http://h", "--sign", "--upstream", "http://h"], "needs --target aws"),
    ] {
        let told = ruststack(&[arguments, &[path(&story)]].concat()[..]);
        assert_eq!(told.status.code(), Some(2), "{}", text(&told));
        assert!(text(&told).contains(expected), "{}", text(&told));
    }
}

#[test]
fn cassettes_of_the_corpus_can_be_asked_again() {
    let folder = folder("drift-corpus");
    let (aws, certificate) = sandbox(&folder);
    let corpus = |name: &str| workspace().join("cassettes/corpus").join(name);
    let cassettes =
        ["s3/bucket-policy.json", "dynamodb/batches.json", "logs/log-group-settings.json"].map(corpus);
    let cassettes: Vec<&Path> = cassettes.iter().map(PathBuf::as_path).collect();
    for run in 0..2 {
        let told = asked_again(&aws, &certificate, &cassettes, ALLOWED);
        assert!(told.status.success(), "run {run}: {}", text(&told));
    }
}

#[test]
fn an_endpoint_that_cannot_forget_is_judged_beside_what_it_has() {
    let folder = folder("isolated");
    let server = Server::start(binary(), &[]);
    let story = recorded(&folder, &story());
    for _ in 0..2 {
        let told = ruststack(&["verify", "--target", &server.url, "--isolate", path(&story)]);
        assert!(told.status.success(), "{}", text(&told));
    }
    // One that is asked to clean up deletes what this run made, and what others made stays.
    let told = ruststack(&["verify", "--target", &server.url, "--cleanup", "--yes", path(&story)]);
    assert!(told.status.success(), "{}", text(&told));
    let told = text(&told);
    assert_eq!(told.matches("\ndeleted ").count(), 5, "{told}");
    let wrong = ruststack(&["verify", "--target", &server.url, "--cleanup", path(&story)]);
    assert_eq!(wrong.status.code(), Some(2), "nobody is there to agree: {}", text(&wrong));
}

/// Two ids as AWS would draw them, one for the recording and one for now.
const IDS: [&str; 2] = ["6e2b1f0a-90c1-4f7e-8c53-aa4f3b8e1d10", "0f9b2c1d-1111-4222-8333-bb4f3b8e1d99"];

#[test]
fn what_aws_does_not_promise_is_learnt_from_asking_again() {
    let folder = folder("again");
    let (aws, certificate) = sandbox(&folder);
    let mut told = story();
    // The second AWS answers with another id than the first: the one that it is sent now.
    told[1]["request"]["headers"] =
        json!([format!("x-amz-meta-trace: {}", IDS[0]), "content-type: text/plain"]);
    let file = recorded(&folder, &told);
    let before = std::fs::read_to_string(&file).expect("the cassette");
    let mut document: Value = serde_json::from_str(&before).expect("JSON");
    let answer = document["interactions"][3]["response"].to_string();
    let planted = answer.replace(IDS[0], IDS[1]).replace("text/plain", "text/html");
    assert!(planted.contains(IDS[1]) && planted.contains("text/html"), "{answer}");
    document["interactions"][3]["response"] = serde_json::from_str(&planted).expect("JSON");
    let planted = document.to_string();
    std::fs::write(&file, &planted).expect("a file");
    let again = |more: &[&str]| {
        let arguments =
            ["record", "--again", path(&file), "--upstream", &aws.url, "--ca-file", path(&certificate)];
        ruststack(&[&arguments, more].concat())
    };
    let now = || std::fs::read_to_string(&file).expect("the cassette");
    let rules = |file: &Path| {
        let (_, cassette) = ruststack_cassettes::read(file).expect("a cassette").remove(0);
        cassette.rules.iter().map(|rule| serde_json::to_string(rule).expect("JSON")).collect::<Vec<_>>()
    };

    // Where it may not be asked, or only in part, nothing is lost.
    let refused = again(&["--allow-account", "444455556666"]);
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
    assert_eq!(now(), planted);
    let refused = again(&["--allow-account", ACCOUNT, "--allow-region", "eu-west-1"]);
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
    assert!(text(&refused).contains("story.json: the recorder did not ask it"), "{}", text(&refused));
    assert_eq!(now(), planted);
    let part = again(&[CLEANUP, &["--max-requests", "2"]].concat());
    assert!(part.status.success(), "{}", text(&part));
    assert!(text(&part).contains("interaction 12: was not asked again: it follows"), "{}", text(&part));
    assert_eq!(now(), planted, "there was nothing to learn");

    let other = folder.join("learnt.json");
    let told = again(&[CLEANUP, &["--out", path(&other)]].concat());
    assert!(told.status.success(), "{}", text(&told));
    assert_eq!(now(), planted, "it was to be written elsewhere");
    let (learnt, told) = (rules(&other), text(&told));
    assert_eq!(learnt.len(), 1, "{learnt:?}");
    assert!(learnt[0].contains(r#""header":"x-amz-meta-trace","form":"uuid""#), "{learnt:?}");
    assert!(learnt[0].contains(&format!("in interaction 3: {} and {}", IDS[1], IDS[0])), "{learnt:?}");
    let unexplained = "interaction 3: GetObject.header.content-type (header) differs, and is no noise";
    assert!(told.contains(unexplained), "{told}");
    assert_eq!(told.matches("differs, and is no noise").count(), 1, "{told}");
    assert_eq!(told.matches("\ndeleted ").count(), 5, "{told}");

    let told = again(CLEANUP);
    assert!(told.status.success(), "{}", text(&told));
    assert_eq!(rules(&file), learnt);
    let told = again(CLEANUP);
    assert!(text(&told).contains("0 rules; "), "what is known is not learnt again: {}", text(&told));
    assert_eq!(rules(&file), learnt);
}

#[test]
fn a_foreign_endpoint_is_cleaned_up_behind() {
    let Some(server) = ruststack_harness::python::program("moto_server") else { return };
    let moto = ruststack_harness::process::Foreign::start(&mut Command::new(server), |command, port| {
        command.args(["-p", &port.to_string()]);
    });
    let folder = folder("drift-moto");
    let sqs = |operation, body| call("sqs", operation, "AmazonSQS", &body);
    let secrets = |operation, body| call("secretsmanager", operation, "secretsmanager", &body);
    let story = [
        sqs("CreateQueue", json!({ "QueueName": "orders" })),
        sqs("GetQueueUrl", json!({ "QueueName": "orders" })),
        secrets("CreateSecret", json!({ "Name": "orders", "SecretString": "nothing to hide" })),
    ];
    let document = json!({ "cassette": 1, "interactions": story,
        "meta": { "title": "s", "services": ["secretsmanager", "sqs"], "provenance": { "kind": "emulator" } } });
    let file = folder.join("story.json");
    std::fs::write(&file, document.to_string()).expect("a file");
    for _ in 0..2 {
        // Nobody recorded its answers, so all of them differ; what was made is found by its names all the same.
        let told = ruststack(&["verify", "--target", &moto.url, "--cleanup", "--yes", path(&file)]);
        assert_eq!(told.status.code(), Some(1), "{}", text(&told));
        let told = text(&told);
        assert!(told.contains("deleted sqs:CreateQueue in us-east-1 QueueUrl="), "{told}");
        assert!(told.contains("deleted secretsmanager:CreateSecret in us-east-1 SecretId="), "{told}");
        assert!(!told.contains("perhaps created"), "{told}");
    }
}
