//! Tags put on objects and buckets, read and taken off.

use super::happening::Kind;
use super::object::Object;
use super::state::Bucket;
use super::tags::Tags;
use super::{S3, S3Error, put};
use crate::gateway::Caller;
use ruststack_models::s3::types::{
    DeleteBucketTaggingRequest, DeleteObjectTaggingOutput, DeleteObjectTaggingRequest,
    GetBucketTaggingOutput, GetBucketTaggingRequest, GetObjectTaggingOutput, GetObjectTaggingRequest,
    PutBucketTaggingRequest, PutObjectTaggingOutput, PutObjectTaggingRequest,
};
use ruststack_wire::value::Unit;

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
        let tags = Tags::of_object(input.tagging)?;
        let version_id = retag(&bucket, &key, input.version_id.as_deref(), "PUT", tags)?;
        self.described(caller, &bucket, Kind::TaggingPut, &key, version_id.as_deref());
        Ok(PutObjectTaggingOutput { version_id })
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
        let found =
            bucket.find_described(&key, input.version_id.as_deref(), "GET").map_err(|error| match error {
                // This one tells the bucket too (localstack's recordings of S3, test_s3_api.snapshot.json,
                // `test_object_tagging_exc`).
                S3Error::NoSuchKey(key) => S3Error::NoSuchKey(format!("{}/{key}", bucket.name)),
                other => other,
            })?;
        Ok(GetObjectTaggingOutput { tag_set: Some(found.object.tags.to_set()), version_id: found.version_id })
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
        let version_id = retag(&bucket, &key, input.version_id.as_deref(), "DELETE", Tags::default())?;
        self.described(caller, &bucket, Kind::TaggingDelete, &key, version_id.as_deref());
        Ok(DeleteObjectTaggingOutput { version_id })
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

/// Changes the tags of a version and nothing else, and tells its id.
fn retag(
    bucket: &Bucket,
    key: &str,
    version_id: Option<&str>,
    method: &'static str,
    tags: Tags,
) -> Result<Option<String>, S3Error> {
    let retag = |object: &mut Object| {
        object.tags = tags;
        Ok(())
    };
    let ((), version_id) = bucket.amend(key, version_id, method, retag)?;
    Ok(version_id)
}
