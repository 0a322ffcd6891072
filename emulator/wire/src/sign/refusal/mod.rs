//! Every way a signature is refused, and what AWS says then.
//!
//! [`SignatureError`] holds the facts. [`SignatureError::refusal`] puts them in the words of one family
//! of services: S3 ([`s3`]), or the JSON and query protocols ([`standard`]). The result is plain data:
//! how it is written down, and what a protocol adds of its own, is the protocol's business.

mod s3;
mod standard;

pub(super) use s3::{MISMATCH, spaced_hex};

use http::StatusCode;
use time::{Duration, OffsetDateTime};

use super::authorization::Components;
use super::canonical::CanonicalRequest;
use super::credential::CredentialProblem;

/// Why a request was not let in. To be put in a family's words, not to be logged: it holds what the
/// caller sent, tokens too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureError {
    /// It carries no signature at all: it is anonymous.
    Unsigned,
    /// It is signed in the header and in the query.
    TwoMechanisms {
        /// The `Authorization` header.
        authorization: String,
    },
    /// `Authorization` has no blank after its scheme.
    MalformedAuthorization {
        /// The `Authorization` header.
        authorization: String,
    },
    /// A component of `Authorization` is no `name=value`.
    MalformedComponent {
        /// The component.
        component: String,
        /// The `Authorization` header.
        authorization: String,
    },
    /// It is signed with another algorithm.
    UnsupportedAlgorithm {
        /// What was given: S3 quotes the whole header.
        given: String,
        /// Whether it was given in the query.
        is_presigned: bool,
    },
    /// `Authorization` is without some of its components.
    MissingComponents {
        /// Their names.
        names: Vec<&'static str>,
        /// Whether the request has a date.
        has_date: bool,
        /// The `Authorization` header.
        authorization: String,
    },
    /// The query is without some of the parameters.
    MissingParameters {
        /// Their names.
        names: Vec<&'static str>,
    },
    /// The credential is not one for this endpoint and day, or none at all.
    Credential {
        /// The credential.
        given: String,
        /// What is wrong with it; at least one problem.
        problems: Vec<CredentialProblem>,
        /// Whether it was given in the query.
        is_presigned: bool,
    },
    /// Neither `x-amz-date` nor `date`.
    MissingDate,
    /// A date that is none.
    MalformedDate {
        /// The date.
        given: String,
        /// Whether it was given in the query.
        is_presigned: bool,
    },
    /// The request's clock is too far from ours, or its signature too old.
    TooSkewed {
        /// The request's date as it was sent.
        date: String,
        /// The same as a time.
        time: OffsetDateTime,
        /// Our time.
        now: OffsetDateTime,
        /// How far it may be.
        allowed: Duration,
    },
    /// A presigned URL's life is no good number.
    Expires(ExpiresProblem),
    /// A presigned URL is dated in the future.
    NotYetValid {
        /// Its date.
        time: OffsetDateTime,
        /// When its life ends.
        ends: OffsetDateTime,
        /// Our time.
        now: OffsetDateTime,
    },
    /// A presigned URL's life is over.
    Expired {
        /// `X-Amz-Expires`, in seconds, as it was sent.
        expires: String,
        /// When its life ended.
        ends: OffsetDateTime,
        /// Our time.
        now: OffsetDateTime,
    },
    /// Headers that must be signed are not.
    HeadersNotSigned {
        /// Their names, sorted.
        names: Vec<String>,
    },
    /// No `x-amz-content-sha256`, which S3 wants beside an `Authorization` header.
    MissingPayloadHash,
    /// An `x-amz-content-sha256` that is neither a hash nor a word S3 knows.
    MalformedPayloadHash {
        /// The value.
        given: String,
    },
    /// The body is not the one that was signed.
    BodyMismatch {
        /// The hash in the head.
        claimed: String,
        /// The body's.
        computed: String,
    },
    /// No such access key id.
    UnknownAccessKey {
        /// The access key id.
        access_key_id: String,
    },
    /// The session token is not one, or not of this access key id.
    InvalidToken {
        /// The token.
        token: String,
    },
    /// The session token is no longer good.
    ExpiredToken {
        /// The token.
        token: String,
    },
    /// The signature is not ours.
    Mismatch(Box<Mismatch>),
}

/// What is wrong with `X-Amz-Expires`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpiresProblem {
    /// It is no number.
    NotANumber,
    /// It is below zero.
    Negative,
    /// It is above 604800.
    OverAWeek,
}

/// Both sides of a comparison that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The access key id.
    pub access_key_id: String,
    /// Our string to sign.
    pub string_to_sign: String,
    /// Their signature.
    pub signature_provided: String,
    /// Our canonical request.
    pub canonical_request: CanonicalRequest,
}

/// The families of services that put a refusal in the same words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// S3.
    S3,
    /// awsJson: DynamoDB, SQS, SSM and the like, which answer 400.
    Json,
    /// restJson: Lambda, API Gateway and the like, which answer 403.
    RestJson,
    /// awsQuery: STS, IAM, SNS and the like.
    Query,
}

/// A refusal in AWS's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The error code.
    pub code: &'static str,
    /// The status.
    pub status: StatusCode,
    /// The message.
    pub message: String,
    /// What follows the message, in order.
    pub members: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(super) fn new(code: &'static str, status: StatusCode, message: impl Into<String>) -> Refusal {
        Refusal { code, status, message: message.into(), members: Vec::new() }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Refusal {
        self.members.push((name, value.into()));
        self
    }
}

impl SignatureError {
    /// The refusal as this family of services words it.
    pub fn refusal(&self, family: Family) -> Refusal {
        match family {
            Family::S3 => s3::refusal(self),
            other => standard::refusal(self, other),
        }
    }

    pub(super) fn missing_components(
        components: &Components<'_>,
        authorization: &str,
        has_date: bool,
    ) -> SignatureError {
        let found = [
            ("Credential", components.credential.is_some()),
            ("Signature", components.signature.is_some()),
            ("SignedHeaders", components.signed_headers.is_some()),
        ];
        let authorization = authorization.to_owned();
        SignatureError::MissingComponents { names: missing(&found), has_date, authorization }
    }

    pub(super) fn missing_parameters(
        components: &Components<'_>,
        has_date: bool,
        has_expires: bool,
    ) -> SignatureError {
        let found = [
            ("X-Amz-Credential", components.credential.is_some()),
            ("X-Amz-Signature", components.signature.is_some()),
            ("X-Amz-SignedHeaders", components.signed_headers.is_some()),
            ("X-Amz-Date", has_date),
            ("X-Amz-Expires", has_expires),
        ];
        SignatureError::MissingParameters { names: missing(&found) }
    }
}

fn missing(found: &[(&'static str, bool)]) -> Vec<&'static str> {
    found.iter().filter(|(_, is_found)| !is_found).map(|(name, _)| *name).collect()
}

impl std::fmt::Display for SignatureError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.refusal(Family::Query).message)
    }
}

impl std::error::Error for SignatureError {}
