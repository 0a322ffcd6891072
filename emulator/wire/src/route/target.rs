//! `X-Amz-Target: DynamoDB_20120810.PutItem`.

use super::Unrouted;
use crate::fault::Fault;
use crate::operation::{Operation, Service};
use http::request::Parts;

type Found = (&'static Service, &'static Operation);

/// The operation that the header names; `None` without the header, or where it names none of the candidates
/// and they do not live by it.
pub(super) fn find(
    services: &'static [&'static Service],
    candidates: &[&'static Service],
    parts: &Parts,
) -> Option<Result<Found, Unrouted>> {
    let eligible = if candidates.is_empty() { services } else { candidates };
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    let named = target.and_then(|target| target.rsplit_once('.')).and_then(|(prefix, name)| {
        let service = eligible.iter().find(|service| service.target_prefix == Some(prefix))?;
        Some((*service, name))
    });
    match named {
        Some((service, name)) => Some(
            service
                .operation(name)
                .map(|operation| (service, operation))
                .ok_or_else(|| Unrouted::new(Some(service), unknown_operation())),
        ),
        // A JSON service that is known by other evidence has no other way to name an operation.
        None => match candidates {
            [service] if service.target_prefix.is_some() && !service.query_compatible => {
                Some(Err(Unrouted::new(Some(service), unknown_operation())))
            }
            _ => None,
        },
    }
}

/// What the JSON services answer to an operation that they do not know: no sentence at all.
fn unknown_operation() -> Fault {
    let mut fault =
        Fault::new("UnknownOperationException", 400, "").in_namespace("com.amazon.coral.service#");
    fault.message = None;
    fault
}
