//! Replays one cassette: its setup, then its interactions one after the other, each compared as it is answered.

mod account;
mod chunked;
mod columns;
mod isolated;
mod polling;
mod rebuild;
mod retried;
mod served;
mod sign;
mod skew;

pub use account::account_of;
pub use rebuild::{Caller, unsendable};
pub use sign::SECRET;

use crate::classify::{Subject, subject};
use crate::compare::{Conversation, Outcome, Pair, Pools};
use crate::correlate::{Bindings, substitute};
use crate::endpoint::{Endpoint, SendError, Session, Unasked};
use crate::report::{CassetteReport, Exchange, InteractionReport, MaskedCount};
use crate::rules::{Clock, Rulebook};
use crate::verdict::{Difference, Kind, Verdict};
use bytes::Bytes;
use ruststack_cassettes::format::{ClockSetting, Interaction, Request};
use ruststack_cassettes::{Cassette, Isolation};
use ruststack_wire::Timestamp;
use skew::Beginnings;
use std::collections::{BTreeMap, HashSet};
use std::ops::Deref;
use std::sync::Arc;
use time::OffsetDateTime;

/// Replays a cassette and says what differs.
pub async fn replay(name: &str, cassette: &Cassette, endpoint: &dyn Endpoint) -> CassetteReport {
    let subjects: Vec<Subject> = cassette.interactions.iter().map(|one| subject(one)).collect();
    let mut replay = match Replay::begin(cassette, endpoint, &subjects).await {
        Ok(replay) => replay,
        Err(reason) => return not_compared(name, cassette, &subjects, &reason),
    };
    for (index, interaction) in cassette.interactions.iter().enumerate() {
        replay.step(index, interaction).await;
    }
    replay.finish(name)
}

