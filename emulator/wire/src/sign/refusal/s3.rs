//! S3's words. Sources: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html> for the
//! codes, and answers of S3 that are public for the sentences and members. The members of
//! `SignatureDoesNotMatch` and their order are those of a recording, which a test holds them against.

use http::StatusCode;

use super::{ExpiresProblem, Mismatch, Refusal, SignatureError};
use crate::sign::amz_date;
use crate::sign::credential::CredentialProblem;

pub(crate) const MISMATCH: &str = "The request signature we calculated does not match the signature you \
                                   provided. Check your key and signing method.";

pub(super) fn refusal(error: &SignatureError) -> Refusal {
    use SignatureError::*;
    match error {
        Unsigned => forbidden("AccessDenied", "Access Denied"),
        TwoMechanisms { authorization } => invalid_argument(
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query \
             string parameter or the Authorization header should be specified",
            ("Authorization", authorization),
        ),
        MalformedAuthorization { authorization } => invalid_argument(
            "Authorization header is invalid -- one and only one ' ' (space) required",
            ("Authorization", authorization),
        ),
        UnsupportedAlgorithm { given, is_presigned: false } if given.starts_with("AWS ") => bad(
            "InvalidRequest",
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
        ),
        UnsupportedAlgorithm { given, is_presigned: false } => {
            invalid_argument("Unsupported Authorization Type", ("Authorization", given))
        }
        UnsupportedAlgorithm { is_presigned: true, .. } => {
            bad_query("X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"")
        }
        MalformedComponent { .. } | MissingComponents { .. } => bad_header(
            "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
        ),
        MissingParameters { .. } => bad_query(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
             X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
        ),
        Credential { problems, is_presigned, .. } => credential(problems.first(), *is_presigned),
        MissingDate | MalformedDate { is_presigned: false, .. } => {
            forbidden("AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
        }
        MalformedDate { is_presigned: true, .. } => {
            bad_query("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
        }
        TooSkewed { date, now, allowed, .. } => forbidden(
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
        )
        .with("RequestTime", date)
        .with("ServerTime", amz_date::extended(*now))
        .with("MaxAllowedSkewMilliseconds", allowed.whole_milliseconds().to_string()),
        Expires(ExpiresProblem::NotANumber) => bad_query("X-Amz-Expires should be a number"),
        Expires(ExpiresProblem::Negative) => bad_query("X-Amz-Expires must be non-negative"),
        Expires(ExpiresProblem::OverAWeek) => bad_query(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must \
             be less than 604800 seconds",
        ),
        NotYetValid { time, ends, now } => forbidden("AccessDenied", "Request is not yet valid")
            .with("X-Amz-Date", (time.unix_timestamp() * 1000).to_string())
            .with("Expires", amz_date::extended(*ends))
            .with("ServerTime", amz_date::extended(*now)),
        Expired { expires, ends, now } => forbidden("AccessDenied", "Request has expired")
            .with("X-Amz-Expires", expires)
            .with("Expires", amz_date::extended(*ends))
            .with("ServerTime", amz_date::extended(*now)),
        HeadersNotSigned { names } => {
            forbidden("AccessDenied", "There were headers present in the request which were not signed")
                .with("HeadersNotSigned", in_hash_set_order(names).join(", "))
        }
        MissingPayloadHash => {
            bad("InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
        }
        MalformedPayloadHash { given } => invalid_argument(
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
             STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
             STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or \
             a valid sha256 value.",
            ("x-amz-content-sha256", given),
        ),
        BodyMismatch { claimed, computed } => bad(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        )
        .with("ClientComputedContentSHA256", claimed)
        .with("S3ComputedContentSHA256", computed),
        UnknownAccessKey { access_key_id } => forbidden(
            "InvalidAccessKeyId",
            "The AWS Access Key Id you provided does not exist in our records.",
        )
        .with("AWSAccessKeyId", access_key_id),
        InvalidToken { token } => {
            bad("InvalidToken", "The provided token is malformed or otherwise invalid.")
                .with("Token-0", token)
        }
        ExpiredToken { token } => {
            bad("ExpiredToken", "The provided token has expired.").with("Token-0", token)
        }
        Mismatch(mismatch) => signature_does_not_match(mismatch),
    }
}

fn signature_does_not_match(mismatch: &Mismatch) -> Refusal {
    forbidden("SignatureDoesNotMatch", MISMATCH)
        .with("AWSAccessKeyId", &mismatch.access_key_id)
        .with("StringToSign", &mismatch.string_to_sign)
        .with("SignatureProvided", &mismatch.signature_provided)
        .with("StringToSignBytes", spaced_hex(mismatch.string_to_sign.as_bytes()))
        .with("CanonicalRequest", mismatch.canonical_request.to_text())
        .with("CanonicalRequestBytes", spaced_hex(mismatch.canonical_request.as_bytes()))
}

fn credential(problem: Option<&CredentialProblem>, is_presigned: bool) -> Refusal {
    let refused = |words: String| {
        if is_presigned {
            bad_query(format!("Error parsing the X-Amz-Credential parameter; {words}"))
        } else {
            bad_header(words)
        }
    };
    match problem {
        None | Some(CredentialProblem::Shape) => refused(
            "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
                .to_owned(),
        ),
        Some(CredentialProblem::DateFormat(given)) => refused(format!(
            "incorrect date format \"{given}\". This date in the credential must be in the format \
             \"yyyyMMdd\"."
        )),
        Some(CredentialProblem::EmptyRegion) => {
            refused("a non-empty region must be provided in the credential.".to_owned())
        }
        Some(CredentialProblem::Region { given, expected }) => {
            refused(format!("the region '{given}' is wrong; expecting '{expected}'")).with("Region", expected)
        }
        Some(CredentialProblem::Service { given, expected }) => {
            refused(format!("incorrect service \"{given}\". This endpoint belongs to \"{expected}\"."))
        }
        Some(CredentialProblem::Terminal(given)) => {
            refused(format!("incorrect terminal \"{given}\". This endpoint uses \"aws4_request\"."))
        }
        Some(CredentialProblem::Date { given, expected, .. }) if is_presigned => bad_query(format!(
            "Invalid credential date \"{given}\". This date is not the same as X-Amz-Date: \"{expected}\"."
        )),
        Some(CredentialProblem::Date { .. }) => {
            refused("Invalid credential date. Date is not the same as X-Amz-Date.".to_owned())
        }
    }
}

/// `41 57 53`.
pub(crate) fn spaced_hex(bytes: &[u8]) -> String {
    let hex = crate::sign::payload::hex(bytes);
    let mut text = String::with_capacity(bytes.len() * 3);
    for (index, digit) in hex.char_indices() {
        if index > 0 && index % 2 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// S3 keeps these names in a `java.util.HashSet`, and tells them in its order: by bucket of the
/// hash, of which there are sixteen, doubled while the set is over three quarters full.
fn in_hash_set_order(sorted: &[String]) -> Vec<&str> {
    let mut buckets = 16_u32;
    while sorted.len() as u64 > u64::from(buckets) * 3 / 4 && buckets < 1 << 20 {
        buckets *= 2;
    }
    let bucket = |name: &&str| {
        let hash = name.chars().fold(0_u32, |hash, letter| hash.wrapping_mul(31).wrapping_add(letter.into()));
        (hash ^ (hash >> 16)) & (buckets - 1)
    };
    let mut names: Vec<&str> = sorted.iter().map(String::as_str).collect();
    names.sort_by_key(bucket);
    names
}

fn forbidden(code: &'static str, message: &str) -> Refusal {
    Refusal::new(code, StatusCode::FORBIDDEN, message)
}

fn bad(code: &'static str, message: &str) -> Refusal {
    Refusal::new(code, StatusCode::BAD_REQUEST, message)
}

fn bad_header(words: impl std::fmt::Display) -> Refusal {
    bad("AuthorizationHeaderMalformed", &format!("The authorization header is malformed; {words}"))
}

fn bad_query(message: impl Into<String>) -> Refusal {
    Refusal::new("AuthorizationQueryParametersError", StatusCode::BAD_REQUEST, message)
}

fn invalid_argument(message: &str, (name, value): (&str, &str)) -> Refusal {
    bad("InvalidArgument", message).with("ArgumentName", name).with("ArgumentValue", value)
}
