//! The versions of objects. No bucket keeps any: each object has one, called `null`, and it is the latest.

use super::listing::{self, Wish};
use super::{S3, S3Error};
use crate::gateway::Caller;
use ruststack_models::s3::types::{
    GetBucketVersioningOutput, GetBucketVersioningRequest, ListObjectVersionsOutput,
    ListObjectVersionsRequest, ObjectVersion, Owner,
};

impl S3 {
    /// Tells that a bucket has never kept versions, which is to tell nothing.
    pub(super) async fn get_bucket_versioning(
        &self,
        caller: &Caller,
        input: GetBucketVersioningRequest,
    ) -> Result<GetBucketVersioningOutput, S3Error> {
        self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        Ok(GetBucketVersioningOutput::default())
    }

    /// Lists the only version of each object, page by page.
    pub(super) async fn list_object_versions(
        &self,
        caller: &Caller,
        input: ListObjectVersionsRequest,
    ) -> Result<ListObjectVersionsOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let max_keys = listing::page_size(input.max_keys)?;
        let encode = listing::encoder(input.encoding_type.as_deref())?;
        let prefix = input.prefix.unwrap_or_default();
        let delimiter = input.delimiter.unwrap_or_default();
        let key_marker = input.key_marker.unwrap_or_default();
        let version_marker = input.version_id_marker.unwrap_or_default();
        if key_marker.is_empty() && !version_marker.is_empty() {
            return Err(S3Error::InvalidArgument {
                message: "A version-id marker cannot be specified without a key marker.",
                name: "version-id-marker",
                value: version_marker,
            });
        }
        let wish =
            Wish { prefix: &prefix, delimiter: &delimiter, after: &key_marker, max_keys: max_keys as usize };
        let page = listing::page(&bucket.objects(), &wish);
        let next = page.last.filter(|_| page.is_truncated);
        // A page that ends with a version goes on after it; one that ends with a common prefix has none to name.
        let ends_with_version = page.contents.last().map(|(key, _)| key) == next.as_ref();
        let owner = self.owner(&bucket);
        let versions = page.contents.into_iter().map(|(key, object)| ObjectVersion {
            key: Some(encode(&key)),
            version_id: Some("null".into()),
            is_latest: Some(true),
            last_modified: Some(object.last_modified),
            etag: Some(object.quoted_etag()),
            checksum_algorithm: object.checksum.as_ref().map(|sum| vec![sum.algorithm().as_str().into()]),
            checksum_type: object.checksum.as_ref().map(|sum| sum.kind().into()),
            size: i64::try_from(object.content.len()).ok(),
            storage_class: Some(object.storage_class.clone().unwrap_or_else(|| "STANDARD".into())),
            owner: Some(Owner { id: Some(owner.clone()), ..Default::default() }),
            ..Default::default()
        });
        let versions: Vec<ObjectVersion> = versions.collect();
        Ok(ListObjectVersionsOutput {
            name: Some(bucket.name.clone()),
            prefix: Some(encode(&prefix)),
            key_marker: Some(encode(&key_marker)),
            version_id_marker: Some(version_marker),
            next_version_id_marker: next.as_ref().filter(|_| ends_with_version).map(|_| "null".into()),
            next_key_marker: next.map(|next| encode(&next)),
            max_keys: Some(max_keys),
            delimiter: Some(encode(&delimiter)).filter(|delimiter| !delimiter.is_empty()),
            is_truncated: Some(page.is_truncated),
            versions: Some(versions).filter(|versions| !versions.is_empty()),
            common_prefixes: listing::common_prefixes(page.common_prefixes, encode),
            encoding_type: input.encoding_type,
            ..Default::default()
        })
    }
}
