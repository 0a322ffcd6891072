//! What passed so far: for each cassette its exchanges, in the order in which their heads arrived.

use http::{HeaderMap, StatusCode};
use ruststack_cassettes::format::instant::of_http_date;
use ruststack_cassettes::{Body, Headers, Interaction, Response};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use time::OffsetDateTime;

use crate::capture::{Capture, End};
use crate::name::CassetteName;

/// All that passed in one run.
#[derive(Debug, Default)]
pub(crate) struct Stories(Mutex<BTreeMap<CassetteName, Vec<Arc<Exchange>>>>);

/// One call and what became of it.
#[derive(Debug)]
pub(crate) struct Exchange {
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
    /// Takes note of a call whose head has arrived. Its body is still to come.
    pub(crate) fn open(
        &self,
        cassette: CassetteName,
        head: Interaction,
        request: Capture,
        withheld: Option<String>,
    ) -> Arc<Exchange> {
        let exchange = Arc::new(Exchange { head, withheld, request, outcome: Mutex::default() });
        let mut stories = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stories.entry(cassette).or_default().push(exchange.clone());
        exchange
    }

    /// Gives everything away.
    pub(crate) fn take(&self) -> BTreeMap<CassetteName, Vec<Arc<Exchange>>> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
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
                told.not_comparable = Some("the recording ended before an answer came".to_owned())
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
