//! Signs requests: in their headers, or as presigned URLs. The arithmetic is aws-sigv4's; what is ours
//! is what each service wants of it, and applying it to a request that may have been signed before.

use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode,
};
use aws_sigv4::sign::v4;
use http::HeaderValue;
use http::request::Parts;
use http::uri::{PathAndQuery, Uri};
use time::OffsetDateTime;

use super::canonical::{Head, PathStyle, SigningKey, is_s3};
use super::chunked::ChunkSignatures;
use super::credential::CredentialScope;
use super::payload::{Declared, Framing};
use super::{amz_date, percent};

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

/// Headers that change between one hop and the next.
const HOP_BY_HOP: [&str; 6] = ["connection", "expect", "keep-alive", "te", "upgrade", "proxy-connection"];

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

pub(super) fn sign_in_style(
    parts: &mut Parts,
    payload: Payload<'_>,
    credentials: &Credentials,
    scope: Scope<'_>,
    time: OffsetDateTime,
    style: PathStyle,
) -> Result<ChunkSignatures, SignError> {
    for name in ["authorization", "x-amz-date", "x-amz-security-token"] {
        parts.headers.remove(name);
    }
    let declared_its_body = parts.headers.remove("x-amz-content-sha256").is_some();
    let mut settings = settings(style);
    if declared_its_body || is_s3(scope.service) || !matches!(payload, Payload::Bytes(_)) {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let (instructions, signature) = calculate(parts, payload, credentials, scope, time, settings)?;
    for (name, value) in instructions.headers() {
        let mut value = HeaderValue::try_from(value).map_err(failed)?;
        value.set_sensitive(true);
        let name = http::HeaderName::try_from(name).map_err(failed)?;
        parts.headers.insert(name, value);
    }
    let scope = CredentialScope {
        access_key_id: credentials.access_key_id.clone(),
        date: amz_date::day(time),
        region: scope.region.to_owned(),
        service: scope.service.to_owned(),
    };
    let key = SigningKey::derive(&credentials.secret_access_key, &scope);
    Ok(ChunkSignatures::new(key, scope, amz_date::basic(time), signature))
}

/// Makes the request's URI a presigned one, in place of any signature it carries.
pub fn presign(
    parts: &mut Parts,
    payload: Payload<'_>,
    credentials: &Credentials,
    scope: Scope<'_>,
    time: OffsetDateTime,
    expires_in: Duration,
) -> Result<(), SignError> {
    presign_in_style(parts, payload, credentials, scope, time, expires_in, PathStyle::of(scope.service))
}

pub(super) fn presign_in_style(
    parts: &mut Parts,
    payload: Payload<'_>,
    credentials: &Credentials,
    scope: Scope<'_>,
    time: OffsetDateTime,
    expires_in: Duration,
    style: PathStyle,
) -> Result<(), SignError> {
    const SIGNATURE: &[&str] = &[
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-SignedHeaders",
        "X-Amz-Signature",
        "X-Amz-Security-Token",
    ];
    parts.headers.remove("authorization");
    let query = percent::without(parts.uri.query().unwrap_or_default(), SIGNATURE);
    parts.uri = with_query(&parts.uri, &query)?;

    let mut settings = settings(style);
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(expires_in);
    let (instructions, _) = calculate(parts, payload, credentials, scope, time, settings)?;

    let mut pairs: Vec<String> = if query.is_empty() { Vec::new() } else { vec![query] };
    pairs.extend(
        instructions
            .params()
            .iter()
            .map(|(name, value)| format!("{name}={}", percent::encode(value.as_bytes()))),
    );
    parts.uri = with_query(&parts.uri, &pairs.join("&"))?;
    Ok(())
}

fn settings(style: PathStyle) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if style != PathStyle::Normalized {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    settings
}

fn calculate(
    parts: &Parts,
    payload: Payload<'_>,
    credentials: &Credentials,
    scope: Scope<'_>,
    time: OffsetDateTime,
    settings: SigningSettings,
) -> Result<(aws_sigv4::http_request::SigningInstructions, String), SignError> {
    let head = Head::of(parts);
    let host = head.header("host").or(head.authority).ok_or_else(|| failed("it has no host"))?;
    let uri = format!("https://{}{}", head.authority.unwrap_or(host), path_and_query(&parts.uri));
    let mut headers: Vec<(&str, &str)> = parts
        .headers
        .iter()
        .filter(|(name, _)| !HOP_BY_HOP.contains(&name.as_str()))
        .map(|(name, value)| {
            let value = std::str::from_utf8(value.as_bytes());
            value.map(|value| (name.as_str(), value)).map_err(|_| failed(format!("{name} is not text")))
        })
        .collect::<Result<_, _>>()?;
    if !parts.headers.contains_key("host") {
        headers.push(("host", host));
    }

    let identity = aws_credential_types::Credentials::new(
        &credentials.access_key_id,
        &credentials.secret_access_key,
        credentials.session_token.clone(),
        None,
        "ruststack",
    )
    .into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(SystemTime::from(time))
        .settings(settings)
        .build()
        .map_err(failed)?
        .into();
    let body = match payload {
        Payload::Bytes(bytes) => SignableBody::Bytes(bytes),
        Payload::Sha256(hex) => SignableBody::Precomputed(hex.to_owned()),
        Payload::Unsigned => SignableBody::UnsignedPayload,
        Payload::Chunked(framing) => {
            SignableBody::Precomputed(Declared::Chunked(framing).as_str().to_owned())
        }
    };
    let request =
        SignableRequest::new(parts.method.as_str(), uri, headers.into_iter(), body).map_err(failed)?;
    Ok(aws_sigv4::http_request::sign(request, &params).map_err(failed)?.into_parts())
}

fn path_and_query(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", PathAndQuery::as_str)
}

fn with_query(uri: &Uri, query: &str) -> Result<Uri, SignError> {
    let path = uri.path();
    let text = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(text).map_err(failed)?);
    Uri::from_parts(parts).map_err(failed)
}
