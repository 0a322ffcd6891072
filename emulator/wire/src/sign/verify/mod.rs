//! Checks a request's signature, the way AWS does: first everything that can be told without the
//! secret, in the order in which AWS looks for it, then the secret, then the signature.
//!
//! [`s3`] and [`standard`] read the claim a request makes, each in its front end's order and with its
//! own demands; what is left, finding the secret and comparing, is the same for both.

mod s3;
mod standard;

use http::request::Parts;
use subtle::ConstantTimeEq;
use time::OffsetDateTime;

use super::authorization::Mechanism;
use super::canonical::{CanonicalRequest, Form, Head, PathStyle, SigningKey, is_s3, string_to_sign};
use super::chunked::ChunkSignatures;
use super::credential::{CredentialScope, Endpoint};
use super::payload::{Declared, PayloadHash, hex};
use super::refusal::{Mismatch, SignatureError};

/// How far a request's clock may be from ours, either way.
pub const MAX_SKEW: time::Duration = time::Duration::minutes(15);

/// Where secrets are found.
pub trait Secrets {
    /// The secret access key of an access key id, given the session token sent beside it.
    fn find(&self, access_key_id: &str, session_token: Option<&str>) -> Result<String, Unknown>;
}

/// Why there is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// No such access key id.
    AccessKey,
    /// The access key id does not go with this session token.
    Token,
    /// The session token is no longer good.
    ExpiredToken,
}

/// What a good signature proves. Its `Debug` keeps the signing key secret.
#[derive(Clone, Debug)]
pub struct Verified {
    /// Who signed, for which day, region and service.
    pub scope: CredentialScope,
    /// The signature: the seed of chunk signatures.
    pub signature: String,
    /// The date line of the string to sign.
    pub date: String,
    /// The key the request was signed with.
    pub signing_key: SigningKey,
    /// Whether the signature came in the query.
    pub is_presigned: bool,
    /// What the head says of the body.
    pub payload: Declared,
}

impl Verified {
    /// The chain of chunk signatures that begins at this request's.
    pub fn chunk_signatures(&self) -> ChunkSignatures {
        ChunkSignatures::new(
            self.signing_key.clone(),
            self.scope.clone(),
            self.date.clone(),
            self.signature.clone(),
        )
    }

    /// Holds a streamed body's SHA-256, known at its end, against what the head said.
    pub fn check_body(&self, sha256: &[u8; 32]) -> Result<(), SignatureError> {
        match &self.payload {
            // What a presigned URL says of the body, S3 signs and does not check.
            Declared::Sha256(claimed) if !self.is_presigned => same_body(claimed, sha256),
            _ => Ok(()),
        }
    }
}

/// Refuses a presigned URL whose life is over, whoever signed it; anything else passes.
pub fn check_expiry(parts: &Parts, now: OffsetDateTime) -> Result<(), SignatureError> {
    let mut date = None;
    let mut expires = None;
    for (name, value) in crate::protocol::query_pairs(parts.uri.query().unwrap_or_default()) {
        match &*name {
            "X-Amz-Date" => date = super::amz_date::parse(&value),
            "X-Amz-Expires" => expires = Some(value),
            _ => {}
        }
    }
    let (Some(date), Some(expires)) = (date, expires) else { return Ok(()) };
    let Ok(seconds) = expires.parse::<u32>() else { return Ok(()) };
    let ends = date.saturating_add(time::Duration::seconds(i64::from(seconds)));
    if now < ends {
        Ok(())
    } else {
        Err(SignatureError::Expired { expires: expires.into_owned(), ends, now })
    }
}

/// Verifies a request against the secret of whoever it says signed it.
///
/// The payload is what `x-amz-content-sha256` declares. Where that header is missing it is the hash
/// of the body, and `UNSIGNED-PAYLOAD` for a URL presigned for S3.
pub fn verify(
    parts: &Parts,
    payload: PayloadHash,
    secrets: &dyn Secrets,
    now: OffsetDateTime,
) -> Result<Verified, SignatureError> {
    verify_at(&Head::of(parts), payload, secrets, now, &Endpoint::default())
}

/// As [`verify`], for an endpoint that has a region or a service of its own.
pub fn verify_at(
    head: &Head<'_>,
    payload: PayloadHash,
    secrets: &dyn Secrets,
    now: OffsetDateTime,
    endpoint: &Endpoint<'_>,
) -> Result<Verified, SignatureError> {
    verify_in_style(head, payload, secrets, now, endpoint, None)
}

