//! Whether a bucket keeps the versions of its objects.
//!
//! Source: S3 User Guide, "Retaining multiple versions of objects with S3 Versioning".

use super::errors::{ILLEGAL_VERSIONING, MFA_REQUIRED, VERSIONING_IS_LOCKED};
use super::objects::Versioning;
use super::{S3, S3Error};
use crate::gateway::Caller;
use ruststack_models::s3::types::{
    GetBucketVersioningOutput, GetBucketVersioningRequest, PutBucketVersioningRequest,
};
use ruststack_wire::value::Unit;

impl S3 {
    /// Tells whether a bucket keeps versions; of one that never did it tells nothing.
    pub(super) async fn get_bucket_versioning(
        &self,
        caller: &Caller,
        input: GetBucketVersioningRequest,
    ) -> Result<GetBucketVersioningOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let status = match bucket.objects().versioning {
            Versioning::Never => None,
            Versioning::Enabled => Some("Enabled".into()),
            Versioning::Suspended => Some("Suspended".into()),
        };
        Ok(GetBucketVersioningOutput { status, ..Default::default() })
    }

    /// Has a bucket keep versions, or keep no more of them. That deletes need a second factor cannot be switched on:
    /// there is no device to ask for one.
    pub(super) async fn put_bucket_versioning(
        &self,
        caller: &Caller,
        input: PutBucketVersioningRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let wanted = input.versioning_configuration.ok_or(S3Error::MalformedXml)?;
        match wanted.mfa_delete.as_deref() {
            None | Some("Disabled") => {}
            Some("Enabled") => return Err(MFA_REQUIRED.told()),
            Some(_) => return Err(S3Error::MalformedXml),
        }
        let versioning = match wanted.status.as_deref() {
            None => return Err(ILLEGAL_VERSIONING.told()),
            Some("Enabled") => Versioning::Enabled,
            Some("Suspended") => Versioning::Suspended,
            Some(_) => return Err(S3Error::MalformedXml),
        };
        let mut objects = bucket.objects_mut();
        if objects.lock.is_some() && versioning != Versioning::Enabled {
            return Err(VERSIONING_IS_LOCKED.told());
        }
        objects.versioning = versioning;
        Ok(Unit {})
    }
}
