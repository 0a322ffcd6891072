//! Splits cassettes and joins them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::format::{Cassette, Rule};
use crate::redact::Redacted;

/// Why cassettes cannot be joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotJoined(String);

impl fmt::Display for NotJoined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotJoined {}

/// Splits a cassette before an interaction, counted from zero. What the first part did, the second presumes: its
/// requests are sent before it, and not compared. `None` where one part would be empty, or a request of the first
/// cannot be sent.
pub fn split_at(cassette: &Cassette, index: usize) -> Option<(Cassette, Cassette)> {
    let before = cassette.interactions.get(..index).filter(|before| !before.is_empty())?;
    let behind = cassette.interactions.get(index..).filter(|behind| !behind.is_empty())?;
    let mut first = Cassette { interactions: before.to_vec(), ..cassette.clone() };
    let mut second = Cassette { interactions: behind.to_vec(), ..cassette.clone() };
    // What failed changed nothing, and a setup's request must succeed.
    let succeeded =
        before.iter().filter(|one| one.response.as_ref().is_some_and(|response| response.status < 300));
    for one in succeeded {
        if one.not_comparable.is_some() {
            return None;
        }
        second.setup.requests.push(Redacted::of_part(one, |interaction| interaction.request.clone()));
    }
    first.meta.title = format!("{} (before {index})", cassette.meta.title);
    second.meta.title = format!("{} (from {index})", cassette.meta.title);
    [&mut first, &mut second].into_iter().for_each(describe);
    Some((first, second))
}

/// A cassette for each service, by its name. Only what one service needs of another is lost.
pub fn by_service(cassette: &Cassette) -> BTreeMap<String, Cassette> {
    let mut made: BTreeMap<String, Cassette> = BTreeMap::new();
    for one in &cassette.interactions {
        let name = one.service.clone().unwrap_or_else(|| "unknown".to_owned());
        let own = made.entry(name.clone()).or_insert_with(|| {
            let mut own = Cassette { interactions: Vec::new(), ..cassette.clone() };
            own.meta.title = format!("{} ({name})", cassette.meta.title);
            own
        });
        own.interactions.push(one.clone());
    }
    made.values_mut().for_each(describe);
    made
}

/// Joins cassettes into one conversation, in their order. They must agree on their settings and on where they come
/// from, and only the first may presume anything: a setup is sent before everything else.
pub fn joined(title: &str, cassettes: &[Cassette]) -> Result<Cassette, NotJoined> {
    let (first, others) =
        cassettes.split_first().ok_or_else(|| NotJoined("there is nothing to join".to_owned()))?;
    let mut made = first.clone();
    for (index, other) in others.iter().enumerate() {
        let refuse =
            |why: &str| Err(NotJoined(format!("cassette {} ({}) {why}", index + 2, other.meta.title)));
        if other.settings != first.settings {
            return refuse("has other settings than the first");
        }
        if other.meta.provenance.kind != first.meta.provenance.kind {
            return refuse("has another provenance than the first");
        }
        if !other.setup.is_empty() {
            return refuse("has a setup, which would have to be sent in the middle");
        }
        let extend = |own: &mut Vec<Rule>, more: &[Rule]| {
            for rule in more {
                if !own.contains(rule) {
                    own.push(rule.clone());
                }
            }
        };
        extend(&mut made.rules, &other.rules);
        extend(&mut made.bindings, &other.bindings);
        made.meta.provenance.notes.push(format!("joined from {} and {}", first.meta.title, other.meta.title));
        made.interactions.extend(other.interactions.iter().cloned());
    }
    // When two interactions passed is counted from the beginning of their own recording.
    made.interactions.iter_mut().map(Redacted::inner_mut).for_each(|one| one.during = None);
    title.clone_into(&mut made.meta.title);
    describe(&mut made);
    Ok(made)
}

/// States which services a cassette holds, and when it began.
fn describe(cassette: &mut Cassette) {
    let services: BTreeSet<String> =
        cassette.interactions.iter().filter_map(|one| one.service.clone()).collect();
    cassette.meta.services = services.into_iter().collect();
    cassette.meta.recorded =
        cassette.interactions.iter().filter_map(|one| one.at).min().or(cassette.meta.recorded);
}
