//! Signs a request with the credentials in use, and takes it to the upstream.

use http::header::HOST;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Response};
use hyper::body::Incoming;
use ruststack_wire::Body;
use ruststack_wire::sign::signer::{Payload, Scope, sign};
use std::fmt;
use time::OffsetDateTime;

use crate::client::{Client, in_words};
use crate::credentials::Wallet;
use crate::upstream::{Target, Upstream};

/// Headers that belong to one connection, and `Expect`, which the application's connection has met already.
const OF_ONE_HOP: &[&str] = &[
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "upgrade",
    "expect",
];

/// Takes requests to the upstream.
#[derive(Debug)]
pub(crate) struct Courier {
    pub(crate) client: Client,
    pub(crate) wallet: Wallet,
    pub(crate) upstream: Upstream,
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
    OF_ONE_HOP.iter().for_each(|name| drop(headers.remove(*name)));
}

impl Courier {
    /// Signs a request for its target, in place of any signature it had.
    pub(crate) async fn sign(
        &self,
        parts: &mut Parts,
        payload: Payload<'_>,
        service: &str,
        target: &Target,
    ) -> Result<(), NotSent> {
        let credentials = self.wallet.credentials().await.map_err(|error| NotSent(error.to_string()))?;
        let scope = Scope { region: &target.region, service };
        sign(parts, payload, &credentials, scope, OffsetDateTime::now_utc())
            .map_err(|error| NotSent(error.to_string()))?;
        Ok(())
    }

    /// Sends a request as it is. The answer's body is still to come.
    pub(crate) async fn send(
        &self,
        parts: Parts,
        body: Body,
        target: &Target,
    ) -> Result<Response<Incoming>, NotSent> {
        let answer = self.client.request(http::Request::from_parts(parts, body)).await;
        answer.map_err(|error| NotSent(format!("{} gave no answer: {}", target.origin(), in_words(&error))))
    }
}
