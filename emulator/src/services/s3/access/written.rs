//! Whose an object is that is written, and who else may do what with it.

use super::super::state::Bucket;
use super::super::{S3, S3Error};
use super::acl::Acl;
use super::canned::{BUCKET_OWNER_FULL_CONTROL, Owners};
use super::{AclHeaders, Ownership};
use crate::gateway::Caller;
use std::sync::Arc;

/// Who owns what is written without a signature, where that is decided.
const NOBODY: &str = "anonymous";
/// The canonical user id of whoever does not sign (User Guide, "Amazon S3 resources", "Bucket and object ownership").
const NOBODYS_ID: &str = "65a011a29cdf8ec533ec3d1ccaae921c";

/// Whose an object is and its access control list, where that is not the bucket owner's alone.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::services::s3) struct ObjectAccess {
    /// The account that owns it.
    pub(in crate::services::s3) owner: String,
    pub(super) acl: Acl,
}

impl S3 {
    /// The access to an object that is about to be written by this operation.
    pub(in crate::services::s3) fn object_access(
        &self,
        caller: &Caller,
        bucket: &Bucket,
        operation: &'static str,
        key: &str,
        headers: &AclHeaders<'_>,
    ) -> Result<Option<Arc<ObjectAccess>>, S3Error> {
        let writer = if caller.is_nobody() { NOBODY } else { &caller.account };
        if !headers.are_there() && writer == bucket.owner {
            return Ok(None);
        }
        let access = bucket.access();
        let ownership = access.ownership();
        let gives_control = headers.canned == Some(BUCKET_OWNER_FULL_CONTROL);
        if ownership == Ownership::BucketOwnerEnforced {
            let is_other = headers.canned.is_some_and(|_| !gives_control) || headers.has_grants();
            return if is_other { Err(S3Error::AclNotSupported) } else { Ok(None) };
        }
        let is_bucket_owners = ownership == Ownership::BucketOwnerPreferred && gives_control;
        let owner = if is_bucket_owners { &bucket.owner } else { writer };
        let (own, of_bucket) = (self.owner_id(owner), self.canonical_id(&bucket.owner));
        let acl = headers.parse(&Owners { own: &own, bucket: Some(&of_bucket) })?;
        let acl = acl.unwrap_or_else(|| Acl::private(&own));
        if acl.is_public() && access.block().block_public_acls {
            return Err(prevented(caller, bucket, operation, Some(key)));
        }
        Ok(self.shared(bucket, owner, acl))
    }

    /// The canonical user id of the owner of an object.
    pub(in crate::services::s3) fn owner_id(&self, owner: &str) -> String {
        if owner == NOBODY { NOBODYS_ID.to_owned() } else { self.canonical_id(owner) }
    }

    /// What an object keeps of its access: nothing where it is the bucket owner's alone.
    pub(super) fn shared(&self, bucket: &Bucket, owner: &str, acl: Acl) -> Option<Arc<ObjectAccess>> {
        let is_plain = owner == bucket.owner && acl.is_of(&self.owner_id(owner));
        (!is_plain).then(|| Arc::new(ObjectAccess { owner: owner.to_owned(), acl }))
    }
}

/// A list for the public where none may be put (User Guide, "Access denied due to Block Public Access settings").
pub(super) fn prevented(caller: &Caller, bucket: &Bucket, action: &str, key: Option<&str>) -> S3Error {
    if caller.is_nobody() || caller.account != bucket.owner {
        return S3Error::AccessDenied;
    }
    let why = "because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.";
    S3Error::not_authorized(&caller.principal_arn(), action, &bucket.arn(key), why)
}
