//! Answers that callers ask for again until they change. How often AWS says the old one is chance, so an endpoint
//! may be there before.

use super::is_repeat;
use crate::compare::{Conversation, Masked, Outcome, Pair};
use crate::rules::Form;
use ruststack_cassettes::Cassette;

/// The comparison with the answer that AWS came to when the very same request was repeated, if it is that one.
pub(super) fn settled(
    cassette: &Cassette,
    conversation: &mut Conversation,
    pair: &Pair<'_>,
) -> Option<Outcome> {
    let (service, operation) = (&pair.subject.service_name, &pair.subject.operation_name);
    let rule = conversation.rules.answer(service, operation, Form::Polled)?;
    let request = &cassette.interactions[pair.index].request;
    let repeats =
        cassette.interactions[pair.index + 1..].iter().take_while(|later| is_repeat(request, &later.request));
    for recorded in repeats.filter_map(|later| later.response.as_ref()) {
        let mut outcome = conversation.compare(&Pair { recorded, ..*pair });
        if outcome.differences.is_empty() {
            let status = |status: u16| format!("status {status}");
            outcome.masked.push(Masked {
                rule,
                recorded: status(pair.recorded.status),
                actual: status(pair.actual.status().as_u16()),
            });
            return Some(outcome);
        }
    }
    None
}
