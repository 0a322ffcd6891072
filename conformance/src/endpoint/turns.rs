//! When a recording's requests are asked again, and which of them cannot be.

use super::OpenError;
use crate::replay::order;
use ruststack_cassettes::Cassette;
use ruststack_cassettes::format::{AuthKind, Interaction};
use ruststack_wire::route::WebsiteHost;
use std::collections::VecDeque;
use std::time::Duration;
use time::OffsetDateTime;

/// Nobody waits longer than this between two requests.
const LONGEST_PAUSE: time::Duration = time::Duration::minutes(15);

/// When a request is to be asked, if it can be.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Turn {
    /// How long it waits when the request before it is on its way, and answered if it was when this one began: what AWS
    /// was still bringing about needs its time.
    pub(super) pause: Duration,
    /// Why it cannot be asked.
    pub(super) skipped: Option<&'static str>,
}

/// The turns of the requests that are sent, in the order in which they are. The times of what AWS did not answer are
/// nobody's.
pub(super) fn turns(cassette: &Cassette) -> Result<VecDeque<Turn>, OpenError> {
    use ruststack_cassettes::ProvenanceKind::{Imported, Recorded};
    let has_times = matches!(cassette.meta.provenance.kind, Recorded | Imported);
    let mut before = Before::default();
    let sent = order(cassette).into_iter();
    sent.map(|index| {
        let one = &cassette.interactions[index];
        let pause = if has_times { before.pause(one) } else { time::Duration::ZERO };
        let skipped = skipped(one);
        if skipped.is_none() {
            before.note(one);
        }
        if pause > LONGEST_PAUSE {
            let minutes = pause.whole_minutes();
            return Err(OpenError(format!(
                "the recording waited {minutes} minutes before interaction {index}"
            )));
        }
        Ok(Turn { pause: Duration::try_from(pause).unwrap_or_default(), skipped })
    })
    .collect()
}

/// What was asked before.
#[derive(Default)]
struct Before<'a> {
    last: Option<&'a Interaction>,
    /// The latest time of an answer.
    answered: Option<OffsetDateTime>,
}

impl<'a> Before<'a> {
    /// How long the recording waited before a request.
    fn pause(&self, one: &Interaction) -> time::Duration {
        let last = self.last.and_then(|last| last.during);
        if let (Some(own), Some(last)) = (one.during, last) {
            let from = match own.may_depend_on(&last) {
                true => last.answered_us.unwrap_or(last.ended_us),
                false => last.began_us,
            };
            return microseconds(own.began_us.saturating_sub(from));
        }
        // The time of an answer is behind its request.
        let took =
            one.during.map_or(0, |own| own.answered_us.unwrap_or(own.ended_us).saturating_sub(own.began_us));
        let gap = one.at.zip(self.answered).map(|(at, answered)| at - answered - microseconds(took));
        gap.unwrap_or_default()
    }

    fn note(&mut self, one: &'a Interaction) {
        self.last = Some(one);
        self.answered = self.answered.max(one.at);
    }
}

