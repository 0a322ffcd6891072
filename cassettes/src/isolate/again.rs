//! A second recording of a cassette's requests, as one that can be held against the first.

use super::Isolation;
use crate::format::{Cassette, Interaction};
use crate::redact::Redacted;

/// A second recording of the same requests.
#[derive(Clone, Debug)]
pub struct Second {
    /// The recording, interaction by interaction as the first; what was not asked again stands as in the first.
    pub cassette: Cassette,
    /// The interactions that were not asked again, or got no answer that could be held against the first.
    pub missing: Vec<usize>,
}

impl Isolation {
    /// Makes a second recording of what a recorder kept when this replay of `first` went through it. `None` where it
    /// kept other requests.
    pub fn second(&self, first: &Cassette, kept: &Cassette) -> Option<Second> {
        let mut made = Second { cassette: first.clone(), missing: Vec::new() };
        // What set the scene is no part of the conversation.
        let mut kept = kept.interactions.iter().skip(first.setup.requests.len()).peekable();
        for (index, one) in made.cassette.interactions.iter_mut().enumerate() {
            let Some(again) = kept.next_if(|again| is_same(one, again)) else {
                made.missing.push(index);
                continue;
            };
            if again.not_comparable.is_some() || again.response.is_none() {
                made.missing.push(index);
                continue;
            }
            *one = Redacted::of_part(again, |again| self.back(again));
        }
        kept.next().is_none().then_some(made)
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

fn is_same(one: &Interaction, again: &Interaction) -> bool {
    (&one.service, &one.operation, &one.request.method)
        == (&again.service, &again.operation, &again.request.method)
}
