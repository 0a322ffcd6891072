//! The access control list of a bucket.

use super::super::errors::PUBLIC_BUCKET_ACL;
use super::super::{S3, S3Error};
use super::acl::{Acl, owner};
use super::canned::Owners;
use super::written::prevented;
use super::{Access, AclHeaders, Ownership, PublicAccessBlock, acl_headers, grants};
use crate::gateway::Caller;
use ruststack_models::s3::types::{GetBucketAclOutput, GetBucketAclRequest, PutBucketAclRequest};
use ruststack_wire::value::Unit;

impl S3 {
    /// What a new bucket says about access to it. A list must be wanted by name of the ownership, and none can grant
    /// to the public (API reference, CreateBucket, "Permissions").
    pub(in crate::services::s3) fn new_access(
        &self,
        caller: &Caller,
        ownership: Option<&str>,
        headers: &AclHeaders<'_>,
    ) -> Result<Access, S3Error> {
        let ownership = match ownership {
            None => Ownership::BucketOwnerEnforced,
            Some(name) => Ownership::parse(name).ok_or_else(|| S3Error::InvalidSetting {
                message: format!("Invalid x-amz-object-ownership header: {name}"),
                name: Some("x-amz-object-ownership"),
                value: None,
            })?,
        };
        let own = self.canonical_id(&caller.account);
        let acl = headers.parse(&Owners { own: &own, bucket: None })?;
        let is_other = headers.canned.is_some_and(|name| name != "private") || headers.has_grants();
        if ownership == Ownership::BucketOwnerEnforced && is_other {
            return Err(S3Error::InvalidBucketAcl);
        }
        if acl.as_ref().is_some_and(Acl::is_public) {
            return Err(PUBLIC_BUCKET_ACL.told());
        }
        Ok(Access {
            ownership: Some(ownership),
            block: Some(PublicAccessBlock::ALL),
            acl,
            ..Access::default()
        })
    }

    /// Gives a bucket this list instead of the one it has.
    pub(in crate::services::s3) async fn put_bucket_acl(
        &self,
        caller: &Caller,
        input: PutBucketAclRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let headers = acl_headers!(input with write);
        let own = self.canonical_id(&bucket.owner);
        let mut access = bucket.access_mut();
        let is_enforced = access.ownership() == Ownership::BucketOwnerEnforced;
        if is_enforced && headers.are_there() {
            return Err(S3Error::AclNotSupported);
        }
        let acl = grants::put(&headers, input.access_control_policy, &Owners { own: &own, bucket: None })?;
        if is_enforced && !acl.is_of(&own) {
            return Err(S3Error::AclNotSupported);
        }
        if acl.is_public() && access.block().block_public_acls {
            return Err(prevented(caller, &bucket, "s3:PutBucketAcl", None));
        }
        access.acl = Some(acl);
        Ok(Unit {})
    }

    /// Tells the list of a bucket; without lists that is its owner's full control.
    pub(in crate::services::s3) async fn get_bucket_acl(
        &self,
        caller: &Caller,
        input: GetBucketAclRequest,
    ) -> Result<GetBucketAclOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let access = bucket.access();
        let own = access.acl.as_ref().filter(|_| access.ownership() != Ownership::BucketOwnerEnforced);
        let grants = match own {
            Some(acl) => acl.to_grants(),
            None => Acl::private(&self.canonical_id(&bucket.owner)).to_grants(),
        };
        Ok(GetBucketAclOutput { owner: Some(owner(self.canonical_id(&bucket.owner))), grants: Some(grants) })
    }
}
