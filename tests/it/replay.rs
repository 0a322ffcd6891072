//! Cassettes as a service: boto3 against what was recorded, without anything that could answer by itself.

use crate::serve::binary;
use ruststack_cassettes::{ProvenanceKind, Shelf};
use ruststack_harness::places::workspace;
use ruststack_harness::python;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The client, run by `serve` or `replay` with these arguments.
fn run(arguments: &[&str], cassettes: &Path, client: &[&str]) -> Option<Output> {
    let python = python::program("python3")?;
    let mut command = Command::new(binary());
    command.args(arguments).arg(cassettes).args(["--port", "0", "--log-level", "error", "--"]);
    command.arg(python).arg(workspace().join("tests/sdk/boto3_offline.py")).args(client);
    Some(command.env("AWS_EC2_METADATA_DISABLED", "true").output().expect("the binary runs"))
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat()).into_owned()
}

#[test]
fn what_a_spy_kept_answers_the_next_run() {
    let cassettes = folder("replay-boto3");
    let Some(spied) = run(&["serve", "--spy"], &cassettes, &["offline-shop"]) else { return };
    assert!(spied.status.success(), "{}", text(&spied));
    let kept = ruststack_cassettes::read(&cassettes).expect("cassettes");
    assert_eq!(kept.len(), 1, "{}", text(&spied));
    assert_eq!(kept[0].1.meta.provenance.kind, ProvenanceKind::Emulator);
    assert!(kept[0].1.interactions.len() >= 14);

    let replayed = run(&["replay"], &cassettes, &["offline-shop"]).expect("Python is there");
    assert!(replayed.status.success() && text(&replayed).contains("offline: passed"), "{}", text(&replayed));

    // The client catches the refusal and is content; the run is not.
    let deviating = run(&["replay"], &cassettes, &["offline-shop", "deviate"]).expect("Python is there");
    assert!(text(&deviating).contains("offline: passed"), "{}", text(&deviating));
    assert_eq!(deviating.status.code(), Some(1), "{}", text(&deviating));
    assert!(
        text(&deviating).contains("1 × No recorded answer is for this dynamodb GetItem"),
        "{}",
        text(&deviating)
    );

    let other = run(&["replay"], &cassettes, &["another-shop"]).expect("Python is there");
    assert!(text(&other).contains("path was /offline-shop and is /another-shop"), "{}", text(&other));
    let fallback = run(&["replay", "--fallback", "emulator"], &cassettes, &["another-shop"]);
    let fallback = fallback.expect("Python is there");
    assert!(fallback.status.success(), "{}", text(&fallback));
}

#[test]
fn every_request_of_the_corpus_is_answered_as_it_was_recorded() {
    let corpus = workspace().join("cassettes/corpus");
    let mut answered = 0;
    for (file, cassette) in ruststack_cassettes::read(&corpus).expect("the corpus") {
        let mut shelf = Shelf::default();
        shelf.put("story", &cassette);
        for (index, one) in cassette.interactions.iter().enumerate() {
            let Some(response) = one.response.as_ref().filter(|response| response.body.is_known()) else {
                continue;
            };
            let found = shelf.answer(&one.request, None);
            let found =
                found.unwrap_or_else(|miss| panic!("{} {index}: {}", file.display(), miss.explanation));
            assert_eq!((found.index, found.response), (index, response), "{}", file.display());
            answered += 1;
        }
        assert_eq!(shelf.misses(), []);
    }
    assert!(answered > 2000, "{answered}");
}

#[test]
fn what_is_not_served_is_told_at_the_end_of_a_spys_day() {
    let cassettes = folder("spy-misses");
    let Some(python) = python::program("python3") else { return };
    let script = "import boto3, os, urllib.request\n\
        for _ in range(2):\n\
        \x20   try: boto3.client('kms').list_keys()\n\
        \x20   except Exception as error: assert '501' in str(error) or 'NotImplemented' in str(error), error\n\
        print(urllib.request.urlopen(os.environ['AWS_ENDPOINT_URL'] + '/_ruststack/misses').read().decode())\n";
    let mut command = Command::new(binary());
    command.args(["serve", "--port", "0", "--log-level", "error", "--spy"]).arg(&cassettes).arg("--");
    let output = command.arg(python).args(["-c", script]).output().expect("the binary runs");
    let told = text(&output);
    assert!(output.status.success(), "{told}");
    assert!(told.contains(r#"{"misses":[{"service":"kms","operation":"ListKeys","count":2}]}"#), "{told}");
    assert!(told.contains("not served: 2 × kms ListKeys"), "{told}");
}

#[test]
fn bad_input_is_told_in_a_line() {
    let empty = folder("replay-empty");
    for (arguments, expected) in [
        (vec!["replay", empty.to_str().expect("text")], "no recorded answer was found"),
        (vec!["replay", "/nowhere"], "could not read /nowhere"),
        (vec!["cassette", "show", "/nowhere"], "could not read /nowhere"),
        (vec!["cassette", "check", empty.to_str().expect("text")], "no cassette was found"),
    ] {
        let output = Command::new(binary()).args(&arguments).output().expect("the binary runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains(expected) && told.trim().lines().count() == 1, "{arguments:?}: {told}");
    }
}
