//! The public access block of a bucket.

use super::super::errors::NO_SUCH_PUBLIC_ACCESS_BLOCK;
use super::super::{S3, S3Error};
use crate::gateway::Caller;
use ruststack_models::s3::types::{
    DeletePublicAccessBlockRequest, GetPublicAccessBlockOutput, GetPublicAccessBlockRequest,
    PublicAccessBlockConfiguration, PutPublicAccessBlockRequest,
};
use ruststack_wire::value::Unit;

/// Which public access is blocked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::services::s3) struct PublicAccessBlock {
    /// Access control lists that grant to the public cannot be put.
    pub(in crate::services::s3) block_public_acls: bool,
    /// What lists grant to the public counts for nothing.
    pub(in crate::services::s3) ignore_public_acls: bool,
    /// Policies that allow the public something cannot be put.
    pub(in crate::services::s3) block_public_policy: bool,
    /// A bucket with a public policy is closed to all other accounts.
    pub(in crate::services::s3) restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// All of it, as new buckets have it since April 2023.
    pub(in crate::services::s3) const ALL: PublicAccessBlock = PublicAccessBlock {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}

impl S3 {
    /// Says which public access is blocked; what is not named is not.
    pub(in crate::services::s3) async fn put_public_access_block(
        &self,
        caller: &Caller,
        input: PutPublicAccessBlockRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let given = input.public_access_block_configuration.ok_or(S3Error::MalformedXml)?;
        bucket.access_mut().block = Some(PublicAccessBlock {
            block_public_acls: given.block_public_acls == Some(true),
            ignore_public_acls: given.ignore_public_acls == Some(true),
            block_public_policy: given.block_public_policy == Some(true),
            restrict_public_buckets: given.restrict_public_buckets == Some(true),
        });
        Ok(Unit {})
    }

    /// Tells which public access is blocked.
    pub(in crate::services::s3) async fn get_public_access_block(
        &self,
        caller: &Caller,
        input: GetPublicAccessBlockRequest,
    ) -> Result<GetPublicAccessBlockOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let block = bucket.access().block;
        let block = block.ok_or_else(|| NO_SUCH_PUBLIC_ACCESS_BLOCK.of_bucket(&bucket.name))?;
        Ok(GetPublicAccessBlockOutput {
            public_access_block_configuration: Some(PublicAccessBlockConfiguration {
                block_public_acls: Some(block.block_public_acls),
                ignore_public_acls: Some(block.ignore_public_acls),
                block_public_policy: Some(block.block_public_policy),
                restrict_public_buckets: Some(block.restrict_public_buckets),
            }),
        })
    }

    /// Blocks no public access any more.
    pub(in crate::services::s3) async fn delete_public_access_block(
        &self,
        caller: &Caller,
        input: DeletePublicAccessBlockRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        bucket.access_mut().block = None;
        Ok(Unit {})
    }
}
