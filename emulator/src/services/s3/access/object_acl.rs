//! The access control list of an object.

use super::super::happening::Kind;
use super::super::object::Object;
use super::super::state::Bucket;
use super::super::{S3, S3Error, put};
use super::acl::{Acl, owner};
use super::canned::{BUCKET_OWNER_FULL_CONTROL, Owners};
use super::written::prevented;
use super::{Ownership, acl_headers, grants};
use crate::gateway::Caller;
use ruststack_models::s3::types::{
    GetObjectAclOutput, GetObjectAclRequest, PutObjectAclOutput, PutObjectAclRequest,
};

impl S3 {
    /// Gives an object this list instead of the one it has. Its owner stays.
    pub(in crate::services::s3) async fn put_object_acl(
        &self,
        caller: &Caller,
        input: PutObjectAclRequest,
    ) -> Result<PutObjectAclOutput, S3Error> {
        let key = input.key.clone().unwrap_or_default();
        put::check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let version_id = input.version_id.clone();
        let headers = acl_headers!(input with write);
        let (ownership, block) = {
            let access = bucket.access();
            (access.ownership(), access.block())
        };
        let is_enforced = ownership == Ownership::BucketOwnerEnforced;
        let is_full_control = headers.canned == Some(BUCKET_OWNER_FULL_CONTROL);
        if is_enforced && (headers.has_grants() || headers.canned.is_some_and(|_| !is_full_control)) {
            return Err(S3Error::AclNotSupported);
        }
        let object = bucket.find_described(&key, version_id.as_deref(), "PUT")?.object;
        let account = owner_of(&object, &bucket, ownership);
        let (own, of_bucket) = (self.owner_id(account), self.canonical_id(&bucket.owner));
        let owners = Owners { own: &own, bucket: Some(&of_bucket) };
        let acl = grants::put(&headers, input.access_control_policy, &owners)?;
        if is_enforced {
            // What is granted is what is so in any case.
            return if acl.is_of(&own) {
                Ok(PutObjectAclOutput::default())
            } else {
                Err(S3Error::AclNotSupported)
            };
        }
        if acl.is_public() && block.block_public_acls {
            return Err(prevented(caller, &bucket, "s3:PutObjectAcl", Some(&key)));
        }
        let access = self.shared(&bucket, account, acl);
        let ((), version_id) = bucket.amend(&key, version_id.as_deref(), "PUT", |object| {
            object.access = access;
            Ok(())
        })?;
        self.described(caller, &bucket, Kind::AclPut, &key, version_id.as_deref());
        Ok(PutObjectAclOutput::default())
    }

    /// Tells the list of an object; without lists that is the bucket owner's full control.
    pub(in crate::services::s3) async fn get_object_acl(
        &self,
        caller: &Caller,
        input: GetObjectAclRequest,
    ) -> Result<GetObjectAclOutput, S3Error> {
        let key = input.key.unwrap_or_default();
        put::check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let object = bucket.find(&key, input.version_id.as_deref(), "GET")?.object;
        let ownership = bucket.access().ownership();
        let account = owner_of(&object, &bucket, ownership);
        let own = object.access.as_ref().filter(|_| ownership != Ownership::BucketOwnerEnforced);
        let grants = match own {
            Some(access) => access.acl.to_grants(),
            None => Acl::private(&self.owner_id(account)).to_grants(),
        };
        Ok(GetObjectAclOutput {
            owner: Some(owner(self.owner_id(account))),
            grants: Some(grants),
            ..Default::default()
        })
    }
}

/// The account that owns an object: the bucket's where that is enforced, whoever wrote it.
pub(in crate::services::s3) fn owner_of<'a>(
    object: &'a Object,
    bucket: &'a Bucket,
    ownership: Ownership,
) -> &'a str {
    match &object.access {
        Some(access) if ownership != Ownership::BucketOwnerEnforced => &access.owner,
        _ => &bucket.owner,
    }
}
