//! Signs a request with the credentials in use, and takes it to the upstream.

use http::header::{self, HOST, HeaderName};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Response};
use hyper::body::Incoming;
use ruststack_cassettes::AuthKind;
use ruststack_wire::Body;
use ruststack_wire::sign::signer::{Credentials, Payload, Scope, SigningKeys, presign, sign_with};
use std::fmt;
use std::time::Duration;
use time::OffsetDateTime;

use crate::client::{Client, in_words};
use crate::credentials::{Found, Wallet};
use crate::identity;
use crate::upstream::{Target, Upstream};

/// Headers that belong to one connection, and `Expect`, which the application's connection has met already.
static OF_ONE_HOP: [HeaderName; 8] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::EXPECT,
];

/// How long a URL that is presigned anew is good: long enough to be sent at once.
const PRESIGNED_FOR: Duration = Duration::from_secs(900);

/// Takes requests to the upstream.
#[derive(Debug)]
pub(crate) struct Courier {
    pub(crate) client: Client,
    /// For calls that came over HTTP/2, where they are not signed anew.
    pub(crate) client_of_both: Option<Client>,
    pub(crate) wallet: Wallet,
    pub(crate) keys: SigningKeys,
    pub(crate) upstream: Upstream,
    /// The region of calls that name none.
    pub(crate) region: String,
}

/// A request that could not be signed, or was not answered. Names the host.
#[derive(Debug)]
pub(crate) struct NotSent(pub(crate) String);

impl fmt::Display for NotSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Points the head of a request at its target.
pub(crate) fn point(parts: &mut Parts, target: &Target) {
    parts.uri = target.uri.clone();
    parts.version = http::Version::HTTP_11;
    match HeaderValue::from_str(target.authority()) {
        Ok(host) => drop(parts.headers.insert(HOST, host)),
        Err(_) => drop(parts.headers.remove(HOST)),
    }
}

/// Takes out the headers that belong to one connection.
pub(crate) fn leave_hop(headers: &mut HeaderMap) {
    OF_ONE_HOP.iter().for_each(|name| drop(headers.remove(name)));
}

impl Courier {
    /// Signs a request for its target, in place of any signature it had, where that stood: a presigned URL stays one,
    /// since AWS does not take every parameter in a query as it takes the header of that name.
    pub(crate) fn sign(
        &self,
        target: &Target,
        service: &str,
        credentials: &Credentials,
        parts: &mut Parts,
        payload: Payload<'_>,
        kind: AuthKind,
    ) -> Result<(), NotSent> {
        let (scope, now) = (Scope { region: &target.region, service }, OffsetDateTime::now_utc());
        let signed = match kind {
            AuthKind::Anonymous => Ok(()),
            AuthKind::Header => sign_with(&self.keys, parts, payload, credentials, scope, now).map(drop),
            AuthKind::Presigned => presign(parts, payload, credentials, scope, now, PRESIGNED_FOR),
        };
        signed.map_err(|error| NotSent(error.to_string()))
    }

    /// Credentials that are good now. Those found anew are taken only for the account that was allowed: profiles
    /// are edited, and a process may give anything.
    pub(crate) async fn credentials(&self, account: &str) -> Result<Credentials, NotSent> {
        // Held while credentials are fetched, so that many requests at once fetch them once.
        let mut held = self.wallet.held().await;
        if let Some(credentials) = held.fresh() {
            return Ok(credentials);
        }
        match self.renew(account).await {
            Ok(found) => {
                let credentials = found.credentials.clone();
                held.hold(found);
                Ok(credentials)
            }
            Err(error) => held.still_good().ok_or(error),
        }
    }

    async fn renew(&self, account: &str) -> Result<Found, NotSent> {
        let found = self.wallet.find().await.map_err(|error| NotSent(error.to_string()))?;
        let (identity, _) =
            identity::ask(self, &found.credentials).await.map_err(|error| NotSent(error.to_string()))?;
        if identity.account == account {
            return Ok(found);
        }
        Err(NotSent(format!("the credentials now belong to account {}, not {account}", identity.account)))
    }

    /// Sends a request as it is. The answer's body is still to come.
    pub(crate) async fn send(
        &self,
        parts: Parts,
        body: Body,
        target: &Target,
    ) -> Result<Response<Incoming>, NotSent> {
        self.pass(parts, body, target, false).await
    }

    /// Sends a request as the application sent it, over the HTTP that it spoke.
    pub(crate) async fn pass(
        &self,
        parts: Parts,
        body: Body,
        target: &Target,
        was_h2: bool,
    ) -> Result<Response<Incoming>, NotSent> {
        let client = self.client_of_both.as_ref().filter(|_| was_h2).unwrap_or(&self.client);
        let answer = client.request(http::Request::from_parts(parts, body)).await;
        answer.map_err(|error| NotSent(format!("{} gave no answer: {}", target.origin(), in_words(&error))))
    }
}
