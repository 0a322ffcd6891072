//! Objects copied. The bytes are shared, not copied; they are read only where the copy has sums of its own.

use super::access::acl_headers;
use super::answers::{
    customer_key, describe, encryption, lock, set_checksum, set_checksum_text, set_encryption,
    source_customer_key,
};
use super::conditions::{Conditions, WriteConditions};
use super::encryption::Encryption;
use super::errors::SOURCE_IS_DELETE_MARKER;
use super::etag::ETag;
use super::happening::Kind;
use super::object::{Description, Object};
use super::state::Bucket;
use super::store::Found;
use super::sum::Sum;
use super::tags::Tags;
use super::upload::{Claims, LARGEST_PUT};
use super::{S3, S3Error, put};
use crate::gateway::Caller;
use percent_encoding::percent_decode_str;
use ruststack_models::s3::types::{CopyObjectOutput, CopyObjectRequest, CopyObjectResult};
use ruststack_wire::sign::checksum::Algorithm;

/// Where a copy comes from.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) version_id: Option<String>,
}

impl S3 {
    /// Copies an object, with its description or a new one.
    pub(super) async fn copy_object(
        &self,
        caller: &Caller,
        mut input: CopyObjectRequest,
    ) -> Result<CopyObjectOutput, S3Error> {
        let key = input.key.take().unwrap_or_default();
        put::check_key(&key)?;
        let source = Source::parse(input.copy_source.as_deref().unwrap_or_default())?;
        let replaces = directive(input.metadata_directive.as_deref())?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let access = self.object_access(caller, &bucket, "s3:CopyObject", &key, &acl_headers!(input))?;
        let storage_class = put::storage_class(input.storage_class.as_deref())?;
        let new_tags = new_tags(&input)?;

        let source_bucket =
            self.bucket(caller, Some(&source.bucket), input.expected_source_bucket_owner.as_ref())?;
        let original = source.find(&source_bucket)?;
        source_customer_key!(input).check(&original.object.encryption)?;
        let source_version_id = original.version_id;
        let original = original.object;
        original.check_copyable(caller.now)?;
        let source_conditions = Conditions {
            if_match: input.copy_source_if_match.as_deref(),
            if_none_match: input.copy_source_if_none_match.as_deref(),
            if_modified_since: input.copy_source_if_modified_since,
            if_unmodified_since: input.copy_source_if_unmodified_since,
        };
        source_conditions.check_copy(original.subject(), caller.now)?;
        // What is named counts, whether it is new or not; so does a default encryption that somebody set, and a version
        // that is to be restored (User Guide, "Restoring previous versions").
        let changes_something = replaces
            || input.storage_class.is_some()
            || source.version_id.is_some()
            || bucket.settings().encryption.is_some()
            || input.website_redirect_location.is_some()
            || input.server_side_encryption.is_some();
        if source.bucket == bucket.name && source.key == key && !changes_something {
            return Err(S3Error::CopyOntoItself);
        }
        if original.content.len() > LARGEST_PUT {
            return Err(too_large_a_source());
        }
        let encryption = encryption!(input).read(caller, &bucket)?;
        let lock = lock!(input).read(caller.now)?;
        bucket.check_lock(lock.as_ref())?;
        let (etag, checksum) = sums(&original, input.checksum_algorithm.as_deref()).await?;
        let object = Object {
            content: original.content.clone(),
            etag: if encryption == Encryption::S3 { etag } else { ETag::drawn(caller) },
            last_modified: caller.now.whole_seconds(),
            checksum,
            storage_class,
            tags: new_tags.unwrap_or_else(|| original.tags.clone()),
            access,
            described: describe(&mut input, &original, replaces)?.shared(),
            encryption,
            lock: lock.map(Box::new),
            ..Object::default()
        };
        let conditions = WriteConditions::parse(input.if_match.as_deref(), input.if_none_match.as_deref())?;
        let found = bucket.store(caller, &key, object, &conditions)?;
        self.happened(caller, &bucket, &found.happening(Kind::Copy, &key));
        let mut output = CopyObjectOutput {
            copy_object_result: Some(result(&found.object)),
            version_id: found.version_id,
            expiration: found.expiration,
            copy_source_version_id: source_version_id,
            ..Default::default()
        };
        set_encryption!(output, found.object.encryption);
        Ok(output)
    }
}

