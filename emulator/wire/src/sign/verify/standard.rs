//! Reads a claim as every service but S3 does: the components, the date, the signed headers, the
//! algorithm, the credential. A problem found does not hide the others of its kind: they are named
//! together.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>.

use time::{Duration, OffsetDateTime};

use super::{Claim, MAX_SKEW, mechanism};
use crate::sign::authorization::{Components, Mechanism, unsigned_headers};
use crate::sign::canonical::{ALGORITHM, Head};
use crate::sign::credential::{CredentialProblem, CredentialScope, Endpoint};
use crate::sign::payload::{Declared, PayloadHash, hex};
use crate::sign::refusal::SignatureError;
use crate::sign::{amz_date, percent};

/// What the two mechanisms carry alike.
struct Carried<'a> {
    components: Components<'a>,
    algorithm: String,
    date: String,
    /// How old the signature may be.
    life: Duration,
    session_token: Option<String>,
    is_presigned: bool,
}

pub(super) fn claim(
    head: &Head<'_>,
    payload: PayloadHash,
    now: OffsetDateTime,
    endpoint: &Endpoint<'_>,
) -> Result<Claim, SignatureError> {
    let mechanism = mechanism(head)?;
    let carried = match &mechanism {
        Mechanism::Header(header) => from_header(head, header)?,
        Mechanism::Query(algorithm) => from_query(head, algorithm)?,
        Mechanism::None | Mechanism::Both(_) => return Err(SignatureError::Unsigned),
    };
    let is_presigned = carried.is_presigned;
    let (credential, signed_headers, signature) =
        carried.components.complete().expect("incomplete components were refused above");

    let time = amz_date::parse_header(&carried.date)
        .ok_or_else(|| SignatureError::MalformedDate { given: carried.date.clone(), is_presigned })?;
    let date = amz_date::basic(time);
    if now - time > carried.life {
        return Err(SignatureError::TooSkewed { date, time, now, allowed: carried.life });
    }
    if time - now > MAX_SKEW {
        return Err(SignatureError::TooSkewed { date, time, now, allowed: MAX_SKEW });
    }
    require_signed(head, signed_headers)?;
    if carried.algorithm != ALGORITHM {
        return Err(SignatureError::UnsupportedAlgorithm { given: carried.algorithm, is_presigned });
    }
    let scope = scope_of(credential, &date, endpoint, is_presigned)?;

    let declared = declared_payload(head, payload);
    Ok(Claim {
        scope,
        date,
        signed_headers: signed_headers.to_ascii_lowercase(),
        signature: signature.to_owned(),
        session_token: carried.session_token,
        is_presigned,
        payload_line: declared.as_str().to_owned(),
        payload: declared,
    })
}

fn from_header<'a>(head: &Head<'_>, header: &'a str) -> Result<Carried<'a>, SignatureError> {
    let (algorithm, rest) = header.split_once(' ').unwrap_or((header, ""));
    let components = Components::of_header(rest);
    if let Some(component) = components.malformed {
        let component = component.to_owned();
        return Err(SignatureError::MalformedComponent { component, authorization: header.to_owned() });
    }
    let date = head.header("x-amz-date").or_else(|| head.header("date"));
    let (Some(date), Some(_)) = (date, components.complete()) else {
        return Err(SignatureError::missing_components(&components, header, date.is_some()));
    };
    Ok(Carried {
        components,
        algorithm: algorithm.to_owned(),
        date: date.to_owned(),
        life: MAX_SKEW,
        session_token: head.header("x-amz-security-token").map(str::to_owned),
        is_presigned: false,
    })
}

fn from_query(head: &Head<'_>, algorithm: &str) -> Result<Carried<'static>, SignatureError> {
    let components = Components::of_query(head.query);
    let date = percent::parameter(head.query, "X-Amz-Date");
    let (Some(date), Some(_)) = (&date, components.complete()) else {
        return Err(SignatureError::missing_parameters(&components, date.is_some(), true));
    };
    // STS and others take a URL for fifteen minutes even where it says less.
    let expires = percent::parameter(head.query, "X-Amz-Expires").and_then(|text| text.parse().ok());
    let life = expires.map_or(MAX_SKEW, |seconds: u32| Duration::seconds(seconds.into()).max(MAX_SKEW));
    Ok(Carried {
        components,
        algorithm: algorithm.to_owned(),
        date: date.clone(),
        life,
        session_token: percent::parameter(head.query, "X-Amz-Security-Token"),
        is_presigned: true,
    })
}

/// The host and the `x-amz-` headers are to be signed. The token may be left out: some services want
/// it added after signing.
fn require_signed(head: &Head<'_>, signed_headers: &str) -> Result<(), SignatureError> {
    let signed_headers = signed_headers.to_ascii_lowercase();
    let names = unsigned_headers(head, &signed_headers, |name| {
        name == "host"
            || (name.starts_with("x-amz-")
                && !matches!(name, "x-amz-content-sha256" | "x-amz-security-token"))
    });
    if names.is_empty() { Ok(()) } else { Err(SignatureError::HeadersNotSigned { names }) }
}

fn scope_of(
    credential: &str,
    date: &str,
    endpoint: &Endpoint<'_>,
    is_presigned: bool,
) -> Result<CredentialScope, SignatureError> {
    let given = || credential.to_owned();
    let mut problems = match CredentialScope::parse(credential, endpoint) {
        Ok(scope) if date.starts_with(&scope.date) => return Ok(scope),
        Ok(_) => Vec::new(),
        Err(problems) => problems,
    };
    let day = credential.split('/').nth(1).unwrap_or_default();
    let is_this_day = day.len() == 8 && date.starts_with(day);
    if !is_this_day && !problems.contains(&CredentialProblem::Shape) {
        problems.retain(|problem| !matches!(problem, CredentialProblem::DateFormat(_)));
        problems.push(CredentialProblem::Date {
            given: day.to_owned(),
            expected: date.get(..8).unwrap_or_default().to_owned(),
            request_date: date.to_owned(),
        });
    }
    Err(SignatureError::Credential { given: given(), problems, is_presigned })
}

/// A body at hand is hashed, whatever the head says; one that streams is taken by its word.
fn declared_payload(head: &Head<'_>, payload: PayloadHash) -> Declared {
    let declared = head.header("x-amz-content-sha256").and_then(Declared::parse);
    match (declared, payload) {
        (Some(Declared::Sha256(claimed)), PayloadHash::Computed(computed))
            if claimed.eq_ignore_ascii_case(&hex(&computed)) =>
        {
            Declared::Sha256(claimed)
        }
        (None | Some(Declared::Sha256(_)), PayloadHash::Computed(computed)) => {
            Declared::Sha256(hex(&computed))
        }
        (Some(declared), _) => declared,
        (None, PayloadHash::Streamed) => Declared::Unsigned,
    }
}
