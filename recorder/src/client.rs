//! The connection to the upstream: HTTP/1.1, as most SDKs speak it, or HTTP/2, over rustls with ring.

use hyper_rustls::{FixedServerNameResolver, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CipherSuite, ClientConfig, RootCertStore};
use ruststack_wire::Body;
use std::error::Error as _;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crate::gather::Gathering;

/// What sends requests.
pub(crate) type Client = legacy::Client<Gathering<HttpsConnector<HttpConnector<Names>>>, Body>;

const CONNECT: Duration = Duration::from_secs(10);
/// AWS closes a connection that rests for longer; sending on one that is closing fails.
const REST: Duration = Duration::from_secs(5);

/// Why nobody can be trusted.
#[derive(Debug)]
pub struct TlsError {
    doing: String,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not {}: {}", self.doing, self.source)
    }
}

impl std::error::Error for TlsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.source.as_ref())
    }
}

/// Whom the upstream has to be vouched for by: whom this machine trusts, and the certificates in a file.
pub(crate) fn tls(ca_file: Option<&Path>) -> Result<ClientConfig, TlsError> {
    let mut roots = RootCertStore::empty();
    let native = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(native.certs);
    if let Some(file) = ca_file {
        trust(&mut roots, file)?;
    }
    let mut provider = rustls::crypto::ring::default_provider();
    // As AWS's own servers prefer: the longer key takes a fifth more time for each byte.
    provider.cipher_suites.sort_by_key(|suite| suite.suite() != CipherSuite::TLS13_AES_128_GCM_SHA256);
    let builder = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError { doing: "set up TLS".to_owned(), source: error.into() })?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// A client of HTTP/1.1.
pub(crate) fn client(tls: ClientConfig, names: Names) -> Result<Client, TlsError> {
    build(tls, names, false)
}

/// A client that speaks HTTP/2 where the upstream does.
pub(crate) fn client_of_both(tls: ClientConfig, names: Names) -> Result<Client, TlsError> {
    build(tls, names, true)
}

fn build(tls: ClientConfig, names: Names, h2: bool) -> Result<Client, TlsError> {
    let server = match &names.0 {
        Some((host, _)) => Some(
            ServerName::try_from(host.clone())
                .map_err(|error| TlsError { doing: format!("ask {host} who it is"), source: error.into() })?,
        ),
        None => None,
    };
    let mut tcp = HttpConnector::new_with_resolver(names);
    tcp.set_connect_timeout(Some(CONNECT));
    tcp.set_nodelay(true);
    tcp.enforce_http(false);
    let mut builder = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
    if let Some(server) = server {
        builder = builder.with_server_name_resolver(FixedServerNameResolver::new(server));
    }
    let connector = match h2 {
        true => builder.enable_all_versions().wrap_connector(tcp),
        false => builder.enable_http1().wrap_connector(tcp),
    };
    Ok(legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(REST)
        .set_host(false)
        .build(Gathering(connector)))
}

/// Where hosts are found: as this machine finds them, or all at one host and port that stands in for AWS.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(pub(crate) Option<(String, u16)>);

impl tower_service::Service<Name> for Names {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let (host, port) = self.0.clone().unwrap_or_else(|| (name.as_str().to_owned(), 0));
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((host.trim_matches(['[', ']']), port)).await?.collect();
            Ok(found.into_iter())
        })
    }
}

fn trust(roots: &mut RootCertStore, file: &Path) -> Result<(), TlsError> {
    let failed = |source: Box<dyn std::error::Error + Send + Sync>| TlsError {
        doing: format!("read the certificates of {}", file.display()),
        source,
    };
    let certificates = CertificateDer::pem_file_iter(file).map_err(|error| failed(error.into()))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| failed(error.into()))?;
        roots.add(certificate).map_err(|error| failed(error.into()))?;
    }
    Ok(())
}

/// A failure with its causes, in one sentence. hyper's own words name only the layer.
pub(crate) fn in_words(error: &legacy::Error) -> String {
    let mut words = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if words.last().is_none_or(|last| !last.contains(&text)) {
            words.push(text);
        }
        cause = error.source();
    }
    words.join(": ")
}
