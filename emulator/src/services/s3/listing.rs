//! The objects of a bucket, page by page: ListObjects and ListObjectsV2.
//!
//! A page costs what it holds: keys are found by their order, and the keys under a common prefix are passed over at
//! once.

use super::object::Object;
use super::objects::Current;
use super::state::Bucket;
use super::{S3, S3Error, access, token};
use crate::gateway::Caller;
use ruststack_models::s3::types::{
    self, CommonPrefix, ListObjectsOutput, ListObjectsRequest, ListObjectsV2Output, ListObjectsV2Request,
    Owner,
};
use ruststack_wire::Timestamp;
use std::ops::Bound;
use std::sync::Arc;

/// The most keys and prefixes that one page holds.
const LARGEST_PAGE: i32 = 1000;
/// What is said of fewer keys than none.
const NEGATIVE: &str = "Argument maxKeys must be an integer between 0 and 2147483647";

/// What both operations ask for.
pub(super) struct Wish<'a> {
    pub(super) prefix: &'a str,
    pub(super) delimiter: &'a str,
    /// Begin after this key, or after all keys under this common prefix.
    pub(super) after: &'a str,
    pub(super) max_keys: usize,
}

/// One page.
pub(super) struct Page {
    pub(super) contents: Vec<(String, Arc<Object>)>,
    pub(super) common_prefixes: Vec<String>,
    pub(super) is_truncated: bool,
    /// The last key or common prefix on the page.
    pub(super) last: Option<String>,
}

impl S3 {
    /// Lists objects as the API of old does: with markers, and with owners.
    pub(super) async fn list_objects(
        &self,
        caller: &Caller,
        input: ListObjectsRequest,
    ) -> Result<ListObjectsOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let max_keys = page_size(input.max_keys, NEGATIVE)?;
        let shows_restore = shows_restore(input.optional_object_attributes.as_deref())?;
        let encode = encoder(input.encoding_type.as_deref())?;
        let prefix = input.prefix.unwrap_or_default();
        let delimiter = input.delimiter.unwrap_or_default();
        let marker = input.marker.unwrap_or_default();
        let wish =
            Wish { prefix: &prefix, delimiter: &delimiter, after: &marker, max_keys: max_keys as usize };
        let page = page(bucket.objects().current(), &wish);
        let next = page.last.filter(|_| page.is_truncated && !delimiter.is_empty());
        Ok(ListObjectsOutput {
            name: Some(bucket.name.clone()),
            prefix: Some(encode(&prefix)),
            marker: Some(encode(&marker)),
            next_marker: next.map(|next| encode(&next)),
            max_keys: Some(max_keys),
            delimiter: Some(delimiter).filter(|delimiter| !delimiter.is_empty()).map(|text| encode(&text)),
            is_truncated: Some(page.is_truncated),
            encoding_type: input.encoding_type,
            contents: contents(
                page.contents,
                Some(self.owners(&bucket)),
                encode,
                shows_restore.then_some(caller.now),
            ),
            common_prefixes: common_prefixes(page.common_prefixes, encode),
            bucket_region: Some(bucket.region.clone()),
            ..Default::default()
        })
    }

    /// Lists objects with continuation tokens.
    pub(super) async fn list_objects_v2(
        &self,
        caller: &Caller,
        input: ListObjectsV2Request,
    ) -> Result<ListObjectsV2Output, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let max_keys = page_size(input.max_keys, NEGATIVE)?;
        let shows_restore = shows_restore(input.optional_object_attributes.as_deref())?;
        let encode = encoder(input.encoding_type.as_deref())?;
        let prefix = input.prefix.unwrap_or_default();
        let delimiter = input.delimiter.unwrap_or_default();
        // A token goes on where the last page ended, whatever the listing was told to start after.
        let after = match &input.continuation_token {
            Some(token) => token::read(token)?,
            None => input.start_after.clone().unwrap_or_default(),
        };
        let wish =
            Wish { prefix: &prefix, delimiter: &delimiter, after: &after, max_keys: max_keys as usize };
        let page = page(bucket.objects().current(), &wish);
        let owners = (input.fetch_owner == Some(true)).then(|| self.owners(&bucket));
        let count = page.contents.len() + page.common_prefixes.len();
        Ok(ListObjectsV2Output {
            name: Some(bucket.name.clone()),
            prefix: Some(encode(&prefix)),
            continuation_token: input.continuation_token,
            next_continuation_token: page.last.filter(|_| page.is_truncated).map(|last| token::write(&last)),
            start_after: input.start_after.map(|text| encode(&text)),
            key_count: i32::try_from(count).ok(),
            max_keys: Some(max_keys),
            delimiter: Some(delimiter).filter(|delimiter| !delimiter.is_empty()).map(|text| encode(&text)),
            is_truncated: Some(page.is_truncated),
            encoding_type: input.encoding_type,
            contents: contents(page.contents, owners, encode, shows_restore.then_some(caller.now)),
            common_prefixes: common_prefixes(page.common_prefixes, encode),
            bucket_region: Some(bucket.region.clone()),
            ..Default::default()
        })
    }

    /// Says whose an object of this bucket is.
    pub(super) fn owners<'a>(&'a self, bucket: &'a Bucket) -> impl Fn(&Object) -> Owner + 'a {
        let own = self.owner(&bucket.owner);
        let ownership = bucket.access().ownership();
        move |object| match access::owner_of(object, bucket, ownership) {
            account if account == bucket.owner => {
                Owner { id: own.id.clone(), display_name: own.display_name.clone() }
            }
            account => Owner { id: Some(self.owner_id(account)), ..Default::default() },
        }
    }
}

