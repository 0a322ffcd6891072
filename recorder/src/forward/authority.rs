//! The certificate authority that ends TLS in the application's stead. Its key is made on first use and stays its
//! owner's alone; its certificate is good for hosts of AWS and no other, so that a key that got out opens nothing else.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use time::{Duration, OffsetDateTime};

use super::bundle;
use crate::upstream::AWS_DOMAINS;

const NAME: &str = "RustStack recorder, made on this machine";
const KEY: &str = "record-ca.key";
const CERTIFICATE: &str = "record-ca.pem";
const BUNDLE: &str = "record-ca-bundle.pem";
/// How long certificates are good; they are made anew for every run.
const GOOD_FOR: Duration = Duration::days(30);

/// The authority, and the certificates it has given so far.
pub(crate) struct CertificateAuthority {
    issuer: Issuer<'static, KeyPair>,
    /// The key of every certificate it gives, which lives as long as the run.
    leaf: KeyPair,
    given: Mutex<HashMap<(String, bool), Arc<ServerConfig>>>,
    files: TrustFiles,
}

/// What an application has to trust, in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustFiles {
    /// The authority alone.
    pub authority: PathBuf,
    /// The authority and all that this machine trusts.
    pub bundle: PathBuf,
}

/// Why there is no authority. Names the file.
#[derive(Debug)]
pub struct NoAuthority(String);

impl fmt::Display for NoAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "could not set up the recorder's certificate authority: {}", self.0)
    }
}

impl std::error::Error for NoAuthority {}

impl fmt::Debug for CertificateAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateAuthority").field("files", &self.files).finish_non_exhaustive()
    }
}

impl CertificateAuthority {
    /// Opens the authority that is kept in this folder, or makes it.
    pub(crate) fn open(folder: &Path) -> Result<CertificateAuthority, NoAuthority> {
        let at = |path: &Path, error: &dyn fmt::Display| NoAuthority(format!("{}: {error}", path.display()));
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| at(folder, &error))?;
        let path = folder.join(KEY);
        let key = key(&path).map_err(|error| at(&path, &error))?;
        let files = TrustFiles { authority: folder.join(CERTIFICATE), bundle: folder.join(BUNDLE) };
        let made = |error: rcgen::Error| NoAuthority(error.to_string());
        let certificate = authority().and_then(|params| params.self_signed(&key)).map_err(made)?.pem();
        put(&files.authority, &certificate).map_err(|error| at(&files.authority, &error))?;
        put(&files.bundle, &bundle::with(&certificate)).map_err(|error| at(&files.bundle, &error))?;
        let issuer = Issuer::new(authority().map_err(made)?, key);
        let leaf = KeyPair::generate().map_err(made)?;
        Ok(CertificateAuthority { issuer, leaf, given: Mutex::default(), files })
    }

    /// What an application has to trust.
    pub(crate) fn files(&self) -> &TrustFiles {
        &self.files
    }

    /// What ends TLS for a host, HTTP/2 offered or not.
    pub(crate) fn config(&self, host: &str, h2: bool) -> Result<Arc<ServerConfig>, NoAuthority> {
        let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
        let name = (host.to_owned(), h2);
        if let Some(config) = given.get(&name) {
            return Ok(config.clone());
        }
        let config = Arc::new(self.make(host, h2).map_err(|error| NoAuthority(format!("{host}: {error}")))?);
        given.insert(name, config.clone());
        Ok(config)
    }

    fn make(&self, host: &str, h2: bool) -> Result<ServerConfig, Box<dyn std::error::Error + Send + Sync>> {
        let mut params = CertificateParams::new([host.to_owned()])?;
        // A common name has at most 64 letters, and hosts may have more.
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, "a host of AWS, recorded");
        (params.not_before, params.not_after) = good();
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let certificate: CertificateDer<'static> = params.signed_by(&self.leaf, &self.issuer)?.der().clone();
        let key = PrivateKeyDer::try_from(self.leaf.serialize_der())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)?;
        config.alpn_protocols = if h2 { vec![b"h2".to_vec()] } else { Vec::new() };
        config.alpn_protocols.push(b"http/1.1".to_vec());
        Ok(config)
    }
}

/// The same for every run, but for the days it is good.
fn authority() -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, NAME);
    (params.not_before, params.not_after) = good();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let permitted_subtrees =
        AWS_DOMAINS.iter().map(|name| GeneralSubtree::DnsName((*name).to_owned())).collect();
    params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
    Ok(params)
}

fn good() -> (OffsetDateTime, OffsetDateTime) {
    let now = OffsetDateTime::now_utc();
    (now - Duration::days(1), now + GOOD_FOR)
}

/// The key that is kept, or a new one.
fn key(path: &Path) -> Result<KeyPair, Box<dyn std::error::Error + Send + Sync>> {
    match read(path) {
        Ok(text) => return Ok(KeyPair::from_pem(&text)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let made = KeyPair::generate()?;
    // A temporary file is its owner's alone from the beginning.
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(made.serialize_pem().as_bytes())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(made),
        // Another run made it in the meantime.
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Ok(KeyPair::from_pem(&read(path)?)?)
        }
        Err(error) => Err(error.error.into()),
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mode = fs::metadata(path)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(io::Error::other(format!(
            "others may read it (mode {mode:o}): remove it, and a new one is made"
        )));
    }
    fs::read_to_string(path)
}

fn put(path: &Path, text: &str) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_stays_its_owners() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("a/b");
        CertificateAuthority::open(&state).unwrap();
        let key = fs::read(state.join(KEY)).unwrap();
        assert_eq!(fs::metadata(state.join(KEY)).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&state).unwrap().permissions().mode() & 0o777, 0o700);
        let again = CertificateAuthority::open(&state).unwrap();
        assert_eq!(fs::read(state.join(KEY)).unwrap(), key);
        assert!(fs::read_to_string(&again.files().bundle).unwrap().contains("BEGIN CERTIFICATE"));
        for file in fs::read_dir(&state).unwrap() {
            let path = file.unwrap().path();
            let holds_key = fs::read_to_string(&path).unwrap().contains("PRIVATE KEY");
            assert_eq!(holds_key, path.ends_with(KEY), "{}", path.display());
        }

        fs::set_permissions(state.join(KEY), fs::Permissions::from_mode(0o644)).unwrap();
        let error = CertificateAuthority::open(&state).unwrap_err().to_string();
        assert!(error.contains("record-ca.key: others may read it (mode 644)"), "{error}");
    }
}
