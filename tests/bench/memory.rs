//! Memory: idle, and with one large object in and out.

use super::{Server, load, ruststack};
use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody, combinators::BoxBody};
use hyper::Request;
use hyper::body::Frame;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use tokio::net::TcpStream;

/// The large object, in bytes.
const LARGE: u64 = 1 << 30;
/// The piece it is sent in.
const PIECE: usize = 1 << 20;

/// Measures and prints.
pub(crate) fn measure() {
    let server = Server::start(&mut ruststack());
    load::health(&server.address);
    let idle = resident(&server, "VmRSS");
    println!("idle: {:.1} MB resident", idle / 1e6);
    load::prepare(&server.address);
    load::runtime().block_on(async {
        put(&server.address).await;
        let held = resident(&server, "VmRSS");
        let mut sender = load::connect(&server.address).await;
        let read = load::ask(&mut sender, load::request("GET", "/bench/large", Bytes::new())).await;
        assert_eq!(read, LARGE, "all of it comes back");
        let peak = resident(&server, "VmHWM");
        let size = LARGE as f64;
        println!(
            "1 GiB object: {:.3} times its size when held, {:.3} at the most, put and get",
            held / size,
            peak / size
        );
    });
}

async fn put(address: &str) {
    let stream = TcpStream::connect(address).await.expect("the server listens");
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
    tokio::spawn(connection);
    static ZEROES: [u8; PIECE] = [0; PIECE];
    let pieces =
        (0..LARGE / PIECE as u64).map(|_| Ok::<_, Infallible>(Frame::data(Bytes::from_static(&ZEROES))));
    let body: BoxBody<Bytes, Infallible> =
        BodyExt::boxed(StreamBody::new(futures_util::stream::iter(pieces)));
    let request = Request::builder().method("PUT").uri("/bench/large").header("host", "localhost");
    let request = request.header("content-length", LARGE).body(body).expect("a request");
    let answer = sender.send_request(request).await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
}

/// What Linux counts for a process, in bytes.
pub(crate) fn resident(server: &Server, what: &str) -> f64 {
    let path = format!("/proc/{}/status", server.child.id());
    let status = std::fs::read_to_string(path).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what));
    let kib: f64 = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0.0);
    kib * 1024.0
}
