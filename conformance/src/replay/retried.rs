//! Answers that AWS gave because it was busy or had failed itself, and that the caller did not accept: it sent the very
//! same request again. Nobody can promise such an answer, and sending its request twice would make of one call two.

use super::is_repeat;
use ruststack_cassettes::Cassette;
use ruststack_cassettes::format::{Interaction, Response};
use serde_json::Value;

/// What AWS says when it is asked too often, in the protocols that answer 400 with it.
const BUSY: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "PriorRequestNotComplete",
    "SlowDown",
];

/// How far behind a retry may come when other callers' requests stand between.
const FARTHEST: usize = 64;

/// Why this interaction is left out, if its request was sent again because of its answer.
pub(super) fn reason(cassette: &Cassette, index: usize) -> Option<String> {
    let first = &cassette.interactions[index];
    let what = not_its_own(first.response.as_ref()?)?;
    let behind = cassette.interactions.iter().enumerate().skip(index + 1);
    let retry = behind.take(FARTHEST).find(|(place, later)| is_retry(first, later, *place == index + 1));
    retry.map(|(place, _)| {
        format!("AWS was busy or had failed ({what}), and the caller asked again at interaction {place}")
    })
}

/// Whether a request is an earlier one sent again: by the id that SDKs give a call, or because it follows at once.
fn is_retry(first: &Interaction, later: &Interaction, follows: bool) -> bool {
    let id = |one: &Interaction| one.request.headers.get("amz-sdk-invocation-id").map(str::to_owned);
    is_repeat(&first.request, &later.request)
        && match (id(first), id(later)) {
            (Some(one), Some(two)) => one == two,
            _ => follows,
        }
}

/// What an answer says, if it is one that AWS itself does not stand by.
pub(super) fn not_its_own(response: &Response) -> Option<String> {
    let status = response.status;
    if matches!(status, 429 | 500 | 502..=504) {
        return Some(status.to_string());
    }
    let body = response.body.bytes();
    let code = (status == 400).then(|| code(&body)).flatten()?;
    BUSY.contains(&code.as_str()).then(|| format!("{status} {code}"))
}

/// The code of an error, in JSON or XML.
pub(super) fn code(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    if text.starts_with('{') {
        let document: Value = serde_json::from_str(text).ok()?;
        let code = document.get("__type").or_else(|| document.get("code"))?.as_str()?;
        return code.rsplit('#').next().map(str::to_owned);
    }
    let (_, rest) = text.split_once("<Code>")?;
    rest.split_once("</Code>").map(|(code, _)| code.to_owned())
}
