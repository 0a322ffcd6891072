//! The recordings of real AWS that lie beside the project, imported and replayed: what is served answers as AWS did.

use crate::serve::binary;
use ruststack_harness::places::{material, workspace};
use ruststack_harness::process::Foreign;
use ruststack_harness::python;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Imports a folder of the recordings as cassettes, with what it presumes.
fn import(recordings: &Path, name: &str, setup: &str) -> PathBuf {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&out);
    let output = Command::new(binary())
        .arg("import")
        .arg(recordings)
        .arg("--out")
        .arg(&out)
        .arg("--setup")
        .arg(workspace().join("tests/data/setup").join(setup))
        .output()
        .expect("the binary runs");
    assert!(output.status.success(), "{}", told(&output));
    out
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat()).into_owned()
}

#[test]
fn go_clouds_conversations_with_s3_are_answered_as_aws_did() {
    let Some(recordings) = material("RUSTSTACK_RECORDINGS", "recordings") else { return };
    let cassettes = import(&recordings.join("go-replayers/head/blob"), "go-cloud-s3", "go-cloud-s3.json");
    let output = Command::new(binary()).arg("verify").arg(&cassettes).output().expect("the binary runs");
    let told = told(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let all = told.lines().find(|line| line.starts_with("all ")).expect("a total");
    let columns: Vec<&str> = all.split_whitespace().collect();
    assert_eq!(columns, ["all", "577", "100.0", "100.0", "100.0", "0", "0", "0"], "{told}");
}

#[test]
fn go_clouds_conversations_with_dynamodb_are_answered_as_aws_did() {
    let Some(recordings) = material("RUSTSTACK_RECORDINGS", "recordings") else { return };
    let recordings = recordings.join("go-replayers/2025-07/docstore");
    let cassettes = import(&recordings, "go-cloud-dynamodb", "go-cloud-dynamodb.json");
    let all = columns(&cassettes, "all ");
    assert_eq!(all, ["all", "300", "100.0", "100.0", "100.0", "0", "0", "0"]);
}

/// Replays cassettes in process, and gives the columns of the last line of the table that begins so.
fn columns(cassettes: &Path, line: &str) -> Vec<String> {
    let output = Command::new(binary()).arg("verify").arg(cassettes).output().expect("the binary runs");
    let told = told(&output);
    let found = told.lines().rfind(|found| found.starts_with(line)).unwrap_or_else(|| panic!("{told}"));
    found.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn what_others_recorded_of_s3_is_answered_as_aws_did() {
    let Some(recordings) = material("RUSTSTACK_RECORDINGS", "recordings") else { return };
    // smithy-rs: one body and one header were not recorded.
    let smithy = import(&recordings.join("smithy-dvr"), "smithy-s3", "other-s3.json");
    assert_eq!(columns(&smithy, "s3 "), ["s3", "3", "100.0", "100.0", "100.0", "0", "0", "2"]);
    // puppetlabs-aws: the other files are of IAM and SQS.
    let puppet = import(&recordings.join("vcr-ruby/puppetlabs-aws"), "puppet-s3", "other-s3.json");
    assert_eq!(
        columns(&puppet.join("s3-bucket.json"), "s3 "),
        ["s3", "4", "100.0", "100.0", "100.0", "0", "0", "0"]
    );
}

#[test]
fn another_emulator_is_judged_by_the_same_cassettes() {
    let Some(recordings) = material("RUSTSTACK_RECORDINGS", "recordings") else { return };
    let Some(server) = python::program("moto_server") else { return };
    let cassettes =
        import(&recordings.join("go-replayers/head/blob"), "go-cloud-s3-moto", "go-cloud-s3.json");
    let moto = Foreign::start(&mut Command::new(server), |command, port| {
        command.args(["-p", &port.to_string()]);
    });
    let report = Path::new(env!("CARGO_TARGET_TMPDIR")).join("moto.json");
    let output = Command::new(binary())
        .args(["verify", "--target", &moto.url, "--account", "123456789012", "--report"])
        .arg(format!("json={}", report.display()))
        .arg(&cassettes)
        .output()
        .expect("the binary runs");
    // It has gaps, and they are told; that the tool itself works is what is held here.
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let report: serde_json::Value =
        serde_json::from_slice(&std::fs::read(report).expect("a report")).expect("a report in JSON");
    assert_eq!(report["target"], moto.url);
    assert!(told(&output).contains("HeadObject"), "{}", told(&output));
}

#[test]
fn a_bad_recording_is_told_by_its_name_and_place() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bad-recording");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let bad = folder.join("bad.replay");
    std::fs::write(&bad, "{\n  \"Initial\": \"\",\n  \"Version\": \"0.2\",\n  \"Entries\": [7]\n}")
        .expect("a file");
    let out = folder.join("out");
    let output = Command::new(binary())
        .arg("import")
        .arg(&bad)
        .arg("--out")
        .arg(&out)
        .output()
        .expect("the binary runs");
    let told = told(&output);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("bad.replay") && told.lines().count() == 1, "{told}");
    assert!(!out.exists(), "nothing is half-written");
}

