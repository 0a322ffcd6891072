//! The credentials that calls are signed with: those the application's owner has on this machine, found as the AWS
//! CLI finds them.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_smithy_http_client::tls;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use ruststack_wire::sign::signer::Credentials;
use std::fmt;
use std::time::{Duration, SystemTime};
use tokio::sync::{Mutex, MutexGuard};

/// Temporary credentials are found anew this long before they end.
const BEFORE_THE_END: Duration = Duration::from_secs(300);

/// Where credentials come from.
#[derive(Clone, Debug, Default)]
pub enum CredentialSource {
    /// The environment, the profile files, a process, a web identity, the container or the machine: the chain every
    /// AWS SDK goes through.
    #[default]
    Chain,
    /// These.
    Given(Credentials),
}

/// No credentials were found.
#[derive(Debug)]
pub struct NoCredentials(String);

impl fmt::Display for NoCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found no AWS credentials to sign with: {}", self.0)
    }
}

impl std::error::Error for NoCredentials {}

/// Finds credentials, and remembers all that were in use: none of them may be written.
#[derive(Debug)]
pub(crate) struct Wallet {
    provider: Provider,
    held: Mutex<Held>,
    /// The region that goes with the credentials, such as the profile's.
    pub(crate) region: Option<String>,
}

#[derive(Debug)]
enum Provider {
    Chain(Option<SharedCredentialsProvider>),
    Given(Credentials),
}

/// Credentials, and when they end.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) credentials: Credentials,
    expiry: Option<SystemTime>,
}

/// The credentials in use.
#[derive(Debug, Default)]
pub(crate) struct Held {
    current: Option<Found>,
    secrets: Vec<String>,
}

impl Wallet {
    /// Opens the source.
    pub(crate) async fn open(source: CredentialSource) -> Wallet {
        let (provider, region) = match source {
            CredentialSource::Given(credentials) => (Provider::Given(credentials), None),
            CredentialSource::Chain => {
                let config = chain().await;
                (Provider::Chain(config.credentials_provider()), config.region().map(ToString::to_string))
            }
        };
        Wallet { provider, held: Mutex::default(), region }
    }

    /// Credentials as they are to be found now.
    pub(crate) async fn find(&self) -> Result<Found, NoCredentials> {
        let provider = match &self.provider {
            Provider::Given(credentials) => {
                return Ok(Found { credentials: credentials.clone(), expiry: None });
            }
            Provider::Chain(Some(provider)) => provider,
            Provider::Chain(None) => return Err(NoCredentials("the credential chain is empty".to_owned())),
        };
        let found = provider.provide_credentials().await.map_err(|error| {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
            NoCredentials(format!("{error}{}", cause.unwrap_or_default()))
        })?;
        let credentials = Credentials {
            access_key_id: found.access_key_id().to_owned(),
            secret_access_key: found.secret_access_key().to_owned(),
            session_token: found.session_token().map(str::to_owned),
        };
        Ok(Found { credentials, expiry: found.expiry() })
    }

    /// Every secret that was in use. Blocks its thread, so it is not for a runtime's own.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.held.blocking_lock().secrets.clone()
    }

    /// The credentials in use, for as long as nobody else may change them.
    pub(crate) async fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().await
    }
}

impl Held {
    /// Those in use, unless they are about to end.
    pub(crate) fn fresh(&self) -> Option<Credentials> {
        self.good_for(BEFORE_THE_END)
    }

    /// Those in use, as long as they are any good.
    pub(crate) fn still_good(&self) -> Option<Credentials> {
        self.good_for(Duration::ZERO)
    }

    fn good_for(&self, time: Duration) -> Option<Credentials> {
        let limit = SystemTime::now() + time;
        let found = self.current.as_ref()?;
        found.expiry.is_none_or(|expiry| expiry > limit).then(|| found.credentials.clone())
    }

    /// Takes credentials into use.
    pub(crate) fn hold(&mut self, found: Found) {
        let credentials = &found.credentials;
        let secrets = [Some(&credentials.secret_access_key), credentials.session_token.as_ref()];
        for secret in secrets.into_iter().flatten().filter(|secret| is_distinctive(secret)) {
            if !self.secrets.contains(secret) {
                self.secrets.push(secret.clone());
            }
        }
        self.current = Some(found);
    }
}

/// An emulator's `test` is no secret, and would be found in any word.
fn is_distinctive(secret: &str) -> bool {
    secret.len() >= 16
}

async fn chain() -> SdkConfig {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .build_https();
    aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http).load().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_used_while_they_are_good_and_remembered_after() {
        let credentials = |number: u8| Credentials {
            access_key_id: format!("key{number}"),
            secret_access_key: format!("a secret of some length {number}"),
            session_token: None,
        };
        let mut held = Held::default();
        assert_eq!(held.still_good(), None);
        let soon = SystemTime::now() + Duration::from_secs(60);
        held.hold(Found { credentials: credentials(1), expiry: Some(soon) });
        assert_eq!((held.fresh(), held.still_good()), (None, Some(credentials(1))));
        held.hold(Found { credentials: credentials(2), expiry: None });
        assert_eq!(held.fresh(), Some(credentials(2)));
        assert_eq!(held.secrets.len(), 2);
    }
}
