//! Real clients with their defaults against `serve`, each in a process of its own.

use crate::serve::binary;
use ruststack_harness::places::workspace;
use ruststack_harness::process::Server;
use ruststack_harness::{node, python};
use std::process::Command;

/// Runs a client that must succeed, against an endpoint.
#[track_caller]
pub(crate) fn run(command: &mut Command, endpoint: &str) {
    let output = command
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .expect("the client runs");
    let told = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&told));
}

/// boto3's conversation with S3.
pub(crate) fn boto3(bucket: &str) -> Option<Command> {
    let mut command = Command::new(python::program("python3")?);
    command.arg(workspace().join("tests/sdk/boto3_s3.py")).arg(bucket);
    Some(command)
}

/// The AWS CLI's.
pub(crate) fn aws_cli(bucket: &str) -> Option<Command> {
    let mut command = Command::new("sh");
    command.arg(workspace().join("tests/sdk/cli_s3.sh")).arg(python::program("aws")?).arg(bucket);
    Some(command)
}

/// The JavaScript SDK's.
pub(crate) fn javascript(bucket: &str) -> Option<Command> {
    let folder = node::package("javascript")?;
    let mut command = Command::new("node");
    command.arg("s3.js").arg(bucket).current_dir(folder);
    Some(command)
}

#[test]
fn boto3_puts_gets_lists_copies_and_deletes() {
    let Some(mut client) = boto3("boto3-bucket") else { return };
    run(client.arg("forms"), &Server::start(binary(), &[]).url);
}

#[test]
fn the_aws_cli_puts_gets_lists_copies_and_deletes() {
    let Some(mut client) = aws_cli("cli-bucket") else { return };
    run(&mut client, &Server::start(binary(), &[]).url);
}

#[test]
fn the_javascript_sdk_puts_gets_lists_copies_and_deletes() {
    let Some(mut client) = javascript("javascript-bucket") else { return };
    run(&mut client, &Server::start(binary(), &[]).url);
}

#[test]
fn signatures_of_the_sdks_are_verified() {
    let Some(mut client) = boto3("signed-bucket") else { return };
    client.arg("forms");
    let file = workspace().join("target/test-credentials");
    std::fs::write(&file, "[default]\naws_access_key_id = test\naws_secret_access_key = test\n")
        .expect("a file");
    let file = file.to_str().expect("a path of text");
    let server = Server::start(binary(), &["--auth", "verify", "--credentials", file]);
    for mut client in [Some(client), aws_cli("signed-cli-bucket"), javascript("signed-javascript-bucket")]
        .into_iter()
        .flatten()
    {
        run(&mut client, &server.url);
    }
}
