//! What a call is about, as far as its head, and for a form its body, tell.

use bytes::Bytes;
use http::request::Parts;
use ruststack_wire::route::{FormRoute, Host, Route, Routed, Unrouted, route};
use ruststack_wire::sign::canonical::is_s3;
use ruststack_wire::sign::credential::CredentialScope;
use ruststack_wire::{Operation, Protocol, Service};

use crate::upstream::is_regional;

/// What a call is about.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) service: Option<&'static Service>,
    pub(crate) operation: Option<&'static Operation>,
    protocol: Option<Protocol>,
    /// The region that the call names.
    pub(crate) region: Option<String>,
    /// The name it was signed for.
    pub(crate) signing_name: Option<String>,
    /// The bucket in its host name.
    pub(crate) bucket: Option<String>,
    /// Whether the caller sends JSON, which tells a protocol where nothing else does.
    sends_json: bool,
}

/// A subject, or the form that has to be read to know it.
pub(crate) enum Found {
    Subject(Subject),
    Form(Subject, FormRoute),
}

impl Subject {
    /// Reads the head of a call.
    pub(crate) fn of(parts: &Parts) -> Found {
        let scope = CredentialScope::of(parts);
        let host = Host::of(parts);
        let content_type = parts.headers.get("content-type").and_then(|value| value.to_str().ok());
        let subject = Subject {
            service: None,
            operation: None,
            protocol: None,
            region: scope.as_ref().map(|scope| &scope.region).filter(|region| !region.is_empty()).cloned(),
            signing_name: scope.map(|scope| scope.service).filter(|name| !name.is_empty()),
            bucket: host.bucket.map(str::to_owned),
            sends_json: content_type.is_some_and(|value| value.contains("json")),
        };
        let subject = Subject { region: subject.region.or(host.region.map(str::to_owned)), ..subject };
        match route(ruststack_models::SERVICES, parts) {
            Ok(Routed::Operation(route)) => Found::Subject(subject.routed(Ok(route))),
            Ok(Routed::Form(form)) => Found::Form(subject, form),
            Err(unrouted) => Found::Subject(subject.routed(Err(unrouted))),
        }
    }

    /// Reads the form as well.
    pub(crate) fn of_form(self, form: FormRoute, parts: &Parts, bytes: &Bytes) -> Subject {
        let routed = form.resolve(parts, bytes);
        self.routed(routed)
    }

    fn routed(mut self, routed: Result<Route, Unrouted>) -> Subject {
        match routed {
            Ok(route) => {
                self.service = Some(route.service);
                self.operation = Some(route.operation);
                self.protocol = Some(route.protocol);
            }
            Err(unrouted) => self.service = unrouted.service,
        }
        self
    }

    /// The name to sign for: the one the application signed for, or else the service's own.
    pub(crate) fn signing_name(&self) -> &str {
        let own = self.service.map(|service| service.signing_name);
        self.signing_name.as_deref().or(own).unwrap_or_default()
    }

    /// The service and the operation, as far as they are known.
    pub(crate) fn told(&self) -> String {
        let service = self.service.map_or(self.signing_name(), |service| service.name);
        let service = if service.is_empty() { "an unknown service" } else { service };
        format!("{service}:{}", self.operation.map_or("?", |operation| operation.name))
    }

    /// Every name that the service has.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let own = self.service.map(|service| [service.name, service.signing_name, service.endpoint_prefix]);
        own.into_iter().flatten().chain(self.signing_name.as_deref())
    }

    /// Whether nothing says which service it is.
    pub(crate) fn is_nameless(&self) -> bool {
        self.service.is_none() && self.signing_name.is_none()
    }

    /// Whether the service has no regions.
    pub(crate) fn is_global(&self) -> bool {
        self.service.is_some_and(|service| service.global && !is_regional(service))
    }

    /// Whether S3 takes the call, which needs no hash of a body.
    pub(crate) fn is_s3(&self) -> bool {
        is_s3(self.signing_name())
    }

    /// How to answer. Who is not known is answered in the language they seem to speak.
    pub(crate) fn to_be_answered(&self) -> Tongue {
        let alike =
            if self.sends_json { &ruststack_models::sqs::SERVICE } else { &ruststack_models::s3::SERVICE };
        let service = self.service.unwrap_or(alike);
        Tongue { service, protocol: self.protocol.unwrap_or(service.protocol), operation: self.operation }
    }
}

/// What an answer of our own is written for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tongue {
    pub(crate) service: &'static Service,
    pub(crate) protocol: Protocol,
    pub(crate) operation: Option<&'static Operation>,
}
