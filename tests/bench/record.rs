//! What recording costs: the same signed calls through `record` and through a plain reverse proxy of hyper's, in turn, to
//! the same upstream: our own `serve` over TLS, which verifies every signature, or with `bare` a server that does next
//! to nothing, where what is left is the proxies' own. The calls come from a client that takes next to nothing itself, or
//! with `boto3` from as many of those.

use crate::load::{self, Rate};
use crate::{Server, bare_server};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Uri};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use ruststack_harness::places::workspace;
use ruststack_harness::python;
use ruststack_wire::sign::signer::{Credentials, Payload, Scope, sign};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::net::TcpListener;

/// A reverse proxy and nothing else: what comes goes on, and what comes back goes back.
pub(crate) fn reverse_proxy(upstream: &str, certificate: &str) {
    let mut roots = RootCertStore::empty();
    for one in CertificateDer::pem_file_iter(certificate).into_iter().flatten().flatten() {
        roots.add(one).expect("a certificate");
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let tls = tls.expect("versions of TLS").with_root_certificates(roots).with_no_client_auth();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let upstream = upstream.to_owned();
    runtime.block_on(async move {
        let mut tcp = HttpConnector::new();
        // Without it a body that is not a multiple of what a packet holds waits for the other side's thanks.
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
        let connector = connector.wrap_connector(tcp);
        let client: Client<_, Incoming> =
            Client::builder(TokioExecutor::new()).set_host(false).build(connector);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        println!("http://{}", listener.local_addr().expect("an address"));
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            let _ = stream.set_nodelay(true);
            let (client, upstream) = (client.clone(), upstream.clone());
            let answer = service_fn(move |mut request: Request<Incoming>| {
                let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
                *request.uri_mut() = format!("{upstream}{path}").parse::<Uri>().expect("an address");
                client.request(request)
            });
            tokio::spawn(async move {
                let connection = hyper::server::conn::http1::Builder::new();
                let _ = connection.serve_connection(TokioIo::new(stream), answer).await;
            });
        }
    });
}

fn credentials() -> Credentials {
    let access_key_id = ["AKIA", "BENCHBENCHBENCH1"].concat();
    Credentials { access_key_id, secret_access_key: "benchSecret/".repeat(4), session_token: None }
}

/// The upstream, its address, and the file of its certificate.
fn upstream(folder: &Path, is_bare: bool) -> (Server, String, PathBuf) {
    let certificate = folder.join("ca.pem");
    if is_bare {
        std::fs::write(&certificate, "").expect("a file");
        let server = Server::start(&mut bare_server("bare"));
        let address = format!("http://{}", server.address);
        return (server, address, certificate);
    }
    let (file, own) = (folder.join("credentials"), credentials());
    let text = format!(
        "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\naws_account_id = 111122223333\n",
        own.access_key_id, own.secret_access_key
    );
    std::fs::write(&file, text).expect("a file");
    let mut command = crate::ruststack();
    command.args(["--tls", "--auth", "verify", "--credentials"]).arg(&file);
    let server = Server::start(command.arg("--tls-cert-out").arg(&certificate));
    let address = format!("https://{}", server.address);
    (server, address, certificate)
}

fn recorder(upstream: &str, certificate: &Path, out: &Path) -> Command {
    let (mut path, own) = (std::env::current_exe().expect("this program has a path"), credentials());
    path.set_file_name("ruststack");
    let mut command = Command::new(path);
    command.args(["record", "--upstream", upstream, "--out"]).arg(out).arg("--ca-file").arg(certificate);
    command.env("AWS_ACCESS_KEY_ID", own.access_key_id).env("AWS_SECRET_ACCESS_KEY", own.secret_access_key);
    command.env("AWS_REGION", "us-east-1").env_remove("AWS_SESSION_TOKEN").env_remove("AWS_PROFILE");
    command.stderr(std::process::Stdio::null());
    command
}

/// A request that is signed once: a signature is good for some minutes.
fn signed(method: &str, path: &str, body: Bytes) -> Request<Full<Bytes>> {
    let request = load::request(method, path, body);
    let (mut parts, body) = request.into_parts();
    for (name, value) in [
        (
            "user-agent",
            "Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux lang/python#3.13 cfg/retry-mode#standard",
        ),
        ("amz-sdk-invocation-id", "7a3e1c9e-6f3b-4f0e-8a59-3df2a5f0a2b1"),
        ("amz-sdk-request", "attempt=1"),
    ] {
        parts.headers.insert(name, value.parse().expect("a header"));
    }
    let scope = Scope { region: "us-east-1", service: "s3" };
    sign(&mut parts, Payload::Unsigned, &credentials(), scope, OffsetDateTime::now_utc())
        .expect("a signature");
    Request::from_parts(parts, body)
}

fn ask_once(address: &str, request: Request<Full<Bytes>>) {
    load::runtime().block_on(async { load::ask(&mut load::connect(address).await, request).await });
}

