//! What passed so far: for each cassette its exchanges, in the order in which their heads arrived.

use http::{HeaderMap, StatusCode};
use ruststack_cassettes::format::instant::of_http_date;
use ruststack_cassettes::{Body, Headers, Interaction, Response};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use time::OffsetDateTime;

use crate::capture::{Capture, End};
use crate::name::CassetteName;

/// All that passed in one run.
#[derive(Debug, Default)]
pub(crate) struct Stories {
    turns: AtomicU64,
    told: Mutex<BTreeMap<CassetteName, Vec<Arc<Exchange>>>>,
}

/// The place of a call among all calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn(u64);

/// One call and what became of it.
#[derive(Debug)]
pub(crate) struct Exchange {
    turn: Turn,
    head: Interaction,
    /// Why nothing of what was said is kept; the models do not know it.
    withheld: Option<String>,
    request: Capture,
    outcome: Mutex<Outcome>,
}

#[derive(Debug, Default)]
enum Outcome {
    #[default]
    Open,
    Answered(Answer),
    Failed(String),
}

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Capture,
    came: OffsetDateTime,
}

impl Stories {
    /// The place of a call whose head has just arrived.
    pub(crate) fn turn(&self) -> Turn {
        Turn(self.turns.fetch_add(1, Ordering::Relaxed))
    }

    /// Takes note of a call. Its body may still be to come.
    pub(crate) fn open(
        &self,
        turn: Turn,
        cassette: CassetteName,
        head: Interaction,
        request: Capture,
        withheld: Option<String>,
    ) -> Arc<Exchange> {
        let exchange = Arc::new(Exchange { turn, head, withheld, request, outcome: Mutex::default() });
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.entry(cassette).or_default().push(exchange.clone());
        exchange
    }

    /// Gives everything away, each story in the order of its calls.
    pub(crate) fn take(&self) -> BTreeMap<CassetteName, Vec<Arc<Exchange>>> {
        let mut told = std::mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner));
        // One whose body was waited for is noted after those that came meanwhile.
        told.values_mut().for_each(|story| story.sort_by_key(|exchange| exchange.turn));
        told
    }
}

impl Exchange {
    /// The head of the upstream's answer has come.
    pub(crate) fn answered(&self, status: StatusCode, headers: HeaderMap, body: Capture) {
        self.close(Outcome::Answered(Answer { status, headers, body, came: OffsetDateTime::now_utc() }));
    }

    /// No answer of the upstream's will come.
    pub(crate) fn failed(&self, reason: String) {
        self.close(Outcome::Failed(reason));
    }

    fn close(&self, outcome: Outcome) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
    }

    /// The exchange as a cassette has it, before its secrets are taken out.
    pub(crate) fn interaction(&self) -> Interaction {
        let mut told = self.head.clone();
        match &self.withheld {
            Some(reason) => {
                told.request.query = None;
                told.request.headers = Headers::default();
                told.request.body = Body::unknown(reason);
                told.not_comparable = Some(reason.clone());
            }
            None => told.request.body = self.request.recorded(),
        }
        match &*self.outcome.lock().unwrap_or_else(PoisonError::into_inner) {
            Outcome::Open => {
                told.not_comparable = Some(
                    "nobody waited for an answer: the application hung up, or the recording ended".to_owned(),
                )
            }
            Outcome::Failed(reason) => told.not_comparable = Some(reason.clone()),
            Outcome::Answered(answer) => self.tell(answer, &mut told),
        }
        told
    }

    fn tell(&self, answer: &Answer, told: &mut Interaction) {
        let headers: Headers = answer
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes())))
            .collect();
        told.at =
            headers.get("date").and_then(of_http_date).or_else(|| answer.came.replace_nanosecond(0).ok());
        let status = answer.status.as_u16();
        told.response = Some(match &self.withheld {
            Some(reason) => Response { status, body: Body::unknown(reason), ..Response::default() },
            None => Response { status, headers, body: answer.body.recorded() },
        });
        let doubt = match (answer.body.end(), self.request.end()) {
            (End::Broken(reason), _) => Some(format!("the answer broke off: {reason}")),
            (End::Open, _) => Some("the application did not read all of the answer".to_owned()),
            (End::Reached, End::Reached) => None,
            (End::Reached, _) => Some("the answer came before all of the request was sent".to_owned()),
        };
        told.not_comparable = told.not_comparable.take().or(doubt);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_in_the_order_of_their_heads() {
        let stories = Stories::default();
        let name: CassetteName = "run".parse().unwrap();
        let (first, second) = (stories.turn(), stories.turn());
        for (turn, operation) in [(second, "GetItem"), (first, "PutItem")] {
            let head = Interaction { operation: Some(operation.to_owned()), ..Interaction::default() };
            stories.open(turn, name.clone(), head, Capture::default(), None);
        }
        let told = stories.take();
        let operations: Vec<_> = told[&name].iter().map(|one| one.interaction().operation).collect();
        assert_eq!(operations, [Some("PutItem".to_owned()), Some("GetItem".to_owned())]);
        let unanswered = told[&name][0].interaction();
        assert!(unanswered.response.is_none() && unanswered.not_comparable.is_some());
    }
}
