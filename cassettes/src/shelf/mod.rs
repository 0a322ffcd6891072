//! Cassettes as a service: finds the recorded answer to a request, and where there is none, tells what comes nearest.
//!
//! A request is found by what it asks, member by member ([`Asked`]): the operation, its path, query, headers and body
//! as the model knows them. What a client makes up for each call is left out: signatures, dates, ids of the call,
//! checksums of the body, idempotency tokens. So is what is secret, since a cassette holds placeholders in its place.

mod asked;
mod fields;
mod miss;

pub use asked::Asked;
pub use miss::{Field, Miss, Nearest};

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::format::{Cassette, Request, Response};

/// More kinds of misses than this are not told apart.
const MOST_MISSES: usize = 1000;

/// Recorded answers, by what was asked.
#[derive(Debug, Default)]
pub struct Shelf {
    answers: Vec<Kept>,
    by_fields: HashMap<Asked, Vec<usize>>,
    ignored: Vec<String>,
    state: Mutex<State>,
}

/// One answer, and the place it was recorded at.
#[derive(Debug)]
struct Kept {
    cassette: String,
    index: usize,
    region: Option<String>,
    asked: Asked,
    response: Response,
}

#[derive(Debug, Default)]
struct State {
    /// How often each question was answered, by the first answer to it.
    given: HashMap<usize, usize>,
    misses: BTreeMap<String, Miss>,
}

/// A recorded answer to a request.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The cassette it stands in.
    pub cassette: &'a str,
    /// Which interaction of it.
    pub index: usize,
    /// What AWS said.
    pub response: &'a Response,
}

impl Shelf {
    /// An empty shelf. Fields of these names, in which `*` stands for anything, are not looked at.
    pub fn ignoring(fields: impl IntoIterator<Item = String>) -> Shelf {
        Shelf { ignored: fields.into_iter().collect(), ..Shelf::default() }
    }

    /// Puts the answers of a cassette behind those that are there. What was not recorded whole cannot be given.
    pub fn put(&mut self, name: &str, cassette: &Cassette) {
        for (index, one) in cassette.interactions.iter().enumerate() {
            let Some(response) = one.response.as_ref().filter(|response| response.body.is_known()) else {
                continue;
            };
            let named = one.service.as_deref().zip(one.operation.as_deref());
            let asked = Asked::of(&one.request, named, &self.ignored);
            self.by_fields.entry(asked.clone()).or_default().push(self.answers.len());
            // A signature may name another region than the one that answered.
            let asked_in = crate::models::route_of(&one.request).and_then(|route| route.region);
            let region = asked_in.or_else(|| one.region.clone());
            let (cassette, response) = (name.to_owned(), response.clone());
            self.answers.push(Kept { cassette, index, region, asked, response });
        }
    }

    /// How many answers there are.
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// The answer to a request, of this cassette where one is named. Where the same was asked more than once, answers
    /// come in the order in which they were recorded, and the last of them from then on.
    pub fn answer(&self, request: &Request, cassette: Option<&str>) -> Result<Answer<'_>, Miss> {
        let asked = Asked::of(request, None, &self.ignored);
        let region = crate::models::route_of(request).and_then(|route| route.region);
        let is_of = |kept: &Kept| {
            cassette.is_none_or(|name| kept.cassette == name)
                && (kept.region.is_none() || region.is_none() || kept.region == region)
        };
        let found = self.by_fields.get(&asked).map(Vec::as_slice).unwrap_or_default();
        let found: Vec<usize> = found.iter().copied().filter(|own| is_of(&self.answers[*own])).collect();
        let Some(first) = found.first() else {
            return Err(self.miss(&asked, request, region.as_deref(), cassette));
        };
        let mut state = self.state();
        let given = state.given.entry(*first).or_default();
        let next = found[(*given).min(found.len() - 1)];
        *given += 1;
        let Kept { cassette, index, response, .. } = &self.answers[next];
        Ok(Answer { cassette, index: *index, response })
    }

    fn miss(&self, asked: &Asked, request: &Request, region: Option<&str>, cassette: Option<&str>) -> Miss {
        let own = self.answers.iter().filter(|kept| cassette.is_none_or(|name| kept.cassette == name));
        let candidates = own.map(|kept| miss::Candidate {
            cassette: &kept.cassette,
            index: kept.index,
            asked: &kept.asked,
            region: kept.region.as_deref(),
        });
        let miss = Miss::of(asked, request, region, candidates);
        let mut state = self.state();
        let is_full = state.misses.len() >= MOST_MISSES;
        match state.misses.get_mut(&miss.explanation) {
            Some(known) => known.count += 1,
            None if is_full => {}
            None => drop(state.misses.insert(miss.explanation.clone(), miss.clone())),
        }
        miss
    }

    /// What was asked and not answered, each kind once, with how often.
    pub fn misses(&self) -> Vec<Miss> {
        self.state().misses.values().cloned().collect()
    }

    /// Begins anew: first answers come first, and no miss is known.
    pub fn rewind(&self) {
        *self.state() = State::default();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Counts that a panic left behind are still counts.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