/// A cassette on its way.
struct Replay<'a> {
    cassette: &'a Cassette,
    subjects: &'a [Subject],
    session: Box<dyn Session>,
    /// Names of its own for what the cassette creates, where there are other things already.
    isolation: Option<Arc<Isolation>>,
    /// Whether the latest request asked for what is in the whole account.
    is_wide: bool,
    /// The operations that list a whole account and could not be compared.
    lost: HashSet<String>,
    conversation: Conversation,
    caller: Caller,
    beginnings: Beginnings,
    /// The first interaction that could not be sent.
    unsent: Option<usize>,
    done: Vec<InteractionReport>,
    masked: BTreeMap<usize, u64>,
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
        let caller = Caller { account: account_of(cassette), clock };
        if let Some(own) = endpoint.account() {
            conversation.bindings.promise(&caller.account, own);
        }
        let mut replay = Replay {
            cassette,
            subjects,
            session,
            isolation: endpoint.isolation(cassette),
            is_wide: false,
            lost: HashSet::new(),
            conversation,
            caller,
            beginnings: Beginnings::default(),
            unsent: None,
            done: Vec::with_capacity(cassette.interactions.len()),
            masked: BTreeMap::new(),
        };
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
            let answer = self.send(&subject, request, at).await;
            let answer = answer.map_err(|error| failed(error.to_string()))?;
            if let Some(Unasked(reason)) = answer.extensions().get() {
                return Err(failed(reason.clone()));
            }
            self.beginnings.clock(None, &answer);
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
        let meant = substitute(request, &mut self.conversation.bindings);
        match &self.isolation {
            Some(isolation) => isolation.outward(&meant),
            None => meant,
        }
    }

    /// Sends a request, and gives the answer with the names that the recording has.
    async fn send(
        &mut self,
        subject: &Subject,
        request: http::Request<Bytes>,
        at: Option<OffsetDateTime>,
    ) -> Result<http::Response<Bytes>, SendError> {
        let clock = self.clock_at(at);
        let Some(isolation) = self.isolation.clone() else { return self.session.send(request, clock).await };
        self.is_wide = isolated::is_wide(&isolation, subject, &request);
        let statement = columns::statement(&request);
        let mut answer = self.session.send(request, clock).await?;
        if let Some(statement) = statement {
            answer = isolated::with_places(&isolation, &statement, answer);
        }
        if self.is_wide {
            answer = isolated::only_ours(&isolation, answer);
        }
        Ok(isolated::inward(&isolation, answer))
    }

    /// The moment to which the endpoint sets its clock.
    fn clock_at(&self, at: Option<OffsetDateTime>) -> Option<Timestamp> {
        at.filter(|_| self.caller.clock == Clock::Recorded).map(Timestamp::from)
    }

    /// Sends one interaction's request and judges the answer.
    async fn step(&mut self, index: usize, interaction: &Interaction) {
        let subject = &self.subjects[index];
        if let Some(reason) = unsendable(interaction) {
            self.unsent = self.unsent.or(Some(index));
            return self.push(index, Verdict::NotCompared { reason }, None);
        }
        if let Some(reason) = retried::reason(self.cassette, index) {
            return self.push(index, Verdict::NotCompared { reason }, None);
        }
        let request = self.meant(&interaction.request);
        let request = match self.caller.rebuild(&request, interaction, subject) {
            Ok(request) => request,
            Err(reason) => return self.push(index, Verdict::NotCompared { reason }, None),
        };
        let shown = request.clone();
        let answer = self.send(subject, request, interaction.at).await;
        match (answer, &interaction.not_comparable) {
            (_, Some(reason)) => self.push(index, Verdict::NotCompared { reason: reason.clone() }, None),
            (Ok(answer), None) if answer.extensions().get::<Unasked>().is_some() => {
                let reason = answer.extensions().get::<Unasked>().map(|Unasked(reason)| reason.clone());
                self.push(index, Verdict::NotCompared { reason: reason.unwrap_or_default() }, None);
            }
            (Ok(answer), None) => self.judge(index, interaction, &shown, &answer),
            (Err(error), None) => {
                let recorded = interaction.response.as_ref().map(|response| response.status.to_string());
                let difference = Difference {
                    path: format!("{}.status", subject.operation_name),
                    kind: Kind::Status,
                    recorded,
                    actual: Some(format!("no answer: {error}")),
                };
                self.push(index, Verdict::Differs { differences: vec![difference] }, None);
            }
        }
    }

    fn judge(
        &mut self,
        index: usize,
        interaction: &Interaction,
        request: &http::Request<Bytes>,
        answer: &http::Response<Bytes>,
    ) {
        let Some(recorded) = &interaction.response else {
            let reason = "the recording has no response".to_owned();
            return self.push(index, Verdict::NotCompared { reason }, None);
        };
        let source = rebuild::source(&interaction.request);
        let pair = Pair {
            subject: &self.subjects[index],
            index,
            source: &source,
            method: &interaction.request.method,
            recorded,
            actual: answer,
        };
        if self.caller.clock == Clock::Real {
            self.conversation.clock = self.beginnings.clock(interaction.at, answer);
        }
        let known = if self.is_wide { self.conversation.bindings.clone() } else { Bindings::default() };
        let outcome = self.conversation.compare(&pair);
        if let Some(reason) = served::refusal(&pair, &outcome) {
            return self.push(index, Verdict::NotServed { reason }, None);
        }
        let outcome = match outcome.differences.is_empty() {
            true => outcome,
            false => polling::settled(self.cassette, &mut self.conversation, &pair).unwrap_or(outcome),
        };
        let subject = &self.subjects[index];
        let whole_account = match self.is_wide {
            true => isolated::whole_account(subject, &interaction.request, &outcome, &mut self.lost),
            false => None,
        };
        if let Some(reason) = whole_account {
            // Others' things stand for none of ours.
            self.conversation.bindings = known;
            return self.push(index, Verdict::NotCompared { reason }, None);
        }
        let Outcome { differences, masked, timing, .. } = outcome;
        self.count(&masked);
        match differences.is_empty() {
            true => self.push(index, Verdict::Pass, None),
            false => {
                let exchange = Exchange::new(request, recorded, answer, &masked, &self.conversation.rules);
                self.push(index, Verdict::Differs { differences }, Some(exchange));
            }
        }
        if let Some(done) = self.done.last_mut() {
            done.timing = timing;
        }
    }

    fn count(&mut self, masked: &[crate::compare::Masked]) {
        for masked in masked {
            *self.masked.entry(masked.rule).or_default() += 1;
        }
    }

    fn push(&mut self, index: usize, verdict: Verdict, exchange: Option<Exchange>) {
        let verdict = match (verdict, self.unsent) {
            // What a message that was never sent would have brought cannot be told.
            (Verdict::Differs { differences }, Some(unsent))
                if follows_messages(&self.subjects[index])
                    && differences.iter().any(|difference| difference.kind != Kind::Header) =>
            {
                let reason = format!("it follows from interaction {unsent}, which could not be sent");
                Verdict::NotCompared { reason }
            }
            (verdict, _) => verdict,
        };
        let Subject { service_name, operation_name, .. } = &self.subjects[index];
        let (service, operation) = (service_name.clone(), operation_name.clone());
        let timing = Vec::new();
        self.done.push(InteractionReport { index, service, operation, verdict, timing, exchange });
    }

    /// What is left at the end: messages that only one side delivered.
    fn finish(mut self, name: &str) -> CassetteReport {
        for (index, difference) in self.conversation.pools.left() {
            let report = &mut self.done[index];
            match (&mut report.verdict, self.unsent) {
                (Verdict::Differs { differences }, _) => differences.push(difference),
                (verdict @ Verdict::Pass, Some(unsent)) => {
                    let reason = format!("it follows from interaction {unsent}, which could not be sent");
                    *verdict = Verdict::NotCompared { reason };
                }
                (verdict @ Verdict::Pass, None) => {
                    *verdict = Verdict::Differs { differences: vec![difference] };
                }
                _ => {}
            }
        }
        let rules = &self.conversation.rules;
        let masked = self.masked.iter().map(|(index, count)| {
            let rule = rules.rule(*index);
            MaskedCount {
                rule: rule.name(),
                form: rule.form.name().to_owned(),
                reason: rule.reason.clone().into_owned(),
                count: *count,
            }
        });
        CassetteReport {
            name: name.to_owned(),
            proves: proves(self.cassette),
            interactions: self.done,
            masked: masked.collect(),
        }
    }
}

