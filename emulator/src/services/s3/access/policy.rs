//! The policy of a bucket.

use super::super::errors::NO_SUCH_BUCKET_POLICY;
use super::super::state::Bucket;
use super::super::{S3, S3Error};
use super::{check, public};
use crate::gateway::Caller;
use crate::policy::Document;
use ruststack_models::s3::types::{
    DeleteBucketPolicyRequest, GetBucketPolicyOutput, GetBucketPolicyRequest, GetBucketPolicyStatusOutput,
    GetBucketPolicyStatusRequest, PolicyStatus, PutBucketPolicyRequest,
};
use ruststack_wire::value::Unit;
use std::sync::Arc;

/// A policy as it is kept.
#[derive(Debug)]
pub(in crate::services::s3) struct BucketPolicy {
    /// As it was put.
    text: String,
    /// What it says.
    pub(super) document: Document,
    /// Whether it allows something to the public.
    pub(super) is_public: bool,
}

impl BucketPolicy {
    /// Reads the policy of a bucket.
    pub(super) fn parse(text: String, bucket: &str) -> Result<BucketPolicy, S3Error> {
        let document = check::parse(&text, bucket)?;
        // A policy that names no version is told back with the first one (https://github.com/versity/versitygw/issues/1536).
        let text = match text.split_once('{') {
            Some((before, rest)) if !document.has_version => {
                format!("{before}{{\"Version\":\"2008-10-17\",{rest}")
            }
            _ => text,
        };
        Ok(BucketPolicy { text, is_public: public::is_public(&document), document })
    }
}

impl S3 {
    /// Gives a bucket this policy instead of the one it has.
    pub(in crate::services::s3) async fn put_bucket_policy(
        &self,
        caller: &Caller,
        input: PutBucketPolicyRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let policy = BucketPolicy::parse(input.policy.unwrap_or_default(), &bucket.name)?;
        let mut access = bucket.access_mut();
        if policy.is_public && access.block().block_public_policy {
            return Err(prevented(caller, &bucket));
        }
        access.policy = Some(Arc::new(policy));
        Ok(Unit {})
    }

    /// Tells the policy of a bucket, as it was put.
    pub(in crate::services::s3) async fn get_bucket_policy(
        &self,
        caller: &Caller,
        input: GetBucketPolicyRequest,
    ) -> Result<GetBucketPolicyOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let policy = policy(&bucket)?;
        Ok(GetBucketPolicyOutput { policy: Some(policy.text.clone()) })
    }

    /// Tells whether the policy of a bucket allows something to the public.
    pub(in crate::services::s3) async fn get_bucket_policy_status(
        &self,
        caller: &Caller,
        input: GetBucketPolicyStatusRequest,
    ) -> Result<GetBucketPolicyStatusOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let policy = policy(&bucket)?;
        Ok(GetBucketPolicyStatusOutput {
            policy_status: Some(PolicyStatus { is_public: Some(policy.is_public) }),
        })
    }

    /// Takes the policy off a bucket. That it has none is no error.
    pub(in crate::services::s3) async fn delete_bucket_policy(
        &self,
        caller: &Caller,
        input: DeleteBucketPolicyRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        bucket.access_mut().policy = None;
        Ok(Unit {})
    }
}

fn policy(bucket: &Bucket) -> Result<Arc<BucketPolicy>, S3Error> {
    let policy = bucket.access().policy.clone();
    policy.ok_or_else(|| NO_SUCH_BUCKET_POLICY.of_bucket(&bucket.name))
}

/// A policy for the public where none may be put (User Guide, "Access denied due to Block Public Access settings").
fn prevented(caller: &Caller, bucket: &Bucket) -> S3Error {
    if caller.is_nobody() || caller.account != bucket.owner {
        return S3Error::AccessDenied;
    }
    let why =
        "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.";
    S3Error::not_authorized(&caller.principal_arn(), "s3:PutBucketPolicy", &bucket.arn(None), why)
}
