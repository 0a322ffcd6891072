//! Who is judged: the emulator in this process, an endpoint at an address, or AWS itself in a sandbox.

use super::Arguments;
use crate::asking::Asking;
use crate::in_process::InProcess;
use ruststack_conformance::Report;
use ruststack_conformance::endpoint::{Endpoint, Remote};
use ruststack_conformance::replay::SECRET;
use ruststack_recorder::{CredentialSource, Credentials, Limits, Options, Upstream};
use std::sync::Arc;

/// The account of calls to an endpoint that takes any signature.
const ANY_ACCOUNT: &str = "000000000000";

/// Who is judged.
pub(super) enum Target {
    /// Whoever answers by itself.
    Plain(Arc<dyn Endpoint>),
    /// Whoever is asked through a recorder.
    Asked(Box<Asking>),
}

impl Target {
    /// Finds who the arguments mean.
    pub(super) async fn find(arguments: &Arguments) -> Result<Target, String> {
        let Some(url) = arguments.target.as_deref() else { return Ok(Target::Plain(Arc::new(InProcess))) };
        let is_aws = url == Report::AWS;
        if is_aws && !arguments.sign {
            return Err(
                "--target aws signs with your credentials: say --sign, and --allow-account ID".to_owned()
            );
        }
        if arguments.upstream.is_some() && !is_aws {
            return Err("--upstream stands in for AWS: it needs --target aws".to_owned());
        }
        if arguments.sign || arguments.cleanup {
            let asking = Asking::start(options(arguments, url)?, url).await?;
            return Ok(Target::Asked(Box::new(asking)));
        }
        let mut remote = Remote::new(url, arguments.reset_url.as_deref())?;
        if let Some(account) = &arguments.account {
            remote = remote.with_account(account);
        }
        if arguments.isolate {
            remote = remote.isolated();
        } else if let Ok(false) = remote.forgets().await {
            eprintln!("{url} has no reset that is known: what cassettes create gets names of its own there");
        }
        Ok(Target::Plain(Arc::new(remote)))
    }

    /// The endpoint.
    pub(super) fn endpoint(&self) -> Arc<dyn Endpoint> {
        match self {
            Target::Plain(endpoint) => endpoint.clone(),
            Target::Asked(asking) => asking.endpoint(),
        }
    }

    /// Cleans up, as far as anything was created that is known of.
    pub(super) async fn finish(self, arguments: &Arguments) -> Result<(), String> {
        match self {
            Target::Plain(_) => Ok(()),
            Target::Asked(asking) => asking.finish(arguments.cleanup, arguments.yes).await.cleaned,
        }
    }
}

/// What the recorder is told.
fn options(arguments: &Arguments, url: &str) -> Result<Options, String> {
    let upstream = match &arguments.upstream {
        Some(upstream) => upstream.clone(),
        None if url == Report::AWS => Upstream::Aws,
        None => url.parse().map_err(|error| format!("--target: {error}"))?,
    };
    let credentials = match arguments.sign {
        true => CredentialSource::Chain,
        false => CredentialSource::Given(Credentials {
            access_key_id: arguments.account.clone().unwrap_or_else(|| ANY_ACCOUNT.to_owned()),
            secret_access_key: SECRET.to_owned(),
            session_token: None,
        }),
    };
    Ok(Options {
        upstream,
        credentials,
        allow_accounts: arguments.allow_account.clone(),
        limits: Limits {
            regions: arguments.allow_region.clone(),
            max_requests: arguments.max_requests,
            ..Limits::default()
        },
        ca_file: arguments.ca_file.clone(),
        // Every call names its region.
        ..Options::new("")
    })
}