fn microseconds(count: u64) -> time::Duration {
    time::Duration::microseconds(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Why a request cannot be asked by somebody who signs it anew, if it cannot.
fn skipped(one: &Interaction) -> Option<&'static str> {
    let Interaction { request, response, .. } = one;
    let kind = request.headers.get("content-type").unwrap_or_default();
    if request.headers.contains("origin") {
        return Some("it says what a browser says for a web page, and for those nothing is signed");
    }
    if request.method == "POST" && kind.starts_with("multipart/form-data") {
        return Some("the signature of a form stands in its body, where it cannot be made anew");
    }
    if WebsiteHost::parse(request.host()).is_some() {
        return Some("websites are asked without TLS, and the recorder asks with it");
    }
    let is_presigned = request.auth.as_ref().is_some_and(|auth| auth.kind == AuthKind::Presigned)
        || request.query_parameter("X-Amz-Signature").is_some();
    let response = response.as_ref().filter(|response| response.status >= 400)?;
    let body = response.body.bytes();
    let says = |code: &&str| String::from_utf8_lossy(&body).contains(*code);
    let is_of_signature = is_presigned && response.status == 403 || OF_SIGNATURES.iter().any(says);
    is_of_signature.then_some("it was refused for its signature, and calls are signed anew on their way")
}

/// What AWS says of a signature or credentials that it does not take.
const OF_SIGNATURES: &[&str] = &[
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "RequestTimeTooSkewed",
    "RequestExpired",
    "ExpiredToken",
    "AuthorizationHeaderMalformed",
    "AuthorizationQueryParametersError",
];

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_cassettes::format::{Auth, Body};
    use serde_json::{Value as Json, json};

    fn cassette(moments: &[&str]) -> Cassette {
        let one = |at: &&str| {
            json!({ "service": "sqs", "operation": "ListQueues", "at": at,
                "request": { "method": "POST", "origin": "https://sqs.us-east-1.amazonaws.com", "path": "/" },
                "response": { "status": 200 } })
        };
        let interactions: Vec<Json> = moments.iter().map(one).collect();
        serde_json::from_value(json!({ "cassette": 1, "interactions": interactions,
            "meta": { "title": "t", "services": ["sqs"], "provenance": { "kind": "recorded" } } }))
        .unwrap()
    }

    #[test]
    fn what_was_waited_for_is_waited_for_again() {
        let told = cassette(&["2026-06-02T18:30:58Z", "2026-06-02T18:31:03Z", "2026-06-02T18:31:02Z"]);
        let seconds: Vec<u64> = turns(&told).unwrap().iter().map(|turn| turn.pause.as_secs()).collect();
        assert_eq!(seconds, [0, 5, 0]);
        let long = cassette(&["2026-06-02T18:30:58Z", "2026-06-02T19:30:58Z"]);
        let refused = turns(&long).unwrap_err().to_string();
        assert_eq!(refused, "the recording waited 60 minutes before interaction 1");
    }

    #[test]
    fn calls_that_overlapped_have_their_own_pauses() {
        let alone = cassette(&["2026-06-02T18:30:58Z"; 4]);
        let mut told = serde_json::to_value(&alone).unwrap();
        for (at, (began, ended)) in [(0, 20), (3, 4), (24, 25)].into_iter().enumerate() {
            let (began, ended) = (began * 1_000_000, ended * 1_000_000);
            told["interactions"][at]["during"] =
                json!({ "began_us": began, "answered_us": ended, "ended_us": ended });
        }
        let told: Cassette = serde_json::from_value(told).unwrap();
        let seconds: Vec<u64> = turns(&told).unwrap().iter().map(|turn| turn.pause.as_secs()).collect();
        // Behind the departure of the one that it overlapped, behind the answer of the one that it followed.
        assert_eq!(seconds, [0, 3, 20, 0]);
    }

    #[test]
    fn what_hangs_on_its_signature_cannot_be_asked() {
        let why = |change: &dyn Fn(&mut Interaction)| {
            let mut one = Interaction::clone(&cassette(&["2026-06-02T18:30:58Z"]).interactions[0]);
            change(&mut one);
            skipped(&one).unwrap_or_default()
        };
        let refused = |one: &mut Interaction, body: &str| {
            let response = one.response.as_mut().unwrap();
            response.status = 403;
            response.body = Body::exact(body.to_owned());
        };
        assert_eq!(why(&|_| {}), "");
        assert_eq!(why(&|one| refused(one, "<Code>AccessDenied</Code>")), "");
        let signed = "it was refused for its signature, and calls are signed anew on their way";
        assert_eq!(why(&|one| refused(one, "<Code>SignatureDoesNotMatch</Code>")), signed);
        let presigned = |one: &mut Interaction| {
            one.request.auth = Some(Auth { kind: AuthKind::Presigned, ..Auth::default() });
            refused(one, "<Code>AccessDenied</Code>");
        };
        assert_eq!(why(&presigned), signed);
        assert!(
            why(&|one| one.request.headers.push("origin", "http://www.example.com")).contains("web page")
        );
        let form = |one: &mut Interaction| {
            one.request.headers.push("content-type", "multipart/form-data; boundary=x")
        };
        assert!(why(&form).contains("form"));
        let site =
            |one: &mut Interaction| one.request.origin = "http://b.s3-website-us-east-1.amazonaws.com".into();
        assert!(why(&site).contains("websites"));
    }
}
