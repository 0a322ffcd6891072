//! Accepts connections: HTTP/1.1 and h2c on one port, TLS when asked.

mod unparsed;

use super::{Emulator, Peer};
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use ruststack_wire::body::BodyError;
use ruststack_wire::{Body, Request, Response};
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// How long a request in flight may take after the emulator was told to stop.
const PATIENCE: Duration = Duration::from_secs(5);
/// The greatest piece that is read at once, and so the greatest head of a request.
const READ_BUFFER: usize = 256 << 10;
/// How long the head of a request may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);

/// The certificate and key to speak TLS with.
pub type Tls = Arc<ServerConfig>;

/// Stands before an emulator: every request of a listener goes to it, and it gives the answer, its own or the
/// emulator's.
pub trait Tap: Send + Sync {
    /// Answers one request.
    fn answer<'a>(
        &'a self,
        emulator: &'a Emulator,
        request: Request,
    ) -> Pin<Box<dyn Future<Output = Response> + Send + 'a>>;
}

/// A port that is bound and not yet served.
pub struct Listener {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    tap: Option<Arc<dyn Tap>>,
}

impl Listener {
    /// Binds the address; port 0 takes any that is free.
    pub async fn bind(address: SocketAddr, tls: Option<Tls>) -> io::Result<Listener> {
        Ok(Listener {
            listener: TcpListener::bind(address).await?,
            tls: tls.map(TlsAcceptor::from),
            tap: None,
        })
    }

    /// Puts something before the emulator.
    pub fn tapped(self, tap: Arc<dyn Tap>) -> Listener {
        Listener { tap: Some(tap), ..self }
    }

    /// The address that is bound.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The URL that a process on this machine reaches it at: who listens everywhere is found at home.
    pub fn url(&self) -> io::Result<String> {
        let bound = self.local_addr()?;
        let address = match bound.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => (Ipv4Addr::LOCALHOST, bound.port()).into(),
            IpAddr::V6(ip) if ip.is_unspecified() => (Ipv6Addr::LOCALHOST, bound.port()).into(),
            _ => bound,
        };
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        Ok(format!("{scheme}://{address}"))
    }

    /// Serves until `stop` is ready, then finishes what is in flight.
    pub async fn serve(self, emulator: Emulator, stop: impl Future<Output = ()>) {
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .half_close(true)
            .max_buf_size(READ_BUFFER);
        let server = Arc::new(builder);
        if let Ok(url) = self.url() {
            let _ = emulator.0.services.endpoint.set(url);
        }
        emulator.hear();
        let graceful = GracefulShutdown::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = &mut stop => break,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of descriptors, most likely: wait for some to be given back.
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            };
            let _ = stream.set_nodelay(true);
            let answerer = Answerer { emulator: emulator.clone(), tap: self.tap.clone() };
            let (tls, server) = (self.tls.clone(), server.clone());
            tokio::spawn(connect(stream, peer.ip(), tls, answerer, server, graceful.watcher()));
        }
        drop(self.listener);
        if tokio::time::timeout(PATIENCE, graceful.shutdown()).await.is_err() {
            tracing::warn!("gave up on requests that did not finish in time");
        }
    }
}

type Server = Arc<auto::Builder<TokioExecutor>>;

/// Who answers.
#[derive(Clone)]
struct Answerer {
    emulator: Emulator,
    tap: Option<Arc<dyn Tap>>,
}

impl Answerer {
    async fn answer(&self, request: Request) -> Response {
        match &self.tap {
            None => self.emulator.answer(request).await,
            Some(tap) => tap.answer(&self.emulator, request).await,
        }
    }
}

async fn connect(
    stream: TcpStream,
    address: IpAddr,
    tls: Option<TlsAcceptor>,
    answerer: Answerer,
    server: Server,
    watch: Watcher,
) {
    match tls {
        None => serve(stream, Peer { address, is_secure: false }, answerer, server, watch).await,
        Some(tls) => match tls.accept(stream).await {
            Ok(stream) => serve(stream, Peer { address, is_secure: true }, answerer, server, watch).await,
            Err(error) => tracing::debug!(%error, "a TLS handshake failed"),
        },
    }
}

async fn serve<S>(stream: S, peer: Peer, answerer: Answerer, server: Server, watch: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let answerer = answerer.clone();
        async move {
            let mut request = request.map(|body| Body::stream(Arriving(body)));
            if answerer.emulator.decides() || peer.is_secure {
                request.extensions_mut().insert(peer);
            }
            Ok::<_, Infallible>(answerer.answer(request).await)
        }
    });
    let connection = server.serve_connection(TokioIo::new(unparsed::Told::new(stream)), service);
    if let Err(error) = watch.watch(connection.into_owned()).await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// A body that hyper receives, with its errors as ours.
struct Arriving(Incoming);

impl HttpBody for Arriving {
    type Data = bytes::Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<bytes::Bytes>, BodyError>>> {
        Pin::new(&mut self.0).poll_frame(cx).map_err(BodyError::from)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}
