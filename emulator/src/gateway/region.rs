//! Whether a request to S3 is signed for the region of the endpoint that it is sent to.
//!
//! Sources: S3 API reference, "Error responses" (AuthorizationHeaderMalformed); what S3 answered: minio-go issue 677 (the
//! global endpoint, with the header), aws-sdk-cpp issue 1339 (the endpoint of a region).

use super::authorize::fault;
use crate::services::Services;
use http::request::Parts;
use ruststack_wire::Fault;
use ruststack_wire::route::Host;
use ruststack_wire::sign::credential::{CredentialProblem, CredentialScope};
use ruststack_wire::sign::refusal::{Family, SignatureError};

/// Refuses what is signed for another region than that of its endpoint, or, at the endpoint of all regions, of its
/// bucket. Where a host tells neither, every region is good.
pub(super) fn check(services: &Services, parts: &Parts) -> Result<(), Fault> {
    let host = Host::of(parts);
    if !host.is_s3() || (host.region.is_none() && !host.is_global()) {
        return Ok(());
    }
    let Some(scope) = CredentialScope::of(parts).filter(|scope| !scope.region.is_empty()) else {
        return Ok(());
    };
    let of_bucket = host.bucket.and_then(|bucket| services.s3.region_of(bucket));
    let expected = host.region.map(str::to_owned).or_else(|| of_bucket.clone());
    let Some(expected) = expected.filter(|expected| *expected != scope.region) else { return Ok(()) };
    let is_presigned = !parts.headers.contains_key(http::header::AUTHORIZATION);
    let problem = CredentialProblem::Region { given: scope.region.clone(), expected };
    let error = SignatureError::Credential { given: scope.path(), problems: vec![problem], is_presigned };
    let refused = fault(error.refusal(Family::S3));
    Err(match of_bucket {
        Some(region) => refused.header("x-amz-bucket-region", region),
        None => refused,
    })
}
