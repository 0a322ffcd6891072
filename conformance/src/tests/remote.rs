//! An endpoint behind a socket: it is reset, and requests reach it under the names they need.

use crate::endpoint::{Endpoint, Remote};
use bytes::Bytes;
use ruststack_cassettes::Cassette;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that answers 404 to everything but one path, and the request lines and hosts that it saw.
async fn server(known: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it has an address"));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                match socket.read_u8().await {
                    Ok(byte) => head.push(byte),
                    Err(_) => break,
                }
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let line = head.lines().next().unwrap_or_default().to_owned();
            let status = if line.contains(known) { "200 OK" } else { "404 Not Found" };
            log.lock().expect("nobody panics with it").push(line);
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
            let _ = socket.write_all(answer.as_bytes()).await;
        }
    });
    (url, seen)
}

#[tokio::test]
async fn the_reset_that_answers_is_used() {
    let (url, seen) = server("/moto-api/reset").await;
    let remote = Remote::new(&url, None).expect("the URL is one");
    let cassette = Cassette::default();
    let mut session = remote.open(&cassette).await.expect("it resets");
    remote.open(&cassette).await.expect("it resets again");
    let request = http::Request::get("/k?x=1").header("host", "b.s3.us-west-1.amazonaws.com");
    let answer = session.send(request.body(Bytes::new()).expect("a request"), None).await;
    let (head, body) = answer.expect("it answers").into_parts();
    let body = body.collect(100).await.expect("it has a body");
    assert_eq!((head.status.as_u16(), &body[..]), (404, &b"ok"[..]));
    assert_eq!(
        *seen.lock().expect("nobody panics with it"),
        [
            "POST /_ruststack/reset HTTP/1.1",
            "POST /moto-api/reset HTTP/1.1",
            "POST /moto-api/reset HTTP/1.1",
            "POST /moto-api/reset HTTP/1.1",
            "GET /b/k?x=1 HTTP/1.1",
        ]
    );
}

#[tokio::test]
async fn where_nothing_is_forgotten_names_are_its_own() {
    let (url, seen) = server("/nothing").await;
    let remote = Remote::new(&url, None).expect("the URL is one");
    assert!(!remote.forgets().await.expect("it answers"));
    let asked = seen.lock().expect("nobody panics with it").len();
    let cassette = Cassette::default();
    remote.open(&cassette).await.expect("nothing has to be reset");
    assert!(remote.isolation(&cassette).is_some());
    assert_eq!(seen.lock().expect("nobody panics with it").len(), asked, "it is looked for once");

    let (url, _) = server("/_reset").await;
    let remote = Remote::new(&url, None).expect("the URL is one");
    assert!(remote.forgets().await.expect("it answers"));
    remote.open(&cassette).await.expect("it resets");
    assert!(remote.isolation(&cassette).is_none());
    let isolated = remote.isolated();
    assert!(!isolated.forgets().await.expect("nobody is asked"));
    assert!(isolated.isolation(&cassette).is_some());

    let remote = Remote::new(&url, Some("/own")).expect("the URL is one");
    let error = remote.open(&cassette).await.err().expect("it does not reset");
    assert!(error.to_string().ends_with("did not reset at /own"), "{error}");
    let nobody = Remote::new("http://127.0.0.1:1", None).expect("the URL is one");
    assert!(nobody.forgets().await.is_err(), "who does not answer is no endpoint");
}
