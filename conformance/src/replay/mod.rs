//! Replays one cassette: its setup, then its interactions in the order of their causes, each compared as it is answered.

mod account;
mod chunked;
mod columns;
mod course;
mod flight;
mod isolated;
mod judgement;
mod live;
mod polling;
mod rebuild;
mod retried;
mod served;
mod sign;
mod skew;
#[cfg(test)]
mod tests;
mod touch;

pub use account::account_of;
pub use live::{Heard, Live};
pub use rebuild::{Caller, unsendable};
pub use sign::SECRET;

use crate::classify::{Subject, subject};
use crate::compare::{self, Conversation, Pools};
use crate::correlate::{Bindings, substitute};
use crate::endpoint::{Endpoint, Session, Unasked};
use crate::report::CassetteReport;
use crate::rules::{Clock, Rulebook};
use crate::verdict::Verdict;
use bytes::Bytes;
use course::{Step, course};
use flight::{Answer, Flights};
use isolated::Question;
use judgement::{Judgement, not_compared};
use ruststack_cassettes::format::{ClockSetting, Interaction, Request};
use ruststack_cassettes::{Cassette, Isolation};
use ruststack_wire::Timestamp;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use touch::{Touch, streams};

/// Replays a cassette and says what differs.
pub async fn replay(name: &str, cassette: &Cassette, endpoint: &dyn Endpoint) -> CassetteReport {
    let subjects: Vec<Subject> = cassette.interactions.iter().map(|one| subject(one)).collect();
    let mut replay = match Replay::begin(cassette, endpoint, &subjects).await {
        Ok(replay) => replay,
        Err(reason) => return not_compared(name, cassette, &subjects, &reason),
    };
    for step in course(cassette, &subjects) {
        match step {
            Step::Start(index) => replay.start(index).await,
            Step::Head(index) => replay.flights.head(index).await,
            Step::End(index) => replay.end(index).await,
        }
    }
    replay.judgement.finish(name)
}

/// A cassette on its way.
struct Replay<'a> {
    cassette: &'a Cassette,
    subjects: &'a [Subject],
    session: Box<dyn Session>,
    /// Names of its own for what the cassette creates, where there are other things already.
    isolation: Option<Arc<Isolation>>,
    caller: Caller,
    flights: Flights,
    /// The requests that are under way, for the reports and for reading their answers.
    sent: BTreeMap<usize, Question>,
    judgement: Judgement<'a>,
}

