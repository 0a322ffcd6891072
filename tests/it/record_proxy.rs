//! `record --proxy`: real clients that address AWS itself and sign with their own credentials, through the recorder to
//! an AWS of our own that verifies every signature.

use crate::record::{KEY, SECRET, folder, record, sandbox, text};
use crate::sdk::{aws_cli, boto3};
use crate::serve::binary;
use ruststack_harness::debian;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A client behind the proxy, and what it left.
fn behind(name: &str, more: &[&str], client: &Command) -> (Output, PathBuf) {
    let folder = folder(&format!("record-proxy-{name}"));
    let (aws, certificate) = sandbox(&folder);
    let (out, state) = (folder.join("cassettes"), folder.join("state"));
    let path = |path: &Path| path.to_str().expect("a path of text").to_owned();
    let (certificate, state) = (path(&certificate), path(&state));
    let mut arguments = vec!["--proxy", "--state", &state, "--ca-file", &certificate, "--cassette", "run"];
    arguments.extend(more);
    (record(&aws.url, &out, &arguments, client), out)
}

fn interactions(out: &Path) -> Vec<ruststack_cassettes::Interaction> {
    let kept = ruststack_cassettes::read(out).expect("cassettes");
    kept.iter().flat_map(|(_, cassette)| &cassette.interactions).map(|one| (**one).clone()).collect()
}

#[test]
fn real_clients_are_recorded_unchanged_and_what_was_recorded_passes_verify() {
    for (name, client) in [("boto3", boto3("proxied-boto3")), ("cli", aws_cli("proxied-cli"))] {
        let Some(client) = client else { continue };
        let (recorded, out) = behind(name, &["--allow-account", "111122223333"], &client);
        assert!(recorded.status.success(), "{name}: {}", text(&recorded));
        let told = interactions(&out);
        assert!(told.len() > 10, "{name}: {}", told.len());
        for one in &told {
            assert!(one.request.origin.ends_with(".amazonaws.com"), "{}", one.request.origin);
        }
        let written = std::fs::read_to_string(out.join("run.json")).expect("a cassette");
        assert!(!written.contains(KEY) && !written.contains(SECRET), "{name}: a secret is written");
        let verified = Command::new(binary()).arg("verify").arg(&out).output().expect("the binary runs");
        assert!(verified.status.success(), "{name}: {}", text(&verified));
    }
}

/// A question to STS by curl, which signs by itself.
fn curl(version: &str) -> Option<Command> {
    let mut curl = Command::new(debian::program("curl")?);
    curl.args(["-sS", version, "--aws-sigv4", "aws:amz:us-east-1:sts", "--user", &format!("{KEY}:{SECRET}")]);
    curl.args(["-d", "Action=GetCallerIdentity&Version=2011-06-15", "-w", " over HTTP/%{http_version}"]);
    curl.arg("https://sts.us-east-1.amazonaws.com/");
    Some(curl)
}

#[test]
fn both_versions_of_http_pass() {
    for (version, expected) in [("--http1.1", "over HTTP/1.1"), ("--http2", "over HTTP/2")] {
        let Some(curl) = curl(version) else { return };
        let (recorded, out) = behind(&format!("http{}", &version[6..7]), &[], &curl);
        let told = text(&recorded);
        assert!(told.contains("<Account>111122223333</Account>") && told.contains(expected), "{told}");
        let kept = interactions(&out);
        assert_eq!(kept[0].operation.as_deref(), Some("GetCallerIdentity"));
        assert_eq!(kept[0].request.origin, "https://sts.us-east-1.amazonaws.com");
    }
}

#[test]
fn limits_hold_behind_the_proxy_too() {
    let Some(mut client) = curl("--http1.1") else { return };
    let (recorded, out) = behind("denied", &["--deny", "sts:Get*"], &client);
    assert!(text(&recorded).contains("<Code>RecorderRefused</Code>"), "{}", text(&recorded));
    assert!(!out.join("run.json").exists());
    client.args(["-H", "host: s3.amazonaws.com"]);
    let (recorded, _) = behind("fronted", &[], &client);
    assert!(text(&recorded).contains("and its connection for"), "{}", text(&recorded));
}

#[test]
fn what_is_not_for_aws_is_tunnelled_unseen_or_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let other = listener.local_addr().expect("an address");
    let echo = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let mut bytes = [0; 16];
        stream.read_exact(&mut bytes).expect("bytes");
        stream.write_all(&bytes).expect("an answer");
    });
    let Some(python) = debian::program("python3") else { return };
    let script = "import os, socket, sys, urllib.parse\n\
        proxy = urllib.parse.urlsplit(os.environ['HTTPS_PROXY'])\n\
        s = socket.create_connection((proxy.hostname, proxy.port))\n\
        s.sendall(f'CONNECT {sys.argv[1]} HTTP/1.1\\r\\nhost: {sys.argv[1]}\\r\\n\\r\\n'.encode())\n\
        head = b''\n\
        while not head.endswith(b'\\r\\n\\r\\n'): head += s.recv(1)\n\
        print(head.split()[1].decode())\n\
        if b' 200 ' in head:\n\
        \x20   s.sendall(b'\\x00not TLS, unseen'); print(s.recv(16))\n";
    let mut client = Command::new(python);
    client.args(["-c", script, &other.to_string()]);
    let (refused, _) = behind("refused", &["--others", "refuse"], &client);
    assert!(text(&refused).contains("403\n"), "{}", text(&refused));
    let (tunnelled, out) = behind("tunnelled", &[], &client);
    assert!(text(&tunnelled).contains("200\nb'\\x00not TLS, unseen'"), "{}", text(&tunnelled));
    assert!(!out.join("run.json").exists(), "nothing of it is recorded");
    echo.join().expect("the other host was reached");
    // Once more nobody listens there.
    let mut gone = Command::new(client.get_program());
    gone.args(client.get_args());
    assert!(text(&behind("gone", &[], &gone).0).contains("502\n"));
}
