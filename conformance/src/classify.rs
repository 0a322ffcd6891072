//! Which operation a recorded request names: what the cassette says, or else what the router finds.

use ruststack_cassettes::format::Interaction;
use ruststack_cassettes::{Classify, Models};
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

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_cassettes::format::Request;

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