/// The size of a page: a thousand unless less is asked for; fewer than none are refused in these words.
pub(super) fn page_size(requested: Option<i32>, refusal: &'static str) -> Result<i32, S3Error> {
    match requested {
        None => Ok(LARGEST_PAGE),
        Some(number @ 0..) => Ok(number.min(LARGEST_PAGE)),
        Some(negative) => {
            Err(S3Error::InvalidArgument { message: refusal, name: "maxKeys", value: negative.to_string() })
        }
    }
}

/// Whether the caller wants to be told what has been restored, the one attribute that can be asked for.
pub(super) fn shows_restore(attributes: Option<&[String]>) -> Result<bool, S3Error> {
    let attributes = attributes.unwrap_or_default();
    match attributes.iter().find(|attribute| *attribute != "RestoreStatus") {
        Some(other) => Err(S3Error::InvalidArgument {
            message: "Invalid attribute name specified",
            name: "x-amz-optional-object-attributes",
            value: other.clone(),
        }),
        None => Ok(!attributes.is_empty()),
    }
}

/// How keys are written: as they are, or URL-encoded so that XML can carry any character.
pub(super) fn encoder(encoding_type: Option<&str>) -> Result<fn(&str) -> String, S3Error> {
    match encoding_type {
        None => Ok(str::to_owned),
        Some("url") => Ok(url_encode),
        Some(other) => Err(S3Error::InvalidArgument {
            message: "Invalid Encoding Method specified in Request",
            name: "encoding-type",
            value: other.to_owned(),
        }),
    }
}

/// Encodes as a Java `URLEncoder` does, but leaves slashes.
pub(super) fn url_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'*' | b'_' | b'/' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

/// Finds a page: walks the keys in order from where it begins, and leaps over each common prefix.
pub(super) fn page(objects: &Current, wish: &Wish<'_>) -> Page {
    let mut found =
        Page { contents: Vec::new(), common_prefixes: Vec::new(), is_truncated: false, last: None };
    if wish.max_keys == 0 {
        return found;
    }
    let after = |from: Bound<&str>| objects.range::<str, _>((from, Bound::Unbounded));
    let mut rest_of_keys = after(as_ref(&beginning(wish)));
    while let Some((key, object)) = rest_of_keys.next() {
        let Some(rest) = key.strip_prefix(wish.prefix) else { break };
        if found.contents.len() + found.common_prefixes.len() == wish.max_keys {
            found.is_truncated = true;
            break;
        }
        let rolled_up = if wish.delimiter.is_empty() { None } else { rest.find(wish.delimiter) };
        match rolled_up {
            Some(place) => {
                let common = &key[..wish.prefix.len() + place + wish.delimiter.len()];
                found.common_prefixes.push(common.to_owned());
                found.last = Some(common.to_owned());
                match successor(common) {
                    Some(next) => rest_of_keys = after(Bound::Included(&next)),
                    None => break,
                }
            }
            None => {
                found.contents.push((key.clone(), object.clone()));
                // The last of them is the last of all, unless a common prefix follows.
                found.last = None;
            }
        }
    }
    if found.last.is_none() {
        found.last = found.contents.last().map(|(key, _)| key.clone());
    }
    found
}

