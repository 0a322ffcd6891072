//! Whatever becomes of a call, the application gets what the upstream gave, and the cassette says what happened.

use ruststack_cassettes::format::causes;
use ruststack_cassettes::{Cassette, Interaction, read_file};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;

use super::upstream::SECRET;
use super::{ACCOUNT, FakeAws, Stage, told};

fn reason(one: &Interaction) -> &str {
    one.not_comparable.as_deref().unwrap_or_default()
}

/// Waits until the upstream has seen a request that begins so.
async fn until_seen(stage: &Stage, line: &str) {
    while !stage.upstream.seen().iter().any(|seen| seen.line.starts_with(line)) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Waits until a cassette on the disk says what is asked of it.
async fn until_written(stage: &Stage, holds: impl Fn(&Cassette) -> bool) -> Cassette {
    loop {
        match read_file(&stage.out.path().join("run.json")) {
            Ok(cassette) if holds(&cassette) => return cassette,
            _ => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

#[tokio::test]
async fn an_answer_of_failure_is_an_answer() {
    let stage = Stage::set().await;
    let got = stage.application.call("s3", "GET", "/bucket/fails", &[], "").await;
    assert_eq!((got.status.as_u16(), got.text().as_str()), (503, "<Error><Code>SlowDown</Code></Error>"));
    assert!(!got.headers.contains_key("x-ruststack-recorder"), "it is the upstream's own");
    let cassette = stage.finish().await.cassette("run.json");
    let one = &cassette.interactions[0];
    assert_eq!((one.response.as_ref().unwrap().status, reason(one)), (503, ""));
    assert_eq!(one.response.as_ref().unwrap().body.bytes(), "<Error><Code>SlowDown</Code></Error>");
}

#[tokio::test]
async fn an_application_that_hangs_up_is_told_as_such() {
    let stage = Stage::set().await;
    let application = stage.application.clone();
    let call = tokio::spawn(async move { application.call("s3", "GET", "/bucket/waits", &[], "").await });
    until_seen(&stage, "GET /bucket/waits").await;
    call.abort();
    let cassette = until_written(&stage, |cassette| !cassette.interactions.is_empty()).await;
    assert_eq!(told(&cassette), ["s3 GetObject 0"]);
    assert!(reason(&cassette.interactions[0]).starts_with("nobody waited for an answer"));
    assert_eq!(told(&stage.finish().await.cassette("run.json")), ["s3 GetObject 0"]);
}

#[tokio::test]
async fn an_upload_that_is_broken_off_reaches_nobody_whole_and_is_told() {
    let stage = Stage::set().await;
    let mut stream = tokio::net::TcpStream::connect(stage.recording.address()).await.unwrap();
    let head = "PUT /public/half HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; 1_500_000]).await.unwrap();
    stream.flush().await.unwrap();
    drop(stream);
    let cassette = until_written(&stage, |cassette| !cassette.interactions.is_empty()).await;
    let one = &cassette.interactions[0];
    assert!(one.response.is_none() && !reason(one).is_empty(), "{one:?}");
    assert!(!reason(one).contains("gave no answer"), "the upstream is not to blame: {}", reason(one));
    assert!(!one.request.body.is_exact());
    assert!(stage.upstream.seen().iter().all(|seen| !seen.line.contains("half")));
}

#[tokio::test]
async fn an_upstream_that_is_another_one_now_is_told_nothing() {
    let mut stage = Stage::set().await;
    assert_eq!(stage.application.call("s3", "GET", "/bucket/k", &[], "").await.status, 200);
    stage.upstream.stop().await;
    let impostor = FakeAws::at(stage.upstream.address()).await;
    let got = stage.application.call("s3", "GET", "/bucket/k", &[], "").await;
    assert_eq!(got.status, 502);
    assert!(got.text().contains("certificate"), "{}", got.text());
    assert!(impostor.seen().is_empty());
    let cassette = stage.finish().await.cassette("run.json");
    assert_eq!(told(&cassette), ["s3 GetObject 200", "s3 GetObject 0"]);
    assert!(reason(&cassette.interactions[1]).contains("certificate"), "{:?}", cassette.interactions[1]);
}

#[tokio::test]
async fn calls_that_overlap_say_when_they_passed() {
    let stage = Stage::set().await;
    let app = &stage.application;
    app.call("s3", "GET", "/bucket/first", &[], "").await;
    let waiting = {
        let app = app.clone();
        tokio::spawn(async move { app.call("s3", "GET", "/bucket/waits", &[], "").await })
    };
    until_seen(&stage, "GET /bucket/waits").await;
    app.call("s3", "GET", "/bucket/meanwhile", &[], "").await;
    app.call("s3", "GET", "/bucket/behind-meanwhile", &[], "").await;
    app.call("s3", "PUT", "/bucket/wakes", &[], "").await;
    assert_eq!(waiting.await.unwrap().status, 200);
    app.call("s3", "GET", "/bucket/last", &[], "").await;

    let cassette = stage.finish().await.cassette("run.json");
    let paths: Vec<_> = cassette.interactions.iter().map(|one| one.request.path.rsplit('/').next()).collect();
    let expected = ["first", "waits", "meanwhile", "behind-meanwhile", "wakes", "last"];
    assert_eq!(paths, expected.map(Some));
    let during: Vec<_> = cassette.interactions.iter().map(|one| one.during).collect();
    assert_eq!(
        during.iter().map(Option::is_some).collect::<Vec<_>>(),
        [false, true, true, true, true, false]
    );
    let waits: Vec<_> = (0..during.len()).map(|of| causes(&during, of)).collect();
    assert_eq!(waits, [vec![], vec![0], vec![0], vec![2], vec![3], vec![4, 1]]);
}

#[tokio::test]
async fn a_recorder_that_is_killed_leaves_what_was_finished() {
    let stage = Stage::set().await;
    for path in ["/bucket/one", "/bucket/two", "/bucket/three"] {
        stage.application.call("s3", "GET", path, &[], "").await;
    }
    let application = stage.application.clone();
    let waiting = tokio::spawn(async move { application.call("s3", "GET", "/bucket/waits", &[], "").await });
    until_seen(&stage, "GET /bucket/waits").await;
    // Whoever reads the file now reads what a recorder that was killed now had left.
    let cassette = until_written(&stage, |cassette| cassette.interactions.len() == 3).await;
    assert_eq!(told(&cassette), ["s3 GetObject 200"; 3]);
    assert!(cassette.interactions.iter().all(|one| one.not_comparable.is_none()));
    waiting.abort();
    assert_eq!(stage.finish().await.cassette("run.json").interactions.len(), 4);
}

#[tokio::test]
async fn who_follows_is_given_each_call_when_it_has_ended() {
    let stage = Stage::set().await;
    let app = &stage.application;
    let mut follow = stage.recording.follow().await;
    let waiting = {
        let app = app.clone();
        tokio::spawn(async move { app.call("s3", "GET", "/bucket/waits", &[], "").await })
    };
    until_seen(&stage, "GET /bucket/waits").await;
    let target =
        [("content-type", "application/x-amz-json-1.1"), ("x-amz-target", "secretsmanager.GetSecretValue")];
    app.call("secretsmanager", "POST", "/", &target, "{}").await;
    let first = follow.next().await.unwrap();
    assert_eq!(first.operation.as_deref(), Some("GetSecretValue"));
    let said = String::from_utf8_lossy(&first.response.as_ref().unwrap().body.bytes()).into_owned();
    assert!(!said.contains(SECRET) && !said.contains(ACCOUNT), "{said}");
    assert!(said.contains(follow.account()), "{said}");

    app.call("s3", "PUT", "/bucket/wakes", &[], "").await;
    assert_eq!(waiting.await.unwrap().status, 200);
    stage.finish().await;
    let mut paths = Vec::new();
    while let Some(call) = follow.next().await {
        paths.push(call.request.path.clone());
    }
    paths.sort_unstable();
    assert_eq!(paths, ["/bucket/waits", "/bucket/wakes"]);
    assert!(follow.next().await.is_none());
}
