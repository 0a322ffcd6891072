//! Reads a claim as S3 does, in S3's order: for a header the payload's hash, the date, the three
//! components, the credential, the signed headers; for a query the parameters, the times, the rest.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>. The order is in
//! neither; it was measured on AWS.

use time::{Duration, OffsetDateTime};

use super::{Claim, MAX_SKEW, mechanism, same_body};
use crate::sign::authorization::{Components, Mechanism, unsigned_headers};
use crate::sign::canonical::{ALGORITHM, Head};
use crate::sign::credential::{CredentialProblem, CredentialScope, Endpoint};
use crate::sign::payload::{Declared, PayloadHash, UNSIGNED_PAYLOAD};
use crate::sign::refusal::{ExpiresProblem, SignatureError};
use crate::sign::{amz_date, percent};

const WEEK_S: i64 = 604_800;

pub(super) fn claim(
    head: &Head<'_>,
    payload: PayloadHash,
    now: OffsetDateTime,
    endpoint: &Endpoint<'_>,
) -> Result<Claim, SignatureError> {
    match mechanism(head)? {
        Mechanism::Query(algorithm) => query_claim(head, &algorithm, now, endpoint),
        Mechanism::Header(header) => header_claim(head, &header, payload, now, endpoint),
        Mechanism::None | Mechanism::Both(_) => Err(SignatureError::Unsigned),
    }
}

fn header_claim(
    head: &Head<'_>,
    header: &str,
    payload: PayloadHash,
    now: OffsetDateTime,
    endpoint: &Endpoint<'_>,
) -> Result<Claim, SignatureError> {
    let authorization = || header.to_owned();
    let (scheme, components) = header
        .split_once(' ')
        .ok_or_else(|| SignatureError::MalformedAuthorization { authorization: authorization() })?;
    if !scheme.eq_ignore_ascii_case(ALGORITHM) {
        return Err(SignatureError::UnsupportedAlgorithm { given: authorization(), is_presigned: false });
    }
    let declared = declared_payload(head)?;

    let (date, time) = date_of(head)?;
    if (now - time).abs() > MAX_SKEW {
        return Err(SignatureError::TooSkewed { date, time, now, allowed: MAX_SKEW });
    }

    let components = Components::of_header(components);
    let Some((credential, signed_headers, signature)) = components.complete() else {
        return Err(SignatureError::missing_components(&components, header, true));
    };
    let scope = CredentialScope::parse(credential, endpoint).map_err(|problems| refused(problems, false))?;
    let day = amz_date::day(time);
    if scope.date != day {
        let problem =
            CredentialProblem::Date { given: scope.date, expected: day, request_date: amz_date::basic(time) };
        return Err(refused(vec![problem], false));
    }
    require_signed(head, signed_headers)?;
    if let (Declared::Sha256(claimed), PayloadHash::Computed(computed)) = (&declared, payload) {
        same_body(claimed, &computed)?;
    }

    Ok(Claim {
        scope,
        date,
        signed_headers: signed_headers.to_owned(),
        signature: signature.to_owned(),
        session_token: head.header("x-amz-security-token").map(str::to_owned),
        is_presigned: false,
        payload_line: declared.as_str().to_owned(),
        payload: declared,
    })
}

fn declared_payload(head: &Head<'_>) -> Result<Declared, SignatureError> {
    let value = head.headers.get("x-amz-content-sha256").ok_or(SignatureError::MissingPayloadHash)?;
    let value = String::from_utf8_lossy(value.as_bytes());
    Declared::parse(&value).ok_or_else(|| SignatureError::MalformedPayloadHash { given: value.into_owned() })
}

fn date_of(head: &Head<'_>) -> Result<(String, OffsetDateTime), SignatureError> {
    let date = head.headers.get("x-amz-date").or_else(|| head.headers.get("date"));
    let date = date.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let Some(date) = date else { return Err(SignatureError::MissingDate) };
    match amz_date::parse_header(&date) {
        Some(time) => Ok((date, time)),
        None => Err(SignatureError::MalformedDate { given: date, is_presigned: false }),
    }
}

fn query_claim(
    head: &Head<'_>,
    algorithm: &str,
    now: OffsetDateTime,
    endpoint: &Endpoint<'_>,
) -> Result<Claim, SignatureError> {
    if algorithm != ALGORITHM {
        return Err(SignatureError::UnsupportedAlgorithm { given: algorithm.to_owned(), is_presigned: true });
    }
    let components = Components::of_query(head.query);
    let date = percent::parameter(head.query, "X-Amz-Date");
    let expires = percent::parameter(head.query, "X-Amz-Expires");
    let (Some((credential, signed_headers, signature)), Some(date), Some(expires)) =
        (components.complete(), &date, &expires)
    else {
        return Err(SignatureError::missing_parameters(&components, date.is_some(), expires.is_some()));
    };

    let time = amz_date::parse(date)
        .ok_or_else(|| SignatureError::MalformedDate { given: date.clone(), is_presigned: true })?;
    check_life(time, expires, now)?;

    let scope = CredentialScope::parse(credential, endpoint).map_err(|problems| refused(problems, true))?;
    let day = amz_date::day(time);
    if scope.date != day {
        let problem =
            CredentialProblem::Date { given: scope.date, expected: day, request_date: date.clone() };
        return Err(refused(vec![problem], true));
    }
    require_signed(head, signed_headers)?;

    // Signed as it was sent, whatever it says: the body of a presigned request is not checked.
    let payload_line = head.header("x-amz-content-sha256").unwrap_or(UNSIGNED_PAYLOAD);
    Ok(Claim {
        scope,
        date: date.clone(),
        signed_headers: signed_headers.to_owned(),
        signature: signature.to_owned(),
        session_token: percent::parameter(head.query, "X-Amz-Security-Token"),
        is_presigned: true,
        payload: Declared::parse(payload_line).unwrap_or(Declared::Unsigned),
        payload_line: payload_line.to_owned(),
    })
}

/// Whether a presigned URL is good at this moment.
fn check_life(time: OffsetDateTime, expires: &str, now: OffsetDateTime) -> Result<(), SignatureError> {
    let seconds: i64 = expires.parse().map_err(|_| SignatureError::Expires(ExpiresProblem::NotANumber))?;
    if seconds < 0 {
        return Err(SignatureError::Expires(ExpiresProblem::Negative));
    }
    if seconds > WEEK_S {
        return Err(SignatureError::Expires(ExpiresProblem::OverAWeek));
    }
    let ends = time.checked_add(Duration::seconds(seconds)).unwrap_or(time);
    if time - now > MAX_SKEW {
        return Err(SignatureError::NotYetValid { time, ends, now });
    }
    if now > ends {
        return Err(SignatureError::Expired { expires: expires.to_owned(), ends, now });
    }
    Ok(())
}

/// S3 names one problem, the first it meets.
fn refused(mut problems: Vec<CredentialProblem>, is_presigned: bool) -> SignatureError {
    problems.truncate(1);
    SignatureError::Credential { given: String::new(), problems, is_presigned }
}

/// `host`, `content-md5` and the `x-amz-` headers are to be signed, `x-amz-content-sha256` alone may
/// be left out.
fn require_signed(head: &Head<'_>, signed_headers: &str) -> Result<(), SignatureError> {
    let names = unsigned_headers(head, signed_headers, |name| {
        matches!(name, "host" | "content-md5")
            || (name.starts_with("x-amz-") && name != "x-amz-content-sha256")
    });
    if names.is_empty() { Ok(()) } else { Err(SignatureError::HeadersNotSigned { names }) }
}