#[test]
fn a_run_that_compares_nothing_fails() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nothing");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    let output = Command::new(binary()).arg("verify").arg(&folder).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
}

/// Every folder of the recordings, and the file that says what it presumes.
const FOLDERS: [(&str, Option<&str>); 9] = [
    ("go-replayers/head/blob", Some("go-cloud-s3.json")),
    ("go-replayers/head/pubsub", None),
    ("go-replayers/head/runtimevar", None),
    ("go-replayers/head/secrets", None),
    ("go-replayers/2025-07", Some("go-cloud-dynamodb.json")),
    ("go-replayers/2023-08", None),
    ("smithy-dvr", Some("other-s3.json")),
    ("vcr-r", None),
    ("vcr-ruby", Some("other-s3.json")),
];

/// How many files there are that are recordings.
fn count_of_recordings(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    entries
        .map(|entry| match entry.path() {
            path if path.is_dir() => count_of_recordings(&path),
            path => usize::from(path.extension().is_some_and(|own| own != "md")),
        })
        .sum()
}

#[test]
fn every_recorded_interaction_gets_a_verdict() {
    let Some(recordings) = material("RUSTSTACK_RECORDINGS", "recordings") else { return };
    let cassettes = Path::new(env!("CARGO_TARGET_TMPDIR")).join("all-recordings");
    let _ = std::fs::remove_dir_all(&cassettes);
    for (folder, setup) in FOLDERS {
        let mut command = Command::new(binary());
        command.arg("import").arg(recordings.join(folder)).arg("--out").arg(cassettes.join(folder));
        if let Some(setup) = setup {
            command.arg("--setup").arg(workspace().join("tests/data/setup").join(setup));
        }
        let output = command.output().expect("the binary runs");
        assert!(output.status.success(), "{folder}: {}", told(&output));
    }
    let report = cassettes.join("report.json");
    let output = Command::new(binary())
        .args(["verify", "--report"])
        .arg(format!("json={}", report.display()))
        .args(FOLDERS.iter().map(|(folder, _)| cassettes.join(folder)))
        .output()
        .expect("the binary runs");
    let told = told(&output);
    let report = std::fs::read(report).unwrap_or_else(|error| panic!("{error}: {told}"));
    let report: Value = serde_json::from_slice(&report).expect("a report in JSON");

    let cassettes = report["cassettes"].as_array().expect("a list");
    assert_eq!(cassettes.len(), count_of_recordings(&recordings), "every file is imported");
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    for interaction in cassettes.iter().flat_map(|own| own["interactions"].as_array().expect("a list")) {
        let verdict = interaction["verdict"].as_str().expect("a verdict");
        let service = interaction["service"].as_str().expect("a service");
        let said = match verdict {
            "pass" => format!("{service} pass"),
            // Which operations are not offered yet is the coverage report's to tell.
            "not-served" => format!("{service} not-served"),
            "not-compared" => {
                format!("{service} not-compared: {}", interaction["reason"].as_str().expect("a reason"))
            }
            other => format!("{service} {other}: {}", interaction["differences"]),
        };
        *tally.entry(said).or_default() += 1;
    }
    let tally: Vec<String> = tally.into_iter().map(|(said, count)| format!("{count:>4} {said}")).collect();
    insta::assert_snapshot!(tally.join("\n"), @r"
    300 dynamodb pass
     82 iam not-served
     12 kms not-served
      1 s3 not-compared: the recording has none of the 386910 bytes of the response's body
      1 s3 not-compared: the recording lacks the length that the answer to a HEAD tells
    584 s3 pass
     87 secretsmanager not-served
     20 sns not-compared: the request's body was cut when it was recorded: it ends in CLEARED
    212 sns not-served
      8 sqs not-compared: the request's body was cut when it was recorded: it ends in CLEARED
    544 sqs not-served
     20 ssm not-served
    ");
}
