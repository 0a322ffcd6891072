//! The locks of buckets and of versions, put and told.

use super::errors::{LOCK_MISSING, LOCK_NEEDS_VERSIONING, NO_LOCK_CONFIGURATION, NO_OBJECT_LOCK};
use super::lock::{self, BucketLock, Retention};
use super::objects::Versioning;
use super::state::Bucket;
use super::{S3, S3Error, put};
use crate::gateway::Caller;
use ruststack_models::s3::types::{
    GetObjectLegalHoldOutput, GetObjectLegalHoldRequest, GetObjectLockConfigurationOutput,
    GetObjectLockConfigurationRequest, GetObjectRetentionOutput, GetObjectRetentionRequest,
    ObjectLockLegalHold, ObjectLockRetention, PutObjectLegalHoldOutput, PutObjectLegalHoldRequest,
    PutObjectLockConfigurationOutput, PutObjectLockConfigurationRequest, PutObjectRetentionOutput,
    PutObjectRetentionRequest,
};

impl S3 {
    /// Gives a bucket that keeps versions an object lock, or another retention for what is written from now on.
    pub(super) async fn put_object_lock_configuration(
        &self,
        caller: &Caller,
        input: PutObjectLockConfigurationRequest,
    ) -> Result<PutObjectLockConfigurationOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let lock = BucketLock::read(input.object_lock_configuration)?;
        let mut objects = bucket.objects_mut();
        if objects.versioning != Versioning::Enabled {
            return Err(LOCK_NEEDS_VERSIONING.told());
        }
        objects.lock = Some(lock);
        Ok(PutObjectLockConfigurationOutput::default())
    }

    /// Tells the object lock of a bucket.
    pub(super) async fn get_object_lock_configuration(
        &self,
        caller: &Caller,
        input: GetObjectLockConfigurationRequest,
    ) -> Result<GetObjectLockConfigurationOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let shown = bucket.objects().lock.as_ref().map(BucketLock::shown);
        match shown {
            Some(shown) => Ok(GetObjectLockConfigurationOutput { object_lock_configuration: Some(shown) }),
            None => Err(NO_LOCK_CONFIGURATION.of_bucket(&bucket.name)),
        }
    }

    /// Retains a version, or no more.
    pub(super) async fn put_object_retention(
        &self,
        caller: &Caller,
        input: PutObjectRetentionRequest,
    ) -> Result<PutObjectRetentionOutput, S3Error> {
        let key = input.key.unwrap_or_default();
        put::check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        check_locked(&bucket)?;
        let retention = Retention::read(input.retention, caller.now)?;
        let bypasses_governance = input.bypass_governance_retention == Some(true);
        bucket.amend(&key, input.version_id.as_deref(), "PUT", |object| {
            let mut lock = object.lock.as_deref().cloned().unwrap_or_default();
            lock.check_change(retention.as_ref(), bypasses_governance, caller.now)?;
            lock.retention = retention;
            object.lock = Some(Box::new(lock));
            Ok(())
        })?;
        Ok(PutObjectRetentionOutput::default())
    }

    /// Tells until when a version is retained.
    pub(super) async fn get_object_retention(
        &self,
        caller: &Caller,
        input: GetObjectRetentionRequest,
    ) -> Result<GetObjectRetentionOutput, S3Error> {
        let key = input.key.unwrap_or_default();
        put::check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        check_locked(&bucket)?;
        let found = bucket.find_described(&key, input.version_id.as_deref(), "GET")?;
        let retention = found.object.retention().ok_or_else(|| NO_OBJECT_LOCK.told())?;
        let shown = ObjectLockRetention {
            mode: Some(retention.mode.as_str().into()),
            retain_until_date: Some(retention.until),
        };
        Ok(GetObjectRetentionOutput { retention: Some(shown) })
    }

    /// Holds a version, or lets go of it.
    pub(super) async fn put_object_legal_hold(
        &self,
        caller: &Caller,
        input: PutObjectLegalHoldRequest,
    ) -> Result<PutObjectLegalHoldOutput, S3Error> {
        let key = input.key.unwrap_or_default();
        put::check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        check_locked(&bucket)?;
        let status = input.legal_hold.and_then(|hold| hold.status);
        let holds = status.as_deref().and_then(lock::legal_hold).ok_or(S3Error::MalformedXml)?;
        bucket.amend(&key, input.version_id.as_deref(), "PUT", |object| {
            object.lock.get_or_insert_default().legal_hold = Some(holds);
            Ok(())
        })?;
        Ok(PutObjectLegalHoldOutput::default())
    }

    /// Tells whether a version is held.
    pub(super) async fn get_object_legal_hold(
        &self,
        caller: &Caller,
        input: GetObjectLegalHoldRequest,
    ) -> Result<GetObjectLegalHoldOutput, S3Error> {
        let key = input.key.unwrap_or_default();
        put::check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        check_locked(&bucket)?;
        let found = bucket.find_described(&key, input.version_id.as_deref(), "GET")?;
        let status = found.object.lock.as_ref().and_then(|lock| lock.legal_hold_status());
        let status = status.ok_or_else(|| NO_OBJECT_LOCK.told())?;
        Ok(GetObjectLegalHoldOutput { legal_hold: Some(ObjectLockLegalHold { status: Some(status) }) })
    }
}

/// Refuses where the bucket has no object lock.
fn check_locked(bucket: &Bucket) -> Result<(), S3Error> {
    if bucket.objects().lock.is_some() { Ok(()) } else { Err(LOCK_MISSING.told()) }
}
