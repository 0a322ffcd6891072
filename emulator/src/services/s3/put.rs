//! Objects written.

use super::access::acl_headers;
use super::answers::{
    claims, customer_key, describe, encryption, lock, set_checksum, set_checksum_text, set_encryption,
};
use super::conditions::WriteConditions;
use super::errors::LOCK_NEEDS_CHECKSUM;
use super::happening::Kind;
use super::object::{Description, Object};
use super::tags::Tags;
use super::{S3, S3Error, encoded_word};
use crate::gateway::Caller;
use ruststack_models::s3::shapes;
use ruststack_models::s3::types::{PutObjectOutput, PutObjectRequest};
use ruststack_wire::IndexMap;
use ruststack_wire::shape;

/// The longest key, in bytes of UTF-8 (User Guide, "Naming objects").
const LONGEST_KEY: usize = 1024;
/// The most user metadata, names and values together (User Guide, "Working with object metadata").
const MOST_METADATA: usize = 2048;

impl S3 {
    /// Stores an object, whole or not at all: it is seen when its last byte has come and every sum is right.
    pub(super) async fn put_object(
        &self,
        caller: &Caller,
        input: PutObjectRequest,
    ) -> Result<PutObjectOutput, S3Error> {
        self.write_object(caller, input, Kind::Put).await
    }

    /// Stores an object, which is told as having been put or posted.
    pub(super) async fn write_object(
        &self,
        caller: &Caller,
        mut input: PutObjectRequest,
        kind: Kind,
    ) -> Result<PutObjectOutput, S3Error> {
        let key = input.key.take().unwrap_or_default();
        check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let access = self.object_access(caller, &bucket, "s3:PutObject", &key, &acl_headers!(input))?;
        if input.write_offset_bytes.is_some() {
            // Only directory buckets append (API reference, PutObject).
            return Err(S3Error::NotImplemented("x-amz-write-offset-bytes"));
        }
        let described = describe(&mut input)?;
        let storage_class = storage_class(input.storage_class.as_deref())?;
        let tags = Tags::of_header(input.tagging.as_deref())?;
        let encryption = encryption!(input).read(caller, &bucket)?;
        let lock = lock!(input).read(caller.now)?;
        bucket.check_lock(lock.as_ref())?;
        let claims = claims!(input)?;
        if lock.is_some() && !claims.any() {
            return Err(LOCK_NEEDS_CHECKSUM.told());
        }
        let conditions = WriteConditions::parse(input.if_match.as_deref(), input.if_none_match.as_deref())?;
        // Asked before the body comes, so that a large upload that cannot be is refused early.
        bucket.check_write(&key, &conditions)?;

        let upload = claims.receive(input.body.take().unwrap_or_default()).await?;
        let object = Object {
            etag: encryption.etag(&upload.md5, caller),
            content: upload.content,
            last_modified: caller.now.whole_seconds(),
            checksum: Some(upload.checksum.into()),
            storage_class,
            tags,
            access,
            described: described.shared(),
            encryption,
            lock: lock.map(Box::new),
            ..Object::default()
        };
        let found = bucket.store(caller, &key, object, &conditions)?;
        self.happened(caller, &bucket, &found.happening(kind, &key));
        let mut output = PutObjectOutput {
            etag: Some(found.object.quoted_etag()),
            version_id: found.version_id,
            expiration: found.expiration,
            ..Default::default()
        };
        set_encryption!(output, found.object.encryption);
        set_checksum!(output, &found.object.checksum);
        Ok(output)
    }
}

/// Checks the length of a key.
pub(super) fn check_key(key: &str) -> Result<(), S3Error> {
    if key.len() > LONGEST_KEY { Err(S3Error::KeyTooLong { size: key.len() }) } else { Ok(()) }
}

/// The storage class to keep; the standard one is kept as none. That of Outposts is for those alone
/// (cassettes/corpus/s3/multipart-upload-refused).
pub(super) fn storage_class(requested: Option<&str>) -> Result<Option<&'static str>, S3Error> {
    let Some(requested) = requested else { return Ok(None) };
    let shape::Kind::String(classes) = &shapes::STORAGE_CLASS.kind else { return Ok(None) };
    match classes.iter().find(|class| **class == requested && requested != "OUTPOSTS") {
        Some(class) => Ok(Some(*class).filter(|class| *class != "STANDARD")),
        None => Err(S3Error::InvalidStorageClass(requested.to_owned())),
    }
}

fn describe(input: &mut PutObjectRequest) -> Result<Description, S3Error> {
    let redirect = redirect_location(input.website_redirect_location.take())?;
    Ok(describe!(input, redirect))
}

/// The encoding of the object itself, without the `aws-chunked` of its upload.
pub(super) fn content_encoding(header: Option<String>) -> Option<String> {
    let header = header?;
    let kept: Vec<&str> =
        header.split(',').map(str::trim).filter(|coding| *coding != "aws-chunked").collect();
    (!kept.is_empty()).then(|| kept.join(","))
}

/// Where a website sends readers of the object.
pub(super) fn redirect_location(location: Option<String>) -> Result<Option<String>, S3Error> {
    let is_good =
        |location: &String| ["/", "http://", "https://"].iter().any(|start| location.starts_with(start));
    match location {
        Some(location) if !is_good(&location) => Err(S3Error::InvalidRedirectLocation),
        location => Ok(location),
    }
}

/// User metadata within bounds, as readers see it.
pub(super) fn metadata(
    metadata: Option<IndexMap<String, String>>,
) -> Result<IndexMap<String, String>, S3Error> {
    let mut metadata = metadata.unwrap_or_default();
    let size = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size > MOST_METADATA {
        return Err(S3Error::MetadataTooLarge { size });
    }
    for value in metadata.values_mut().filter(|value| !value.is_ascii()) {
        *value = encoded_word::encode(value);
    }
    Ok(metadata)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_framing_of_the_upload_is_no_encoding_of_the_object() {
        let check = |header: &str| content_encoding(Some(header.to_owned()));
        assert_eq!(check("aws-chunked"), None);
        assert_eq!(check("identity,aws-chunked").as_deref(), Some("identity"));
        assert_eq!(check("gzip, aws-chunked, br").as_deref(), Some("gzip,br"));
    }
}
