//! A second recording of a cassette's requests, as one that can be held against the first.

use super::Isolation;
use crate::format::{Cassette, Interaction, Request};
use crate::redact::Redacted;
use std::collections::{BTreeMap, VecDeque};

/// How many requests may have come before one that left before them.
const MOST: usize = 256;

/// A second recording of the same requests.
#[derive(Clone, Debug)]
pub struct Second {
    /// The recording, interaction by interaction as the first; what was not asked again stands as in the first.
    pub cassette: Cassette,
    /// The interactions that were not asked again, or got no answer that could be held against the first.
    pub missing: Vec<usize>,
}

impl Isolation {
    /// Makes a second recording of what a recorder kept when this replay of `first` went through it. `order` are the
    /// places of the interactions that were sent, in the order in which they were. `None` where it kept other requests.
    pub fn second(&self, first: &Cassette, kept: &Cassette, order: &[usize]) -> Option<Second> {
        let mut made = Second { cassette: first.clone(), missing: Vec::new() };
        // What set the scene is no part of the conversation.
        let left = kept.interactions.iter().skip(first.setup.requests.len()).collect();
        let mut kept = Kept { isolation: self, left, doubted: Vec::new() };
        let mut found: BTreeMap<usize, &Redacted<Interaction>> = BTreeMap::new();
        for index in order {
            let one = first.interactions.get(*index)?;
            if let Some((again, true)) = kept.take(one)
                && again.not_comparable.is_none()
                && again.response.is_some()
            {
                found.insert(*index, again);
            }
        }
        for (index, one) in made.cassette.interactions.iter_mut().enumerate() {
            match found.get(&index) {
                // When it passed stays as it was: the first and the second go the same course.
                Some(again) => {
                    let during = one.during;
                    *one = Redacted::of_part(again, |again| Interaction { during, ..self.back(again) });
                }
                None => made.missing.push(index),
            }
        }
        kept.left.is_empty().then_some(made)
    }

    /// An interaction with the names that the recording has.
    fn back(&self, again: &Interaction) -> Interaction {
        let mut made = again.clone();
        let request = &mut made.request;
        request.origin = self.text_inward(&request.origin);
        request.path = self.text_inward(&request.path);
        request.query = request.query.as_deref().map(|query| self.text_inward(query));
        let (headers, body) = self.message(&request.headers, &request.body);
        (request.headers, request.body) = (headers, body);
        made.response = made.response.as_ref().map(|response| self.inward(response));
        made
    }
}

/// What a recorder kept, as far as it has not found its place.
struct Kept<'a> {
    isolation: &'a Isolation,
    left: VecDeque<&'a Redacted<Interaction>>,
    /// What was taken for one request and may be another's.
    doubted: Vec<&'a Redacted<Interaction>>,
}

impl<'a> Kept<'a> {
    /// Takes the next that a request was, and says whether it certainly is. Requests that were under way at the same time
    /// may have come in another order than they left in.
    fn take(&mut self, one: &Interaction) -> Option<(&'a Redacted<Interaction>, bool)> {
        let first = *self.left.front()?;
        let beside = self.left.iter().skip(1).take(MOST).take_while(|again| went_along(first, again)).count();
        let candidates: Vec<usize> = (0..=beside).filter(|at| is_same(one, self.left[*at])).collect();
        let says = |again: &Interaction| {
            let Request { path, query, body, .. } = self.isolation.back(again).request;
            (path, query, body.bytes())
        };
        let own = (one.request.path.clone(), one.request.query.clone(), one.request.body.bytes());
        let exact = candidates.iter().find(|at| says(self.left[**at]) == own);
        let at = *exact.or(candidates.first())?;
        let found = self.left.remove(at)?;
        let may_be_this = |other: &&Redacted<Interaction>| is_same(one, other) && went_along(other, found);
        let is_certain = exact.is_some() || (candidates.len() == 1 && !self.doubted.iter().any(may_be_this));
        if !is_certain {
            self.doubted.push(found);
        }
        Some((found, is_certain))
    }
}

/// Whether two were under way at the same time.
fn went_along(one: &Interaction, two: &Interaction) -> bool {
    one.during.zip(two.during).is_some_and(|(one, two)| one.overlaps(&two))
}

fn is_same(one: &Interaction, again: &Interaction) -> bool {
    (&one.service, &one.operation, &one.request.method)
        == (&again.service, &again.operation, &again.request.method)
}
