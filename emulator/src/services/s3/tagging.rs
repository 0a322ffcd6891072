//! Tags put on objects and buckets, read and taken off.

use super::object::Object;
use super::state::Bucket;
use super::tags::Tags;
use super::{S3, S3Error, get, put};
use crate::gateway::Caller;
use ruststack_models::s3::types::{
    DeleteBucketTaggingRequest, DeleteObjectTaggingOutput, DeleteObjectTaggingRequest,
    GetBucketTaggingOutput, GetBucketTaggingRequest, GetObjectTaggingOutput, GetObjectTaggingRequest,
    PutBucketTaggingRequest, PutObjectTaggingOutput, PutObjectTaggingRequest,
};
use ruststack_wire::value::Unit;
use std::sync::Arc;

impl S3 {
    /// Gives an object these tags instead of those it has.
    pub(super) async fn put_object_tagging(
        &self,
        caller: &Caller,
        input: PutObjectTaggingRequest,
    ) -> Result<PutObjectTaggingOutput, S3Error> {
        let key = input.key.unwrap_or_default();
        put::check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        get::check_version(input.version_id.as_deref())?;
        retag(&bucket, key, Tags::of_object(input.tagging)?)?;
        Ok(PutObjectTaggingOutput::default())
    }

    /// Tells the tags of an object.
    pub(super) async fn get_object_tagging(
        &self,
        caller: &Caller,
        input: GetObjectTaggingRequest,
    ) -> Result<GetObjectTaggingOutput, S3Error> {
        let key = input.key.unwrap_or_default();
        put::check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        get::check_version(input.version_id.as_deref())?;
        let object = bucket.object(&key).ok_or(S3Error::NoSuchKey(key))?;
        Ok(GetObjectTaggingOutput { tag_set: Some(object.tags.to_set()), ..Default::default() })
    }

    /// Takes all tags off an object.
    pub(super) async fn delete_object_tagging(
        &self,
        caller: &Caller,
        input: DeleteObjectTaggingRequest,
    ) -> Result<DeleteObjectTaggingOutput, S3Error> {
        let key = input.key.unwrap_or_default();
        put::check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        get::check_version(input.version_id.as_deref())?;
        retag(&bucket, key, Tags::default())?;
        Ok(DeleteObjectTaggingOutput::default())
    }

    /// Gives a bucket these tags instead of those it has.
    pub(super) async fn put_bucket_tagging(
        &self,
        caller: &Caller,
        input: PutBucketTaggingRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        *bucket.tags() = Tags::of_bucket(input.tagging)?;
        Ok(Unit {})
    }

    /// Tells the tags of a bucket, which must have some.
    pub(super) async fn get_bucket_tagging(
        &self,
        caller: &Caller,
        input: GetBucketTaggingRequest,
    ) -> Result<GetBucketTaggingOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let tags = bucket.tags();
        if tags.is_empty() {
            return Err(S3Error::NoSuchTagSet(bucket.name.clone()));
        }
        Ok(GetBucketTaggingOutput { tag_set: Some(tags.to_set()) })
    }

    /// Takes all tags off a bucket.
    pub(super) async fn delete_bucket_tagging(
        &self,
        caller: &Caller,
        input: DeleteBucketTaggingRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        *bucket.tags() = Tags::default();
        Ok(Unit {})
    }
}

/// Changes the tags of an object and nothing else; its bytes are shared with what it was.
fn retag(bucket: &Bucket, key: String, tags: Tags) -> Result<(), S3Error> {
    let mut objects = bucket.objects_mut();
    let Some(object) = objects.get_mut(&key) else { return Err(S3Error::NoSuchKey(key)) };
    *object = Arc::new(Object { tags, ..(**object).clone() });
    Ok(())
}
