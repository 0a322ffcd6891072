//! `record` as a process under load, with long bodies, and interrupted.

use crate::record::{KEY, SECRET, folder, sandbox, text};
use crate::serve::binary;
use ruststack_harness::places::workspace;
use ruststack_harness::process::{Foreign, Server};
use ruststack_harness::python;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A `ruststack record` of its own; killed when it is dropped.
struct Recorder {
    child: Child,
    address: String,
}

impl Recorder {
    fn start(upstream: &str, out: &Path, more: &[&str]) -> Recorder {
        let mut child = recorder(upstream, out, more).stdout(Stdio::piped()).spawn().expect("it runs");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("its output is piped");
        BufReader::new(stdout).read_line(&mut line).expect("it says where it listens");
        let address = line.trim().rsplit("//").next().unwrap_or_default().to_owned();
        assert!(address.contains(':'), "it said {line:?}");
        Recorder { child, address }
    }

    fn signal(&mut self, name: &str) -> Option<i32> {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
        self.child.wait().expect("it ends").code()
    }

    /// The most memory it had so far, in bytes.
    fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a status");
        let line = status.lines().find(|line| line.starts_with("VmHWM")).expect("a high-water mark");
        let kib = line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok());
        kib.expect("a number") * 1024
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn recorder(upstream: &str, out: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command.args(["record", "--upstream", upstream, "--out"]).arg(out).args(more);
    command
        .env("AWS_ACCESS_KEY_ID", KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/nowhere")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nowhere");
    command
}

/// One request over a connection of its own: what it sends is made piece by piece, and what comes is counted.
fn exchange(address: &str, head: &str, pieces: usize, piece: &[u8]) -> (String, u64) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(head.as_bytes()).expect("a head");
    (0..pieces).for_each(|_| stream.write_all(piece).expect("a piece"));
    let mut answer = BufReader::with_capacity(1 << 20, stream);
    let mut told = String::new();
    while !told.ends_with("\r\n\r\n") {
        assert_ne!(answer.read_line(&mut told).expect("a head"), 0, "{told:?}");
    }
    let length = std::io::copy(&mut answer, &mut std::io::sink()).expect("a body");
    (told, length)
}

fn load(recorder: &mut Command) -> Option<(std::process::Output, usize)> {
    let client = python::program("python3")?;
    let script = workspace().join("tests/sdk/record_load.py");
    let output = recorder.arg("--").arg(client).arg(script).args(["load", "50"]).output().expect("it runs");
    let told = text(&output);
    let calls = told.lines().find_map(|line| line.strip_prefix("calls ")?.parse().ok());
    Some((output, calls.unwrap_or_else(|| panic!("{told}"))))
}

fn interactions(out: &Path) -> Vec<ruststack_cassettes::Interaction> {
    let kept = ruststack_cassettes::read(out).expect("cassettes");
    kept.iter().flat_map(|(_, cassette)| &cassette.interactions).map(|one| (**one).clone()).collect()
}

#[test]
fn fifty_clients_at_once_are_each_told_whole() {
    let folder = folder("record-fifty");
    let (aws, certificate) = sandbox(&folder);
    let certificate = certificate.to_str().expect("a path of text");
    let out = folder.join("cassettes");
    let Some((_, calls)) = load(&mut recorder(&aws.url, &out, &["--ca-file", certificate])) else { return };
    let told = interactions(&out);
    assert_eq!((told.len(), calls), (801, 801));
    assert!(told.iter().all(|one| one.not_comparable.is_none() && one.response.is_some()));
    assert!(told.iter().filter(|one| one.during.is_some()).count() > 100, "they overlapped");
    // Every object was put and read once, and both say the same bytes.
    let body = |method: &str, path: &str| {
        let one = told.iter().find(|one| one.request.method == method && one.request.path == path)?;
        Some(match method {
            "PUT" => one
                .request
                .headers
                .get("x-amz-decoded-content-length")
                .map_or_else(|| one.request.body.bytes().len(), |length| length.parse().expect("a length")),
            _ => one.response.as_ref()?.body.bytes().len(),
        })
    };
    for number in 0..50 {
        let path = format!("/load/{number}/3");
        assert_eq!(body("PUT", &path), body("GET", &path), "{path}");
        assert_eq!(body("GET", &path), Some((number * 977 + 120_000) % 130_000), "{path}");
    }
}

#[test]
fn fifty_clients_of_a_foreign_upstream_are_each_told() {
    let Some(server) = python::program("moto_server") else { return };
    let folder = folder("record-fifty-moto");
    let moto = Foreign::start(&mut Command::new(server), |command, port| {
        command.args(["-p", &port.to_string()]);
    });
    let out = folder.join("cassettes");
    let Some((_, calls)) = load(&mut recorder(&moto.url, &out, &[])) else { return };
    let told = interactions(&out);
    assert_eq!((told.len(), calls), (801, 801));
    assert!(told.iter().all(|one| one.response.is_some()));
}

