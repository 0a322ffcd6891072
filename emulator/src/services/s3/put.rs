//! Objects written.

use super::access::acl_headers;
use super::answers::{claims, describe, set_checksum, set_checksum_text};
use super::object::{Description, Object};
use super::tags::Tags;
use super::{S3, S3Error, conditions};
use crate::gateway::Caller;
use indexmap::IndexMap;
use ruststack_models::s3::shapes;
use ruststack_models::s3::types::{PutObjectOutput, PutObjectRequest};
use ruststack_wire::shape::Kind;
use std::sync::Arc;

/// The longest key, in bytes of UTF-8 (User Guide, "Naming objects").
const LONGEST_KEY: usize = 1024;
/// The most user metadata, names and values together (User Guide, "Working with object metadata").
const MOST_METADATA: usize = 2048;

impl S3 {
    /// Stores an object, whole or not at all: it is seen when its last byte has come and every sum is right.
    pub(super) async fn put_object(
        &self,
        caller: &Caller,
        mut input: PutObjectRequest,
    ) -> Result<PutObjectOutput, S3Error> {
        let key = input.key.take().unwrap_or_default();
        check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let access = self.object_access(caller, &bucket, "s3:PutObject", &key, &acl_headers!(input))?;
        refuse_unserved(&input)?;
        let described = describe(&mut input)?;
        let storage_class = storage_class(input.storage_class.take())?;
        let tags = Tags::of_header(input.tagging.as_deref())?;
        let claims = claims!(input)?;
        let (if_match, if_none_match) = (input.if_match.as_deref(), input.if_none_match.as_deref());
        // Asked before the body comes, so that a large upload that cannot be is refused early.
        conditions::check_write(
            if_match,
            if_none_match,
            &key,
            bucket.object(&key).as_deref().map(Object::subject),
        )?;

        let upload = claims.receive(input.body.take().unwrap_or_default()).await?;
        let object = Arc::new(Object {
            content: upload.content,
            etag: upload.md5.to_hex(),
            last_modified: caller.now.whole_seconds(),
            checksum: Some(upload.checksum.into()),
            parts: Default::default(),
            storage_class,
            tags,
            access,
            described,
        });
        {
            let mut objects = bucket.objects_mut();
            let existing = objects.get(&key).map(|object| object.subject());
            conditions::check_write(if_match, if_none_match, &key, existing)?;
            objects.insert(key, object.clone());
        }
        let mut output = PutObjectOutput {
            etag: Some(object.quoted_etag()),
            server_side_encryption: Some("AES256".into()),
            ..Default::default()
        };
        set_checksum!(output, &object.checksum);
        Ok(output)
    }
}

/// Checks the length of a key.
pub(super) fn check_key(key: &str) -> Result<(), S3Error> {
    if key.len() > LONGEST_KEY { Err(S3Error::KeyTooLong { size: key.len() }) } else { Ok(()) }
}

/// The storage class to keep; the standard one is kept as none.
pub(super) fn storage_class(requested: Option<String>) -> Result<Option<String>, S3Error> {
    match (requested, &shapes::STORAGE_CLASS.kind) {
        (Some(class), Kind::String(classes)) if !classes.contains(&class.as_str()) => {
            Err(S3Error::InvalidStorageClass(class))
        }
        (class, _) => Ok(class.filter(|class| class != "STANDARD")),
    }
}

/// Refuses by name what an object would have on AWS and cannot have here.
fn refuse_unserved(input: &PutObjectRequest) -> Result<(), S3Error> {
    check_encryption(input.server_side_encryption.as_deref(), input.sse_customer_algorithm.as_deref())?;
    check_lock(input.object_lock_mode.is_some() || input.object_lock_legal_hold_status.is_some())?;
    let unserved = [
        (input.write_offset_bytes.is_some(), "x-amz-write-offset-bytes"),
        (input.checksum_sha512.is_some(), "x-amz-checksum-sha512"),
        (input.checksum_md5.is_some(), "x-amz-checksum-md5"),
        (input.checksum_xxhash64.is_some(), "x-amz-checksum-xxhash64"),
        (input.checksum_xxhash3.is_some(), "x-amz-checksum-xxhash3"),
        (input.checksum_xxhash128.is_some(), "x-amz-checksum-xxhash128"),
    ];
    let found = unserved.iter().find(|(is_asked, _)| *is_asked);
    found.map_or(Ok(()), |(_, header)| Err(S3Error::NotImplemented(header)))
}

/// S3's own keys encrypt every object; others are not served.
pub(super) fn check_encryption(encryption: Option<&str>, customer: Option<&str>) -> Result<(), S3Error> {
    match (encryption, customer) {
        (None | Some("AES256"), None) => Ok(()),
        (_, Some(_)) => Err(S3Error::NotImplemented("x-amz-server-side-encryption-customer-algorithm")),
        (Some("aws:kms" | "aws:kms:dsse"), None) => {
            Err(S3Error::NotImplemented("x-amz-server-side-encryption"))
        }
        (Some(other), None) => Err(S3Error::InvalidArgument {
            message: "The encryption method specified is not supported",
            name: "x-amz-server-side-encryption",
            value: other.to_owned(),
        }),
    }
}

/// No bucket has an object lock.
pub(super) fn check_lock(is_asked: bool) -> Result<(), S3Error> {
    let message = "Bucket is missing Object Lock Configuration";
    if is_asked { Err(S3Error::InvalidRequest(message.into())) } else { Ok(()) }
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

/// User metadata within bounds.
pub(super) fn metadata(
    metadata: Option<IndexMap<String, String>>,
) -> Result<IndexMap<String, String>, S3Error> {
    let metadata = metadata.unwrap_or_default();
    let size = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size > MOST_METADATA { Err(S3Error::MetadataTooLarge { size }) } else { Ok(metadata) }
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
