//! What an application may send, and what becomes of it.

use ruststack_cassettes::{AuthKind, ProvenanceKind};
use ruststack_wire::sign::payload::Framing;

use super::application::credentials;
use super::upstream::{LARGE, SECRET};
use super::{ACCOUNT, Stage, real_credentials, told};
use ruststack_cassettes::Payloads;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn target(name: &'static str) -> [(&'static str, &'static str); 2] {
    [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", name)]
}

#[tokio::test]
async fn every_kind_of_call_passes_and_is_told_without_a_secret() {
    let stage = Stage::set().await;
    let app = &stage.application;
    let question = "Action=GetCallerIdentity&Version=2011-06-15";
    let who = app.call("sts", "POST", "/", &[FORM], question).await;
    assert!(who.text().contains(ACCOUNT), "the application sees the real account: {}", who.text());
    let item =
        app.call("dynamodb", "POST", "/", &target("DynamoDB_20120810.GetItem"), r#"{"TableName":"t"}"#).await;
    assert_eq!(item.text(), r#"{"Echo":"DynamoDB_20120810.GetItem","Length":17}"#);
    app.call("s3", "PUT", "/bucket/plain", &[("content-type", "text/plain")], "hello").await;
    let first = vec![b'x'; 70_000];
    for (framing, path) in [
        (Framing::Signed, "/bucket/signed"),
        (Framing::SignedTrailer, "/bucket/signed-trailer"),
        (Framing::UnsignedTrailer, "/bucket/unsigned-trailer"),
    ] {
        let got = app.chunked_put(path, framing, &[&first, b"end"]).await;
        assert_eq!(got.status, 200, "{framing:?}: {}", got.text());
    }
    let presigned = app.presigned_put("/bucket/presigned?x-id=PutObject", "hello again").await;
    assert_eq!(presigned.status, 200, "{}", presigned.text());
    let large = app.call("s3", "GET", "/bucket/large", &[], "").await;
    assert_eq!(large.body.unwrap().len(), LARGE);
    let secret = app
        .call("secretsmanager", "POST", "/", &target("secretsmanager.GetSecretValue"), r#"{"SecretId":"s"}"#)
        .await;
    assert!(secret.text().contains(SECRET), "the application sees the real secret: {}", secret.text());
    let echo = r#"{"TableName":"t","Item":{"password":{"S":"correct-horse-battery-staple"}}}"#;
    app.call("dynamodb", "POST", "/", &target("DynamoDB_20120810.PutItem"), echo).await;
    let head = app.call("s3", "HEAD", "/bucket/plain", &[], "").await;
    assert_eq!(head.status, 200);

    let seen = stage.upstream.seen();
    assert!(seen.iter().all(|one| one.is_signed));
    let puts: Vec<_> = seen.iter().filter(|one| one.line.contains("signed")).collect();
    assert_eq!(puts.len(), 4);
    assert!(puts[..3].iter().all(|put| put.body.len() == 70_003 && put.body.ends_with(b"xend")));
    assert_eq!(puts[0].headers.get("content-encoding"), None);
    assert!(
        puts[3].line.starts_with("PUT /bucket/presigned?x-id=PutObject&X-Amz-Algorithm="),
        "{}",
        puts[3].line
    );

    let written = stage.finish().await;
    let cassette = written.cassette("run.json");
    assert_eq!(
        told(&cassette),
        [
            "sts GetCallerIdentity 200",
            "dynamodb GetItem 200",
            "s3 PutObject 200",
            "s3 PutObject 200",
            "s3 PutObject 200",
            "s3 PutObject 200",
            "s3 PutObject 200",
            "s3 GetObject 200",
            "secretsmanager GetSecretValue 200",
            "dynamodb PutItem 200",
            "s3 HeadObject 200",
        ]
    );
    let one = |at: usize| &*cassette.interactions[at];
    assert!(
        cassette.interactions.iter().all(|one| one.not_comparable.is_none()),
        "{:#?}",
        cassette.interactions
    );
    assert_eq!(one(2).request.body.bytes(), "hello");
    assert_eq!(one(3).request.body.bytes().len(), 70_003);
    assert_eq!(one(3).request.headers.get("content-length"), Some("70003"));
    for at in [4, 5] {
        let request = &one(at).request;
        assert_eq!(request.headers.get("x-amz-content-sha256"), Some("STREAMING-UNSIGNED-PAYLOAD-TRAILER"));
        assert!(request.body.bytes().ends_with(b"0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"));
    }
    let auth = one(6).request.auth.clone().unwrap();
    assert_eq!((auth.kind, auth.region.as_deref()), (AuthKind::Presigned, Some("eu-west-1")));
    assert_eq!(one(7).response.as_ref().unwrap().body.bytes().len(), LARGE);
    assert_eq!(one(8).region.as_deref(), Some("eu-west-1"));
    assert_eq!(cassette.meta.provenance.kind, ProvenanceKind::Emulator);
    assert_eq!(
        cassette.meta.recorded.map(|at| at.to_string()).as_deref(),
        Some("2026-06-02 18:30:58.0 +00:00:00")
    );
    let account = one(0).response.as_ref().unwrap().body.bytes();
    assert!(String::from_utf8_lossy(&account).contains("<Account>123456789012</Account>"));
    // What was a secret in one answer is the same placeholder wherever it occurs.
    let value: serde_json::Value =
        serde_json::from_slice(&one(8).response.as_ref().unwrap().body.bytes()).unwrap();
    let placeholder = value["SecretString"].as_str().unwrap();
    assert!(String::from_utf8_lossy(&one(9).request.body.bytes()).contains(placeholder));

    let (real, own) = (real_credentials(), credentials());
    let signatures: Vec<String> = seen
        .iter()
        .filter_map(|one| one.headers.get("authorization")?.to_str().ok()?.rsplit_once("Signature="))
        .map(|(_, signature)| signature.to_owned())
        .collect();
    let mut secrets: Vec<&str> = signatures.iter().map(String::as_str).collect();
    assert!(secrets.len() > 10 && secrets.iter().all(|signature| signature.len() == 64));
    secrets.extend(
        [&real.access_key_id, &real.secret_access_key, &own.access_key_id, &own.secret_access_key]
            .map(String::as_str),
    );
    secrets.extend([real.session_token.as_deref().unwrap(), own.session_token.as_deref().unwrap()]);
    secrets.extend([
        SECRET,
        ACCOUNT,
        "chunk-signature",
        "AIDAREALUSERREALUSER1",
        "RealToken",
        "ApplicationToken",
    ]);
    written.holds_none_of(&secrets);
}

#[tokio::test]
async fn calls_at_once_are_each_told_once() {
    let stage = Stage::set().await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let app = stage.application.clone();
        let headers = target("DynamoDB_20120810.ListTables");
        calls.spawn(async move { app.call("dynamodb", "POST", "/", &headers, "{}").await.status });
    }
    assert!(calls.join_all().await.iter().all(|status| *status == 200));
    let written = stage.finish().await;
    assert_eq!(told(&written.cassette("run.json")), ["dynamodb ListTables 200"; 40]);
}

#[tokio::test]
async fn who_signs_nothing_stays_anonymous() {
    let stage = Stage::set().await;
    assert_eq!(stage.application.plain("GET", "/public/k", &[]).await.status, 200);
    assert_eq!(stage.application.plain("GET", "/private/k", &[]).await.status, 403);
    assert!(!stage.upstream.seen().last().unwrap().is_signed);
    let cassette = stage.finish().await.cassette("run.json");
    assert_eq!(told(&cassette), ["s3 GetObject 200", "s3 GetObject 403"]);
    let auth = cassette.interactions[0].request.auth.clone().unwrap();
    assert_eq!(auth.kind, AuthKind::Anonymous);
}

#[tokio::test]
async fn each_story_has_a_cassette() {
    let stage = Stage::set().await;
    for name in ["s3/one", "s3/two", "s3/one"] {
        stage.application.call("s3", "GET", "/bucket/k", &[(crate::CASSETTE_HEADER, name)], "").await;
    }
    assert!(stage.upstream.seen().iter().all(|one| !one.headers.contains_key(crate::CASSETTE_HEADER)));
    let written = stage.finish().await;
    assert_eq!(written.finished.written.iter().map(|one| one.interactions).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(told(&written.cassette("s3/one.json")).len(), 2);
    assert_eq!(written.files().len(), 2);
}

#[tokio::test]
async fn http2_is_taken_and_told_as_what_went_on() {
    let stage = Stage::set().await;
    let app = stage.application.over_http2();
    let got = app.call("s3", "PUT", "/bucket/k", &[], "hello").await;
    assert_eq!((got.status, got.version), (http::StatusCode::OK, http::Version::HTTP_2));
    drop(app);
    let host = stage.upstream.url().replace("https://", "");
    let cassette = stage.finish().await.cassette("run.json");
    assert_eq!(cassette.interactions[0].request.headers.get("host"), Some(host.as_str()));
    assert!(cassette.interactions[0].request.body.is_exact());
}

#[tokio::test]
async fn a_bucket_in_a_host_goes_into_the_path() {
    let stage = Stage::set().await;
    let app = &stage.application;
    assert_eq!(app.call("s3", "GET", "/k", &[("host", "b.s3.localhost:1")], "").await.status, 200);
    assert_eq!(stage.upstream.seen().last().unwrap().line, "GET /b/k");
    // Its path alone would name another bucket.
    assert_eq!(app.call("s3", "PUT", "/k", &[("host", "b.localhost:1")], "").await.status, 400);
    let cassette = stage.finish().await.cassette("run.json");
    assert_eq!(told(&cassette), ["s3 GetObject 200"]);
    assert_eq!(cassette.interactions[0].request.path, "/b/k");
}

#[tokio::test]
async fn what_functions_are_given_goes_where_that_is_asked_for() {
    let path = "/2015-03-31/functions/f/invocations";
    let invoked = async |payloads: Payloads| {
        let stage = Stage::with(|options| options.payloads = payloads).await;
        let got = stage
            .application
            .call("lambda", "POST", path, &[], r#"{"customer":"Ada Lovelace","age":36}"#)
            .await;
        assert_eq!(got.status, 200);
        let sent = stage.upstream.seen().into_iter().find(|seen| seen.line.contains(path)).unwrap();
        assert!(sent.body.windows(3).any(|bytes| bytes == b"Ada"), "the function is given what was sent");
        let cassette = stage.finish().await.cassette("run.json");
        assert_eq!(told(&cassette), ["lambda Invoke 200"]);
        String::from_utf8_lossy(&cassette.interactions[0].request.body.bytes()).into_owned()
    };
    assert_eq!(invoked(Payloads::Keep).await, r#"{"customer":"Ada Lovelace","age":36}"#);
    let gone = invoked(Payloads::Replace).await;
    assert!(gone.starts_with(r#"{"customer":""#) && gone.ends_with(r#","age":11}"#), "{gone}");
    assert!(!gone.contains("Lovelace") && gone.len() == 36, "{gone}");
}
