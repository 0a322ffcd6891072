//! The recorder as a forward proxy (`HTTPS_PROXY`): the application addresses AWS itself and signs with its own
//! credentials, and nothing of what it sends is changed. TLS to AWS's hosts is ended here by an authority of our own;
//! what goes to other hosts is passed on unseen, or refused.

mod authority;
mod bundle;
mod others;

pub(crate) use authority::CertificateAuthority;
pub use authority::{NoAuthority, TrustFiles};
pub use others::{NoOthers, Others};

use http::uri::{Authority, Scheme};
use http::{Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::Upgraded;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::Watcher;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls::server::Acceptor;
use ruststack_wire::Body;
use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::{LazyConfigAcceptor, TlsConnector};

use crate::proxy::Proxy;
use crate::upstream::{Upstream, is_aws_host};

const CONNECT: Duration = Duration::from_secs(10);
const HTTPS: u16 = 443;

/// The host that an application addressed through the proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addressed {
    pub(crate) scheme: Scheme,
    pub(crate) host: String,
}

/// The forward proxy.
#[derive(Debug)]
pub(crate) struct Forward {
    pub(crate) proxy: Arc<Proxy>,
    pub(crate) authority: CertificateAuthority,
    pub(crate) others: Others,
    /// What the upstream is asked with which HTTP it speaks.
    pub(crate) tls: Arc<ClientConfig>,
    pub(crate) speaks_h2: Mutex<HashMap<String, bool>>,
}

impl Forward {
    /// Serves one connection of the application's.
    pub(crate) async fn serve(self: Arc<Self>, stream: TcpStream, watcher: Watcher) {
        // A connection carries one tunnel, and then nothing else.
        let watcher = Arc::new(Mutex::new(Some(watcher)));
        let answer = service_fn(move |request| {
            let (own, watcher) = (self.clone(), watcher.clone());
            async move { Ok::<_, Infallible>(own.answer(request, watcher).await) }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).with_upgrades();
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection of the application's ended early");
        }
    }

    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        watcher: Arc<Mutex<Option<Watcher>>>,
    ) -> Response<Body> {
        let Some(authority) = request.uri().authority().cloned() else {
            return say(
                StatusCode::BAD_REQUEST,
                "This is a proxy: set HTTPS_PROXY to it, or record without --proxy.",
            );
        };
        let host = authority.host().trim_end_matches('.').to_ascii_lowercase();
        if request.method() != Method::CONNECT {
            let is_plain = request.uri().scheme() == Some(&Scheme::HTTP)
                && authority.port_u16().is_none_or(|port| port == 80);
            return match is_plain && is_aws_host(&host) {
                true => self.proxy.answer(request, Some(Addressed { scheme: Scheme::HTTP, host })).await,
                false => {
                    say(StatusCode::FORBIDDEN, &format!("{host} is not AWS's, and only HTTPS_PROXY tunnels."))
                }
            };
        }
        match is_aws_host(&host) && authority.port_u16().unwrap_or(HTTPS) == HTTPS {
            true => {
                let watcher = watcher.lock().unwrap_or_else(PoisonError::into_inner).take();
                tokio::spawn(async move {
                    if let Err(error) = self.intercept(request, &host, watcher).await {
                        let files = self.authority.files();
                        tracing::warn!(
                            "a connection for {host} could not be recorded: {error}; does the application trust {}?",
                            files.authority.display()
                        );
                    }
                });
                Response::default()
            }
            false => self.tunnel(request, &authority).await,
        }
    }

    /// Ends TLS in AWS's stead, and answers what comes.
    async fn intercept(
        &self,
        request: Request<Incoming>,
        host: &str,
        watcher: Option<Watcher>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let upgraded = TokioIo::new(hyper::upgrade::on(request).await?);
        let start = LazyConfigAcceptor::new(Acceptor::default(), upgraded).await?;
        let wants_h2 = start.client_hello().alpn().is_some_and(|mut names| names.any(|name| name == b"h2"));
        let h2 = wants_h2 && self.speaks_h2(host).await;
        let stream = start.into_stream(self.authority.config(host, h2)?).await?;
        let addressed = Addressed { scheme: Scheme::HTTPS, host: host.to_owned() };
        let proxy = self.proxy.clone();
        let answer = service_fn(move |request| {
            let (proxy, addressed) = (proxy.clone(), addressed.clone());
            async move { Ok::<_, Infallible>(proxy.answer(request, Some(addressed)).await) }
        });
        let server = Builder::new(TokioExecutor::new());
        let connection = server.serve_connection(TokioIo::new(stream), answer).into_owned();
        let ended = match watcher {
            Some(watcher) => watcher.watch(connection).await,
            None => connection.await,
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection of the application's ended early");
        }
        Ok(())
    }

    /// Whether the upstream speaks HTTP/2 for a host, so that the application is offered what it would have found.
    async fn speaks_h2(&self, host: &str) -> bool {
        if let Some(known) = self.speaks_h2.lock().unwrap_or_else(PoisonError::into_inner).get(host) {
            return *known;
        }
        match tokio::time::timeout(CONNECT, self.ask(host)).await {
            Ok(Ok(speaks)) => {
                self.speaks_h2.lock().unwrap_or_else(PoisonError::into_inner).insert(host.to_owned(), speaks);
                speaks
            }
            // The call itself will meet the same failure, and tell it.
            _ => false,
        }
    }

    async fn ask(&self, host: &str) -> io::Result<bool> {
        let (name, port) = match &self.proxy.courier.upstream {
            Upstream::Aws => (host, HTTPS),
            Upstream::At { scheme, .. } if *scheme == Scheme::HTTP => return Ok(false),
            Upstream::At { authority, .. } => (authority.host(), authority.port_u16().unwrap_or(HTTPS)),
        };
        let stream = TcpStream::connect((name.trim_matches(['[', ']']), port)).await?;
        let server = ServerName::try_from(name.to_owned()).map_err(io::Error::other)?;
        let stream = TlsConnector::from(self.tls.clone()).connect(server, stream).await?;
        Ok(stream.get_ref().1.alpn_protocol() == Some(b"h2"))
    }

    /// Passes on what goes to another host, unseen, where that is allowed.
    async fn tunnel(&self, request: Request<Incoming>, to: &Authority) -> Response<Body> {
        if self.others == Others::Refuse {
            tracing::warn!("refused a connection to {to}: it is not AWS's, and --others refuse was given");
            return say(StatusCode::FORBIDDEN, &format!("{to} is not AWS's, and --others refuse was given."));
        }
        let address = (to.host().trim_matches(['[', ']']).to_owned(), to.port_u16().unwrap_or(HTTPS));
        let mut stream = match tokio::time::timeout(CONNECT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return say(StatusCode::BAD_GATEWAY, &format!("{to}: {error}")),
            Err(_) => return say(StatusCode::GATEWAY_TIMEOUT, &format!("{to} does not answer.")),
        };
        tokio::spawn(async move {
            let pass = async {
                let mut upgraded: TokioIo<Upgraded> =
                    TokioIo::new(hyper::upgrade::on(request).await.map_err(io::Error::other)?);
                tokio::io::copy_bidirectional(&mut upgraded, &mut stream).await
            };
            if let Err(error) = pass.await {
                tracing::debug!(%error, "a tunnel ended early");
            }
        });
        Response::default()
    }
}

fn say(status: StatusCode, text: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{text}\n").into_bytes()));
    *response.status_mut() = status;
    response
}