/// As [`verify_at`], with a style of path that may be another than the service's.
pub(super) fn verify_in_style(
    head: &Head<'_>,
    payload: PayloadHash,
    secrets: &dyn Secrets,
    now: OffsetDateTime,
    endpoint: &Endpoint<'_>,
    style: Option<PathStyle>,
) -> Result<Verified, SignatureError> {
    let claimed = CredentialScope::claimed(head);
    let service = endpoint.service.or(claimed.as_ref().map(|scope| scope.service.as_str()));
    let claim = if service.is_some_and(is_s3) {
        s3::claim(head, payload, now, endpoint)?
    } else {
        standard::claim(head, payload, now, endpoint)?
    };
    let signing_key = secret_of(&claim, secrets)?;
    let style = style.unwrap_or_else(|| PathStyle::of(&claim.scope.service));
    compare(head, claim, signing_key, style)
}

/// What a request claims, as far as it can be checked without the secret.
struct Claim {
    scope: CredentialScope,
    date: String,
    signed_headers: String,
    signature: String,
    session_token: Option<String>,
    is_presigned: bool,
    payload: Declared,
    /// The last line of the canonical request.
    payload_line: String,
}

fn secret_of(claim: &Claim, secrets: &dyn Secrets) -> Result<SigningKey, SignatureError> {
    let access_key_id = &claim.scope.access_key_id;
    let token = claim.session_token.as_deref();
    let secret = secrets.find(access_key_id, token).map_err(|unknown| {
        let token = token.unwrap_or_default().to_owned();
        match unknown {
            Unknown::AccessKey => SignatureError::UnknownAccessKey { access_key_id: access_key_id.clone() },
            Unknown::Token => SignatureError::InvalidToken { token },
            Unknown::ExpiredToken => SignatureError::ExpiredToken { token },
        }
    })?;
    Ok(SigningKey::derive(&secret, &claim.scope))
}

/// Compares the signature with ours. AWS leaves clients a choice or two, so there may be several
/// canonical requests of equal meaning; the first is the one that a refusal shows.
fn compare(
    head: &Head<'_>,
    claim: Claim,
    signing_key: SigningKey,
    style: PathStyle,
) -> Result<Verified, SignatureError> {
    let mut mismatch = None;
    for (path, unsigned_parameters) in readings(&claim, style) {
        let form = Form {
            path,
            signed_headers: &claim.signed_headers,
            unsigned_parameters,
            payload: &claim.payload_line,
        };
        let request = CanonicalRequest::new(head, &form);
        let string_to_sign = string_to_sign(&claim.date, &claim.scope, &request);
        if is_same(&signing_key.sign(&string_to_sign), &claim.signature) {
            return Ok(Verified {
                scope: claim.scope,
                signature: claim.signature,
                date: claim.date,
                signing_key,
                is_presigned: claim.is_presigned,
                payload: claim.payload,
            });
        }
        mismatch.get_or_insert((string_to_sign, request));
    }
    let (string_to_sign, canonical_request) = mismatch.expect("there is always a first reading");
    Err(SignatureError::Mismatch(Box::new(Mismatch {
        access_key_id: claim.scope.access_key_id,
        string_to_sign,
        signature_provided: claim.signature,
        canonical_request,
    })))
}

fn readings(claim: &Claim, path: PathStyle) -> Vec<(PathStyle, &'static [&'static str])> {
    const SIGNATURE: &[&str] = &["X-Amz-Signature"];
    const SIGNATURE_AND_TOKEN: &[&str] = &["X-Amz-Signature", "X-Amz-Security-Token"];

    let unsigned = if claim.is_presigned { SIGNATURE } else { &[] };
    let mut readings = vec![(path, unsigned)];
    if path == PathStyle::S3 {
        readings.push((PathStyle::Verbatim, unsigned));
    } else if claim.is_presigned && claim.session_token.is_some() {
        // "For other services, you add the parameter at the end, after you calculate the signature":
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
        readings.push((path, SIGNATURE_AND_TOKEN));
    }
    readings
}

/// Compares two signatures in a time that tells nothing of where they differ.
pub(super) fn is_same(ours: &str, theirs: &str) -> bool {
    ours.as_bytes().ct_eq(theirs.as_bytes()).into()
}

fn same_body(claimed: &str, sha256: &[u8; 32]) -> Result<(), SignatureError> {
    let computed = hex(sha256);
    if claimed.eq_ignore_ascii_case(&computed) {
        return Ok(());
    }
    Err(SignatureError::BodyMismatch { claimed: claimed.to_owned(), computed })
}

/// The one mechanism of a request, or why there is not one.
fn mechanism<'a>(head: &Head<'a>) -> Result<Mechanism<'a>, SignatureError> {
    match Mechanism::of(head) {
        Mechanism::None => Err(SignatureError::Unsigned),
        Mechanism::Both(header) => Err(SignatureError::TwoMechanisms { authorization: header.into_owned() }),
        one => Ok(one),
    }
}