/// Whether the request of this interaction is sent when its cassette is replayed.
pub fn is_sent(cassette: &Cassette, index: usize) -> bool {
    let one = cassette.interactions.get(index);
    one.is_some_and(|one| unsendable(one).is_none()) && retried::reason(cassette, index).is_none()
}

/// Whether what an operation answers depends on the messages that were sent before.
fn follows_messages(subject: &Subject) -> bool {
    let operations = ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"];
    subject.service_name == "sqs" && operations.iter().any(|own| subject.operation_name.starts_with(own))
}

/// Whether AWS itself answered in this recording.
fn proves(cassette: &Cassette) -> bool {
    use ruststack_cassettes::ProvenanceKind::{Imported, Recorded};
    matches!(cassette.meta.provenance.kind, Recorded | Imported)
}

fn not_compared(name: &str, cassette: &Cassette, subjects: &[Subject], reason: &str) -> CassetteReport {
    let interactions = subjects.iter().enumerate().map(|(index, subject)| InteractionReport {
        index,
        service: subject.service_name.clone(),
        operation: subject.operation_name.clone(),
        verdict: Verdict::NotCompared { reason: reason.to_owned() },
        timing: Vec::new(),
        exchange: None,
    });
    CassetteReport {
        name: name.to_owned(),
        proves: proves(cassette),
        interactions: interactions.collect(),
        masked: Vec::new(),
    }
}

/// The same request, as far as polling and retrying repeat it.
fn is_repeat(one: &Request, two: &Request) -> bool {
    (&one.method, &one.origin, &one.path, &one.query) == (&two.method, &two.origin, &two.path, &two.query)
        && one.headers.get("x-amz-target") == two.headers.get("x-amz-target")
        && one.body == two.body
}
