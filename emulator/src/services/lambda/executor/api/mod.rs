//! The Runtime API: what the runtime in one environment asks for its events, and tells its answers.
//!
//! `response` takes answers that are streamed, `extensions` and `telemetry` serve what runs beside a runtime.
//!
//! Source: Developer Guide, "Using the Lambda runtime API for custom runtimes".

mod extensions;
mod response;
mod telemetry;

pub(super) use extensions::About;
pub(in crate::services::lambda) use extensions::Extensions;

use super::outcome::{Failure, Invocation, LARGEST_ANSWER};
use super::telemetry::Telemetry;
use bytes::{Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// What the runtime does.
#[derive(Debug)]
pub(super) enum Told {
    /// It asks for an event.
    Next,
    /// It gives what the function gave, and its type.
    Answer(Bytes, Option<String>),
    /// It begins to give what the function gives, of this type.
    Begins(Option<String>),
    /// It gives more of it.
    Piece(Bytes),
    /// That was all; an error, where it ended in one.
    Ends(Option<Bytes>),
    /// What it gave ended before its end.
    Broken,
    /// An extension waits for an event.
    ExtensionReady,
    /// An extension cannot go on.
    ExtensionFailed(Failure),
    /// Its answer is too large.
    TooLarge,
    /// It tells what went wrong in an invocation.
    Error(Bytes),
    /// It tells that it cannot begin, and the type of what went wrong.
    InitError(Bytes),
}

/// An event on its way to the runtime.
pub(super) type Event = (Invocation, Duration);

/// The Runtime API of one environment. It ends with this.
#[derive(Debug)]
pub(super) struct Api {
    pub(super) address: SocketAddr,
    pub(super) events: mpsc::Sender<Event>,
    pub(super) told: mpsc::Receiver<Told>,
    pub(super) extensions: Arc<Extensions>,
    pub(super) telemetry: Arc<Telemetry>,
    server: JoinHandle<()>,
}

struct Shared {
    events: tokio::sync::Mutex<mpsc::Receiver<Event>>,
    told: mpsc::Sender<Told>,
    extensions: Arc<Extensions>,
    telemetry: Arc<Telemetry>,
    /// The request that is being served.
    current: Mutex<Option<String>>,
}

impl Api {
    /// Begins to listen, at an address of this machine only.
    pub(super) async fn start(about: About) -> io::Result<Api> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (events, receiver) = mpsc::channel(1);
        let (sender, told) = mpsc::channel(4);
        let (extensions, telemetry) = (Arc::new(Extensions::new(about)), Arc::new(Telemetry::default()));
        let shared = Arc::new(Shared {
            events: tokio::sync::Mutex::new(receiver),
            told: sender,
            extensions: extensions.clone(),
            telemetry: telemetry.clone(),
            current: Mutex::default(),
        });
        let server = tokio::spawn(serve(listener, shared));
        Ok(Api { address, events, told, extensions, telemetry, server })
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    // The connections end with the listener.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let shared = shared.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| {
                let shared = shared.clone();
                async move { Ok::<_, Infallible>(shared.answer(request).await) }
            });
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
        while connections.try_join_next().is_some() {}
    }
}

impl Shared {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path().to_owned();
        if let Some(path) = path.strip_prefix("/2020-01-01/extension/") {
            return self.answer_extension(path, request).await;
        }
        match (request.method(), path.trim_end_matches('/')) {
            (&Method::PUT, "/2022-07-01/telemetry") => return self.subscribe(request, false).await,
            (&Method::PUT, "/2020-08-15/logs") => return self.subscribe(request, true).await,
            _ => {}
        }
        let Some(path) = path.strip_prefix("/2018-06-01/runtime/") else {
            return refused(StatusCode::NOT_FOUND, "InvalidPath", "there is no such resource");
        };
        match (request.method(), path.split('/').collect::<Vec<_>>().as_slice()) {
            (&Method::GET, ["invocation", "next"]) => self.next().await,
            (&Method::POST, ["init", "error"]) => {
                let body = request.into_body();
                self.take(body, Told::InitError).await
            }
            (&Method::POST, ["invocation", id, kind @ ("response" | "error")]) => {
                let is_current = self.current().take_if(|current| current == id).is_some();
                if !is_current {
                    let message = "The request id does not match the invocation that is being served.";
                    return refused(StatusCode::BAD_REQUEST, "InvalidRequestID", message);
                }
                if *kind == "error" {
                    self.take(request.into_body(), Told::Error).await
                } else if response::is_streamed(request.headers()) {
                    self.take_stream(request).await
                } else {
                    let content_type = response::content_type(request.headers());
                    self.take(request.into_body(), |answer| Told::Answer(answer, content_type)).await
                }
            }
            _ => refused(StatusCode::NOT_FOUND, "InvalidPath", "there is no such resource"),
        }
    }

    /// Gives the next event, when there is one. Runtimes wait as long as it takes.
    async fn next(&self) -> Response<Full<Bytes>> {
        if self.told.send(Told::Next).await.is_err() {
            return gone();
        }
        let Some((invocation, timeout)) = self.events.lock().await.recv().await else { return gone() };
        let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + timeout;
        *self.current() = Some(invocation.request_id.clone());
        let mut answer = Response::builder()
            .header(CONTENT_TYPE, "application/json")
            .header("Lambda-Runtime-Aws-Request-Id", &invocation.request_id)
            .header("Lambda-Runtime-Deadline-Ms", deadline.as_millis().to_string())
            .header("Lambda-Runtime-Invoked-Function-Arn", &invocation.invoked_arn)
            .header("Lambda-Runtime-Trace-Id", &invocation.trace_id);
        if let Some(context) = &invocation.client_context {
            answer = answer.header("Lambda-Runtime-Client-Context", context);
        }
        answer.body(Full::new(invocation.payload)).unwrap_or_else(|_| gone())
    }

    async fn take(&self, body: Incoming, tell: impl FnOnce(Bytes) -> Told) -> Response<Full<Bytes>> {
        let told = match whole(body).await {
            Ok(Some(whole)) => tell(whole),
            Ok(None) => Told::TooLarge,
            Err(_) => return refused(StatusCode::BAD_REQUEST, "InvalidBody", "the body ended early"),
        };
        let is_too_large = matches!(told, Told::TooLarge);
        if self.told.send(told).await.is_err() {
            return gone();
        }
        if is_too_large {
            let message = "Exceeded maximum allowed payload size (6291556 bytes).";
            return refused(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", message);
        }
        accepted()
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.current.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// All of a body; nothing where it is larger than an answer may be, which is read to its end all the same, since a runtime
/// that is not listened to does not listen either.
async fn whole(mut body: Incoming) -> Result<Option<Bytes>, hyper::Error> {
    let mut whole = BytesMut::new();
    let mut is_too_large = false;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        is_too_large |= whole.len() + data.len() > LARGEST_ANSWER;
        if !is_too_large {
            whole.extend_from_slice(&data);
        }
    }
    Ok((!is_too_large).then(|| whole.freeze()))
}

/// What a runtime is told whose word was taken.
fn accepted() -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::new(Bytes::from_static(b"{\"status\":\"OK\"}\n")));
    *answer.status_mut() = StatusCode::ACCEPTED;
    answer
}

fn refused(status: StatusCode, kind: &str, message: &str) -> Response<Full<Bytes>> {
    let body = json!({"errorMessage": message, "errorType": kind}).to_string();
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    answer
}

/// What a runtime is told whose environment is over.
fn gone() -> Response<Full<Bytes>> {
    refused(StatusCode::GONE, "Gone", "the environment is over")
}
