//! Real clients with their defaults against `serve`, each in a process of its own.

use crate::serve::binary;
use ruststack_harness::places::workspace;
use ruststack_harness::process::Server;
use ruststack_harness::{debian, go, java, node, python};
use std::path::{Path, PathBuf};
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
        .env_remove("AWS_CA_BUNDLE")
        .output()
        .expect("the client runs");
    let told = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&told));
}

/// A client in Python, by its file.
fn in_python(file: &str, bucket: &str) -> Option<Command> {
    let mut command = Command::new(python::program("python3")?);
    command.arg(workspace().join("tests/sdk").join(file)).arg(bucket);
    Some(command)
}

/// A script around a program, by the script's file.
fn in_shell(file: &str, program: Option<PathBuf>, bucket: &str) -> Option<Command> {
    let mut command = Command::new("sh");
    command.arg(workspace().join("tests/sdk").join(file)).arg(program?).arg(bucket);
    Some(command)
}

/// A client in JavaScript, by its file.
fn in_javascript(file: &str, bucket: &str) -> Option<Command> {
    let mut command = Command::new("node");
    command.current_dir(node::package("javascript")?).arg(file).arg(bucket);
    Some(command)
}

/// A conversation of the program in Go, by its name.
fn in_go(conversation: &str, bucket: &str) -> Option<Command> {
    let mut command = Command::new(go::program()?);
    command.arg(conversation).arg(bucket);
    Some(command)
}

/// The program in Java, by its class.
fn in_java(class: &str, table: &str) -> Option<Command> {
    let mut command = java::program()?;
    command.arg(class).arg(table);
    Some(command)
}

/// boto3's conversation with S3.
pub(crate) fn boto3(bucket: &str) -> Option<Command> {
    in_python("boto3_s3.py", bucket)
}

/// The AWS CLI's.
pub(crate) fn aws_cli(bucket: &str) -> Option<Command> {
    in_shell("cli_s3.sh", python::program("aws"), bucket)
}

/// The JavaScript SDK's.
pub(crate) fn javascript(bucket: &str) -> Option<Command> {
    in_javascript("s3.js", bucket)
}

/// A server that verifies every signature against one key.
fn verifying(name: &str) -> Server {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("credentials-{name}"));
    std::fs::write(&file, "[default]\naws_access_key_id = test\naws_secret_access_key = test\n")
        .expect("a file");
    let file = file.to_str().expect("a path of text");
    Server::start(binary(), &["--auth", "verify", "--credentials", file])
}

/// A test for each client: how it is made, against a server of its own that verifies what it signs.
macro_rules! clients {
    ($($test:ident: $make:ident($file:literal $(, $program:expr)?);)*) => {$(
        #[test]
        fn $test() {
            let bucket = stringify!($test).replace('_', "-");
            let Some(mut client) = $make($file $(, $program)?, &bucket) else { return };
            run(&mut client, &verifying(stringify!($test)).url);
        }
    )*};
}

clients! {
    boto3_transfers_and_presigns: in_python("boto3_transfer.py");
    boto3_tells_back_what_it_set: in_python("boto3_settings.py");
    the_aws_cli_syncs_folders: in_shell("cli_sync.sh", python::program("aws"));
    the_javascript_sdk_stores_streams: in_javascript("storage.js");
    s3fs_works_with_files: in_python("s3fs_files.py");
    smart_open_streams: in_python("smart_open_streams.py");
    pyarrow_keeps_parquet: in_python("pyarrow_parquet.py");
    rclone_syncs_folders: in_shell("rclone_sync.sh", debian::program("rclone"));
    restic_keeps_backups: in_shell("restic_backup.sh", debian::program("restic"));
    boto3_works_with_tables: in_python("boto3_dynamodb.py");
    pynamodb_keeps_models: in_python("pynamodb_models.py");
    aioboto3_makes_many_calls_at_once: in_python("aioboto3_tables.py");
    the_aws_cli_works_with_tables: in_shell("cli_dynamodb.sh", python::program("aws"));
    the_javascript_sdk_works_with_documents: in_javascript("dynamodb.js");
    the_javascript_sdk_works_with_streams_of_functions: in_javascript("functions.js");
    the_go_sdk_works_with_tables: in_go("tables");
    the_go_sdk_works_with_objects: in_go("objects");
    the_java_sdk_works_with_tables: in_java("Tables");
    boto3_works_with_logs: in_python("boto3_logs.py");
    boto3_works_with_functions: in_python("boto3_functions.py");
    the_aws_cli_works_with_logs: in_shell("cli_logs.sh", python::program("aws"));
    s3cmd_works_with_files: in_shell("s3cmd_files.sh", debian::program("s3cmd"));
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
    let server = verifying("sdks");
    for mut client in [Some(client), aws_cli("signed-cli-bucket"), javascript("signed-javascript-bucket")]
        .into_iter()
        .flatten()
    {
        run(&mut client, &server.url);
    }
}
