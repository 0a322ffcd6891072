//! The credentials that calls are signed with: those the application's owner has on this machine, found as the AWS
//! CLI finds them.

use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials as _, SharedCredentialsProvider};
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use ruststack_wire::sign::signer::Credentials;
use std::fmt;
use std::time::{Duration, SystemTime};
use tokio::sync::Mutex;

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

/// Credentials that stay fresh, and a memory of all that were in use: none of them may be written.
#[derive(Debug)]
pub(crate) struct Wallet {
    provider: Option<SharedCredentialsProvider>,
    held: Mutex<Held>,
    /// The region that goes with the credentials, such as the profile's.
    pub(crate) region: Option<String>,
}

#[derive(Debug, Default)]
struct Held {
    current: Option<(Credentials, Option<SystemTime>)>,
    secrets: Vec<String>,
}

impl Wallet {
    /// Opens the source, and makes sure that there are credentials in it.
    pub(crate) async fn open(source: CredentialSource) -> Result<Wallet, NoCredentials> {
        let wallet = match source {
            CredentialSource::Given(credentials) => {
                let mut held = Held::default();
                held.hold(credentials, None);
                Wallet { provider: None, held: Mutex::new(held), region: None }
            }
            CredentialSource::Chain => {
                let config = chain().await;
                let region = config.region().map(ToString::to_string);
                Wallet { provider: config.credentials_provider(), held: Mutex::default(), region }
            }
        };
        wallet.credentials().await?;
        Ok(wallet)
    }

    /// Credentials that are good now.
    pub(crate) async fn credentials(&self) -> Result<Credentials, NoCredentials> {
        // Held while credentials are fetched, so that many requests at once fetch them once.
        let mut held = self.held.lock().await;
        let limit = SystemTime::now() + BEFORE_THE_END;
        if let Some((credentials, expiry)) = &held.current
            && (self.provider.is_none() || expiry.is_none_or(|expiry| expiry > limit))
        {
            return Ok(credentials.clone());
        }
        let Some(provider) = &self.provider else {
            return Err(NoCredentials("the credential chain is empty".to_owned()));
        };
        let found = provider.provide_credentials().await.map_err(|error| {
            NoCredentials(
                std::error::Error::source(&error)
                    .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}")),
            )
        })?;
        let credentials = Credentials {
            access_key_id: found.access_key_id().to_owned(),
            secret_access_key: found.secret_access_key().to_owned(),
            session_token: found.session_token().map(str::to_owned),
        };
        held.hold(credentials.clone(), found.expiry());
        Ok(credentials)
    }

    /// Every secret that was in use.
    pub(crate) async fn secrets(&self) -> Vec<String> {
        self.held.lock().await.secrets.clone()
    }
}

impl Held {
    fn hold(&mut self, credentials: Credentials, expiry: Option<SystemTime>) {
        let secrets = [Some(&credentials.secret_access_key), credentials.session_token.as_ref()];
        for secret in secrets.into_iter().flatten().filter(|secret| is_distinctive(secret)) {
            if !self.secrets.contains(secret) {
                self.secrets.push(secret.clone());
            }
        }
        self.current = Some((credentials, expiry));
    }
}

/// An emulator's `test` is no secret, and would be found in any word.
fn is_distinctive(secret: &str) -> bool {
    secret.len() >= 16
}

async fn chain() -> SdkConfig {
    let http =
        aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http).load().await
}
