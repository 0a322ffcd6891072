//! The connection to the upstream: HTTP/1.1, as the SDKs speak it, over rustls with ring.

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use ruststack_wire::Body;
use std::error::Error as _;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What sends requests.
pub(crate) type Client = legacy::Client<HttpsConnector<HttpConnector>, Body>;

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

/// A client that trusts whom this machine trusts, and whoever the certificates in a file vouch for.
pub(crate) fn client(ca_file: Option<&Path>) -> Result<Client, TlsError> {
    let mut roots = RootCertStore::empty();
    let native = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(native.certs);
    if let Some(file) = ca_file {
        trust(&mut roots, file)?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError { doing: "set up TLS".to_owned(), source: error.into() })?
        .with_root_certificates(roots)
        .with_no_client_auth();

    let mut tcp = HttpConnector::new();
    tcp.set_connect_timeout(Some(CONNECT));
    tcp.set_nodelay(true);
    tcp.enforce_http(false);
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(config)
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    Ok(legacy::Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(REST)
        .set_host(false)
        .build(connector))
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