/// The same by boto3's clients: the rate that they tell.
fn clients(address: &str, time: Duration, method: &str, size: usize, connections: usize) -> Rate {
    let mut command = Command::new(python::program("python3").expect("Python 3"));
    command.arg(workspace().join("tests/bench/clients.py")).arg(format!("http://{address}"));
    command.args([time.as_secs_f64().to_string(), method.to_lowercase(), size.to_string()]);
    let own = credentials();
    command.env("AWS_ACCESS_KEY_ID", own.access_key_id).env("AWS_SECRET_ACCESS_KEY", own.secret_access_key);
    command.env("AWS_REGION", "us-east-1").env("AWS_DEFAULT_REGION", "us-east-1");
    command.env_remove("AWS_SESSION_TOKEN").env_remove("AWS_PROFILE");
    let output = command.arg(connections.to_string()).output().expect("Python runs");
    let told = String::from_utf8_lossy(&output.stdout);
    told.trim().parse().unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

/// What a round showed: the rate, and the processor time that the proxy took for a call, in microseconds.
struct Round {
    rate: Rate,
    cpu: f64,
}

impl Round {
    /// Runs a load against a proxy.
    fn of(proxy: &Server, time: Duration, run: impl FnOnce(&str) -> Rate) -> Round {
        let before = proxy.cpu();
        let rate = run(&proxy.address);
        let calls = rate * time.as_secs_f64();
        Round { rate, cpu: (proxy.cpu() - before).as_secs_f64() * 1e6 / calls }
    }
}

/// Measures both proxies in turn, each pair of servers anew, so that no recording grows beyond measure. Only rows whose
/// first words are these, where there are any.
pub(crate) fn measure(seconds: f64, kind: &str, only: &str) {
    let time = Duration::from_secs_f64(seconds);
    let (is_boto3, is_bare) = (kind == "boto3", kind == "bare");
    // Its clients take seconds to begin, and are steadier.
    let (pairs, connections) = if is_boto3 { (5, &[50][..]) } else { (15, &[8, 50][..]) };
    println!(
        "| operation | bytes | connections | plain hyper proxy /s | record /s | ratio | plain: µs a call | record: µs a call |\n\
         |---|---|---|---|---|---|---|---|"
    );
    for (name, method, size) in [
        ("GetObject", "GET", 1 << 10),
        ("PutObject", "PUT", 1 << 10),
        ("GetObject", "GET", 64 << 10),
        ("PutObject", "PUT", 64 << 10),
        ("GetObject", "GET", 1 << 20),
        ("PutObject", "PUT", 1 << 20),
    ] {
        for &connections in connections {
            if !format!("{name} {size} {connections} ").starts_with(only) {
                continue;
            }
            let folder = std::env::temp_dir().join(format!("ruststack-bench-record-{}", std::process::id()));
            std::fs::create_dir_all(&folder).expect("a folder");
            let (_server, address, certificate) = upstream(&folder, is_bare);
            let plain = Server::start(bare_server("reverse-proxy").arg(&address).arg(&certificate));
            ask_once(&plain.address, signed("PUT", "/bench", Bytes::new()));
            ask_once(&plain.address, signed("PUT", &format!("/bench/object-{size}"), load::body(size)));
            let run = |address: &str| {
                if is_boto3 {
                    return clients(address, time, method, size, connections);
                }
                let requests: Vec<_> = (0..connections)
                    .map(|connection| match method {
                        "PUT" => signed("PUT", &format!("/bench/k{connection}"), load::body(size)),
                        _ => signed("GET", &format!("/bench/object-{size}"), Bytes::new()),
                    })
                    .collect();
                load::run(address, connections, time, move |connection, _| requests[connection].clone())
            };
            let mut round = 0;
            let pair = || {
                round += 1;
                let out = folder.join(format!("cassettes-{round}"));
                let record = Server::start(&mut recorder(&address, &certificate, &out));
                // Each is first as often as the other: a machine that others use grows slower and faster.
                let rounds = if round % 2 == 0 {
                    let plain = Round::of(&plain, time, run);
                    (plain, Round::of(&record, time, run))
                } else {
                    let record = Round::of(&record, time, run);
                    (Round::of(&plain, time, run), record)
                };
                drop(record);
                let _ = std::fs::remove_dir_all(&out);
                rounds
            };
            let mut measured: Vec<(Round, Round)> = std::iter::repeat_with(pair).take(pairs).collect();
            measured
                .sort_by(|one, other| (one.1.rate / one.0.rate).total_cmp(&(other.1.rate / other.0.rate)));
            let (plain, record) = &measured[pairs / 2];
            println!(
                "| {name} | {size} | {connections} | {:.0} | {:.0} | {:.2} | {:.1} | {:.1} |",
                plain.rate,
                record.rate,
                record.rate / plain.rate,
                plain.cpu,
                record.cpu
            );
            let _ = std::fs::remove_dir_all(&folder);
        }
    }
}
