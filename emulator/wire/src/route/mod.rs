//! Finds the operation a request names, from the strongest evidence to the weakest.
//! Reads the head of the request alone; the body belongs to the protocol.
//!
//! The evidence, in order: the SigV4 credential scope, `X-Amz-Target`, the host name, a form's `Action`, the
//! model's path templates. S3 is what is left. The emulator, the recorder and the judge route alike.

mod action;
mod credential_scope;
mod host;
mod index;
mod path;
mod place;
mod target;
mod website;

pub use host::{Host, host_name};
pub use place::Place;
pub use website::WebsiteHost;

use crate::fault::Fault;
use crate::operation::{Operation, Service};
use crate::protocol::Protocol;
use bytes::Bytes;
use http::request::Parts;
use std::borrow::Cow;

/// Where a request goes.
#[derive(Debug, Clone)]
pub struct Route {
    /// The service.
    pub service: &'static Service,
    /// The operation.
    pub operation: &'static Operation,
    /// The protocol that the caller speaks.
    pub protocol: Protocol,
    /// The region that the request names, by its signature or its host.
    pub region: Option<String>,
    /// The path that the operation's template matches, the bucket of a host name in front.
    pub path: String,
}

/// What the head of a request says.
#[derive(Debug, Clone)]
pub enum Routed {
    /// The operation.
    Operation(Route),
    /// The service, or a few; which operation stands in the form that is the body.
    Form(FormRoute),
}

/// A request whose operation stands in its form.
#[derive(Debug, Clone)]
pub struct FormRoute {
    candidates: Vec<&'static Service>,
    region: Option<String>,
}

/// Why no operation was found, and the service and protocol to say it in as far as they are known.
#[derive(Debug, Clone)]
pub struct Unrouted {
    /// The service that was meant.
    pub service: Option<&'static Service>,
    /// What to tell.
    pub fault: Fault,
}

/// Finds the operation that the head of a request names, among these services.
pub fn route(services: &'static [&'static Service], parts: &Parts) -> Result<Routed, Unrouted> {
    if WebsiteHost::of(parts).is_some() {
        // What visitors of a website ask for is no operation, although it looks like one.
        let service = services.iter().copied().find(|service| service.name == "s3");
        return Err(Unrouted::new(service, Fault::not_implemented("S3", "websites")));
    }
    let host = Host::of(parts);
    let scope = credential_scope::of(parts);
    let region = scope.as_ref().map(|scope| scope.region.clone()).or_else(|| host.region.map(str::to_owned));
    let candidates = match &scope {
        Some(scope) => credential_scope::services(services, &scope.service)?,
        None => host.services(services),
    };
    if let Some(found) = target::find(services, &candidates, parts) {
        let (service, operation) = found?;
        let protocol = service.protocol;
        return Ok(Routed::Operation(Route { service, operation, protocol, region, path: "/".into() }));
    }
    if action::is_form(parts) || action::in_query(parts) {
        let speakers = action::speakers(if candidates.is_empty() { services } else { &candidates });
        if !speakers.is_empty() {
            return Ok(Routed::Form(FormRoute { candidates: speakers, region }));
        }
    }
    path::find(services, &candidates, parts, &host).map(|(service, operation, path)| {
        Routed::Operation(Route {
            service,
            operation,
            protocol: service.protocol,
            region,
            path: Cow::into_owned(path),
        })
    })
}

impl FormRoute {
    /// Finds the operation by the form's `Action` and `Version`.
    pub fn resolve(self, parts: &Parts, form: &Bytes) -> Result<Route, Unrouted> {
        let (service, operation) = action::find(&self.candidates, parts, form)?;
        let protocol = Protocol::AwsQuery;
        Ok(Route { service, operation, protocol, region: self.region, path: "/".into() })
    }
}

impl Unrouted {
    fn new(service: Option<&'static Service>, fault: Fault) -> Unrouted {
        Unrouted { service, fault }
    }

    /// The service is known by name and not served.
    fn unknown_service(name: &str) -> Unrouted {
        let message = format!("RustStack does not implement the service {name}.");
        Unrouted::new(None, Fault::new("NotImplemented", 501, message))
    }
}

#[cfg(test)]
mod tests;
