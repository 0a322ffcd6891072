//! The bucket and the object that a request to S3 is about, as its host and its path say, whatever it asks of them.

use super::{Host, credential_scope};
use crate::operation::Service;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// What a request to S3 is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<'a> {
    /// The bucket.
    pub bucket: Cow<'a, str>,
    /// The key, decoded; `None` for the bucket itself.
    pub key: Option<Cow<'a, str>>,
    /// Whether the host names the bucket.
    pub is_virtual: bool,
    /// The region that the host names.
    pub region: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// Reads a request; `None` where it is another service's, or about no bucket.
    pub fn of(services: &'static [&'static Service], parts: &'a Parts) -> Option<Place<'a>> {
        let host = Host::of(parts);
        let is_named = |service: &Service| service.name == "s3";
        let is_s3 = match credential_scope::of(parts) {
            Some(scope) => scope.service == "s3",
            None => {
                let named = host.services(services);
                named.iter().any(|service| is_named(service)) || named.is_empty()
            }
        };
        if !is_s3 || parts.headers.contains_key("x-amz-target") {
            return None;
        }
        let path = parts.uri.path().strip_prefix('/').unwrap_or_default();
        let (bucket, key) = match host.bucket {
            Some(bucket) => (Cow::Borrowed(bucket), path),
            None => {
                let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
                (percent_decode_str(bucket).decode_utf8_lossy(), key)
            }
        };
        let key = Some(key).filter(|key| !key.is_empty());
        (!bucket.is_empty()).then(|| Place {
            bucket,
            key: key.map(|key| percent_decode_str(key).decode_utf8_lossy()),
            is_virtual: host.bucket.is_some(),
            region: host.region,
        })
    }
}
