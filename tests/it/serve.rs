//! `ruststack serve` as a process: where it listens, how it stops, what it runs.

use ruststack_harness::process::Server;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output};

/// The binary.
pub(crate) fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_ruststack"))
}

fn run(arguments: &[&str]) -> Output {
    Command::new(binary()).args(arguments).output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The status and the body of a request without one.
fn request(server: &Server, method: &str, path: &str) -> (u16, String) {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
    );
    let answer = text(&server.exchange(head.as_bytes()));
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

#[test]
fn health_lists_what_is_served() {
    let server = Server::start(binary(), &["--sts", "false"]);
    for path in ["/health", "/_localstack/health"] {
        let (status, body) = request(&server, "GET", path);
        let health: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!((status, &health["status"]), (200, &"running".into()));
        assert_eq!(health["services"]["s3"], "available");
        assert!(health["services"]["sts"].is_null(), "what is switched off is not listed");
    }
}

#[test]
fn every_spelling_of_reset_empties_the_emulator() {
    let server = Server::start(binary(), &[]);
    for path in ["/_ruststack/reset", "/_localstack/state/reset", "/moto-api/reset"] {
        assert_eq!(request(&server, "PUT", "/a-bucket").0, 200);
        assert_eq!(request(&server, "HEAD", "/a-bucket").0, 200);
        assert_eq!(request(&server, "POST", path).0, 200);
        assert_eq!(request(&server, "HEAD", "/a-bucket").0, 404);
    }
}

#[test]
fn a_signal_stops_it_after_what_is_in_flight() {
    for signal in ["TERM", "INT"] {
        let mut server = Server::start(binary(), &[]);
        assert_eq!(request(&server, "PUT", "/a-bucket").0, 200);
        let mut stream = TcpStream::connect(server.address()).expect("it listens");
        let head = b"PUT /a-bucket/key HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 10\r\n\r\n12345";
        stream.write_all(head).expect("it reads");
        std::thread::sleep(std::time::Duration::from_millis(100));
        server.signal(signal);
        std::thread::sleep(std::time::Duration::from_millis(100));
        stream.write_all(b"67890").expect("it still reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert_eq!(server.wait().code(), Some(0), "SIG{signal}");
    }
}

#[test]
fn a_port_that_is_taken_is_one_clear_line() {
    let server = Server::start(binary(), &[]);
    let port = server.address().rsplit(':').next().expect("a port").to_owned();
    let output = run(&["serve", "--port", &port]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(told.starts_with(&format!("ruststack: could not listen on 127.0.0.1:{port}: ")), "{told}");
    assert_eq!(told.lines().count(), 1);
}

#[test]
fn a_command_runs_against_it_and_gives_its_exit_code() {
    let script = "test -n \"$AWS_ENDPOINT_URL\" && test \"$AWS_ACCESS_KEY_ID\" = test && test -z \"$AWS_SESSION_TOKEN\" && exit 7";
    let output = Command::new(binary())
        .args(["serve", "--port", "0", "--", "sh", "-c", script])
        .env("AWS_ACCESS_KEY_ID", "AKIDREAL")
        .env("AWS_SESSION_TOKEN", "real")
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(7), "{}", text(&output.stderr));
}

#[test]
fn the_options_serve_without_a_command_too() {
    let output = run(&["--port", "0", "--", "true"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn bad_arguments_are_one_line_and_exit_code_two() {
    for (arguments, told) in [
        (
            &["serve", "--data-dir", "/tmp/x"][..],
            "ruststack: --data-dir is not implemented: everything is in memory\n",
        ),
        (&["serve", "--auth", "verify"], "ruststack: --auth verify needs --credentials FILE\n"),
        (
            &["serve", "--auth", "verify", "--credentials", "/nowhere"],
            "ruststack: /nowhere: No such file or directory (os error 2)\n",
        ),
    ] {
        let output = run(arguments);
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(2), told));
    }
    assert_eq!(run(&["serve", "--port", "x"]).status.code(), Some(2));
}

/// Sends bytes and reads what comes back until it ends so.
fn told(stream: &mut TcpStream, sent: &[u8], end: &str) -> String {
    stream.write_all(sent).expect("it reads");
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while !text(&answer).ends_with(end) {
        let count = stream.read(&mut piece).expect("it answers");
        assert!(count > 0, "it hung up after {:?}", text(&answer));
        answer.extend_from_slice(&piece[..count]);
    }
    text(&answer)
}

#[test]
fn who_waits_for_a_word_before_the_body_gets_one() {
    let server = Server::start(binary(), &[]);
    assert_eq!(request(&server, "PUT", "/a-bucket").0, 200);
    let mut stream = TcpStream::connect(server.address()).expect("it listens");
    let head = |path: &str| {
        format!("PUT {path} HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n")
    };
    let go = told(&mut stream, head("/a-bucket/key").as_bytes(), "\r\n\r\n");
    assert!(go.starts_with("HTTP/1.1 100 "), "{go}");
    let done = told(&mut stream, b"hello", "\r\n\r\n");
    assert!(done.starts_with("HTTP/1.1 200 "), "{done}");
    // What is refused by its head alone is refused before the body.
    let refused = told(&mut stream, head("/no-bucket/key").as_bytes(), "0\r\n\r\n");
    assert!(refused.starts_with("HTTP/1.1 404 ") && refused.contains("NoSuchBucket"), "{refused}");
}

#[test]
fn a_connection_goes_on_after_an_error() {
    let server = Server::start(binary(), &[]);
    let mut stream = TcpStream::connect(server.address()).expect("it listens");
    for _ in 0..3 {
        let get = b"GET /no-bucket/key HTTP/1.1\r\nhost: localhost\r\n\r\n";
        assert!(told(&mut stream, get, "0\r\n\r\n").starts_with("HTTP/1.1 404 "));
        let put = b"PUT /no-bucket/key HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\nhello";
        assert!(told(&mut stream, put, "0\r\n\r\n").starts_with("HTTP/1.1 404 "));
        let form = b"POST /no-bucket HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\nhello";
        assert!(told(&mut stream, form, "0\r\n\r\n").starts_with("HTTP/1.1 412 "));
    }
    let put = b"PUT /a-bucket HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n";
    assert!(told(&mut stream, put, "\r\n\r\n").starts_with("HTTP/1.1 200 "));
}