impl Source {
    /// Reads `x-amz-copy-source`: `bucket/key`, with or without a slash in front, percent-encoded, `+` a blank.
    pub(super) fn parse(header: &str) -> Result<Source, S3Error> {
        let (path, query) = header.split_once('?').unwrap_or((header, ""));
        let path =
            percent_decode_str(&path.replace('+', " ")).decode_utf8().ok().map(|path| path.into_owned());
        let path = path.unwrap_or_default();
        let path = path.strip_prefix('/').unwrap_or(&path);
        let version_id = query.strip_prefix("versionId=").map(str::to_owned);
        // The sentences are reported in aws-sdk-cpp issue 1647 (bucket) and versitygw issue 1389 (key).
        let bad = |message| S3Error::InvalidArgument {
            message,
            name: "x-amz-copy-source",
            value: header.to_owned(),
        };
        match path.split_once('/').unwrap_or((path, "")) {
            ("", _) => Err(bad("Invalid copy source bucket name")),
            (_, "") => Err(bad("Invalid copy source object key")),
            (bucket, key) => Ok(Source { bucket: bucket.to_owned(), key: key.to_owned(), version_id }),
        }
    }

    /// The version that is copied; a delete marker cannot be (API reference, CopyObject).
    pub(super) fn find(&self, bucket: &Bucket) -> Result<Found, S3Error> {
        match bucket.find(&self.key, self.version_id.as_deref(), "PUT") {
            Err(S3Error::IsDeleteMarker { .. }) => Err(SOURCE_IS_DELETE_MARKER.told()),
            found => found,
        }
    }
}

/// Whether the description is to be replaced.
fn directive(directive: Option<&str>) -> Result<bool, S3Error> {
    match directive {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(other) => Err(S3Error::InvalidArgument {
            message: "Unknown metadata directive.",
            name: "x-amz-metadata-directive",
            value: other.to_owned(),
        }),
    }
}

/// The tags of the copy where they are not the original's.
fn new_tags(input: &CopyObjectRequest) -> Result<Option<Tags>, S3Error> {
    match input.tagging_directive.as_deref() {
        None | Some("COPY") => Ok(None),
        Some("REPLACE") => Tags::of_header(input.tagging.as_deref()).map(Some),
        Some(other) => Err(S3Error::InvalidArgument {
            message: "Unknown tagging directive.",
            name: "x-amz-tagging-directive",
            value: other.to_owned(),
        }),
    }
}

/// The description of the copy: the original's, or all of it anew. A website's redirect is never copied.
fn describe(
    input: &mut CopyObjectRequest,
    original: &Object,
    replaces: bool,
) -> Result<Description, S3Error> {
    let redirect = put::redirect_location(input.website_redirect_location.take())?;
    if !replaces {
        return Ok(Description { website_redirect_location: redirect, ..(*original.described).clone() });
    }
    Ok(describe!(input, redirect))
}

/// The ETag and the checksum of a copy: those of one object, even of what was uploaded in parts.
async fn sums(original: &Object, named: Option<&str>) -> Result<(ETag, Option<Sum>), S3Error> {
    let named = Claims::parse(None, [], named)?.algorithm();
    let kept = original.checksum.as_ref().map(Sum::algorithm);
    // The ETag is the MD5 of the bytes where they came in one request and S3's own keys encrypt them.
    let is_whole = original.parts.is_empty() && original.encryption == Encryption::S3;
    match named.or(kept) {
        algorithm if is_whole && algorithm == kept => Ok((original.etag, original.checksum.clone())),
        Some(algorithm) => {
            let [md5, checksum] = original.content.sums([Algorithm::Md5, algorithm]).await;
            let etag = if is_whole { original.etag } else { ETag::of(&md5) };
            Ok((etag, Some(checksum.into())))
        }
        None => {
            let [md5] = original.content.sums([Algorithm::Md5]).await;
            Ok((ETag::of(&md5), None))
        }
    }
}

/// A source of more than 5 GiB, which is to be copied in parts (cloudyr/aws.s3 issue 302).
pub(super) fn too_large_a_source() -> S3Error {
    let message =
        "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120";
    S3Error::InvalidRequest(message.into())
}

fn result(object: &Object) -> CopyObjectResult {
    let mut result = CopyObjectResult {
        etag: Some(object.quoted_etag()),
        last_modified: Some(object.last_modified),
        ..Default::default()
    };
    set_checksum!(result, &object.checksum);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_a_bucket_and_a_key() {
        let check = |header: &str, bucket: &str, key: &str, version: Option<&str>| {
            let source = Source::parse(header).expect("a source");
            assert_eq!((source.bucket.as_str(), source.key.as_str()), (bucket, key), "{header}");
            assert_eq!(source.version_id.as_deref(), version);
        };
        check("b/k", "b", "k", None);
        check("/b/k/l", "b", "k/l", None);
        check("b%2Fk%2Bl+m", "b", "k+l m", None);
        check("b//k", "b", "/k", None);
        check("b/k?versionId=null", "b", "k", Some("null"));
        for bad in ["", "b", "/b", "b/", "%ff/k", "/"] {
            assert!(Source::parse(bad).is_err(), "{bad:?}");
        }
    }
}
