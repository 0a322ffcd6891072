//! Finds the smallest conversation that still shows a gap: of the requests before it, and of the setup's, only those stay
//! without which the same difference is not seen.
//!
//! `commands` writes such a conversation as commands, for whoever is to mend it.

mod commands;

use crate::endpoint::Endpoint;
use crate::replay::replay;
use crate::report::{Report, causes};
use crate::verdict::{Kind, Verdict};
use crate::verify::Case;
use ruststack_cassettes::Cassette;
use std::collections::BTreeSet;

pub use commands::{curl, python};

/// A gap, and the smallest conversation that shows it.
#[derive(Debug)]
pub struct Minimised {
    /// A name of its own: the cassette's, and the place of the interaction in it.
    pub name: String,
    /// What differs, as the report names it: `GetItem.Item.Name`.
    pub path: String,
    /// How it differs.
    pub kind: Kind,
    /// The conversation. Its last interaction shows the gap.
    pub cassette: Cassette,
}

/// For each cause of gaps that a report tells, at most so many, the smallest conversation that shows it.
///
/// A cassette is replayed once for each request that might be left out.
pub async fn minimise(
    report: &Report,
    cases: &[Case],
    endpoint: &dyn Endpoint,
    most: usize,
) -> Vec<Minimised> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for cause in causes(report) {
        if found.len() == most {
            break;
        }
        let wanted = (cause.difference.path.as_str(), cause.difference.kind);
        let shown = report.interactions().find(|(_, interaction)| {
            interaction.verdict.differences().iter().any(|one| (one.path.as_str(), one.kind) == wanted)
        });
        let Some((name, interaction)) = shown else { continue };
        // Several causes may show in one answer: one conversation serves them all.
        if !seen.insert((name.to_owned(), interaction.index)) {
            continue;
        }
        let Some(case) = cases.iter().find(|case| case.name == name) else { continue };
        let cassette = smallest(&case.cassette, interaction.index, wanted, endpoint).await;
        found.push(Minimised {
            name: format!("{}-{}", name.replace(['/', '\\'], "-"), interaction.index),
            path: wanted.0.to_owned(),
            kind: wanted.1,
            cassette,
        });
    }
    found
}

/// The conversation up to an interaction without whatever can be left out of it.
async fn smallest(whole: &Cassette, index: usize, wanted: (&str, Kind), endpoint: &dyn Endpoint) -> Cassette {
    let mut kept = whole.clone();
    kept.interactions.truncate(index + 1);
    // From the last to the first: what came late depends on what came early.
    for at in (0..index).rev() {
        let mut without = kept.clone();
        without.interactions.remove(at);
        if shows(&without, wanted, endpoint).await {
            kept = without;
        }
    }
    for at in (0..kept.setup.requests.len()).rev() {
        let mut without = kept.clone();
        without.setup.requests.remove(at);
        if shows(&without, wanted, endpoint).await {
            kept = without;
        }
    }
    kept.meta.title = format!("{}: {} ({})", whole.meta.title, wanted.0, wanted.1);
    kept
}

/// Whether the last interaction of a conversation shows a difference.
async fn shows(cassette: &Cassette, wanted: (&str, Kind), endpoint: &dyn Endpoint) -> bool {
    let report = replay("minimise", cassette, endpoint).await;
    report.interactions.last().is_some_and(|last| {
        matches!(&last.verdict, Verdict::Differs { differences }
            if differences.iter().any(|one| (one.path.as_str(), one.kind) == wanted))
    })
}

#[cfg(test)]
mod tests;
