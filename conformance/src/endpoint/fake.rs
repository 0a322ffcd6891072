//! An endpoint that answers what the cassette says, changed as whoever judges the judge wants.

use super::{Endpoint, OpenError, Pending, SendError, Session};
use crate::replay::order;
use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use ruststack_cassettes::Cassette;
use ruststack_cassettes::format::Interaction;
use ruststack_wire::{Body, Timestamp};
use serde_json::{Map, Value as Json};
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

/// Changes an answer, given the interaction and what was asked.
pub type Change =
    dyn Fn(usize, &Interaction, &http::Request<Bytes>, &mut http::Response<Bytes>) + Send + Sync;

/// Answers from the cassette itself. What is not changed must be found to be the same; what is, to differ.
#[derive(Clone)]
pub struct Fake {
    /// What becomes of each answer.
    pub change: Arc<Change>,
    /// The status of every answer to a setup.
    pub setup_status: u16,
    /// The account that it answers as, whoever calls.
    pub account: Option<String>,
}

impl Fake {
    /// Answers exactly what was recorded.
    pub fn exact() -> Fake {
        Fake::changing(|_, _, _, _| {})
    }

    /// Answers what was recorded, changed.
    pub fn changing(
        change: impl Fn(usize, &Interaction, &http::Request<Bytes>, &mut http::Response<Bytes>)
        + Send
        + Sync
        + 'static,
    ) -> Fake {
        Fake { change: Arc::new(change), setup_status: 200, account: None }
    }
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fake").field("setup_status", &self.setup_status).finish_non_exhaustive()
    }
}

impl Endpoint for Fake {
    fn name(&self) -> String {
        "fake".to_owned()
    }

    fn moves_its_clock(&self) -> bool {
        true
    }

    fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    fn open<'a>(&'a self, cassette: &'a Cassette) -> Pending<'a, Result<Box<dyn Session>, OpenError>> {
        let answers = order(cassette).into_iter();
        let answers = answers.map(|index| (index, Interaction::clone(&cassette.interactions[index])));
        let setups = cassette.setup.requests.len();
        let status = self.setup_status;
        let session = Answers { status, setups, answers: answers.collect(), change: self.change.clone() };
        Box::pin(async move { Ok(Box::new(session) as Box<dyn Session>) })
    }
}

struct Answers {
    status: u16,
    setups: usize,
    answers: VecDeque<(usize, Interaction)>,
    change: Arc<Change>,
}

impl Session for Answers {
    fn send(
        &mut self,
        request: http::Request<Bytes>,
        _at: Option<Timestamp>,
    ) -> Pending<'static, Result<http::Response<Body>, SendError>> {
        let answer = if self.setups > 0 {
            self.setups -= 1;
            let mut answer = http::Response::new(Bytes::new());
            *answer.status_mut() = http::StatusCode::from_u16(self.status).unwrap_or_default();
            answer
        } else {
            let Some((index, interaction)) = self.answers.pop_front() else {
                return Box::pin(async { Err(SendError("more is asked than was recorded".to_owned())) });
            };
            let mut answer = answered(&interaction);
            (self.change)(index, &interaction, &request, &mut answer);
            answer
        };
        Box::pin(async move { Ok(answer.map(Body::from)) })
    }

    /// What was recorded is answered whatever stands.
    fn place<'a>(&'a mut self, _: &'a Map<String, Json>) -> Pending<'a, Result<(), OpenError>> {
        Box::pin(async { Ok(()) })
    }
}

/// The recorded answer.
pub fn answered(interaction: &Interaction) -> http::Response<Bytes> {
    let recorded = interaction.response.clone().unwrap_or_default();
    let mut answer = http::Response::new(recorded.body.bytes());
    *answer.status_mut() = http::StatusCode::from_u16(recorded.status).unwrap_or_default();
    for (name, value) in recorded.headers.iter() {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = HeaderValue::from_bytes(value.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            answer.headers_mut().append(name, value);
        }
    }
    answer
}
