//! Takes the signature's parts from where they stand: an `Authorization` header or a query.
//! Says what is there and judges nothing.

use std::borrow::Cow;

use super::canonical::Head;
use super::percent;

/// The parts of `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Components<'a> {
    pub(super) credential: Option<Cow<'a, str>>,
    pub(super) signed_headers: Option<Cow<'a, str>>,
    pub(super) signature: Option<Cow<'a, str>>,
    /// A component without `=`, the first of them.
    pub(super) malformed: Option<&'a str>,
}

impl<'a> Components<'a> {
    /// Reads what follows the algorithm's name.
    pub(super) fn of_header(rest: &'a str) -> Components<'a> {
        let mut components = Components::default();
        for component in rest.split([',', ' ']).filter(|component| !component.is_empty()) {
            match component.split_once('=') {
                Some(("Credential", value)) => components.credential = Some(value.into()),
                Some(("SignedHeaders", value)) => components.signed_headers = Some(value.into()),
                Some(("Signature", value)) => components.signature = Some(value.into()),
                Some(_) => {}
                None => components.malformed = components.malformed.or(Some(component)),
            }
        }
        components
    }

    /// Reads a presigned query.
    pub(super) fn of_query(query: &str) -> Components<'static> {
        let parameter = |name| percent::parameter(query, name).map(Cow::Owned);
        Components {
            credential: parameter("X-Amz-Credential"),
            signed_headers: parameter("X-Amz-SignedHeaders"),
            signature: parameter("X-Amz-Signature"),
            malformed: None,
        }
    }

    /// All three, if all three are there.
    pub(super) fn complete(&self) -> Option<(&str, &str, &str)> {
        Some((self.credential.as_deref()?, self.signed_headers.as_deref()?, self.signature.as_deref()?))
    }
}

/// Where a request carries its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mechanism<'a> {
    /// Nowhere.
    None,
    /// In `Authorization`, whose value this is.
    Header(Cow<'a, str>),
    /// In the query, by this `X-Amz-Algorithm`.
    Query(String),
    /// In both; this is the header.
    Both(Cow<'a, str>),
}

impl<'a> Mechanism<'a> {
    pub(super) fn of(head: &Head<'a>) -> Mechanism<'a> {
        let header = head.headers.get("authorization").map(|value| String::from_utf8_lossy(value.as_bytes()));
        let algorithm = percent::parameter(head.query, "X-Amz-Algorithm");
        match (header, algorithm) {
            (None, None) => Mechanism::None,
            (Some(header), None) => Mechanism::Header(header),
            (None, Some(algorithm)) => Mechanism::Query(algorithm),
            (Some(header), Some(_)) => Mechanism::Both(header),
        }
    }
}

/// The headers among these that must be signed and are not, by `must`.
pub(super) fn unsigned_headers(
    head: &Head<'_>,
    signed_headers: &str,
    must: impl Fn(&str) -> bool,
) -> Vec<String> {
    let signed: std::collections::HashSet<&str> = signed_headers.split(';').collect();
    let mut unsigned: Vec<String> = head
        .headers
        .keys()
        .map(http::HeaderName::as_str)
        .chain(head.authority.map(|_| "host"))
        .filter(|name| must(name) && !signed.contains(name))
        .map(str::to_owned)
        .collect();
    unsigned.sort_unstable();
    unsigned.dedup();
    unsigned
}
