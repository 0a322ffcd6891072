//! TLS for `serve`: a certificate of the user's, or one made for this run.

use clap::Args;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use ruststack_emulator::gateway::Tls;
use std::path::PathBuf;
use std::sync::Arc;

/// The names that a certificate made here is good for.
const NAMES: [&str; 5] = ["localhost", "*.localhost", "*.s3.localhost", "127.0.0.1", "::1"];

#[derive(Args)]
#[group(skip)]
pub(crate) struct Arguments {
    /// Speak TLS, with a certificate for localhost made for this run unless one is given
    #[arg(long, env = "RUSTSTACK_TLS")]
    tls: bool,
    /// The certificate to speak TLS with, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_key", requires = "tls")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Where to write the certificate made for this run, for clients to trust
    #[arg(long, value_name = "FILE", requires = "tls", conflicts_with = "tls_cert")]
    tls_cert_out: Option<PathBuf>,
}

impl Arguments {
    /// What to speak TLS with; `None` to speak plain HTTP.
    pub(crate) fn configure(&self) -> Result<Option<Tls>, String> {
        if !self.tls {
            return Ok(None);
        }
        let (certificates, key) = match (&self.tls_cert, &self.tls_key) {
            (Some(certificate), Some(key)) => read(certificate, key)?,
            _ => self.make()?,
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
            .map_err(|error| format!("the certificate cannot be used: {error}"))?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Some(Arc::new(config)))
    }

    fn make(&self) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), String> {
        let made = rcgen::generate_simple_self_signed(NAMES.map(str::to_owned))
            .map_err(|error| format!("could not make a certificate: {error}"))?;
        if let Some(path) = &self.tls_cert_out {
            std::fs::write(path, made.cert.pem()).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())
            .map_err(|error| format!("could not make a key: {error}"))?;
        Ok((vec![made.cert.der().clone()], key))
    }
}

fn read(
    certificate: &std::path::Path,
    key: &std::path::Path,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), String> {
    let bad = |path: &std::path::Path, error: String| format!("{}: {error}", path.display());
    let certificates = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|error| bad(certificate, error.to_string()))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| bad(key, error.to_string()))?;
    Ok((certificates, key))
}
