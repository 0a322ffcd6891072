//! Signs requests: in their headers, or as presigned URLs, in place of any signature that they carry.
//!
//! Headers are signed with the arithmetic that verifies them, so that a key is derived once for a day and not for each
//! request.

mod keys;
mod presign;

pub use keys::SigningKeys;
pub use presign::presign;
#[cfg(test)]
pub(super) use presign::presign_in_style;

use std::borrow::Cow;

use http::header::{AUTHORIZATION, HOST};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use time::OffsetDateTime;

use super::amz_date;
use super::canonical::{
    ALGORITHM, CanonicalRequest, Form, Head, PathStyle, SigningKey, is_s3, sha256_hex, string_to_sign,
};
use super::chunked::ChunkSignatures;
use super::credential::CredentialScope;
use super::payload::{Framing, UNSIGNED_PAYLOAD};

/// Who signs. Its `Debug` keeps the secret and the token.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The access key id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
    /// The token of temporary credentials.
    pub session_token: Option<String>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

/// What a signature is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The region.
    pub region: &'a str,
    /// The signing name of the service.
    pub service: &'a str,
}

/// What the signature says of the body.
#[derive(Clone, Copy, Debug)]
pub enum Payload<'a> {
    /// The body, which is hashed.
    Bytes(&'a [u8]),
    /// The SHA-256 of the body, in hexadecimal.
    Sha256(&'a str),
    /// Nothing.
    Unsigned,
    /// The body is sent in chunks.
    Chunked(Framing),
}

impl Payload<'_> {
    /// The last line of a canonical request.
    fn hash(&self) -> Cow<'_, str> {
        match self {
            Payload::Bytes(bytes) => Cow::Owned(sha256_hex(bytes)),
            Payload::Sha256(hex) => Cow::Borrowed(hex),
            Payload::Unsigned => Cow::Borrowed(UNSIGNED_PAYLOAD),
            Payload::Chunked(framing) => Cow::Borrowed(framing.as_str()),
        }
    }
}

/// A request that cannot be signed.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignError {
    message: String,
}

impl std::fmt::Display for SignError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "could not sign the request: {}", self.message)
    }
}

impl std::error::Error for SignError {}

fn failed(reason: impl std::fmt::Display) -> SignError {
    SignError { message: reason.to_string() }
}

/// The header that says when a request was signed.
pub const AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
/// The header that brings the token of temporary credentials.
pub const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");
const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");

/// Headers that change between one hop and the next.
const HOP_BY_HOP: [&str; 6] = ["connection", "expect", "keep-alive", "te", "upgrade", "proxy-connection"];

/// Headers that a signature leaves out besides: AWS's own signers do, since proxies change them on the way.
const NOT_SIGNED: [&str; 4] = ["authorization", "transfer-encoding", "user-agent", "x-amzn-trace-id"];

/// Signs a request in its headers, in place of any signature it carries. Returns the chain that its
/// chunks go on with, should it have any.
pub fn sign(
    parts: &mut Parts,
    payload: Payload<'_>,
    credentials: &Credentials,
    scope: Scope<'_>,
    time: OffsetDateTime,
) -> Result<ChunkSignatures, SignError> {
    sign_in_style(parts, payload, credentials, scope, time, PathStyle::of(scope.service))
}

/// Does the same with a key that may have been derived before.
pub fn sign_with(
    keys: &SigningKeys,
    parts: &mut Parts,
    payload: Payload<'_>,
    credentials: &Credentials,
    scope: Scope<'_>,
    time: OffsetDateTime,
) -> Result<ChunkSignatures, SignError> {
    let key = |scope: &CredentialScope| keys.get(&credentials.secret_access_key, scope);
    write_signature(parts, payload, credentials, scope, time, PathStyle::of(scope.service), key)
}

pub(super) fn sign_in_style(
    parts: &mut Parts,
    payload: Payload<'_>,
    credentials: &Credentials,
    scope: Scope<'_>,
    time: OffsetDateTime,
    style: PathStyle,
) -> Result<ChunkSignatures, SignError> {
    let key = |scope: &CredentialScope| SigningKey::derive(&credentials.secret_access_key, scope);
    write_signature(parts, payload, credentials, scope, time, style, key)
}

fn write_signature(
    parts: &mut Parts,
    payload: Payload<'_>,
    credentials: &Credentials,
    scope: Scope<'_>,
    time: OffsetDateTime,
    style: PathStyle,
    key: impl FnOnce(&CredentialScope) -> SigningKey,
) -> Result<ChunkSignatures, SignError> {
    for name in [AUTHORIZATION, AMZ_DATE, SECURITY_TOKEN] {
        parts.headers.remove(name);
    }
    let declared_its_body = parts.headers.remove(CONTENT_SHA256).is_some();
    let date = amz_date::basic(time);
    put(parts, AMZ_DATE, &date)?;
    if let Some(token) = &credentials.session_token {
        put(parts, SECURITY_TOKEN, token)?;
    }
    let hash = payload.hash();
    if declared_its_body || is_s3(scope.service) || !matches!(payload, Payload::Bytes(_)) {
        put(parts, CONTENT_SHA256, &hash)?;
    }

    let head = Head::of(parts);
    if head.header("host").or(head.authority).is_none() {
        return Err(failed("it has no host"));
    }
    let names = signed_names(&parts.headers);
    let form = Form { path: style, signed_headers: &names, unsigned_parameters: &[], payload: &hash };
    let request = CanonicalRequest::new(&head, &form);
    let scope = CredentialScope {
        access_key_id: credentials.access_key_id.clone(),
        date: amz_date::day(time),
        region: scope.region.to_owned(),
        service: scope.service.to_owned(),
    };
    let key = key(&scope);
    let signature = key.sign(&string_to_sign(&date, &scope, &request));
    let path = scope.path();
    let value = [
        ALGORITHM,
        " Credential=",
        &scope.access_key_id,
        "/",
        &path,
        ", SignedHeaders=",
        &names,
        ", Signature=",
        &signature,
    ];
    put(parts, AUTHORIZATION, &value.concat())?;
    Ok(ChunkSignatures::new(key, scope, date, signature))
}

fn put(parts: &mut Parts, name: HeaderName, value: &str) -> Result<(), SignError> {
    let mut value = HeaderValue::try_from(value).map_err(failed)?;
    value.set_sensitive(true);
    parts.headers.insert(name, value);
    Ok(())
}

/// The names of the headers that are signed, sorted and joined by `;`.
fn signed_names(headers: &HeaderMap) -> String {
    let is_signed = |name: &&str| !HOP_BY_HOP.contains(name) && !NOT_SIGNED.contains(name);
    let mut names: Vec<&str> = headers.keys().map(HeaderName::as_str).filter(is_signed).collect();
    if !headers.contains_key(HOST) {
        names.push("host");
    }
    names.sort_unstable();
    names.join(";")
}
