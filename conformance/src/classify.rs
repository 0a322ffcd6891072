//! Which operation a recorded request names: what the cassette says, or else what the router finds.

use bytes::Bytes;
use http::request::Parts;
use ruststack_cassettes::format::{Interaction, Request};
use ruststack_cassettes::{Classify, import};
use ruststack_wire::route::{Routed, route};
use ruststack_wire::{Operation, Protocol, Service};

/// What an interaction is about, as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The service.
    pub service: Option<&'static Service>,
    /// The operation.
    pub operation: Option<&'static Operation>,
    /// The protocol that was spoken.
    pub protocol: Option<Protocol>,
    /// The service's name, known to the models or not.
    pub service_name: String,
    /// The operation's name; where it is not known, the request line.
    pub operation_name: String,
}

/// The models as a classifier of recorded requests.
#[derive(Clone, Copy, Debug, Default)]
pub struct Models;

impl Classify for Models {
    fn classify(&self, request: &Request) -> Option<import::Operation> {
        let parts = parts_of(request)?;
        let routed = route(ruststack_models::SERVICES, &parts).ok()?;
        let found = match routed {
            Routed::Operation(found) => found,
            Routed::Form(form) => form.resolve(&parts, &request.body.bytes()).ok()?,
        };
        Some(import::Operation {
            service: found.service.name.to_owned(),
            operation: found.operation.name.to_owned(),
            region: found.region,
        })
    }
}

/// What an interaction is about.
pub fn subject(interaction: &Interaction) -> Subject {
    let request = &interaction.request;
    let named = match (&interaction.service, &interaction.operation) {
        (Some(service), Some(operation)) => Some((service.clone(), operation.clone())),
        _ => Models.classify(request).map(|found| (found.service, found.operation)),
    };
    let (service_name, operation_name) = named.unwrap_or_else(|| {
        let service = interaction.service.clone().unwrap_or_else(|| "unknown".to_owned());
        (service, format!("{} {}", request.method, request.path))
    });
    let service = ruststack_models::service(&service_name);
    let operation = service.and_then(|service| service.operation(&operation_name));
    let protocol = service.map(|service| {
        let is_form = request
            .headers
            .get("content-type")
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        match service.query_compatible && is_form {
            true => Protocol::AwsQuery,
            false => service.protocol,
        }
    });
    Subject { service, operation, protocol, service_name, operation_name }
}

/// The head of a recorded request, for the router.
pub(crate) fn parts_of(request: &Request) -> Option<Parts> {
    let target = match &request.query {
        Some(query) => format!("{}?{query}", request.path),
        None => request.path.clone(),
    };
    let mut builder =
        http::Request::builder().method(request.method.as_str()).uri(target).header("host", request.host());
    for (name, value) in request.headers.iter().filter(|(name, _)| *name != "host") {
        builder = builder.header(name, value);
    }
    builder.body(Bytes::new()).ok().map(|request| request.into_parts().0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_without_a_name_is_routed() {
        let mut request =
            Request::of_url("GET", "https://b.s3.us-west-1.amazonaws.com/?list-type=2").unwrap();
        request.headers.push("accept", "*/*");
        let subject = subject(&Interaction { request, ..Interaction::default() });
        assert_eq!((subject.service_name.as_str(), subject.operation_name.as_str()), ("s3", "ListObjectsV2"));
        assert!(subject.operation.is_some());
    }
}
