//! When objects are moved to other storage classes, and when they end.
//!
//! The requests of PutBucketLifecycle and GetBucketLifecycle, which these operations took over from, are theirs as well.
//! Sources: API reference, PutBucketLifecycleConfiguration, GetBucketLifecycleConfiguration and DeleteBucketLifecycle;
//! User Guide, "Lifecycle configuration elements".

mod actions;
mod rules;

use super::{give_id, schema};
use crate::gateway::Caller;
use crate::services::s3::errors::NO_SUCH_LIFECYCLE;
use crate::services::s3::{S3, S3Error};
use ruststack_models::s3::types::{
    BucketLifecycleConfiguration, DeleteBucketLifecycleRequest, GetBucketLifecycleConfigurationOutput,
    GetBucketLifecycleConfigurationRequest, PutBucketLifecycleConfigurationOutput,
    PutBucketLifecycleConfigurationRequest,
};
use ruststack_wire::value::{Unit, copy};
use std::sync::Arc;

/// From which size on objects are moved to another class, where nobody says it.
const SMALLEST_MOVED: &str = "all_storage_classes_128K";

/// The rules of a bucket, and from which size on its objects are moved.
pub(in crate::services::s3) struct Lifecycle {
    pub(in crate::services::s3) configuration: BucketLifecycleConfiguration,
    pub(in crate::services::s3) transition_default_minimum_object_size: String,
}

impl S3 {
    /// Gives a bucket these rules instead of those it has.
    pub(in crate::services::s3) async fn put_bucket_lifecycle_configuration(
        &self,
        caller: &Caller,
        input: PutBucketLifecycleConfigurationRequest,
    ) -> Result<PutBucketLifecycleConfigurationOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let size = input.transition_default_minimum_object_size.unwrap_or_else(|| SMALLEST_MOVED.into());
        if !matches!(size.as_str(), SMALLEST_MOVED | "varies_by_storage_class") {
            let message = format!("Invalid TransitionDefaultMinimumObjectSize found: {size}");
            return Err(S3Error::InvalidRequest(message));
        }
        let mut configuration = schema::read(input.lifecycle_configuration)?;
        rules::check(configuration.rules.as_deref().unwrap_or_default())?;
        configuration.rules.iter_mut().flatten().for_each(|rule| give_id(&mut rule.id, caller));
        bucket.has_aged(caller.now);
        bucket.settings_mut().lifecycle =
            Some(Arc::new(Lifecycle { configuration, transition_default_minimum_object_size: size.clone() }));
        Ok(PutBucketLifecycleConfigurationOutput { transition_default_minimum_object_size: Some(size) })
    }

    /// Tells the rules of a bucket, which must have some.
    pub(in crate::services::s3) async fn get_bucket_lifecycle_configuration(
        &self,
        caller: &Caller,
        input: GetBucketLifecycleConfigurationRequest,
    ) -> Result<GetBucketLifecycleConfigurationOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let kept = bucket.settings().lifecycle.clone();
        let kept = kept.ok_or_else(|| NO_SUCH_LIFECYCLE.of_bucket(&bucket.name))?;
        Ok(GetBucketLifecycleConfigurationOutput {
            rules: copy(&kept.configuration).rules,
            transition_default_minimum_object_size: Some(kept.transition_default_minimum_object_size.clone()),
        })
    }

    /// Takes the rules off a bucket.
    pub(in crate::services::s3) async fn delete_bucket_lifecycle(
        &self,
        caller: &Caller,
        input: DeleteBucketLifecycleRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        bucket.settings_mut().lifecycle = None;
        Ok(Unit {})
    }
}
