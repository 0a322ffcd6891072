//! The model's path templates, and S3 as what is left.

use super::{Host, Unrouted};
use crate::exceptions;
use crate::fault::Fault;
use crate::operation::{Operation, Service};
use crate::protocol::{Protocol, query_pairs};
use crate::shape::{Location, Shape};
use http::request::Parts;
use std::borrow::Cow;
use std::cmp::Reverse;

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
        for service in rest_json {
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

/// The most specific operation that fits: the one with the most literal parts, then the one with the most
/// required members that are there.
fn best(service: &'static Service, parts: &Parts, path: &str) -> Option<&'static Operation> {
    let query: Vec<_> = query_pairs(parts.uri.query().unwrap_or_default()).collect();
    let has = |name: &str| query.iter().any(|(key, _)| key == name);
    let fits = |operation: &&'static Operation| {
        operation.method == parts.method.as_str()
            && literals(operation).all(|(name, value)| {
                query.iter().any(|(key, found)| key == name && value.is_none_or(|value| value == found))
            })
            && fits_path(operation.uri, path)
            && !exceptions::has_host_of_its_own(service, operation)
            && required(operation.input).all(|(location, name)| match location {
                // A literal parameter tells its operation by itself; the handler says what else is missing.
                Location::Header => operation.uri.contains('?') || parts.headers.contains_key(name),
                _ => operation.uri.contains('?') || has(name),
            })
    };
    let chosen = service.operations.iter().filter(fits).min_by_key(|operation| {
        let (path, _) = operation.uri.split_once('?').unwrap_or((operation.uri, ""));
        let fixed =
            path.split('/').filter(|segment| !segment.is_empty() && !segment.starts_with('{')).count();
        let greedy = path.contains("+}");
        let bound = required(operation.input).count();
        (Reverse(literals(operation).count()), greedy, Reverse(fixed), Reverse(bound))
    })?;
    if query.is_empty() {
        return Some(chosen);
    }
    // A subresource that the operation does not have means that another was meant, which this method has not.
    let subresources = service.operations.iter().flat_map(literals).map(|(name, _)| name);
    let foreign = subresources
        .filter(|name| !matches!(*name, "list-type" | "x-id"))
        .any(|name| has(name) && !literals(chosen).any(|(own, _)| own == name) && !binds_query(chosen, name));
    (!foreign || service.protocol != Protocol::RestXml).then_some(chosen)
}

/// Whether a path fits a template, without looking at what its labels say: asked of many templates for each
/// request, so it allocates nothing.
fn fits_path(template: &str, path: &str) -> bool {
    let (template, _) = template.split_once('?').unwrap_or((template, ""));
    let mut template = template.strip_prefix('/').unwrap_or(template);
    let mut rest = path.strip_prefix('/').unwrap_or(path);
    loop {
        let (segment, more) =
            template.split_once('/').map_or((template, None), |(one, more)| (one, Some(more)));
        if segment.ends_with("+}") {
            let value = match more {
                Some(suffix) => rest.strip_suffix(suffix).and_then(|value| value.strip_suffix('/')),
                None => Some(rest),
            };
            return value.is_some_and(|value| !value.is_empty());
        }
        let (piece, remainder) = rest.split_once('/').map_or((rest, None), |(one, more)| (one, Some(more)));
        let fits = if segment.starts_with('{') { !piece.is_empty() } else { piece == segment };
        if !fits {
            return false;
        }
        match (remainder, more) {
            (Some(remainder), Some(more)) => (rest, template) = (remainder, more),
            (Some("") | None, None) => return true,
            (Some(_), None) | (None, Some(_)) => return false,
        }
    }
}

/// The literal query parameters of a template, with the value where it names one.
fn literals(operation: &'static Operation) -> impl Iterator<Item = (&'static str, Option<&'static str>)> {
    let query = operation.uri.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| match pair.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (pair, None),
    })
}

/// The members in the query and in headers that must be there.
fn required(input: Option<&'static Shape>) -> impl Iterator<Item = (Location, &'static str)> {
    let members = input.map(Shape::members).unwrap_or_default();
    members
        .iter()
        .filter(|member| member.required && matches!(member.location, Location::Header | Location::Query))
        .map(|member| (member.location, member.wire_name()))
}

fn binds_query(operation: &Operation, name: &str) -> bool {
    let members = operation.input.map(Shape::members).unwrap_or_default();
    members.iter().any(|member| member.location == Location::Query && member.wire_name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::labels;

    #[test]
    fn a_path_fits_where_it_has_labels() {
        let templates = ["/", "/{A}", "/{A}/{B+}", "/a/{B}/c", "/a/{B+}/c", "/{A}/b", "/a/{B}/"];
        let paths =
            ["", "/", "/a", "/a/", "/a/b", "/a/b/", "/a/b/c", "/a//c", "//c", "/a/b/x/c", "/x/y", "/a/c"];
        for template in templates {
            for path in paths {
                assert_eq!(fits_path(template, path), labels(template, path).is_some(), "{template} {path}");
            }
        }
    }
}
