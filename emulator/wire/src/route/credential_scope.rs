//! The strongest evidence: the service and region that the caller signed for.

use super::Unrouted;
use crate::operation::Service;
use crate::sign::credential::CredentialScope;
use http::request::Parts;

/// The scope in the `Authorization` header or in a presigned query.
pub(super) fn of(parts: &Parts) -> Option<CredentialScope> {
    CredentialScope::of(parts)
}

/// The services that sign with this name: one, or the few that share it.
pub(super) fn services(
    services: &'static [&'static Service],
    signing_name: &str,
) -> Result<Vec<&'static Service>, Unrouted> {
    let found: Vec<_> =
        services.iter().copied().filter(|service| service.signing_name == signing_name).collect();
    if found.is_empty() { Err(Unrouted::unknown_service(signing_name)) } else { Ok(found) }
}
