//! The versions of objects, page by page. A page costs what it holds: keys are found by their order, and the keys under
//! a common prefix are passed over at once.

use super::listing::{self, Wish};
use super::object::Object;
use super::objects::{Listed, Objects, Version};
use super::version::VersionId;
use super::{S3, S3Error};
use crate::gateway::Caller;
use ruststack_models::s3::types::{
    DeleteMarkerEntry, ListObjectVersionsOutput, ListObjectVersionsRequest, ObjectVersion,
};
use std::ops::Bound;

/// One page.
#[derive(Default)]
struct Page {
    versions: Vec<Listed>,
    common_prefixes: Vec<String>,
    /// Where the next page begins, where there is one.
    next: Option<Place>,
}

/// The last key, or common prefix, of a page, and the version where it ends with one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    key: String,
    version_id: Option<VersionId>,
}

impl S3 {
    /// Lists the versions of objects and their delete markers, page by page.
    pub(super) async fn list_object_versions(
        &self,
        caller: &Caller,
        input: ListObjectVersionsRequest,
    ) -> Result<ListObjectVersionsOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        // In other words than listings of objects (versitygw issue 1809).
        let max_keys = listing::page_size(input.max_keys, "max-keys cannot be negative")?;
        let shows_restore = listing::shows_restore(input.optional_object_attributes.as_deref())?;
        let encode = listing::encoder(input.encoding_type.as_deref())?;
        let prefix = input.prefix.unwrap_or_default();
        let delimiter = input.delimiter.unwrap_or_default();
        let key_marker = input.key_marker.unwrap_or_default();
        let version_marker = marker(&key_marker, input.version_id_marker.as_deref())?;
        let wish =
            Wish { prefix: &prefix, delimiter: &delimiter, after: &key_marker, max_keys: max_keys as usize };
        let page = page(&bucket.objects(), &wish, version_marker.as_ref());
        let owners = self.owners(&bucket);
        let (mut versions, mut delete_markers) = (Vec::new(), Vec::new());
        for listed in page.versions {
            let (key, is_latest) = (Some(encode(&listed.key)), Some(listed.is_latest));
            let version_id = Some(listed.version.id().to_string());
            let last_modified = Some(listed.version.last_modified());
            match listed.version {
                Version::Object(object) => versions.push(ObjectVersion {
                    key,
                    version_id,
                    is_latest,
                    last_modified,
                    etag: Some(object.quoted_etag()),
                    checksum_algorithm: object
                        .checksum
                        .as_ref()
                        .map(|sum| vec![sum.algorithm().as_str().into()]),
                    checksum_type: object.checksum.as_ref().map(|sum| sum.kind().into()),
                    size: i64::try_from(object.content.len()).ok(),
                    storage_class: Some(object.storage_class.unwrap_or("STANDARD").into()),
                    owner: Some(owners(&object)),
                    restore_status: shows_restore.then(|| object.restore_status(caller.now)).flatten(),
                }),
                Version::Marker(_) => delete_markers.push(DeleteMarkerEntry {
                    key,
                    version_id,
                    is_latest,
                    last_modified,
                    owner: Some(owners(&Object::default())),
                }),
            }
        }
        let next_version = page.next.as_ref().and_then(|next| next.version_id.as_ref());
        Ok(ListObjectVersionsOutput {
            name: Some(bucket.name.clone()),
            prefix: Some(encode(&prefix)),
            key_marker: Some(encode(&key_marker)),
            version_id_marker: Some(input.version_id_marker.unwrap_or_default()),
            next_version_id_marker: next_version.map(VersionId::to_string),
            is_truncated: Some(page.next.is_some()),
            next_key_marker: page.next.map(|next| encode(&next.key)),
            max_keys: Some(max_keys),
            delimiter: Some(encode(&delimiter)).filter(|delimiter| !delimiter.is_empty()),
            versions: Some(versions).filter(|versions| !versions.is_empty()),
            delete_markers: Some(delete_markers).filter(|markers| !markers.is_empty()),
            common_prefixes: listing::common_prefixes(page.common_prefixes, encode),
            encoding_type: input.encoding_type,
            ..Default::default()
        })
    }
}

/// The version that the page begins after, which needs a key.
fn marker(key_marker: &str, version_marker: Option<&str>) -> Result<Option<VersionId>, S3Error> {
    let Some(text) = version_marker.filter(|text| !text.is_empty()) else { return Ok(None) };
    if key_marker.is_empty() {
        return Err(S3Error::InvalidArgument {
            message: "A version-id marker cannot be specified without a key marker.",
            name: "version-id-marker",
            value: text.to_owned(),
        });
    }
    let parsed = VersionId::parse(text).map_err(|_| S3Error::InvalidArgument {
        message: "Invalid version id specified",
        name: "version-id-marker",
        value: text.to_owned(),
    })?;
    Ok(Some(parsed))
}

/// Finds a page: walks the keys in order from where it begins, and the versions of each from the newest on.
fn page(objects: &Objects, wish: &Wish<'_>, after: Option<&VersionId>) -> Page {
    let mut found = Page::default();
    let mut last = None;
    // A page that begins after a version begins with the key that it is of.
    let begins_within = after.filter(|_| wish.after.starts_with(wish.prefix));
    let mut from = match begins_within {
        Some(_) => Bound::Included(wish.after.to_owned()),
        None => listing::beginning(wish),
    };
    while let Some(key) = objects.next_key(listing::as_ref(&from)) {
        let Some(rest) = key.strip_prefix(wish.prefix) else { break };
        let rolled_up = if wish.delimiter.is_empty() { None } else { rest.find(wish.delimiter) };
        if let Some(place) = rolled_up {
            if found.len() == wish.max_keys {
                found.next = last;
                break;
            }
            let common = &key[..wish.prefix.len() + place + wish.delimiter.len()];
            found.common_prefixes.push(common.to_owned());
            last = Some(Place { key: common.to_owned(), version_id: None });
            match listing::successor(common) {
                Some(next) => from = Bound::Included(next),
                None => break,
            }
            continue;
        }
        let passed = match begins_within.filter(|_| key == wish.after) {
            Some(marker) => passed(objects, key, marker),
            None => 0,
        };
        for listed in objects.versions_of(key).skip(passed) {
            if found.len() == wish.max_keys {
                found.next = last;
                return found;
            }
            last = Some(Place { key: key.to_owned(), version_id: Some(listed.version.id().clone()) });
            found.versions.push(listed);
        }
        from = Bound::Excluded(key.to_owned());
    }
    found
}

impl Page {
    fn len(&self) -> usize {
        self.versions.len() + self.common_prefixes.len()
    }
}

/// How many versions of a key stand up to the one that a page begins after. Where that one has been removed meanwhile,
/// those that are newer than it.
fn passed(objects: &Objects, key: &str, marker: &VersionId) -> usize {
    let mut newer = 0;
    for (index, listed) in objects.versions_of(key).enumerate() {
        let id = listed.version.id();
        if id == marker {
            return index + 1;
        }
        if id.sequence().zip(marker.sequence()).is_some_and(|(one, other)| one > other) {
            newer = index + 1;
        }
    }
    newer
}
