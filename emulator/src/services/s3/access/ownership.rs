//! Ownership controls: who owns the objects that other accounts write.

use super::super::errors::OWNERSHIP_CONTROLS_NOT_FOUND;
use super::super::{S3, S3Error};
use crate::gateway::Caller;
use ruststack_models::s3::types::{
    DeleteBucketOwnershipControlsRequest, GetBucketOwnershipControlsOutput,
    GetBucketOwnershipControlsRequest, OwnershipControls, OwnershipControlsRule,
    PutBucketOwnershipControlsRequest,
};
use ruststack_wire::value::Unit;

/// Who owns objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::services::s3) enum Ownership {
    /// The bucket's owner, who needs no access control lists.
    BucketOwnerEnforced,
    /// The bucket's owner, where the writer gives full control.
    BucketOwnerPreferred,
    /// Who writes them.
    ObjectWriter,
}

impl Ownership {
    /// The setting of this name.
    pub(in crate::services::s3) fn parse(name: &str) -> Option<Ownership> {
        use Ownership::*;
        [BucketOwnerEnforced, BucketOwnerPreferred, ObjectWriter]
            .into_iter()
            .find(|known| known.as_str() == name)
    }

    fn as_str(self) -> &'static str {
        match self {
            Ownership::BucketOwnerEnforced => "BucketOwnerEnforced",
            Ownership::BucketOwnerPreferred => "BucketOwnerPreferred",
            Ownership::ObjectWriter => "ObjectWriter",
        }
    }
}

impl S3 {
    /// Says who owns the objects of a bucket. Lists are only switched off where nobody else is granted anything.
    pub(in crate::services::s3) async fn put_bucket_ownership_controls(
        &self,
        caller: &Caller,
        input: PutBucketOwnershipControlsRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let rules = input.ownership_controls.and_then(|controls| controls.rules).unwrap_or_default();
        let [rule] = rules.as_slice() else { return Err(S3Error::MalformedXml) };
        let ownership = rule.object_ownership.as_deref().and_then(Ownership::parse);
        let ownership = ownership.ok_or(S3Error::MalformedXml)?;
        let mut access = bucket.access_mut();
        let is_shared = access.acl.as_ref().is_some_and(|acl| !acl.is_of(&self.canonical_id(&bucket.owner)));
        if ownership == Ownership::BucketOwnerEnforced && is_shared {
            return Err(S3Error::InvalidBucketAcl);
        }
        access.ownership = Some(ownership);
        Ok(Unit {})
    }

    /// Tells who owns the objects of a bucket.
    pub(in crate::services::s3) async fn get_bucket_ownership_controls(
        &self,
        caller: &Caller,
        input: GetBucketOwnershipControlsRequest,
    ) -> Result<GetBucketOwnershipControlsOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let ownership = bucket.access().ownership;
        let ownership = ownership.ok_or_else(|| OWNERSHIP_CONTROLS_NOT_FOUND.of_bucket(&bucket.name))?;
        let rule = OwnershipControlsRule { object_ownership: Some(ownership.as_str().into()) };
        Ok(GetBucketOwnershipControlsOutput {
            ownership_controls: Some(OwnershipControls { rules: Some(vec![rule]) }),
        })
    }

    /// Forgets who owns the objects of a bucket: then their writers do.
    pub(in crate::services::s3) async fn delete_bucket_ownership_controls(
        &self,
        caller: &Caller,
        input: DeleteBucketOwnershipControlsRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        bucket.access_mut().ownership = None;
        Ok(Unit {})
    }
}
