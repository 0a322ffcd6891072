//! The uploads of a bucket that are under way, page by page.

use super::page_size;
use super::state::{Pending, Place, Uploads};
use crate::gateway::Caller;
use crate::services::s3::listing::{self, Wish};
use crate::services::s3::state::Bucket;
use crate::services::s3::{S3, S3Error};
use ruststack_models::s3::types::{
    CommonPrefix, Initiator, ListMultipartUploadsOutput, ListMultipartUploadsRequest, MultipartUpload,
};
use std::ops::Bound;

/// One page.
struct Page<T> {
    uploads: Vec<T>,
    common_prefixes: Vec<String>,
    is_truncated: bool,
    /// The key and the id of the last upload, or the last common prefix and nothing. Where the page holds nothing but
    /// common prefixes, both are empty.
    last: (String, String),
}

impl S3 {
    /// Lists the uploads of a bucket by key, and under one key by when they began.
    pub(in crate::services::s3) async fn list_multipart_uploads(
        &self,
        caller: &Caller,
        input: ListMultipartUploadsRequest,
    ) -> Result<ListMultipartUploadsOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let message = "Argument max-uploads must be an integer between 0 and 2147483647";
        let max_uploads = page_size(input.max_uploads, "max-uploads", message)?;
        let encode = listing::encoder(input.encoding_type.as_deref())?;
        let prefix = input.prefix.unwrap_or_default();
        let delimiter = input.delimiter.unwrap_or_default();
        let key_marker = input.key_marker.unwrap_or_default();
        // Without a key the id is not looked at (versitygw issue 2150).
        let id_marker = input.upload_id_marker.filter(|_| !key_marker.is_empty()).unwrap_or_default();
        let wish = Wish {
            prefix: &prefix,
            delimiter: &delimiter,
            after: &key_marker,
            max_keys: max_uploads as usize,
        };
        let page = {
            let uploads = bucket.uploads();
            let beginning = beginning(&uploads, &wish, &id_marker)?;
            page(&uploads, &wish, beginning, |key, upload| self.shown(&bucket, encode(key), upload))
        };
        let prefixes = page.common_prefixes.iter();
        let prefixes: Vec<_> = prefixes.map(|prefix| CommonPrefix { prefix: Some(encode(prefix)) }).collect();
        let is_filtered = !prefix.is_empty() || !delimiter.is_empty();
        Ok(ListMultipartUploadsOutput {
            bucket: Some(bucket.name.clone()),
            key_marker: Some(encode(&key_marker)),
            upload_id_marker: Some(id_marker),
            next_key_marker: Some(encode(&page.last.0)),
            next_upload_id_marker: Some(page.last.1),
            delimiter: Some(encode(&delimiter)).filter(|delimiter| !delimiter.is_empty()),
            prefix: is_filtered.then(|| encode(&prefix)),
            max_uploads: Some(max_uploads),
            is_truncated: Some(page.is_truncated),
            uploads: Some(page.uploads).filter(|uploads| !uploads.is_empty()),
            common_prefixes: Some(prefixes).filter(|prefixes| !prefixes.is_empty()),
            encoding_type: input.encoding_type,
            ..Default::default()
        })
    }

    fn shown(&self, bucket: &Bucket, key: String, upload: &Pending) -> MultipartUpload {
        let (checksum_algorithm, checksum_type) = upload.scheme.shown();
        MultipartUpload {
            key: Some(key),
            upload_id: Some(upload.id.clone()),
            initiator: Some(Initiator {
                id: Some(self.canonical_id(&upload.initiator)),
                ..Default::default()
            }),
            owner: Some(self.owner(&bucket.owner)),
            storage_class: Some(upload.storage_class.unwrap_or("STANDARD").into()),
            initiated: Some(upload.initiated),
            checksum_algorithm,
            checksum_type,
        }
    }
}

/// Where a page begins: after the upload that the marker names, or after all uploads of the key that it names.
fn beginning(uploads: &Uploads, wish: &Wish<'_>, id_marker: &str) -> Result<Bound<Place>, S3Error> {
    if !id_marker.is_empty() && wish.after >= wish.prefix {
        let place = uploads.place(id_marker).filter(|place| place.0 == wish.after);
        return match place {
            Some(place) => Ok(Bound::Excluded(place.clone())),
            None => Err(S3Error::InvalidArgument {
                message: "Invalid uploadId marker",
                name: "upload-id-marker",
                value: id_marker.to_owned(),
            }),
        };
    }
    Ok(match listing::beginning(wish) {
        Bound::Included(key) => Bound::Included((key, 0)),
        Bound::Excluded(key) => Bound::Excluded((key, u64::MAX)),
        Bound::Unbounded => Bound::Unbounded,
    })
}

