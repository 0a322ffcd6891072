//! Real clients through `record`, against an AWS that verifies every signature over TLS; what was recorded is then
//! replayed.

use crate::sdk::{aws_cli, boto3, javascript};
use crate::serve::binary;
use ruststack_harness::process::Server;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The keys that the sandbox account has here; nothing of them may reach a disk.
pub(crate) const KEY: &str = "AKIARECORDERSANDBOX1";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI+K7MDENG+bPxRfiCYSANDBOXKEY";

/// A folder of this test's own, empty.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// An AWS of our own that takes none but the sandbox's signatures, and the certificate to trust it by.
pub(crate) fn sandbox(folder: &Path) -> (Server, PathBuf) {
    let (credentials, certificate) = (folder.join("credentials"), folder.join("ca.pem"));
    let text = format!(
        "[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\naws_account_id = 111122223333\n"
    );
    std::fs::write(&credentials, text).expect("a file");
    let path = |path: &Path| path.to_str().expect("a path of text").to_owned();
    let arguments = [
        "--tls",
        "--tls-cert-out",
        &path(&certificate),
        "--auth",
        "verify",
        "--credentials",
        &path(&credentials),
    ];
    (Server::start(binary(), &arguments), certificate)
}

/// Runs `record` around a client's command.
fn record(upstream: &str, out: &Path, more: &[&str], client: &Command) -> Output {
    let mut command = Command::new(binary());
    command.args(["record", "--upstream", upstream, "--out"]).arg(out).args(more).arg("--");
    command.arg(client.get_program()).args(client.get_args());
    if let Some(folder) = client.get_current_dir() {
        command.current_dir(folder);
    }
    command
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/nowhere")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
        .output()
        .expect("the binary runs")
}

pub(crate) fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat()).into_owned()
}

/// Every byte of every file below a folder.
fn bytes(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(bytes(&path))
        } else {
            all.extend(std::fs::read(path).expect("a file"))
        }
    }
    all
}

#[test]
fn what_real_clients_record_passes_verify() {
    let clients = [
        ("boto3", boto3("recorded-boto3")),
        ("cli", aws_cli("recorded-cli")),
        ("js", javascript("recorded-javascript")),
    ];
    for (name, client) in clients {
        let Some(client) = client else { continue };
        let folder = folder(&format!("record-{name}"));
        let (aws, certificate) = sandbox(&folder);
        let out = folder.join("cassettes");
        let certificate = certificate.to_str().expect("a path of text");
        let recorded =
            record(&aws.url, &out, &["--ca-file", certificate, "--allow-account", "111122223333"], &client);
        assert!(recorded.status.success(), "{name}: {}", text(&recorded));
        assert!(text(&recorded).contains("account 111122223333"), "{}", text(&recorded));

        let written = bytes(&out);
        assert!(!written.is_empty());
        for secret in [KEY, SECRET] {
            assert!(
                !written.windows(secret.len()).any(|window| window == secret.as_bytes()),
                "{name}: a secret is written"
            );
        }
        let verified = Command::new(binary()).arg("verify").arg(&out).output().expect("the binary runs");
        assert!(verified.status.success(), "{name}: {}", text(&verified));
    }
}

#[test]
fn an_account_that_is_not_named_is_not_touched() {
    let folder = folder("record-refused");
    let (aws, certificate) = sandbox(&folder);
    let out = folder.join("cassettes");
    let certificate = certificate.to_str().expect("a path of text");
    let refused = record(
        &aws.url,
        &out,
        &["--ca-file", certificate, "--allow-account", "444455556666"],
        &Command::new("true"),
    );
    assert_eq!(refused.status.code(), Some(2), "{}", text(&refused));
    assert!(text(&refused).contains("111122223333"), "it says whose account it is: {}", text(&refused));
    assert!(!out.exists() || bytes(&out).is_empty());
}

#[test]
fn a_foreign_upstream_over_plain_http_is_recorded_too() {
    let Some(client) = boto3("foreign-bucket") else { return };
    let Some(server) = ruststack_harness::python::program("moto_server") else { return };
    let folder = folder("record-moto");
    let moto = ruststack_harness::process::Foreign::start(&mut Command::new(server), |command, port| {
        command.args(["-p", &port.to_string()]);
    });
    let out = folder.join("cassettes");
    let recorded = record(&moto.url, &out, &[], &client);
    // What moto answers is its own affair; what counts is that all of it came through and was kept.
    let kept = ruststack_cassettes::read(&out).expect("cassettes");
    let interactions: usize = kept.iter().map(|(_, cassette)| cassette.interactions.len()).sum();
    assert!(interactions > 10, "{}", text(&recorded));
}