impl<'a> Replay<'a> {
    /// Opens the endpoint and brings the setup about.
    async fn begin(
        cassette: &'a Cassette,
        endpoint: &dyn Endpoint,
        subjects: &'a [Subject],
    ) -> Result<Replay<'a>, String> {
        let is_real = cassette.settings.clock == Some(ClockSetting::Real);
        let clock = match endpoint.moves_its_clock() && !is_real {
            true => Clock::Recorded,
            false => Clock::Real,
        };
        let mut conversation = Conversation {
            bindings: Bindings::new(&cassette.bindings)?,
            pools: Pools::default(),
            rules: Rulebook::with(&cassette.rules)?,
            clock,
        };
        let session = endpoint.open(cassette).await.map_err(|error| error.to_string())?;
        let isolation = endpoint.isolation(cassette);
        let caller = Caller { account: account_of(cassette), clock };
        if let Some(own) = endpoint.account() {
            conversation.bindings.promise(&caller.account, own);
        }
        let judgement = Judgement::new(cassette, subjects, conversation, clock == Clock::Real);
        let (flights, sent) = (Flights::default(), BTreeMap::new());
        let mut replay = Replay { cassette, subjects, session, isolation, caller, flights, sent, judgement };
        replay.set_up().await?;
        Ok(replay)
    }

    async fn set_up(&mut self) -> Result<(), String> {
        let at = self.cassette.meta.recorded;
        for (index, request) in self.cassette.setup.requests.iter().enumerate() {
            let request = request.deref().clone();
            let interaction = Interaction { request, at, ..Interaction::default() };
            let subject = subject(&interaction);
            let failed = |why: String| format!("setup request {index} ({}): {why}", subject.operation_name);
            let request = self.meant(&interaction.request);
            let request = self.caller.rebuild(&request, &interaction, &subject).map_err(&failed)?;
            self.send(index, &subject, request, at).await;
            let answer = self.flights.end(index).await;
            let Some((_, answer)) = self.received(index, answer) else { continue };
            let answer = answer.map_err(|error| failed(error.to_string()))?;
            if let Some(reason) = answer.extensions().get().and_then(Unasked::reason) {
                return Err(failed(reason.to_owned()));
            }
            self.judgement.beginnings.clock(None, &answer);
            if answer.status().as_u16() >= 300 {
                let said = answer.body().escape_ascii().to_string();
                return Err(failed(format!("{} {said}", answer.status())));
            }
        }
        if !self.cassette.setup.state.is_empty() {
            self.session.place(&self.cassette.setup.state).await.map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// What a recorded request has to say here.
    fn meant(&mut self, request: &Request) -> Request {
        let meant = substitute(request, &mut self.judgement.conversation.bindings);
        match &self.isolation {
            Some(isolation) => isolation.outward(&meant),
            None => meant,
        }
    }

    /// Puts a request on its way.
    async fn send(
        &mut self,
        index: usize,
        subject: &Subject,
        request: http::Request<Bytes>,
        at: Option<OffsetDateTime>,
    ) {
        let clock = self.clock_at(at);
        self.sent.insert(index, Question::new(&request, subject, self.isolation.as_deref()));
        self.flights.start(index, self.session.send(request, clock)).await;
    }

    /// What was asked, and what came, with the names that the recording has; `None` where nothing was asked.
    fn received(&mut self, index: usize, answer: Option<Answer>) -> Option<(Question, Answer)> {
        let (question, answer) = self.sent.remove(&index).zip(answer)?;
        let answer = match &self.isolation {
            Some(isolation) => answer.map(|answer| question.read(isolation, answer)),
            None => answer,
        };
        Some((question, answer))
    }

    /// The moment to which the endpoint sets its clock.
    fn clock_at(&self, at: Option<OffsetDateTime>) -> Option<Timestamp> {
        at.filter(|_| self.caller.clock == Clock::Recorded).map(Timestamp::from)
    }

    /// Sends one interaction's request.
    async fn start(&mut self, index: usize) {
        let (interaction, subject) = (&self.cassette.interactions[index], &self.subjects[index]);
        if let Some(reason) = unsendable(interaction) {
            return self.judgement.unsendable(index, reason);
        }
        if let Some(reason) = retried::reason(self.cassette, index) {
            return self.judgement.push(index, Verdict::NotCompared { reason }, None);
        }
        let request = self.meant(&interaction.request);
        let request = match self.caller.rebuild(&request, interaction, subject) {
            Ok(request) => request,
            Err(reason) => return self.judgement.push(index, Verdict::NotCompared { reason }, None),
        };
        let at = interaction.at.map(|at| at - waited(interaction, subject));
        self.send(index, subject, request, at).await;
    }

    /// Waits for the answer to what was sent, and judges it.
    async fn end(&mut self, index: usize) {
        let interaction = &self.cassette.interactions[index];
        let answer = match &interaction.response {
            // Whoever called had heard enough, and so have we.
            Some(recorded) if recorded.left_open => {
                let told = compare::told(&recorded.body.bytes());
                self.flights.cut(index, |body| compare::told(body) >= told).await
            }
            _ if interaction.not_comparable.is_some() && streams(&self.subjects[index]) => {
                self.flights.cut(index, |_| true).await
            }
            _ => self.flights.end(index).await,
        };
        let Some((question, answer)) = self.received(index, answer) else { return };
        let unasked = answer.as_ref().ok().and_then(|answer| answer.extensions().get::<Unasked>());
        let reason = interaction.not_comparable.as_deref().or(unasked.and_then(Unasked::reason));
        match (answer.as_ref(), reason) {
            (_, Some(reason)) => {
                self.judgement.push(index, Verdict::NotCompared { reason: reason.to_owned() }, None);
            }
            (Ok(answer), None) => self.judgement.judge(index, interaction, &question, answer),
            (Err(error), None) => self.judgement.unanswered(index, interaction, &error.to_string()),
        }
    }
}

/// How long a call had waited when AWS answered it: its answer tells the moment of its end.
fn waited(interaction: &Interaction, subject: &Subject) -> Duration {
    let Some(during) = interaction.during.filter(|_| !streams(subject)) else { return Duration::ZERO };
    let waited = during.answered_us.unwrap_or(during.ended_us).saturating_sub(during.began_us);
    match Touch::of(interaction, subject).waits {
        true => Duration::microseconds(i64::try_from(waited).unwrap_or_default()),
        false => Duration::ZERO,
    }
}

/// The places of the interactions that are sent, in the order in which they are when a cassette is replayed.
pub fn order(cassette: &Cassette) -> Vec<usize> {
    let subjects: Vec<Subject> = cassette.interactions.iter().map(|one| subject(one)).collect();
    let started = course(cassette, &subjects).into_iter().filter_map(|step| match step {
        Step::Start(index) => Some(index),
        Step::Head(_) | Step::End(_) => None,
    });
    started.filter(|index| is_sent(cassette, *index)).collect()
}

/// Whether the request of this interaction is sent when its cassette is replayed.
pub fn is_sent(cassette: &Cassette, index: usize) -> bool {
    let one = cassette.interactions.get(index);
    one.is_some_and(|one| unsendable(one).is_none()) && retried::reason(cassette, index).is_none()
}

/// The same request, as far as polling and retrying repeat it.
fn is_repeat(one: &Request, two: &Request) -> bool {
    (&one.method, &one.origin, &one.path, &one.query) == (&two.method, &two.origin, &two.path, &two.query)
        && one.headers.get("x-amz-target") == two.headers.get("x-amz-target")
        && one.body == two.body
}
