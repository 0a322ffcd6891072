//! Memory: idle, and with one large object in and out; and how long that takes beside a bare server.

use super::{ROUNDS, Server, bare_server, load, ruststack};
use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody, combinators::BoxBody};
use hyper::Request;
use hyper::body::Frame;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::time::Instant;
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
    let (bare, hashing) =
        (Server::start(&mut bare_server("bare")), Server::start(&mut bare_server("bare-md5")));
    load::runtime().block_on(async {
        put(&server.address).await;
        let held = resident(&server, "VmRSS");
        get(&server.address).await;
        let peak = resident(&server, "VmHWM");
        let size = LARGE as f64;
        println!(
            "1 GiB object: {:.3} times its size when held, {:.3} at the most, put and get",
            held / size,
            peak / size
        );
        let (mut puts, mut gets) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            puts.push(put(&hashing.address).await / put(&server.address).await);
            gets.push(get(&bare.address).await / get(&server.address).await);
        }
        for ratios in [&mut puts, &mut gets] {
            ratios.sort_by(f64::total_cmp);
        }
        println!(
            "1 GiB object: put at {:.2} of the rate of a bare server that computes the MD5, got at {:.2} of that of a bare one",
            puts[ROUNDS / 2],
            gets[ROUNDS / 2]
        );
    });
}

/// Reads the large object, and says how many seconds it took.
async fn get(address: &str) -> f64 {
    let mut sender = load::connect(address).await;
    let since = Instant::now();
    let read = load::ask(&mut sender, load::request("GET", "/bench/large", Bytes::new())).await;
    assert_eq!(read, LARGE, "all of it comes back");
    since.elapsed().as_secs_f64()
}

/// Writes the large object, and says how many seconds it took.
async fn put(address: &str) -> f64 {
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
    let since = Instant::now();
    let answer = sender.send_request(request).await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    since.elapsed().as_secs_f64()
}

/// What Linux counts for a process, in bytes.
pub(crate) fn resident(server: &Server, what: &str) -> f64 {
    let path = format!("/proc/{}/status", server.child.id());
    let status = std::fs::read_to_string(path).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what));
    let kib: f64 = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0.0);
    kib * 1024.0
}
