//! The load: so many connections, each asking as fast as it is answered.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

/// Answers a second.
pub(crate) type Rate = f64;

/// What every connection asks.
#[derive(Clone, Copy)]
pub(crate) enum Load {
    /// An object of so many bytes.
    Get(usize),
    /// What is known of an object of so many bytes.
    Head(usize),
    /// To store one.
    Put(usize),
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Load::Get(_) => "GetObject",
            Load::Head(_) => "HeadObject",
            Load::Put(_) => "PutObject",
        })
    }
}

impl Load {
    /// Runs the load for so long.
    pub(crate) fn run(self, address: &str, connections: usize, time: Duration) -> Rate {
        run(address, connections, time, move |connection, _| self.request(connection))
    }

    fn request(self, number: usize) -> Request<Full<Bytes>> {
        match self {
            Load::Get(size) => request("GET", &format!("/bench/object-{size}"), Bytes::new()),
            Load::Head(size) => request("HEAD", &format!("/bench/object-{size}"), Bytes::new()),
            Load::Put(size) => request("PUT", &format!("/bench/written-{number}"), body(size)),
        }
    }
}

/// Asks on so many connections for so long: `request` makes each request from the number of the connection and of the
/// request on it.
pub(crate) fn run(
    address: &str,
    connections: usize,
    time: Duration,
    request: impl Fn(usize, u64) -> Request<Full<Bytes>> + Send + Sync + 'static,
) -> Rate {
    let count = Arc::new(AtomicU64::new(0));
    let request = Arc::new(request);
    let since = Instant::now();
    runtime().block_on(async {
        let asking = (0..connections).map(|connection| {
            let (address, count, request) = (address.to_owned(), count.clone(), request.clone());
            tokio::spawn(async move {
                let mut sender = connect(&address).await;
                let mut number = 0;
                while since.elapsed() < time {
                    ask(&mut sender, request(connection, number)).await;
                    number += 1;
                    count.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        for task in asking.collect::<Vec<_>>() {
            task.await.expect("a connection ended early");
        }
    });
    count.load(Ordering::Relaxed) as f64 / since.elapsed().as_secs_f64()
}

/// Bytes of an object, made once.
pub(crate) fn body(size: usize) -> Bytes {
    static LARGE: [u8; 1 << 20] = [b'a'; 1 << 20];
    Bytes::from_static(&LARGE[..size])
}

/// Makes the bucket and the objects that are asked for.
pub(crate) fn prepare(address: &str) {
    runtime().block_on(async {
        let mut sender = connect(address).await;
        ask(&mut sender, request("PUT", "/bench", Bytes::new())).await;
        for size in [1 << 10, 1 << 20] {
            ask(&mut sender, request("PUT", &format!("/bench/object-{size}"), body(size))).await;
        }
    });
}

/// Asks once whether the server is well.
pub(crate) fn health(address: &str) {
    runtime()
        .block_on(async { ask(&mut connect(address).await, request("GET", "/health", Bytes::new())).await });
}

pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

pub(crate) fn request(method: &str, path: &str, body: Bytes) -> Request<Full<Bytes>> {
    let request = Request::builder().method(method).uri(path).header("host", "localhost");
    request.body(Full::new(body)).expect("a request")
}

pub(crate) async fn connect(address: &str) -> SendRequest<Full<Bytes>> {
    let stream = TcpStream::connect(address).await.expect("the server listens");
    stream.set_nodelay(true).expect("a socket");
    let (sender, connection) = handshake(TokioIo::new(stream)).await.expect("HTTP");
    tokio::spawn(connection);
    sender
}

/// Sends a request and reads the whole answer, which must be a success.
pub(crate) async fn ask(sender: &mut SendRequest<Full<Bytes>>, request: Request<Full<Bytes>>) -> u64 {
    sender.ready().await.expect("the connection is open");
    let answer = sender.send_request(request).await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    let mut body = answer.into_body();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        length += frame.expect("a whole answer").data_ref().map_or(0, |data| data.len() as u64);
    }
    length
}
