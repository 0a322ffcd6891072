//! What is said of each interaction as it is answered, and of what is left at the end.

use super::isolated::{self, Question};
use super::skew::Beginnings;
use super::{polling, rebuild, served};
use crate::classify::Subject;
use crate::compare::{Conversation, Masked, Outcome, Pair};
use crate::correlate::Bindings;
use crate::report::{CassetteReport, Exchange, InteractionReport, MaskedCount};
use crate::verdict::{Difference, Kind, Verdict};
use bytes::Bytes;
use ruststack_cassettes::Cassette;
use ruststack_cassettes::format::Interaction;
use std::collections::{BTreeMap, HashSet};

/// The verdicts on one cassette, as they come.
pub(super) struct Judgement<'a> {
    cassette: &'a Cassette,
    subjects: &'a [Subject],
    pub(super) conversation: Conversation,
    pub(super) beginnings: Beginnings,
    /// Whether the endpoint's clock is its own.
    is_real_time: bool,
    /// The first interaction that could not be sent.
    unsent: Option<usize>,
    /// The operations that list a whole account and could not be compared.
    lost: HashSet<String>,
    done: Vec<InteractionReport>,
    masked: BTreeMap<usize, u64>,
}

impl<'a> Judgement<'a> {
    pub(super) fn new(
        cassette: &'a Cassette,
        subjects: &'a [Subject],
        conversation: Conversation,
        is_real_time: bool,
    ) -> Judgement<'a> {
        Judgement {
            cassette,
            subjects,
            conversation,
            beginnings: Beginnings::default(),
            is_real_time,
            unsent: None,
            lost: HashSet::new(),
            done: Vec::with_capacity(cassette.interactions.len()),
            masked: BTreeMap::new(),
        }
    }

    /// Says of an interaction that nothing can be said, since it was not sent.
    pub(super) fn unsendable(&mut self, index: usize, reason: String) {
        self.unsent = self.unsent.or(Some(index));
        self.push(index, Verdict::NotCompared { reason }, None);
    }

    /// Says that there was no answer.
    pub(super) fn unanswered(&mut self, index: usize, interaction: &Interaction, error: &str) {
        let recorded = interaction.response.as_ref().map(|response| response.status.to_string());
        let difference = Difference {
            path: format!("{}.status", self.subjects[index].operation_name),
            kind: Kind::Status,
            recorded,
            actual: Some(format!("no answer: {error}")),
        };
        self.push(index, Verdict::Differs { differences: vec![difference] }, None);
    }

    /// Compares an answer with the recorded one.
    pub(super) fn judge(
        &mut self,
        index: usize,
        interaction: &Interaction,
        question: &Question,
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
        if self.is_real_time {
            self.conversation.clock = self.beginnings.clock(interaction.at, answer);
        }
        let is_wide = question.is_wide;
        let known = if is_wide { self.conversation.bindings.clone() } else { Bindings::default() };
        let outcome = self.conversation.compare(&pair);
        if let Some(reason) = served::refusal(&pair, &outcome) {
            return self.push(index, Verdict::NotServed { reason }, None);
        }
        let outcome = match outcome.differences.is_empty() {
            true => outcome,
            false => polling::settled(self.cassette, &mut self.conversation, &pair).unwrap_or(outcome),
        };
        let subject = &self.subjects[index];
        let whole_account = match is_wide {
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
                let exchange =
                    Exchange::new(&question.request, recorded, answer, &masked, &self.conversation.rules);
                self.push(index, Verdict::Differs { differences }, Some(exchange));
            }
        }
        if let Some(done) = self.done.last_mut() {
            done.timing = timing;
        }
    }

    fn count(&mut self, masked: &[Masked]) {
        for masked in masked {
            *self.masked.entry(masked.rule).or_default() += 1;
        }
    }

    /// Notes a verdict.
    pub(super) fn push(&mut self, index: usize, verdict: Verdict, exchange: Option<Exchange>) {
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
    pub(super) fn finish(mut self, name: &str) -> CassetteReport {
        // What overlapped may have been done in another order.
        self.done.sort_unstable_by_key(|report| report.index);
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

/// The report on a cassette of which nothing could be replayed.
pub(super) fn not_compared(
    name: &str,
    cassette: &Cassette,
    subjects: &[Subject],
    reason: &str,
) -> CassetteReport {
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
