//! What a recording created in services that answer the same for what was there before, and what a cleanup leaves of it.

use crate::record::{folder, record, text};
use ruststack_harness::places::workspace;
use ruststack_harness::process::Foreign;
use ruststack_harness::python;
use std::path::Path;
use std::process::Command;

fn client(what: &str) -> Option<Command> {
    let mut command = Command::new(python::program("python3")?);
    command.arg(workspace().join("tests/sdk/leaves.py")).arg(what);
    Some(command)
}

/// Starts moto with what was there before, or gives none where there is no moto.
fn moto(folder: &Path) -> Option<Foreign> {
    let server = python::program("moto_server")?;
    let moto = Foreign::start(&mut Command::new(server), |command, port| {
        command.args(["-p", &port.to_string()]);
    });
    let before = record(&moto.url, &folder.join("before"), &[], &client("before")?);
    assert!(before.status.success(), "{}", text(&before));
    Some(moto)
}

/// What there is now.
fn counted(moto: &Foreign, folder: &Path) -> String {
    let counted = record(&moto.url, &folder.join("counted"), &[], &client("count").expect("it is there"));
    let told = text(&counted);
    told.lines().find(|line| line.starts_with("queues")).unwrap_or_else(|| panic!("{told}")).to_owned()
}

#[test]
fn a_cleanup_takes_away_what_was_made_and_leaves_what_was_there() {
    let Some(client) = client("leave") else { return };
    let folder = folder("record-cleanup");
    let Some(moto) = moto(&folder) else { return };
    let before = counted(&moto, &folder);
    let cleaned = record(&moto.url, &folder.join("cassettes"), &["--cleanup", "--yes"], &client);
    let told = text(&cleaned);
    assert!(cleaned.status.success(), "{told}");
    let deleted: Vec<&str> = told
        .lines()
        .filter_map(|line| line.strip_prefix("deleted ")?.split_once(" in ").map(|(what, _)| what))
        .collect();
    assert_eq!(
        deleted,
        [
            "firehose:CreateDeliveryStream",
            "apigateway:CreateRestApi",
            "kms:CreateAlias",
            "kms:CreateKey",
            "events:PutTargets",
            "events:PutRule",
            "events:CreateEventBus",
            "events:PutTargets",
            "events:PutTargets",
            "sns:Subscribe",
            "events:PutRule",
            "sns:CreateTopic",
            "sqs:CreateQueue",
        ],
        "{told}"
    );
    assert_eq!(told.matches("(it was there before)").count(), 3, "{told}");
    let after = counted(&moto, &folder);
    assert_eq!(after.replace("['PendingDeletion']", "[]"), before, "a key waits for its deletion");

    // Our own looking is nobody's call, and stays out of the cassette.
    let kept = ruststack_cassettes::read(&folder.join("cassettes")).expect("cassettes");
    let operations = kept.iter().flat_map(|(_, one)| &one.interactions);
    assert!(operations.into_iter().all(|one| one.operation.as_deref() != Some("ListTopics")));
}

#[test]
fn without_a_cleanup_nobody_looks_and_nothing_is_certain() {
    let Some(client) = client("before") else { return };
    let folder = folder("record-no-cleanup");
    let Some(moto) = moto(&folder) else { return };
    let told = text(&record(&moto.url, &folder.join("cassettes"), &[], &client));
    assert_eq!(told.matches("the operation answers the same then").count(), 3, "{told}");
}
