//! Where the log of a bucket's requests is to be written.
//!
//! Sources: API reference, PutBucketLogging and GetBucketLogging; localstack's recordings of S3
//! (tests/aws/services/s3/test_s3.snapshot.json, TestS3BucketLogging); sevenseconds issue 29.

use super::schema;
use crate::gateway::Caller;
use crate::services::s3::errors::{CROSS_LOCATION_LOGGING, LOGGING_OWNERS_DIFFER, LOGGING_TARGET_IS_GONE};
use crate::services::s3::state::Bucket;
use crate::services::s3::{S3, S3Error};
use ruststack_models::s3::types::{
    GetBucketLoggingOutput, GetBucketLoggingRequest, LoggingEnabled, PutBucketLoggingRequest,
};
use ruststack_wire::value::{Unit, copy};
use std::sync::Arc;

impl S3 {
    /// Lets a bucket's requests be logged into another, or no more.
    pub(in crate::services::s3) async fn put_bucket_logging(
        &self,
        caller: &Caller,
        input: PutBucketLoggingRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let status = schema::read(input.bucket_logging_status)?;
        if let Some(enabled) = &status.logging_enabled {
            self.check_target(&bucket, enabled)?;
        }
        bucket.settings_mut().logging = status.logging_enabled.map(Arc::new);
        Ok(Unit {})
    }

    /// Tells where a bucket's requests are logged; nothing where they are not.
    pub(in crate::services::s3) async fn get_bucket_logging(
        &self,
        caller: &Caller,
        input: GetBucketLoggingRequest,
    ) -> Result<GetBucketLoggingOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let kept = bucket.settings().logging.clone();
        Ok(GetBucketLoggingOutput { logging_enabled: kept.map(|kept| copy(&*kept)) })
    }

    /// The target must be a bucket of the same owner in the same region.
    fn check_target(&self, source: &Bucket, enabled: &LoggingEnabled) -> Result<(), S3Error> {
        if let Some(format) = &enabled.target_object_key_format {
            schema::count(&[format.simple_prefix.is_some(), format.partitioned_prefix.is_some()], 1..=1)?;
        }
        let name = enabled.target_bucket.as_deref().unwrap_or_default();
        let of_target = || [("TargetBucket", name.to_owned())];
        let Some(target) = self.buckets.get(name).map(|target| target.clone()) else {
            return Err(LOGGING_TARGET_IS_GONE.with(of_target()));
        };
        if target.owner != source.owner {
            return Err(LOGGING_OWNERS_DIFFER.with(of_target()));
        }
        if target.region != source.region {
            return Err(CROSS_LOCATION_LOGGING.with([("TargetBucketLocation", target.region.clone())]));
        }
        Ok(())
    }
}