/// Finds a page: walks the uploads in order from where it begins, and leaps over each common prefix.
fn page<T>(
    uploads: &Uploads,
    wish: &Wish<'_>,
    beginning: Bound<Place>,
    shown: impl Fn(&str, &Pending) -> T,
) -> Page<T> {
    let mut found = Page {
        uploads: Vec::new(),
        common_prefixes: Vec::new(),
        is_truncated: false,
        last: Default::default(),
    };
    if wish.max_keys == 0 {
        return found;
    }
    let mut rest = Some(beginning);
    'leap: while let Some(beginning) = rest.take() {
        for ((key, _), upload) in uploads.from(beginning) {
            let Some(suffix) = key.strip_prefix(wish.prefix) else { break 'leap };
            if found.uploads.len() + found.common_prefixes.len() == wish.max_keys {
                found.is_truncated = true;
                break 'leap;
            }
            let rolled_up = if wish.delimiter.is_empty() { None } else { suffix.find(wish.delimiter) };
            if let Some(place) = rolled_up {
                let common = &key[..wish.prefix.len() + place + wish.delimiter.len()];
                found.common_prefixes.push(common.to_owned());
                found.last = (common.to_owned(), String::new());
                rest = listing::successor(common).map(|next| Bound::Included((next, 0)));
                continue 'leap;
            }
            found.uploads.push(shown(key, upload));
            found.last = (key.clone(), upload.id.clone());
        }
    }
    if found.uploads.is_empty() {
        found.last = Default::default();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uploads() -> Uploads {
        let mut uploads = Uploads::default();
        for (id, key) in
            [("2", "a"), ("1", "a"), ("3", "b/1"), ("4", "b/1"), ("5", "b/2"), ("6", "c/1"), ("7", "d")]
        {
            let upload = Pending { id: id.into(), ..Pending::default() };
            uploads.begin(key.into(), upload);
        }
        uploads
    }

    #[track_caller]
    fn check(wish: Wish<'_>, id_marker: &str, expected: &[&str], last: (&str, &str), more: bool) {
        let uploads = uploads();
        let beginning = beginning(&uploads, &wish, id_marker).expect("a beginning");
        let page = page(&uploads, &wish, beginning, |_, upload| upload.id.clone());
        let mut all = page.uploads;
        all.extend(page.common_prefixes);
        assert_eq!(
            (all.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), more),
            (expected, page.is_truncated)
        );
        assert_eq!((page.last.0.as_str(), page.last.1.as_str()), last);
    }

    fn wish<'a>(prefix: &'a str, delimiter: &'a str, after: &'a str, max_keys: usize) -> Wish<'a> {
        Wish { prefix, delimiter, after, max_keys }
    }

    #[test]
    fn a_page_begins_after_its_marker() {
        check(wish("", "", "", 9), "", &["2", "1", "3", "4", "5", "6", "7"], ("d", "7"), false);
        check(wish("", "", "", 1), "", &["2"], ("a", "2"), true);
        check(wish("", "", "a", 2), "2", &["1", "3"], ("b/1", "3"), true);
        check(wish("", "", "a", 2), "", &["3", "4"], ("b/1", "4"), true);
        check(wish("", "", "aa", 9), "", &["3", "4", "5", "6", "7"], ("d", "7"), false);
        check(wish("b/", "", "a", 9), "2", &["3", "4", "5"], ("b/2", "5"), false);
        check(wish("", "", "", 0), "", &[], ("", ""), false);
        let error = beginning(&uploads(), &wish("", "", "a", 1), "none");
        assert!(matches!(error, Err(S3Error::InvalidArgument { name: "upload-id-marker", .. })));
    }

    #[test]
    fn common_prefixes_are_rolled_up() {
        check(wish("", "/", "", 9), "", &["2", "1", "7", "b/", "c/"], ("d", "7"), false);
        check(wish("", "/", "", 3), "", &["2", "1", "b/"], ("b/", ""), true);
        check(wish("", "/", "b/", 9), "", &["7", "c/"], ("d", "7"), false);
        check(wish("b/", "/", "", 9), "", &["3", "4", "5"], ("b/2", "5"), false);
    }
}
