//! `record --shadow`: the application is answered by the upstream, and what the emulator would have said otherwise is told.

use crate::record::{KEY, SECRET, folder, record, sandbox, text};
use crate::serve::binary;
use ruststack_harness::places::workspace;
use ruststack_harness::process::{Foreign, Server};
use ruststack_harness::{debian, python};
use std::process::Command;

/// A client that works with tables.
fn boto3(table: &str) -> Option<Command> {
    let mut command = Command::new(python::program("python3")?);
    command.arg(workspace().join("tests/sdk/boto3_dynamodb.py")).arg(table);
    Some(command)
}

/// The lines of what was said that are the shadow's.
fn told(output: &std::process::Output) -> (Vec<String>, String) {
    let all = text(output);
    let lines: Vec<String> =
        all.lines().filter(|line| line.starts_with("shadow: ")).map(str::to_owned).collect();
    let total = lines.last().unwrap_or_else(|| panic!("{all}")).clone();
    (lines, total)
}

#[test]
fn an_upstream_that_is_the_emulator_itself_has_no_difference() {
    let Some(client) = boto3("shadow-same") else { return };
    let folder = folder("shadow-same");
    let (aws, certificate) = sandbox(&folder);
    let certificate = certificate.to_str().expect("a path of text");
    let options = ["--ca-file", certificate, "--allow-account", "111122223333", "--shadow"];
    let recorded = record(&aws.url, &folder.join("cassettes"), &options, &client);
    assert!(recorded.status.success(), "{}", text(&recorded));
    let (lines, total) = told(&recorded);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(total.contains(" 0 differ, 0 not served"), "{total}");
    let kept = ruststack_cassettes::read(&folder.join("cassettes")).expect("cassettes");
    let count: usize = kept.iter().map(|(_, one)| one.interactions.len()).sum();
    assert!(count > 30 && total.starts_with(&format!("shadow: {count} calls, ")), "{count}: {total}");
    for secret in [KEY, SECRET] {
        assert!(!text(&recorded).contains(secret), "a secret is told");
    }
}

#[test]
fn what_another_emulator_says_otherwise_is_told_and_changes_nothing() {
    let Some(client) = boto3("shadow-other") else { return };
    let Some(server) = python::program("moto_server") else { return };
    let folder = folder("shadow-other");
    let moto = Foreign::start(&mut Command::new(server), |command, port| {
        command.args(["-p", &port.to_string()]);
    });
    // The application is answered by our own; moto, which answers as an account of its own, is the shadow.
    let aws = Server::start(binary(), &[]);
    let alone = record(&aws.url, &folder.join("alone"), &[], &client);
    let shadow = ["--shadow", &moto.url, "--shadow-account", "123456789012"];
    let aws = Server::start(binary(), &[]);
    let both = record(&aws.url, &folder.join("both"), &shadow, &client);
    assert_eq!(alone.status.code(), both.status.code(), "{}", text(&both));
    let (lines, total) = told(&both);
    assert!(lines.len() > 1 && !total.contains(" 0 differ"), "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains(": AWS ") && line.contains(", here ")), "{lines:#?}");
    let counted = text(&both);
    assert!(counted.lines().any(|line| line.starts_with("  dynamodb ") && line.contains(": ")), "{counted}");
}

#[test]
fn ids_that_aws_drew_are_the_emulators_own_in_later_calls() {
    if debian::program("curl").is_none() {
        return;
    }
    let folder = folder("shadow-ids");
    let aws = Server::start(binary(), &[]);
    // A version's id is drawn when it is put, and named when it is read.
    let script = "put() { curl -s -D - -o /dev/null -X PUT \"$AWS_ENDPOINT_URL/$1\" ${2:+-d \"$2\"}; }
        put ids >/dev/null
        put 'ids?versioning' '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>' >/dev/null
        version=$(put ids/key hello | tr -d '\\r' | sed -n 's/^x-amz-version-id: //p')
        put ids/key other >/dev/null
        test \"$(curl -s \"$AWS_ENDPOINT_URL/ids/key?versionId=$version\")\" = hello";
    let mut client = Command::new("sh");
    client.args(["-c", script]);
    let recorded = record(&aws.url, &folder.join("cassettes"), &["--shadow"], &client);
    assert!(recorded.status.success(), "{}", text(&recorded));
    let (lines, total) = told(&recorded);
    assert_eq!((lines.len(), total.contains("shadow: 5 calls, 5 alike, 0 differ")), (1, true), "{lines:#?}");
}

#[test]
fn an_emulator_that_is_not_there_keeps_nobody_from_the_answers() {
    let Some(client) = boto3("shadow-none") else { return };
    let folder = folder("shadow-none");
    let aws = Server::start(binary(), &[]);
    let recorded = record(&aws.url, &folder.join("cassettes"), &["--shadow", "http://127.0.0.1:9"], &client);
    assert!(recorded.status.success(), "{}", text(&recorded));
    let (_, total) = told(&recorded);
    assert!(total.contains(" 0 alike"), "{total}");
    let wrong = record(&aws.url, &folder.join("wrong"), &["--shadow", "localhost"], &Command::new("true"));
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong).contains("expected a URL"), "{}", text(&wrong));
}
