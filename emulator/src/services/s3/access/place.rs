//! What a bucket that is put in place says about access to it.

use super::acl::Acl;
use super::canned::{Owners, canned};
use super::{Access, BucketPolicy, Ownership, PublicAccessBlock};
use ruststack_wire::Fault;
use serde_json::Value as Json;
use std::sync::Arc;

impl Access {
    /// Reads `object_ownership`, `public_access_block` (its members in AWS's names), `acl` (a canned one) and `policy`, each
    /// of which may be missing.
    pub(in crate::services::s3) fn placed(
        state: &Json,
        bucket: &str,
        owner_id: &str,
    ) -> Result<Access, String> {
        let mut access = Access::default();
        if let Some(name) = state["object_ownership"].as_str() {
            access.ownership = Some(Ownership::parse(name).ok_or("expected an object_ownership")?);
        }
        if let Some(block) = state["public_access_block"].as_object() {
            let is = |name: &str| block.get(name).and_then(Json::as_bool).unwrap_or(false);
            access.block = Some(PublicAccessBlock {
                block_public_acls: is("BlockPublicAcls"),
                ignore_public_acls: is("IgnorePublicAcls"),
                block_public_policy: is("BlockPublicPolicy"),
                restrict_public_buckets: is("RestrictPublicBuckets"),
            });
        }
        if let Some(name) = state["acl"].as_str() {
            let acl: Result<Acl, _> = canned(name, &Owners { own: owner_id, bucket: None });
            access.acl = Some(acl.map_err(|_| "expected a canned acl")?);
        }
        if !state["policy"].is_null() {
            let policy = BucketPolicy::parse(state["policy"].to_string(), bucket);
            let policy = policy.map_err(|error| format!("policy: {:?}", Fault::from(error)))?;
            access.policy = Some(Arc::new(policy));
        }
        Ok(access)
    }
}
