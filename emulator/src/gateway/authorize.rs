//! Who calls: reads the signature, and checks it where it counts.

use crate::config::{Auth, Config};
use http::request::Parts;
use ruststack_wire::exceptions;
use ruststack_wire::sign::credential::CredentialScope;
use ruststack_wire::sign::payload::PayloadHash;
use ruststack_wire::sign::refusal::Refusal;
use ruststack_wire::sign::v2::{self, Presigned};
use ruststack_wire::sign::verify::{self, Verified};
use ruststack_wire::{Body, Fault, Service, Timestamp};

/// The access key that a request names, whether or not it is signed rightly.
pub(super) fn access_key_id(parts: &Parts) -> Option<String> {
    let scope = CredentialScope::of(parts).map(|scope| scope.access_key_id);
    scope.or_else(|| Presigned::of(parts).map(|presigned| presigned.access_key_id))
}

/// Checks the signature under [`Auth::Verify`]; under [`Auth::Accept`] only whether a presigned URL is too old.
///
/// The body has been read where the signature is over it and the service is not S3; a stream is checked while it
/// passes.
pub(super) fn check(
    config: &Config,
    parts: &Parts,
    service: &'static Service,
    body: &Body,
    now: Timestamp,
) -> Result<Option<Verified>, Fault> {
    let presigned = Presigned::of(parts).filter(|_| service.name == "s3");
    let Auth::Verify(credentials) = &config.auth else {
        let expiry = presigned.map_or(Ok(()), |presigned| presigned.check_expiry(now.into()));
        expiry.map_err(fault)?;
        return check_expiry(parts, service, now).map(|()| None);
    };
    if let Some(presigned) = presigned {
        return presigned.verify(parts, credentials, now.into()).map(|()| None).map_err(fault);
    }
    if access_key_id(parts).is_none() && service.name == "s3" {
        v2::check_complete(parts).map_err(fault)?;
        // What is public is the service's to say.
        return Ok(None);
    }
    let hash = match body.held() {
        Some(bytes) if service.name != "s3" => PayloadHash::of(&bytes),
        _ => PayloadHash::Streamed,
    };
    verify::verify(parts, hash, credentials, now.into())
        .map(Some)
        .map_err(|error| fault(error.refusal(exceptions::family(service))))
}

/// Refuses a presigned URL whose time has run out, as AWS does whoever signed it.
fn check_expiry(parts: &Parts, service: &'static Service, now: Timestamp) -> Result<(), Fault> {
    verify::check_expiry(parts, now.into()).map_err(|error| fault(error.refusal(exceptions::family(service))))
}

/// A refused signature as the fault that every protocol can write.
pub(crate) fn fault(refusal: Refusal) -> Fault {
    let mut fault = Fault::new(refusal.code, refusal.status.as_u16(), refusal.message);
    for (name, value) in refusal.members {
        fault = fault.with(name, value);
    }
    fault
}
