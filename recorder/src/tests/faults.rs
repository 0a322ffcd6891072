//! What goes wrong, and who is told.

use std::time::Duration;

use super::{Application, FakeAws, Recording, Stage, StartError, options, real_credentials, told};
use crate::CredentialSource;
use crate::client::{Names, client, tls};
use crate::courier::Courier;
use crate::credentials::Wallet;
use ruststack_wire::sign::signer::SigningKeys;

#[tokio::test]
async fn an_account_that_is_not_named_is_not_touched() {
    let upstream = FakeAws::start().await;
    let out = tempfile::tempdir().unwrap();
    let mut options = options(&upstream, &out);
    options.allow_accounts = vec!["111122223333".to_owned()];
    let error = Recording::start(options).await.unwrap_err();
    assert!(matches!(&error, StartError::NotAllowed(identity) if identity.account == super::ACCOUNT));
    assert!(error.to_string().ends_with("--allow-account 424242424242"), "{error}");
    assert_eq!(upstream.seen().len(), 1, "nothing but the question whose account it is");
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_told_nothing() {
    let upstream = FakeAws::start().await;
    let out = tempfile::tempdir().unwrap();
    let mut options = options(&upstream, &out);
    options.ca_file = None;
    let error = Recording::start(options).await.unwrap_err().to_string();
    assert!(error.contains("UnknownIssuer") && error.contains(&upstream.url()), "{error}");
    assert!(upstream.seen().is_empty());
}

#[tokio::test]
async fn an_upstream_that_is_down_is_named_and_never_recorded_as_an_answer() {
    let mut stage = Stage::set().await;
    stage.upstream.stop().await;
    let (application, gone) = (&stage.application, stage.upstream.url());
    let headers =
        [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", "DynamoDB_20120810.ListTables")];
    let json = application.call("dynamodb", "POST", "/", &headers, "{}").await;
    assert_eq!(json.status, 502);
    assert!(json.text().contains("UpstreamUnreachable") && json.text().contains(&gone));
    assert_eq!(json.headers["x-ruststack-recorder"], "UpstreamUnreachable");
    let xml = application.call("s3", "GET", "/bucket/k", &[], "").await;
    assert!(xml.text().contains("<Code>UpstreamUnreachable</Code>"), "{}", xml.text());

    let written = stage.finish().await;
    let cassette = written.cassette("run.json");
    assert_eq!(told(&cassette), ["dynamodb ListTables 0", "s3 GetObject 0"]);
    let reason = cassette.interactions[0].not_comparable.clone().unwrap();
    assert!(reason.contains("gave no answer"), "{reason}");
    assert_eq!(written.finished.written[0].not_comparable, 2);
}

#[tokio::test]
async fn an_answer_that_breaks_off_breaks_off_for_the_application_too() {
    let stage = Stage::set().await;
    let got = stage.application.call("s3", "GET", "/bucket/broken", &[], "").await;
    assert!(got.body.is_err());
    let cassette = stage.finish().await.cassette("run.json");
    let one = &cassette.interactions[0];
    assert!(
        one.not_comparable.as_deref().unwrap().starts_with("the answer broke off"),
        "{:?}",
        one.not_comparable
    );
    assert!(!one.response.as_ref().unwrap().body.is_exact());
}

#[tokio::test]
async fn a_hostile_name_of_a_cassette_is_refused() {
    let stage = Stage::set().await;
    let before = stage.upstream.seen().len();
    let long = "x".repeat(5000);
    for name in ["../x", "/tmp/x", "", &long, "a/../../x", "..", "a\\b"] {
        let got =
            stage.application.call("s3", "GET", "/bucket/k", &[(crate::CASSETTE_HEADER, name)], "").await;
        assert_eq!(got.status, 400, "{name:?}");
        assert!(got.text().contains("expected the name of a cassette"), "{}", got.text());
    }
    assert_eq!(stage.upstream.seen().len(), before, "nothing was forwarded");
    assert!(stage.finish().await.files().is_empty());
}

#[tokio::test]
async fn what_the_models_do_not_know_is_forwarded_and_withheld() {
    let stage = Stage::set().await;
    let got = stage
        .application
        .call("ec2", "POST", "/", &[("x-amz-target", "A.B")], r#"{"Key":"hidden-value"}"#)
        .await;
    assert_eq!(got.status, 200, "{}", got.text());
    let written = stage.finish().await;
    let cassette = written.cassette("run.json");
    assert_eq!(told(&cassette), ["ec2 ? 200"]);
    assert!(cassette.interactions[0].not_comparable.is_some());
    written.holds_none_of(&["hidden-value", "Echo"]);
}

#[tokio::test]
async fn a_page_from_elsewhere_is_not_signed_for() {
    let stage = Stage::set().await;
    let before = stage.upstream.seen().len();
    let got = stage.application.call("s3", "GET", "/bucket/k", &[("origin", "https://evil.org")], "").await;
    assert_eq!(got.status, 403);
    assert_eq!(stage.upstream.seen().len(), before);
    drop(stage);
}

#[tokio::test]
async fn a_recording_ends_although_a_connection_stays_open() {
    let stage = Stage::set().await;
    let other = Application::new(stage.recording.address());
    other.call("s3", "GET", "/bucket/k", &[], "").await;
    let finished = tokio::time::timeout(Duration::from_secs(4), stage.finish()).await;
    assert_eq!(finished.unwrap().finished.written.len(), 1);
    drop(other);
}

#[tokio::test]
async fn a_name_that_is_no_header_is_no_request() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let stage = Stage::set().await;
    let before = stage.upstream.seen().len();
    let mut stream = tokio::net::TcpStream::connect(stage.recording.address()).await.unwrap();
    let request = b"GET /public/k HTTP/1.1\r\nhost: localhost\r\nx-ruststack-cassette: a\0b\r\n\r\n";
    stream.write_all(request).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(stage.upstream.seen().len(), before);
    assert!(stage.finish().await.files().is_empty());
}

#[tokio::test]
async fn credentials_that_are_found_anew_are_taken_for_the_same_account_only() {
    let upstream = FakeAws::start().await;
    let courier = Courier {
        client: client(tls(Some(&upstream.ca_file())).unwrap(), Names(None)).unwrap(),
        client_of_both: None,
        wallet: Wallet::open(CredentialSource::Given(real_credentials())).await,
        keys: SigningKeys::default(),
        upstream: upstream.url().parse().unwrap(),
        region: "eu-west-1".to_owned(),
    };
    let error = courier.credentials("111122223333").await.unwrap_err().to_string();
    assert_eq!(error, "the credentials now belong to account 424242424242, not 111122223333");
    assert_eq!(courier.credentials(super::ACCOUNT).await.unwrap(), real_credentials());
    courier.credentials(super::ACCOUNT).await.unwrap();
    assert_eq!(upstream.seen().len(), 2, "asked once for each time they were found");
}
