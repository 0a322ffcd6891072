//! The model's path templates, and S3 as what is left.

use super::index::{Index, Template};
use super::{Host, Unrouted};
use crate::exceptions;
use crate::fault::Fault;
use crate::operation::{Operation, Service};
use crate::protocol::{Protocol, query_pairs};
use crate::shape::{Location, Shape};
use http::request::Parts;
use std::borrow::Cow;

type Found<'p> = (&'static Service, &'static Operation, Cow<'p, str>);

/// The operation whose template the request matches, of the candidates or of any REST service.
pub(super) fn find<'p>(
    services: &'static [&'static Service],
    candidates: &[&'static Service],
    parts: &'p Parts,
    host: &Host<'_>,
) -> Result<Found<'p>, Unrouted> {
    let own_path = parts.uri.path();
    if candidates.is_empty() {
        // Without other evidence a path that fits a REST service's template of its own is that service's.
        let rest_json = services.iter().copied().filter(|service| service.protocol == Protocol::RestJson);
        for service in rest_json.filter(|service| Index::of(service).knows_first_segment(own_path)) {
            if let Some(operation) =
                best(service, parts, own_path).filter(|operation| !operation.uri.starts_with("/{"))
            {
                return Ok((service, operation, own_path.into()));
            }
        }
    }
    let rest: Vec<&'static Service> = candidates
        .iter()
        .copied()
        .filter(|service| matches!(service.protocol, Protocol::RestJson | Protocol::RestXml))
        .collect();
    let left = services.iter().copied().filter(|service| candidates.is_empty() && service.name == "s3");
    let mut meant = None;
    for service in rest.iter().copied().chain(left) {
        meant = meant.or(Some(service));
        let path = match host.bucket {
            Some(bucket) if service.name == "s3" => Cow::Owned(format!("/{bucket}{own_path}")),
            _ => Cow::Borrowed(own_path),
        };
        if let Some(operation) = best(service, parts, &path) {
            return Ok((service, operation, path));
        }
    }
    let meant = meant.or(candidates.first().copied());
    Err(Unrouted::new(meant, no_operation(meant, parts)))
}

fn no_operation(service: Option<&'static Service>, parts: &Parts) -> Fault {
    match service.map(|service| service.protocol) {
        Some(Protocol::RestXml) if is_part_of_nothing(parts) => {
            // https://github.com/versity/versitygw/issues/1237 and 1226 quote S3's.
            let message = "This operation does not accept partNumber without uploadId";
            Fault::new("InvalidArgument", 400, message)
                .with("ArgumentName", "partNumber")
                .with("ArgumentValue", "partNumber")
        }
        Some(Protocol::RestXml) | None => {
            let message = "The specified method is not allowed against this resource.";
            let is_service = parts.uri.path().trim_matches('/').is_empty();
            let fault = Fault::new("MethodNotAllowed", 405, message)
                .with("Method", parts.method.as_str())
                .with("ResourceType", if is_service { "SERVICE" } else { "OBJECT" });
            if is_service { fault.header("allow", "GET") } else { fault }
        }
        Some(Protocol::RestJson) => {
            let mut fault = Fault::new("UnknownOperationException", 404, "");
            fault.message = None;
            fault
        }
        Some(_) => Fault::new("MissingAction", 400, "The request must contain the parameter Action"),
    }
}

/// Whether a request brings a part and names no upload.
fn is_part_of_nothing(parts: &Parts) -> bool {
    let has =
        |wanted: &str| query_pairs(parts.uri.query().unwrap_or_default()).any(|(name, _)| name == wanted);
    parts.method == http::Method::PUT && has("partNumber") && !has("uploadId")
}

/// The most specific operation that fits: the one with the most literal parts, then the one with the most
/// required members that are there.
fn best(service: &'static Service, parts: &Parts, path: &str) -> Option<&'static Operation> {
    let query: Vec<_> = query_pairs(parts.uri.query().unwrap_or_default()).collect();
    let has = |name: &str| query.iter().any(|(key, _)| key == name);
    let has_required = |template: &&Template| {
        template.required.iter().all(|(location, name)| match location {
            Location::Header => parts.headers.contains_key(*name),
            _ => has(name),
        })
    };
    let fits = |template: &&Template| {
        template.literals.iter().all(|(name, value)| {
            query.iter().any(|(key, found)| key == name && value.is_none_or(|value| value == found))
        }) && template.fits_path(path)
            // A literal parameter tells its operation by itself, as a path does outside of S3; what else is missing is
            // said when the input is checked.
            && (!template.literals.is_empty() || has_required(template) || service.protocol == Protocol::RestJson)
    };
    let index = Index::of(service);
    let templates = index.templates(parts.method.as_str());
    let first = templates.iter().find(fits)?;
    // Of two with the same literal parts, such as one configuration by its id and all of them, what else is there
    // tells which.
    let alike = templates.iter().filter(|template| template.is_like(first) && fits(template));
    let chosen = alike.clone().find(has_required).unwrap_or(first);
    // A subresource that the operation does not have means that another was meant, which this method has not.
    let is_part = parts.method == http::Method::PUT && !has("uploadId");
    let is_foreign = |name: &str| {
        (index.subresources.contains(name) || exceptions::names_an_upload(name, is_part))
            && !matches!(name, "list-type" | "x-id")
            && !chosen.literals.iter().any(|(own, _)| *own == name)
            && !binds_query(chosen.operation, name)
    };
    let foreign = service.protocol == Protocol::RestXml && query.iter().any(|(name, _)| is_foreign(name));
    (!foreign).then_some(chosen.operation)
}

fn binds_query(operation: &Operation, name: &str) -> bool {
    let members = operation.input.map(Shape::members).unwrap_or_default();
    members.iter().any(|member| member.location == Location::Query && member.wire_name() == name)
}
