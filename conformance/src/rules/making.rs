//! How the table's rules are written down, and the reasons that several of them have.

use super::{Form, Place, Rule};
use std::borrow::Cow::Borrowed;

pub(super) const fn header(
    service: &'static str,
    name: &'static str,
    form: Form,
    reason: &'static str,
) -> Rule {
    Rule {
        service: Borrowed(service),
        operation: Borrowed("*"),
        place: Place::Header(Borrowed(name)),
        form,
        reason: Borrowed(reason),
    }
}

pub(super) const fn member(
    service: &'static str,
    operation: &'static str,
    path: &'static str,
    form: Form,
    reason: &'static str,
) -> Rule {
    Rule {
        service: Borrowed(service),
        operation: Borrowed(operation),
        place: Place::Member(Borrowed(path)),
        form,
        reason: Borrowed(reason),
    }
}

/// Answers of an operation that callers ask for again until they change.
pub(super) const fn answer(service: &'static str, operation: &'static str, reason: &'static str) -> Rule {
    Rule {
        service: Borrowed(service),
        operation: Borrowed(operation),
        place: Place::Answer,
        form: Form::Polled,
        reason: Borrowed(reason),
    }
}

pub(super) const REQUEST_ID: &str = "AWS draws a new id for every request.";
pub(super) const SIGNED: &str =
    "It depends on the caller's credentials and on the time at which the request was signed.";
pub(super) const DRAWN: &str = "AWS draws it at random when the thing is made.";
pub(super) const IN_MILLIS: &str = "It is the moment at which AWS was asked, in milliseconds since 1970.";
pub(super) const STREAM: &str = "A stream is named after the millisecond at which it was made.";
pub(super) const OPAQUE: &str = "AWS documents it as opaque: it may look different from call to call.";
pub(super) const CLOCK: &str =
    "AWS acts at a fraction of a second, up to a few seconds before the moment that its Date header names.";

pub(super) const MEASURED: &str = "Lambda tells ids, times and memory of each invocation, and whether its environment was new. What the function \
     wrote is compared.";

pub(super) const BECOMING: &str =
    "AWS works on it for as long as it takes and promises no time; callers ask until it is done.";
pub(super) const SENDER: &str =
    "It names who sent the message: the caller of the recording, whom a replay cannot be.";
pub(super) const DELIVERY: &str = "SQS delivers at least once, in no order and from a sample of its servers: how many messages one call brings \
     is chance. What came over the whole conversation is compared.";
pub(super) const UNORDERED: &str =
    "DynamoDB gives the items of a batch as they are found, in another order from call to call.";
pub(super) const COUNTED: &str =
    "DynamoDB counts items and bytes about every six hours, and does not say when.";
pub(super) const BATCH: &str =
    "The entries of a batch are worked on side by side and answered in the order they are done.";