/// What a long upload and download through a recorder take: the most memory it had, and the files that are left.
fn long_bodies(name: &str, mebibytes: usize) -> (u64, u64, Vec<PathBuf>) {
    let folder = folder(name);
    // Public by a policy, so that this test need not sign: the recorder signs for who does, and passes what is not.
    let aws = Server::start(binary(), &[]);
    let out = folder.join("cassettes");
    let mut recorder = Recorder::start(&aws.url, &out, &["--cassette", "long"]);
    let address = recorder.address.clone();
    let host = "host: localhost\r\nconnection: close\r\n";
    let (made, _) =
        exchange(&address, &format!("PUT /long HTTP/1.1\r\n{host}content-length: 0\r\n\r\n"), 0, b"");
    assert!(made.starts_with("HTTP/1.1 200"), "{made}");
    let before = recorder.memory();
    let length = (mebibytes as u64) << 20;
    let piece: Vec<u8> = (0..1 << 20).map(|at: u32| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let head = format!("PUT /long/object HTTP/1.1\r\n{host}content-length: {length}\r\n\r\n");
    let (put, _) = exchange(&address, &head, mebibytes, &piece);
    assert!(put.starts_with("HTTP/1.1 200"), "{put}");
    let (got, came) = exchange(&address, &format!("GET /long/object HTTP/1.1\r\n{host}\r\n"), 0, b"");
    assert!(got.starts_with("HTTP/1.1 200"), "{got}");
    assert_eq!(came, length);
    let passing = recorder.memory();
    let sent = Command::new("kill").args(["-TERM", &recorder.child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    let mut most = passing;
    while recorder.child.try_wait().expect("it can be waited for").is_none() {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", recorder.child.id())).unwrap_or_default();
        let now = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<u64>().ok());
        most = most.max(now.unwrap_or(0) * 1024);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    eprintln!("memory: {before} before, {passing} while {length} bytes passed twice, {most} at the end");
    let bodies = std::fs::read_dir(out.join("long.bodies")).expect("a folder of bodies");
    (most, length, bodies.flatten().map(|entry| entry.path()).collect())
}

#[test]
fn long_bodies_pass_in_bounded_memory_and_are_kept_once() {
    let mebibytes = std::env::var("RUSTSTACK_TEST_LONG_MIB").ok().and_then(|text| text.parse().ok());
    let (most, length, bodies) = long_bodies("record-long", mebibytes.unwrap_or(64));
    assert!(most < 64 << 20, "{most} bytes of memory");
    assert_eq!(bodies.len(), 1, "what went up and came down is the same");
    assert_eq!(std::fs::metadata(&bodies[0]).expect("a file").len(), length);
}

#[test]
fn a_run_that_is_interrupted_leaves_what_was_finished() {
    let aws = Server::start(binary(), &[]);
    for signal in ["INT", "TERM", "KILL"] {
        let out = folder(&format!("record-interrupted-{signal}")).join("cassettes");
        let mut recorder = Recorder::start(&aws.url, &out, &["--cassette", "run"]);
        let head = "GET /none/k HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        for _ in 0..3 {
            assert!(exchange(&recorder.address, head, 0, b"").0.starts_with("HTTP/1.1 404"));
        }
        // A call under way, of which the last byte never comes.
        let mut half = TcpStream::connect(&recorder.address).expect("it listens");
        half.write_all(b"PUT /none/half HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nhalf")
            .expect("half");
        if signal == "KILL" {
            while !out.join("run.json").exists() || interactions(&out).len() < 3 {
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        }
        let code = recorder.signal(signal);
        let told = interactions(&out);
        assert!(told.len() >= 3, "{signal}: {told:#?}");
        assert!(told[..3].iter().all(|one| one.response.as_ref().is_some_and(|answer| answer.status == 404)));
        assert!(told[3..].iter().all(|one| one.not_comparable.is_some()), "{signal}");
        assert_eq!(code, (signal != "KILL").then_some(0));
        drop(half);
    }
}

#[test]
fn a_command_that_is_interrupted_is_recorded_as_far_as_it_came() {
    let aws = Server::start(binary(), &[]);
    let out = folder("record-interrupted-command").join("cassettes");
    let script = "trap 'echo told; exit 7' TERM; \
                  curl -s -o /dev/null $AWS_ENDPOINT_URL/none/k && echo asked; while true; do sleep 0.05; done";
    if ruststack_harness::debian::program("curl").is_none() {
        return;
    }
    let mut command = recorder(&aws.url, &out, &["--cassette", "run", "--", "sh", "-c", script]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it runs");
    let mut lines = BufReader::new(child.stdout.take().expect("its output is piped"));
    let mut told = String::new();
    while !told.ends_with("asked\n") {
        assert_ne!(lines.read_line(&mut told).expect("a line"), 0, "{told}");
    }
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(sent.expect("kill runs").success());
    lines.read_to_string(&mut told).expect("the rest");
    assert_eq!(child.wait().expect("it ends").code(), Some(7), "{told}");
    assert!(told.contains("told"), "the command heard of it: {told}");
    assert_eq!(interactions(&out).len(), 1);
}
