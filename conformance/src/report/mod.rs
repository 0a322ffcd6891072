//! What a run found, and the forms in which it is told. The order is that of the cassettes, always the same.

mod annotations;
mod causes;
mod drift;
mod exchange;
mod fidelity;
mod html;
mod json;
mod junit;
mod markdown;
mod place;
mod sarif;
mod terminal;

pub use causes::{Cause, causes};
pub use exchange::{Exchange, MaskedValue};
pub use fidelity::Fidelity;
pub use place::Places;

use crate::verdict::{Difference, Verdict};
use crate::verify::Options;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that one run found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The version of this form: [`Report::VERSION`].
    pub version: u32,
    /// Who was judged.
    pub target: String,
    /// What was found in each cassette.
    pub cassettes: Vec<CassetteReport>,
}

/// What was found in one cassette.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CassetteReport {
    /// Its name.
    pub name: String,
    /// Whether AWS itself answered in the recording; anything else proves nothing about AWS.
    pub proves: bool,
    /// What was found in each interaction.
    pub interactions: Vec<InteractionReport>,
    /// The rules by which values were let through, and how many.
    pub masked: Vec<MaskedCount>,
}

/// What was found in one interaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InteractionReport {
    /// Which one of the cassette.
    pub index: usize,
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// What is said about it.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// States that were still coming on AWS and had come here. They are no gaps, and are told all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timing: Vec<Difference>,
    /// What was sent and answered; kept where something differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Exchange>,
}

/// How often a rule let a value through that was another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskedCount {
    /// The rule.
    pub rule: String,
    /// The form that the value has to have.
    pub form: String,
    /// Why AWS itself does not promise the value.
    pub reason: String,
    /// How many values.
    pub count: u64,
}

/// How many interactions got which verdict. The four are never added together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Answered as AWS did.
    pub pass: usize,
    /// Answered otherwise.
    pub differs: usize,
    /// Not offered by the endpoint.
    pub not_served: usize,
    /// Not compared.
    pub not_compared: usize,
    /// Of those that pass, how many had come further than AWS had: see [`InteractionReport::timing`].
    #[serde(default)]
    pub timing: usize,
}

impl Report {
    /// The version of the form.
    pub const VERSION: u32 = 1;

    /// Every interaction, with the name of its cassette.
    pub fn interactions(&self) -> impl Iterator<Item = (&str, &InteractionReport)> {
        self.cassettes.iter().flat_map(|cassette| {
            cassette.interactions.iter().map(|interaction| (cassette.name.as_str(), interaction))
        })
    }

    /// The verdicts, counted.
    pub fn counts(&self) -> Counts {
        Counts::of(self.interactions().map(|(_, interaction)| interaction))
    }

    /// Whether anything was compared at all. A run that compared nothing has failed.
    pub fn compared_anything(&self) -> bool {
        let counts = self.counts();
        counts.pass + counts.differs > 0
    }

    /// The rules that let values through, over all cassettes.
    pub fn masked(&self) -> Vec<MaskedCount> {
        let mut sums: BTreeMap<(&str, &str, &str), u64> = BTreeMap::new();
        for masked in self.cassettes.iter().flat_map(|cassette| &cassette.masked) {
            *sums.entry((&masked.rule, &masked.form, &masked.reason)).or_default() += masked.count;
        }
        let owned = |((rule, form, reason), count): ((&str, &str, &str), u64)| MaskedCount {
            rule: rule.to_owned(),
            form: form.to_owned(),
            reason: reason.to_owned(),
            count,
        };
        sums.into_iter().map(owned).collect()
    }
}

impl CassetteReport {
    /// The report on what the options ask for.
    pub(crate) fn of(mut self, options: &Options) -> CassetteReport {
        let is_wanted = |wanted: &[String], name: &String| wanted.is_empty() || wanted.contains(name);
        self.interactions.retain(|interaction| {
            is_wanted(&options.services, &interaction.service)
                && is_wanted(&options.operations, &interaction.operation)
        });
        self
    }

    /// The verdicts, counted.
    pub fn counts(&self) -> Counts {
        Counts::of(self.interactions.iter())
    }
}

impl Counts {
    /// Counts the verdicts of interactions.
    pub fn of<'a>(interactions: impl Iterator<Item = &'a InteractionReport>) -> Counts {
        let mut counts = Counts::default();
        for interaction in interactions {
            *match interaction.verdict {
                Verdict::Pass => &mut counts.pass,
                Verdict::Differs { .. } => &mut counts.differs,
                Verdict::NotServed { .. } => &mut counts.not_served,
                Verdict::NotCompared { .. } => &mut counts.not_compared,
            } += 1;
            counts.timing +=
                usize::from(interaction.verdict == Verdict::Pass && !interaction.timing.is_empty());
        }
        counts
    }
}

#[cfg(test)]
mod tests;
