//! State that no request of the caller's can make: objects of old, without checksums and with another date than
//! today's, and buckets of other accounts.

use super::access::Access;
use super::content::Content;
use super::etag::ETag;
use super::object::{Description, Object};
use super::put;
use super::state::Bucket;
use super::{Identity, S3};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use ruststack_wire::Timestamp;
use ruststack_wire::sign::checksum::Algorithm;
use serde_json::Value as Json;
use std::sync::Arc;

impl S3 {
    /// Places `{"buckets": [{"name", "owner", "region", "created", "policy", ...}]}`, and then
    /// `{"objects": [{"bucket", "key", "last_modified", "body", "etag", "checksum", ...}]}` into buckets that are there.
    pub(in crate::services) fn place(&self, state: &Json) -> Result<(), String> {
        let members = state.as_object().ok_or("expected an object")?;
        if let Some(other) = members.keys().find(|name| !matches!(name.as_str(), "buckets" | "objects")) {
            return Err(format!("expected buckets and objects, found {other}"));
        }
        for (index, bucket) in list(state, "buckets")?.iter().enumerate() {
            self.place_bucket(bucket).map_err(|error| format!("buckets[{index}]: {error}"))?;
        }
        for (index, object) in list(state, "objects")?.iter().enumerate() {
            self.place_object(object).map_err(|error| format!("objects[{index}]: {error}"))?;
        }
        Ok(())
    }

    /// Places `{"canonical_id": "…", "display_name": "…"}`; the name may be left out.
    pub(in crate::services) fn place_account(&self, state: &Json) -> Result<(), String> {
        let id = state["canonical_id"].as_str().ok_or("expected a canonical_id")?;
        let display_name = state["display_name"].as_str().map(str::to_owned);
        let identity = Identity { canonical_id: id.to_owned(), display_name };
        *self.identity.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(identity);
        Ok(())
    }

    fn place_bucket(&self, state: &Json) -> Result<(), String> {
        let wanted = |name: &str| state[name].as_str().map(str::to_owned).ok_or(format!("expected a {name}"));
        let name = wanted("name")?;
        let created = Timestamp::parse_any(&wanted("created")?).ok_or("expected a moment")?;
        let bucket = Bucket::new(name.clone(), wanted("region")?, wanted("owner")?, created.whole_seconds());
        let owner_id = self.canonical_id(&bucket.owner);
        let access = Access::placed(state, &name, &owner_id)?;
        self.buckets.insert(name, Arc::new(bucket.with_access(access)));
        Ok(())
    }

    fn place_object(&self, state: &Json) -> Result<(), String> {
        let text = |name: &str| state[name].as_str().map(str::to_owned);
        let wanted = |name: &str| text(name).ok_or(format!("expected a {name}"));
        let name = wanted("bucket")?;
        let bucket =
            self.buckets.get(&name).map(|bucket| bucket.clone()).ok_or(format!("no bucket {name}"))?;
        let bytes = match state["size"].as_u64() {
            Some(size) => vec![0; usize::try_from(size).map_err(|_| "expected a smaller size")?].into(),
            None => body(&state["body"])?,
        };
        let metadata = state["metadata"].as_object().into_iter().flatten();
        let metadata = metadata.map(|(name, value)| {
            Ok((name.clone(), value.as_str().ok_or("expected text in metadata")?.to_owned()))
        });
        let metadata = metadata.collect::<Result<_, String>>()?;
        let last_modified = Timestamp::parse_any(&wanted("last_modified")?).ok_or("expected a moment")?;
        let checksum = match &state["checksum"] {
            Json::Null => None,
            given => {
                let algorithm = given["algorithm"].as_str().and_then(Algorithm::parse);
                Some(algorithm.ok_or("expected an algorithm in checksum")?.digest(&bytes).into())
            }
        };
        let etag =
            text("etag").map(|etag| ETag::parse(&etag).ok_or("expected an etag of 32 hexadecimal digits"));
        let etag = etag.transpose()?;
        let class = text("storage_class");
        let class = put::storage_class(class.as_deref()).map_err(|_| "expected a storage_class of S3")?;
        let object = Object {
            etag: etag.unwrap_or_else(|| ETag::of(&Algorithm::Md5.digest(&bytes))),
            content: Content::new(vec![bytes]),
            last_modified: last_modified.whole_seconds(),
            checksum,
            storage_class: class,
            described: Description { content_type: text("content_type"), metadata, ..Default::default() }
                .shared(),
            ..Object::default()
        };
        bucket.objects_mut().put(wanted("key")?, Arc::new(object));
        Ok(())
    }
}

/// The items of a member that may be missing.
fn list<'a>(state: &'a Json, name: &str) -> Result<&'a [Json], String> {
    match &state[name] {
        Json::Null => Ok(&[]),
        Json::Array(items) => Ok(items),
        _ => Err(format!("expected a list of {name}")),
    }
}

/// A body as a cassette writes it: text, base64, or as JSON.
fn body(state: &Json) -> Result<Bytes, String> {
    if state.is_null() {
        return Ok(Bytes::new());
    }
    if let Some(text) = state["text"].as_str() {
        return Ok(text.to_owned().into());
    }
    if let Some(text) = state["base64"].as_str() {
        return STANDARD.decode(text).map(Bytes::from).map_err(|_| "expected base64 in body".into());
    }
    match &state["json"] {
        Json::Null => Err("expected text, base64 or json in body".into()),
        json => Ok(json.to_string().into()),
    }
}
