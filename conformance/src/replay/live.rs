//! A conversation that still goes on: each call is made again, at an endpoint, when AWS has answered it.

use super::flight::Flights;
use super::rebuild::{self, Caller, unsendable};
use super::skew::Beginnings;
use super::touch::streams;
use super::{retried, served};
use crate::classify::{Subject, subject};
use crate::compare::{Conversation, Pair, Pools};
use crate::correlate::{Bindings, substitute};
use crate::endpoint::Session;
use crate::rules::{Clock, Rulebook};
use crate::verdict::{Difference, Kind, Verdict};
use ruststack_cassettes::format::Interaction;
use ruststack_wire::Timestamp;

/// The endpoint's side of a conversation with AWS.
pub struct Live {
    session: Box<dyn Session>,
    conversation: Conversation,
    caller: Caller,
    beginnings: Beginnings,
    flights: Flights,
    /// Service and operation of each call so far.
    calls: Vec<(String, String)>,
}

/// What is said of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// How the endpoint's answer stands to AWS's.
    pub verdict: Verdict,
}

impl Live {
    /// Begins. `moves_its_clock` tells whether the session's endpoint takes the time of AWS's answers for its own;
    /// `account` is the account that the conversation shows, and `own` the endpoint's where that is another.
    pub fn new(
        session: Box<dyn Session>,
        moves_its_clock: bool,
        account: &str,
        own: Option<&str>,
    ) -> Result<Live, String> {
        let clock = if moves_its_clock { Clock::Recorded } else { Clock::Real };
        let mut bindings = Bindings::new(&[])?;
        own.into_iter().for_each(|own| bindings.promise(account, own));
        let conversation =
            Conversation { bindings, pools: Pools::default(), rules: Rulebook::with(&[])?, clock };
        let caller = Caller { account: account.to_owned(), clock };
        let (beginnings, flights) = (Beginnings::default(), Flights::default());
        Ok(Live { session, conversation, caller, beginnings, flights, calls: Vec::new() })
    }

    /// Makes a call again that AWS has answered, and compares the answers. Calls are given in the order in which AWS
    /// answered them.
    pub async fn hear(&mut self, interaction: &Interaction) -> Heard {
        let subject = subject(interaction);
        let (service, operation) = (subject.service_name.clone(), subject.operation_name.clone());
        let index = self.calls.len();
        self.calls.push((service.clone(), operation.clone()));
        let verdict = match self.verdict(index, interaction, &subject).await {
            Ok(verdict) => verdict,
            Err(reason) => Verdict::NotCompared { reason },
        };
        Heard { service, operation, verdict }
    }

    /// Messages that only one side has delivered so far.
    pub fn left(&self) -> Vec<Heard> {
        let left = self.conversation.pools.left().into_iter();
        left.filter_map(|(index, difference)| {
            let (service, operation) = self.calls.get(index)?.clone();
            Some(Heard { service, operation, verdict: Verdict::Differs { differences: vec![difference] } })
        })
        .collect()
    }

    /// What is said of a call, or why nothing can be.
    async fn verdict(
        &mut self,
        index: usize,
        interaction: &Interaction,
        subject: &Subject,
    ) -> Result<Verdict, String> {
        if let Some(reason) = unsendable(interaction) {
            return Err(reason);
        }
        if !interaction.request.body.is_known() {
            return Err("what was sent is not known".to_owned());
        }
        let recorded = interaction.response.as_ref().ok_or("AWS gave no answer")?;
        if let Some(what) = retried::not_its_own(recorded) {
            return Err(format!("AWS was busy or had failed ({what})"));
        }
        if streams(subject) && recorded.left_open {
            return Err("what a stream tells is over when its answer is".to_owned());
        }
        let request = substitute(&interaction.request, &mut self.conversation.bindings);
        let request = self.caller.rebuild(&request, interaction, subject)?;
        let at = interaction.at.filter(|_| self.caller.clock == Clock::Recorded).map(Timestamp::from);
        self.flights.start(index, self.session.send(request, at)).await;
        let answer = self.flights.end(index).await.ok_or("nothing was asked")?;
        if let Some(reason) = &interaction.not_comparable {
            return Err(reason.clone());
        }
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                let difference = Difference {
                    path: format!("{}.status", subject.operation_name),
                    kind: Kind::Status,
                    recorded: Some(recorded.status.to_string()),
                    actual: Some(format!("no answer: {error}")),
                };
                return Ok(Verdict::Differs { differences: vec![difference] });
            }
        };
        if self.caller.clock == Clock::Real {
            self.conversation.clock = self.beginnings.clock(interaction.at, &answer);
        }
        let source = rebuild::source(&interaction.request);
        let method = &interaction.request.method;
        let pair = Pair { subject, index, source: &source, method, recorded, actual: &answer };
        let outcome = self.conversation.compare(&pair);
        if let Some(reason) = served::refusal(&pair, &outcome) {
            return Ok(Verdict::NotServed { reason });
        }
        Ok(match outcome.differences.is_empty() {
            true => Verdict::Pass,
            false => Verdict::Differs { differences: outcome.differences },
        })
    }
}
