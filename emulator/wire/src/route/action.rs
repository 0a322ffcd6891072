//! A form's `Action` and `Version`.

use super::Unrouted;
use crate::codec::form::Form;
use crate::fault::Fault;
use crate::operation::{Operation, Service};
use crate::protocol::{Protocol, query_pairs};
use bytes::Bytes;
use http::Method;
use http::header::CONTENT_TYPE;
use http::request::Parts;

/// Whether the body is a form.
pub(super) fn is_form(parts: &Parts) -> bool {
    let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    parts.method == Method::POST
        && content_type
            .is_some_and(|value| value.trim_start().starts_with("application/x-www-form-urlencoded"))
}

/// Whether the query string names an action, as old clients send it.
pub(super) fn in_query(parts: &Parts) -> bool {
    parts.uri.query().is_some_and(|query| query_pairs(query).any(|(name, _)| name == "Action"))
}

/// The services that take forms.
pub(super) fn speakers(services: &[&'static Service]) -> Vec<&'static Service> {
    let takes_forms =
        |service: &&&'static Service| service.protocol == Protocol::AwsQuery || service.query_compatible;
    services.iter().filter(takes_forms).copied().collect()
}

/// The operation of the form's `Action`, of the service whose version is the form's `Version`.
pub(super) fn find(
    candidates: &[&'static Service],
    parts: &Parts,
    form: &Bytes,
) -> Result<(&'static Service, &'static Operation), Unrouted> {
    let first = candidates.first().copied();
    let parse = |bytes: &[u8]| {
        Form::parse(bytes)
            .map_err(|error| Unrouted::new(first, Fault::new("MalformedQueryString", 400, error.to_string())))
    };
    let mut form = parse(form)?;
    if form.get("Action").is_none() {
        form = parse(parts.uri.query().unwrap_or_default().as_bytes())?;
    }
    let Some(action) = form.get("Action") else {
        let message = "The request must contain the parameter Action";
        return Err(Unrouted::new(first, Fault::new("MissingAction", 400, message)));
    };
    let version = form.get("Version");
    let of_version =
        candidates.iter().copied().filter(|service| version.is_none_or(|text| text == service.api_version));
    let named = of_version.clone().find_map(|service| Some((service, service.operation(action)?)));
    named.ok_or_else(|| {
        let message = match version {
            Some(version) => format!("Could not find operation {action} for version {version}"),
            None => format!("Could not find operation {action} for version NO_VERSION_SPECIFIED"),
        };
        Unrouted::new(of_version.clone().next().or(first), Fault::new("InvalidAction", 400, message))
    })
}
