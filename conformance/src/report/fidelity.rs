//! How much of what was compared is as AWS answers, in three layers that build on each other.

use super::{Counts, InteractionReport, Report};
use crate::verdict::{Kind, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The fidelity of a service or an operation, among the interactions that were compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fidelity {
    /// The verdicts.
    pub counts: Counts,
    /// How many had the right status.
    pub status: usize,
    /// How many had the right status and body.
    pub body: usize,
    /// How many had the right status, body and headers: those that pass.
    pub headers: usize,
}

impl Fidelity {
    /// How many were compared.
    pub fn compared(&self) -> usize {
        self.counts.pass + self.counts.differs
    }

    /// A number of those compared as a percentage, `87.5`; rounded down, so that 100.0 means all of them.
    pub fn percent(&self, number: usize) -> String {
        match self.compared() {
            0 => "-".to_owned(),
            compared => {
                let tenths = number * 1000 / compared;
                format!("{}.{}", tenths / 10, tenths % 10)
            }
        }
    }

    fn add(&mut self, interaction: &InteractionReport) {
        let verdict = &interaction.verdict;
        let own = Counts::of([interaction].into_iter());
        self.counts.pass += own.pass;
        self.counts.differs += own.differs;
        self.counts.not_served += own.not_served;
        self.counts.not_compared += own.not_compared;
        self.counts.timing += own.timing;
        if !matches!(verdict, Verdict::Pass | Verdict::Differs { .. }) {
            return;
        }
        let differences = verdict.differences();
        let has_status = differences.iter().all(|difference| difference.kind != Kind::Status);
        let has_body =
            differences.iter().all(|difference| matches!(difference.kind, Kind::Status | Kind::Header));
        self.status += usize::from(has_status);
        self.body += usize::from(has_status && has_body);
        self.headers += usize::from(differences.is_empty());
    }
}

impl Report {
    /// The fidelity of everything.
    pub fn fidelity(&self) -> Fidelity {
        let mut whole = Fidelity::default();
        self.interactions().for_each(|(_, interaction)| whole.add(interaction));
        whole
    }

    /// The fidelity of each service, and of each operation in it.
    pub fn fidelities(&self) -> BTreeMap<String, (Fidelity, BTreeMap<String, Fidelity>)> {
        let mut services: BTreeMap<String, (Fidelity, BTreeMap<String, Fidelity>)> = BTreeMap::new();
        for (_, interaction) in self.interactions() {
            let (service, operations) = services.entry(interaction.service.clone()).or_default();
            service.add(interaction);
            operations.entry(interaction.operation.clone()).or_default().add(interaction);
        }
        services
    }
}
