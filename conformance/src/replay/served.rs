//! Tells "we do not offer this" from a wrong answer.

use crate::compare::{Outcome, Pair};

/// What emulators answer for an operation that they do not know.
const CODES: &[&str] = &[
    "NotImplemented",
    "NotImplementedError",
    "UnknownOperation",
    "UnknownOperationException",
    "InvalidAction",
    "UnsupportedOperation",
    "UnsupportedOperationException",
];

/// What the endpoint said, if it said that it does not offer the operation and AWS did not say so.
pub(super) fn refusal(pair: &Pair<'_>, outcome: &Outcome) -> Option<String> {
    let status = pair.actual.status().as_u16();
    let code = outcome.error_code.as_deref().unwrap_or_default();
    let is_refusal = status == 501 || (status >= 400 && CODES.contains(&code));
    // AWS itself has such errors; where it gave one, the answers were compared like any other.
    let is_aws_own = pair.recorded.status == status && outcome.differences.is_empty();
    (is_refusal && pair.recorded.status != 501 && !is_aws_own).then(|| {
        // The sentence alone: a body has ids in it, and then no two refusals are alike.
        let said = match &outcome.error_message {
            Some(message) if !message.is_empty() => message.clone(),
            _ => String::from_utf8_lossy(pair.actual.body()).into_owned(),
        };
        let said: String = said.chars().take(200).collect();
        format!("{status} {code} {said}").split_whitespace().collect::<Vec<_>>().join(" ")
    })
}
