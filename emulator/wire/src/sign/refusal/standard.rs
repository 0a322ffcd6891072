//! The words of the JSON and query services.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html> and
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html> for codes and most sentences,
//! and public answers of DynamoDB, STS, API Gateway and OpenSearch for how they are put together.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use sha2::{Digest, Sha256};
use time::{Duration, OffsetDateTime};

use super::{Family, Mismatch, Refusal, SignatureError};
use crate::sign::amz_date;
use crate::sign::credential::CredentialProblem;

const DOES_NOT_MATCH: &str = "The request signature we calculated does not match the signature you \
                              provided. Check your AWS Secret Access Key and signing method. Consult the \
                              service documentation for details.";

/// What goes wrong, and the code each family has for it.
#[derive(Clone, Copy)]
enum Kind {
    Incomplete,
    Invalid,
    MissingToken,
    UnknownToken,
    ExpiredToken,
}

pub(super) fn refusal(error: &SignatureError, family: Family) -> Refusal {
    use SignatureError::*;
    let (kind, message) = match error {
        Unsigned => (Kind::MissingToken, missing_token(family).to_owned()),
        TwoMechanisms { authorization } | MalformedAuthorization { authorization } => {
            (Kind::Incomplete, malformed_header(authorization, authorization))
        }
        MalformedComponent { component, authorization } => {
            (Kind::Incomplete, malformed_header(component, authorization))
        }
        UnsupportedAlgorithm { given, .. } => {
            let algorithm = given.split(' ').next().unwrap_or_default();
            (
                Kind::Incomplete,
                format!("Unsupported AWS 'algorithm': '{algorithm}' (only AWS4-HMAC-SHA256 for now). "),
            )
        }
        MissingComponents { names, has_date, authorization } => {
            (Kind::Incomplete, missing_components(names, *has_date, authorization))
        }
        MissingDate => (Kind::Incomplete, missing_components(&[], false, "")),
        MissingParameters { names } => (Kind::Incomplete, missing_parameters(names)),
        Credential { given, problems, .. } => credential(given, problems),
        MalformedDate { given, .. } => (
            Kind::Incomplete,
            format!(
                "Date must be in ISO-8601 'basic format'. Got '{given}'. See \
                 http://en.wikipedia.org/wiki/ISO_8601"
            ),
        ),
        TooSkewed { time, now, allowed, .. } => (Kind::Invalid, skewed(*time, *now, *allowed)),
        NotYetValid { time, now, .. } => (Kind::Invalid, skewed(*time, *now, crate::sign::verify::MAX_SKEW)),
        Expired { ends, now, .. } => (Kind::Invalid, skewed(*ends, *now, Duration::ZERO)),
        HeadersNotSigned { names } if names.iter().any(|name| name == "host") => (
            Kind::Invalid,
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned(),
        ),
        HeadersNotSigned { .. } | Expires(_) | MissingPayloadHash | MalformedPayloadHash { .. } => {
            (Kind::Incomplete, "The request signature does not conform to AWS standards.".to_owned())
        }
        BodyMismatch { .. } => (Kind::Invalid, DOES_NOT_MATCH.to_owned()),
        UnknownAccessKey { .. } | InvalidToken { .. } => {
            (Kind::UnknownToken, "The security token included in the request is invalid.".to_owned())
        }
        ExpiredToken { .. } => {
            (Kind::ExpiredToken, "The security token included in the request is expired".to_owned())
        }
        Mismatch(mismatch) => (Kind::Invalid, does_not_match(mismatch, family)),
    };
    let (code, status) = code(kind, family);
    Refusal::new(code, status, message)
}

