//! AWS itself, or what stands in for it, asked again through a recorder: it signs, keeps to its limits, and knows what
//! was created.

use super::{Endpoint, OpenError, Pending, Remote, SendError, Session, Unasked};
use crate::replay::is_sent;
use bytes::Bytes;
use http::{Method, Request, Response};
use ruststack_cassettes::format::{AuthKind, AuthSetting, Interaction};
use ruststack_cassettes::{Cassette, Isolation};
use ruststack_wire::Timestamp;
use ruststack_wire::route::WebsiteHost;
use serde_json::{Map, Value as Json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use time::OffsetDateTime;

/// The header by which a recorder marks what it says itself.
const OWN: &str = "x-ruststack-recorder";
/// Nobody waits longer than this between two requests.
const LONGEST_PAUSE: time::Duration = time::Duration::minutes(15);

/// A recorder, and behind it whoever is asked again. Nothing is forgotten there, so every cassette has names of its own.
#[derive(Debug)]
pub struct Sandbox {
    name: String,
    remote: Remote,
    /// The names of the cassette that was opened last.
    latest: Mutex<Option<Arc<Isolation>>>,
}

impl Sandbox {
    /// A recorder at this URL. `name` is what reports call who answers behind it, `account` whose answers they are.
    pub fn new(name: &str, url: &str, account: &str) -> Result<Sandbox, String> {
        let remote = Remote::new(url, None)?.with_account(account).isolated().keeping_hosts();
        Ok(Sandbox { name: name.to_owned(), remote, latest: Mutex::default() })
    }

    /// What stands in the names of everything that is created here.
    pub fn mark(&self) -> &str {
        self.remote.mark()
    }

    /// The names that the cassette has which was replayed last.
    pub fn latest(&self) -> Option<Arc<Isolation>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Endpoint for Sandbox {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn moves_its_clock(&self) -> bool {
        false
    }

    fn at_a_time(&self) -> Option<usize> {
        Some(1)
    }

    fn account(&self) -> Option<&str> {
        self.remote.account()
    }

    fn isolation(&self, cassette: &Cassette) -> Option<Arc<Isolation>> {
        let isolation = self.remote.isolation(cassette);
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&isolation);
        isolation
    }

    fn open<'a>(&'a self, cassette: &'a Cassette) -> Pending<'a, Result<Box<dyn Session>, OpenError>> {
        Box::pin(async move {
            if cassette.settings.auth == Some(AuthSetting::Verify) {
                let reason = "it is about signatures, and calls are signed anew on their way";
                return Err(OpenError(reason.to_owned()));
            }
            let turns = turns(cassette)?;
            let inner = self.remote.open(cassette).await?;
            let setups = cassette.setup.requests.len();
            Ok(Box::new(Asked { inner, setups, turns, refused: None }) as Box<dyn Session>)
        })
    }
}

/// When a request is to be asked, if it can be.
#[derive(Debug, Default, PartialEq)]
struct Turn {
    /// How long the recording waited before it: what AWS was still bringing about needs its time.
    pause: Duration,
    /// Why it cannot be asked.
    skipped: Option<&'static str>,
}

/// The turn of each request that is sent. The times of what AWS did not answer are nobody's.
fn turns(cassette: &Cassette) -> Result<VecDeque<Turn>, OpenError> {
    use ruststack_cassettes::ProvenanceKind::{Imported, Recorded};
    let has_times = matches!(cassette.meta.provenance.kind, Recorded | Imported);
    let mut before: Option<OffsetDateTime> = None;
    let sent = cassette.interactions.iter().enumerate().filter(|(index, _)| is_sent(cassette, *index));
    sent.map(|(index, one)| {
        let at = one.at.filter(|_| has_times);
        let pause = at.zip(before).map_or(time::Duration::ZERO, |(at, before)| at - before);
        before = at.or(before);
        if pause > LONGEST_PAUSE {
            let minutes = pause.whole_minutes();
            return Err(OpenError(format!(
                "the recording waited {minutes} minutes before interaction {index}"
            )));
        }
        Ok(Turn { pause: Duration::try_from(pause).unwrap_or_default(), skipped: skipped(one) })
    })
    .collect()
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

struct Asked {
    inner: Box<dyn Session>,
    /// How many requests of the setup are still to be sent.
    setups: usize,
    turns: VecDeque<Turn>,
    /// Why a request was not asked: whatever comes after it says nothing any more.
    refused: Option<String>,
}

impl Session for Asked {
    fn send<'a>(
        &'a mut self,
        request: Request<Bytes>,
        at: Option<Timestamp>,
    ) -> Pending<'a, Result<Response<Bytes>, SendError>> {
        Box::pin(async move {
            if let Some(first) = &self.refused {
                return Ok(unasked(format!("it follows a request that was not asked: {first}")));
            }
            if self.setups > 0 {
                self.setups -= 1;
            } else {
                let turn = self.turns.pop_front().unwrap_or_default();
                if let Some(reason) = turn.skipped {
                    // An upload that was not made is missed by what comes after it.
                    if request.method() == Method::POST {
                        self.refused = Some(reason.to_owned());
                    }
                    return Ok(unasked(reason.to_owned()));
                }
                tokio::time::sleep(turn.pause).await;
            }
            let answer = match self.inner.send(request, at).await {
                Ok(answer) => answer,
                Err(error) => {
                    // Who does not answer has not answered otherwise.
                    self.refused = Some(error.to_string());
                    return Ok(unasked(error.to_string()));
                }
            };
            let Some(code) = answer.headers().get(OWN) else { return Ok(answer) };
            let code = String::from_utf8_lossy(code.as_bytes()).into_owned();
            let reason = format!("the recorder did not ask it: {code}: {}", sentence(answer.body()));
            self.refused = Some(reason.clone());
            Ok(unasked(reason))
        })
    }

    fn place<'a>(&'a mut self, state: &'a Map<String, Json>) -> Pending<'a, Result<(), OpenError>> {
        self.inner.place(state)
    }
}

/// What stands for an answer where nobody was asked.
fn unasked(reason: String) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = http::StatusCode::BAD_GATEWAY;
    answer.extensions_mut().insert(Unasked(reason));
    answer
}

/// The sentence of an error, in whatever form it was told.
fn sentence(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let in_json = || {
        let document: Json = serde_json::from_str(&text).ok()?;
        let message = ["message", "Message"].iter().find_map(|name| document.get(name)?.as_str())?;
        Some(message.to_owned())
    };
    let in_xml = || Some(text.split_once("<Message>")?.1.split_once("</Message>")?.0.to_owned());
    in_json().or_else(in_xml).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_cassettes::format::{Auth, Body};
    use serde_json::json;

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

    #[test]
    fn a_refusal_is_told_in_its_own_words() {
        assert_eq!(sentence(br#"{"__type":"X","message":"No."}"#), "No.");
        assert_eq!(sentence(b"<Error><Message>No.</Message></Error>"), "No.");
        assert_eq!(sentence(b"?"), "");
    }
}
