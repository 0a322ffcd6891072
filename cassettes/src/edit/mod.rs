//! Changes cassettes as a whole: takes secrets out once more, gives resources other names, splits, joins, and writes
//! them down for other tools.

mod har;
mod join;
mod rename;

pub use har::har;
pub use join::{NotJoined, by_service, joined, split_at};
pub use rename::{Names, NoName};

use crate::format::{Cassette, Interaction};
use crate::import::{Classify as _, setup};
use crate::models::Models;
use crate::redact::Redactor;

/// The cassette with its secrets taken out, by what is known of them today. What is a placeholder stays.
pub fn redacted(cassette: &Cassette, mut redactor: Redactor) -> Cassette {
    let marked = cassette.interactions.iter().map(|one| {
        let interaction = Interaction::clone(one);
        let sensitive = Models.sensitive(&interaction);
        (interaction, sensitive)
    });
    let interactions = redactor.redact_all(marked.collect::<Vec<_>>());
    let requests = cassette.setup.requests.iter().map(|request| {
        let interaction = Interaction { request: (**request).clone(), ..Interaction::default() };
        let sensitive = Models.sensitive(&interaction);
        redactor.redact_request(interaction.request, &sensitive)
    });
    let requests = requests.collect();
    let mut made = cassette.clone();
    made.interactions = interactions;
    made.setup.requests = requests;
    made.setup.state = setup::redacted(&cassette.setup.state, &redactor);
    made.meta.title = redactor.redact_text(&cassette.meta.title);
    made
}

#[cfg(test)]
mod tests;
