//! The report as JSON, for other programs. Its form is versioned.

use super::{Counts, Fidelity, MaskedCount, Report};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    report: &'a Report,
    counts: Counts,
    fidelity: BTreeMap<String, ServiceFidelity>,
    masked: Vec<MaskedCount>,
}

#[derive(Serialize)]
struct ServiceFidelity {
    #[serde(flatten)]
    whole: Fidelity,
    operations: BTreeMap<String, Fidelity>,
}

impl Report {
    /// The report as JSON, with counts and fidelities beside what was found.
    pub fn to_json(&self) -> String {
        let fidelity = self.fidelities().into_iter();
        let document = Document {
            report: self,
            counts: self.counts(),
            fidelity: fidelity
                .map(|(service, (whole, operations))| (service, ServiceFidelity { whole, operations }))
                .collect(),
            masked: self.masked(),
        };
        serde_json::to_string_pretty(&document).expect("a report is texts and numbers")
    }
}
