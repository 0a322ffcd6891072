//! An upstream that stands in for AWS: TLS, every signature verified, a few answers.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, combinators::UnsyncBoxBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use ruststack_wire::Body;
use ruststack_wire::sign::chunked::Decoder;
use ruststack_wire::sign::payload::{Declared, Framing, PayloadHash};
use ruststack_wire::sign::verify::{Secrets, Unknown, verify};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use time::OffsetDateTime;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use super::{ACCOUNT, real_credentials};

/// What a secret's value is.
pub(super) const SECRET: &str = "correct-horse-battery-staple";
/// How long the large object is.
pub(super) const LARGE: usize = 5 << 20;

/// A request as the upstream saw it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) line: String,
    pub(super) headers: http::HeaderMap,
    /// The body, out of its chunks.
    pub(super) body: Bytes,
    pub(super) is_signed: bool,
}

pub(super) struct FakeAws {
    address: SocketAddr,
    folder: TempDir,
    seen: Arc<Mutex<Vec<Seen>>>,
    server: JoinHandle<()>,
}

impl FakeAws {
    pub(super) async fn start() -> FakeAws {
        FakeAws::at(SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// One with a certificate of its own, at this address.
    pub(super) async fn at(address: SocketAddr) -> FakeAws {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), made.cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Vec<Seen>>>::default();
        let (all, wake) = (seen.clone(), Arc::new(Notify::new()));
        let server = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, all, wake) = (acceptor.clone(), all.clone(), wake.clone());
                connections.spawn(async move {
                    let Ok(stream) = acceptor.accept(stream).await else { return };
                    let service = service_fn(|request| {
                        let (all, wake) = (all.clone(), wake.clone());
                        async move { Ok::<_, Infallible>(answer(request, &all, &wake).await) }
                    });
                    Builder::new(TokioExecutor::new())
                        .serve_connection(TokioIo::new(stream), service)
                        .await
                        .ok();
                });
            }
        });
        FakeAws { address, folder, seen, server }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Closes the port and every connection.
    pub(super) async fn stop(&mut self) {
        self.server.abort();
        (&mut self.server).await.ok();
    }

    pub(super) fn url(&self) -> String {
        format!("https://localhost:{}", self.address.port())
    }

    pub(super) fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

struct Real;

impl Secrets for Real {
    fn find(&self, access_key_id: &str, session_token: Option<&str>) -> Result<String, Unknown> {
        let real = real_credentials();
        let is_real = access_key_id == real.access_key_id && session_token == real.session_token.as_deref();
        if is_real { Ok(real.secret_access_key) } else { Err(Unknown::AccessKey) }
    }
}

type Answer = Response<UnsyncBoxBody<Bytes, std::io::Error>>;

fn say(status: u16, content_type: &str, body: impl Into<Bytes>) -> Answer {
    let body = Full::new(body.into()).map_err(|never| match never {}).boxed_unsync();
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap())
        .header("content-type", content_type)
        .header("date", "Tue, 02 Jun 2026 18:30:58 GMT")
        .body(body)
        .unwrap()
}

async fn answer(request: Request<Incoming>, seen: &Mutex<Vec<Seen>>, wake: &Notify) -> Answer {
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return say(400, "text/plain", "no body") };
    let raw = body.to_bytes();
    let is_presigned = parts.uri.query().is_some_and(|query| query.contains("X-Amz-Signature="));
    let is_signed = is_presigned || parts.headers.contains_key("authorization");
    if is_signed {
        if let Err(error) = verify(&parts, PayloadHash::of(&raw), &Real, OffsetDateTime::now_utc()) {
            return say(403, "text/plain", format!("{error:?}"));
        }
    } else if !parts.uri.path().starts_with("/public") {
        return say(403, "text/plain", "AccessDenied");
    }
    let declared =
        parts.headers.get("x-amz-content-sha256").map(|value| Declared::parse(value.to_str().unwrap()));
    let body = match declared.flatten() {
        Some(Declared::Chunked(Framing::UnsignedTrailer)) => match unchunked(&parts, &raw) {
            Some(body) => body,
            None => return say(400, "text/plain", "IncompleteBody"),
        },
        Some(Declared::Chunked(framing)) => panic!("{framing:?} cannot be verified"),
        _ => raw,
    };
    seen.lock().unwrap().push(Seen {
        line: format!("{} {}", parts.method, parts.uri.path_and_query().unwrap()),
        headers: parts.headers.clone(),
        body: body.clone(),
        is_signed,
    });
    let text = String::from_utf8_lossy(&body);
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let path = parts.uri.path();
    if text.starts_with("Action=GetCallerIdentity") {
        let result = format!(
            "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
             <Arn>arn:aws:iam::{ACCOUNT}:user/me</Arn><UserId>AIDAREALUSERREALUSER1</UserId>\
             <Account>{ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
        );
        return say(200, "text/xml", result);
    }
    match (target, path) {
        ("secretsmanager.GetSecretValue", _) => {
            let arn = format!("arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:s");
            let body = format!("{{\"ARN\":\"{arn}\",\"SecretString\":\"{SECRET}\"}}");
            say(200, "application/x-amz-json-1.1", body)
        }
        ("", "/bucket/large") => {
            let chunks = (0..LARGE / 65_536).map(|_| Ok(Bytes::from(vec![b'y'; 65_536]))).collect::<Vec<_>>();
            let body =
                Body::chunks(chunks.into_iter().map(|chunk: Result<Bytes, Infallible>| chunk.unwrap()));
            let mut answer = say(200, "binary/octet-stream", "");
            *answer.body_mut() =
                body.map_err(|error| std::io::Error::other(error.to_string())).boxed_unsync();
            answer
        }
        ("", "/bucket/fails") => say(503, "application/xml", "<Error><Code>SlowDown</Code></Error>"),
        ("", "/bucket/waits") => {
            wake.notified().await;
            say(200, "application/xml", "")
        }
        ("", "/bucket/wakes") => {
            wake.notify_one();
            say(200, "application/xml", "")
        }
        ("", "/bucket/broken") => {
            let mut answer = say(200, "binary/octet-stream", "");
            *answer.body_mut() = Broken(0).boxed_unsync();
            answer
        }
        ("", _) => say(200, "application/xml", ""),
        (target, _) => say(
            200,
            "application/x-amz-json-1.0",
            format!("{{\"Echo\":\"{target}\",\"Length\":{}}}", body.len()),
        ),
    }
}

fn unchunked(parts: &http::request::Parts, raw: &Bytes) -> Option<Bytes> {
    let text = |name: &str| parts.headers.get(name)?.to_str().ok();
    let mut decoder = Decoder::new(Framing::UnsignedTrailer)
        .ok()?
        .expecting_length(text("x-amz-decoded-content-length")?.parse().ok()?)
        .expecting_trailers(text("x-amz-trailer").unwrap_or_default());
    let mut pieces = Vec::new();
    decoder.push(raw.clone(), &mut pieces).ok()?;
    decoder.finish().ok()?;
    Some(pieces.concat().into())
}

/// A body that breaks off after its first piece.
struct Broken(u8);

impl hyper::body::Body for Broken {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        self.0 += 1;
        match self.0 {
            1 => std::task::Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"begun"))))),
            // Once more round the loop, so that the first piece is sent before the connection breaks.
            2 => {
                cx.waker().wake_by_ref();
                std::task::Poll::Pending
            }
            _ => std::task::Poll::Ready(Some(Err(std::io::Error::other("broken")))),
        }
    }
}