/// Where a page begins: at the prefix, or after what it is to begin after. A marker that is a common prefix, or lies in
/// one, stands for all keys under it (cassettes/corpus/s3/list-objects-marker-common-prefixes).
pub(super) fn beginning(wish: &Wish<'_>) -> Bound<String> {
    if wish.after.is_empty() || wish.after < wish.prefix {
        return Bound::Included(wish.prefix.to_owned());
    }
    let common = wish
        .after
        .strip_prefix(wish.prefix)
        .filter(|_| !wish.delimiter.is_empty())
        .and_then(|rest| rest.find(wish.delimiter))
        .map(|place| &wish.after[..wish.prefix.len() + place + wish.delimiter.len()]);
    match common.and_then(successor) {
        Some(next) => Bound::Included(next),
        None => Bound::Excluded(wish.after.to_owned()),
    }
}

/// The least text that is greater than every text with this prefix.
pub(super) fn successor(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        // The next character skips the surrogates, which are none.
        let next = if last == '\u{d7ff}' { Some('\u{e000}') } else { char::from_u32(last as u32 + 1) };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

pub(super) fn as_ref(bound: &Bound<String>) -> Bound<&str> {
    match bound {
        Bound::Included(key) => Bound::Included(key),
        Bound::Excluded(key) => Bound::Excluded(key),
        Bound::Unbounded => Bound::Unbounded,
    }
}

fn contents(
    objects: Vec<(String, Arc<Object>)>,
    owner: Option<impl Fn(&Object) -> Owner>,
    encode: fn(&str) -> String,
    restored_at: Option<Timestamp>,
) -> Option<Vec<types::Object>> {
    let listed: Vec<types::Object> = objects
        .into_iter()
        .map(|(key, object)| types::Object {
            key: Some(encode(&key)),
            last_modified: Some(object.last_modified),
            etag: Some(object.quoted_etag()),
            checksum_algorithm: object.checksum.as_ref().map(|sum| vec![sum.algorithm().as_str().into()]),
            checksum_type: object.checksum.as_ref().map(|sum| sum.kind().into()),
            size: i64::try_from(object.content.len()).ok(),
            storage_class: Some(object.storage_class.unwrap_or("STANDARD").into()),
            owner: owner.as_ref().map(|owner| owner(&object)),
            restore_status: restored_at.and_then(|now| object.restore_status(now)),
        })
        .collect();
    (!listed.is_empty()).then_some(listed)
}

pub(super) fn common_prefixes(
    prefixes: Vec<String>,
    encode: fn(&str) -> String,
) -> Option<Vec<CommonPrefix>> {
    let listed: Vec<_> =
        prefixes.iter().map(|prefix| CommonPrefix { prefix: Some(encode(prefix)) }).collect();
    (!listed.is_empty()).then_some(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects(keys: &[&str]) -> Current {
        let object = Arc::new(Object::default());
        keys.iter().map(|key| ((*key).to_owned(), object.clone())).collect()
    }

    #[track_caller]
    fn check(prefix: &str, delimiter: &str, after: &str, max_keys: usize, expected: &[&str], more: bool) {
        let keys = objects(&["a", "a/1", "a/2", "b/1", "b/2", "c", "\u{e9}/1", "\u{10ffff}x"]);
        let found = page(&keys, &Wish { prefix, delimiter, after, max_keys });
        let mut all: Vec<&str> = found.contents.iter().map(|(key, _)| key.as_str()).collect();
        all.extend(found.common_prefixes.iter().map(String::as_str));
        all.sort_unstable();
        assert_eq!((all.as_slice(), found.is_truncated), (expected, more));
    }

    #[test]
    fn a_page_rolls_up_and_ends() {
        check("", "", "", 1000, &["a", "a/1", "a/2", "b/1", "b/2", "c", "\u{e9}/1", "\u{10ffff}x"], false);
        check("", "/", "", 1000, &["a", "a/", "b/", "c", "\u{e9}/", "\u{10ffff}x"], false);
        check("", "/", "", 3, &["a", "a/", "b/"], true);
        check("", "/", "a/", 2, &["b/", "c"], true);
        check("", "/", "a/1", 2, &["b/", "c"], true);
        check("", "", "a/", 2, &["a/1", "a/2"], true);
        check("a/", "/", "", 1000, &["a/1", "a/2"], false);
        check("a/", "", "b", 1000, &[], false);
        check("b/", "", "a", 1, &["b/1"], true);
        check("\u{10ffff}", "x", "", 5, &["\u{10ffff}x"], false);
        check("", "", "", 0, &[], false);
        check("nothing", "", "", 5, &[], false);
    }

    #[test]
    fn keys_are_encoded_as_java_does() {
        assert_eq!(url_encode("a b/c(1)+~\u{e9}*"), "a+b/c%281%29%2B%7E%C3%A9*");
    }
}
