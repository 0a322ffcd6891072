//! What recording costs: the same signed calls through `record` and through a plain reverse proxy of hyper's, to the
//! same bare server, in turn. The server does next to nothing, so what is left is the proxies' own.

use crate::load::{self, Rate};
use crate::{ROUNDS, Server, bare_server};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::process::Command;
use std::time::Duration;
use tokio::net::TcpListener;

/// A signature of nobody's: the recorder reads the scope and signs anew.
const SIGNATURE: &str = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260602/us-east-1/s3/aws4_request, \
    SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
    Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A reverse proxy and nothing else: what comes goes on, and what comes back goes back.
pub(crate) fn reverse_proxy(upstream: &str) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let upstream = upstream.to_owned();
    runtime.block_on(async move {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client: Client<_, Incoming> =
            Client::builder(TokioExecutor::new()).set_host(false).build(connector);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("http://{}", listener.local_addr().expect("an address"));
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            let (client, upstream) = (client.clone(), upstream.clone());
            let answer = service_fn(move |mut request: Request<Incoming>| {
                let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
                let uri = format!("http://{upstream}{path}").parse::<Uri>().expect("an address");
                *request.uri_mut() = uri;
                client.request(request)
            });
            tokio::spawn(async move {
                let connection = hyper::server::conn::http1::Builder::new();
                let _ = connection.serve_connection(TokioIo::new(stream), answer).await;
            });
        }
    });
}

fn recorder(upstream: &str, out: &std::path::Path) -> Command {
    let mut path = std::env::current_exe().expect("this program has a path");
    path.set_file_name("ruststack");
    let mut command = Command::new(path);
    command.args(["record", "--upstream", &format!("http://{upstream}"), "--out"]).arg(out);
    command.env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE").env("AWS_SECRET_ACCESS_KEY", "a".repeat(40));
    command.env("AWS_REGION", "us-east-1").env_remove("AWS_SESSION_TOKEN").env_remove("AWS_PROFILE");
    command
}

fn request(method: &str, path: &str, body: Bytes, hash: &str) -> Request<Full<Bytes>> {
    let mut request = load::request(method, path, body);
    let headers = request.headers_mut();
    for (name, value) in [
        ("authorization", SIGNATURE),
        ("x-amz-date", "20260602T183058Z"),
        ("x-amz-content-sha256", hash),
        (
            "user-agent",
            "Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux lang/python#3.13 cfg/retry-mode#standard",
        ),
        ("amz-sdk-invocation-id", "7a3e1c9e-6f3b-4f0e-8a59-3df2a5f0a2b1"),
        ("amz-sdk-request", "attempt=1"),
    ] {
        headers.insert(name, value.parse().expect("a header"));
    }
    request
}

/// Measures both proxies in turn.
pub(crate) fn measure(seconds: f64) {
    let time = Duration::from_secs_f64(seconds);
    println!(
        "| operation | size | connections | plain hyper proxy /s | record /s | ratio |\n|---|---|---|---|---|---|"
    );
    for (name, method, size) in [
        ("GetObject", "GET", 1 << 10),
        ("PutObject", "PUT", 1 << 10),
        ("GetObject", "GET", 1 << 20),
        ("PutObject", "PUT", 1 << 20),
    ] {
        for connections in [8, 50] {
            let bare = Server::start(&mut bare_server("bare"));
            let plain = Server::start(bare_server("reverse-proxy").arg(&bare.address));
            let out = std::env::temp_dir().join(format!("ruststack-bench-record-{}", std::process::id()));
            let record = Server::start(&mut recorder(&bare.address, &out));
            let run = |address: &str| {
                load::run(address, connections, time, move |connection, _| match method {
                    "PUT" => {
                        request("PUT", &format!("/bench/k{connection}"), load::body(size), "UNSIGNED-PAYLOAD")
                    }
                    _ => request("GET", &format!("/bench/object-{size}"), Bytes::new(), "UNSIGNED-PAYLOAD"),
                })
            };
            let mut pairs: Vec<(Rate, Rate)> =
                (0..ROUNDS).map(|_| (run(&plain.address), run(&record.address))).collect();
            pairs.sort_by(|one, other| (one.1 / one.0).total_cmp(&(other.1 / other.0)));
            let (plain, record) = pairs[ROUNDS / 2];
            println!(
                "| {name} | {size} | {connections} | {plain:.0} | {record:.0} | {:.2} |",
                record / plain
            );
            let _ = std::fs::remove_dir_all(&out);
        }
    }
}