fn code(kind: Kind, family: Family) -> (&'static str, StatusCode) {
    let is_query = family == Family::Query;
    let code = match kind {
        Kind::Incomplete if is_query => "IncompleteSignature",
        Kind::Incomplete => "IncompleteSignatureException",
        Kind::Invalid if is_query => "SignatureDoesNotMatch",
        Kind::Invalid => "InvalidSignatureException",
        Kind::MissingToken if is_query => "MissingAuthenticationToken",
        Kind::MissingToken => "MissingAuthenticationTokenException",
        Kind::UnknownToken if is_query => "InvalidClientTokenId",
        Kind::UnknownToken => "UnrecognizedClientException",
        Kind::ExpiredToken if is_query => "ExpiredToken",
        Kind::ExpiredToken => "ExpiredTokenException",
    };
    let status = match (family, kind) {
        (Family::Json, _) | (Family::Query, Kind::Incomplete) => StatusCode::BAD_REQUEST,
        _ => StatusCode::FORBIDDEN,
    };
    (code, status)
}

fn missing_token(family: Family) -> &'static str {
    match family {
        Family::RestJson => "Missing Authentication Token",
        _ => "Request is missing Authentication Token",
    }
}

fn malformed_header(part: &str, authorization: &str) -> String {
    if part == authorization {
        return missing_components(&["Credential", "Signature", "SignedHeaders"], true, authorization);
    }
    format!(
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and \
         encoded with Base64): '{}'.",
        fingerprint(authorization)
    )
}

fn missing_components(names: &[&str], has_date: bool, authorization: &str) -> String {
    let mut message = String::new();
    for name in names {
        message.push_str(&format!("Authorization header requires '{name}' parameter. "));
    }
    if !has_date {
        message.push_str(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
        );
    }
    // AWS quoted the header itself until it took to hiding what may be a token.
    message.push_str("(Hashed with SHA-256 and encoded with Base64) Authorization=");
    message + &fingerprint(authorization)
}

fn missing_parameters(names: &[&str]) -> String {
    let mut message = String::new();
    for name in names {
        message.push_str(&format!("AWS query-string parameters must include '{name}'. "));
    }
    message + "Re-examine the query-string parameters."
}

fn fingerprint(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}

fn credential(given: &str, problems: &[CredentialProblem]) -> (Kind, String) {
    let mut sentences = Vec::new();
    for problem in problems {
        sentences.push(match problem {
            CredentialProblem::Shape => {
                let message = format!(
                    "Credential must have exactly 5 slash-delimited elements, e.g. \
                     keyid/date/region/service/term, got '{given}'"
                );
                return (Kind::Incomplete, message);
            }
            CredentialProblem::Region { .. } | CredentialProblem::EmptyRegion => {
                "Credential should be scoped to a valid region. ".to_owned()
            }
            CredentialProblem::Service { expected, .. } => {
                format!("Credential should be scoped to correct service: '{expected}'. ")
            }
            CredentialProblem::Terminal(given) => format!(
                "Credential should be scoped with a valid terminator: 'aws4_request', not '{given}'. "
            ),
            CredentialProblem::DateFormat(given) => format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
                 HTTP: '{given}'. "
            ),
            CredentialProblem::Date { given, expected, request_date } => format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
                 HTTP: '{given}' != '{expected}', from '{request_date}'. "
            ),
        });
    }
    (Kind::Invalid, sentences.concat())
}

fn skewed(time: OffsetDateTime, now: OffsetDateTime, allowed: Duration) -> String {
    let minutes = allowed.whole_minutes();
    let shifted = |by: Duration| amz_date::basic(now.checked_add(by).unwrap_or(now));
    let (request, server) = (amz_date::basic(time), amz_date::basic(now));
    if time > now {
        let limit = shifted(allowed);
        format!(
            "Signature not yet current: {request} is still later than {limit} ({server} + {minutes} min.)"
        )
    } else {
        let limit = shifted(-allowed);
        format!("Signature expired: {request} is now earlier than {limit} ({server} - {minutes} min.)")
    }
}

fn does_not_match(mismatch: &Mismatch, family: Family) -> String {
    // API Gateway, OpenSearch and Cognito show what they signed; STS, IAM and SQS do not.
    if family != Family::RestJson {
        return DOES_NOT_MATCH.to_owned();
    }
    format!(
        "{DOES_NOT_MATCH}\n\nThe Canonical String for this request should have been\n'{}'\n\nThe \
         String-to-Sign should have been\n'{}'\n",
        mismatch.canonical_request.to_text(),
        mismatch.string_to_sign
    )
}
