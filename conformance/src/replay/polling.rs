//! Answers that callers ask for again until they change. How often AWS says the old one is chance, so an endpoint
//! may be there before.

use super::is_repeat;
use crate::compare::{Conversation, Masked, Outcome, Pair};
use crate::rules::Form;
use crate::verdict::{Difference, Kind};
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
            let (was, is) = (pair.recorded.status.to_string(), pair.actual.status().as_u16().to_string());
            outcome.masked.push(Masked { rule, recorded: was.clone(), actual: is.clone() });
            outcome.timing.push(Difference {
                path: format!("{operation}.answer"),
                kind: Kind::Timing,
                recorded: Some(format!("{was}, before the same request was answered otherwise")),
                actual: Some(format!("{is}, what AWS came to")),
            });
            return Some(outcome);
        }
    }
    None
}
