//! The host name: `dynamodb.us-east-2.amazonaws.com`, `bucket.s3.localhost`.

use crate::operation::Service;
use http::header::HOST;
use http::request::Parts;

/// What a host name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Host<'a> {
    /// The first labels, when they are a service's endpoint prefix.
    prefix: &'a str,
    /// The region among the labels.
    pub region: Option<&'a str>,
    /// The bucket in front of `s3`.
    pub bucket: Option<&'a str>,
    /// Whether `s3` is among the labels.
    is_s3: bool,
}

impl<'a> Host<'a> {
    /// Reads the `Host` header, or the authority of a request line that has one.
    pub fn of(parts: &'a Parts) -> Host<'a> {
        Host::parse(name_of(parts))
    }

    /// Reads a host name, with or without a port.
    pub fn parse(name: &'a str) -> Host<'a> {
        let name = without_port(name);
        // A bucket's own name may have a label `s3`, so the last one counts; it needs something behind it.
        let mut offset = name.len();
        let labels = name.rsplit('.').enumerate().take_while(|_| name.as_bytes().contains(&b'3'));
        for (place, label) in labels {
            offset -= label.len();
            let names_s3 = label == "s3" || label.strip_prefix("s3-").is_some_and(is_kind_of_endpoint);
            if names_s3 && place > 0 {
                let bucket = name[..offset].strip_suffix('.').filter(|bucket| !bucket.is_empty());
                return Host {
                    prefix: &name[offset..],
                    region: region(&name[offset..]),
                    bucket,
                    is_s3: true,
                };
            }
            offset = offset.saturating_sub(1);
        }
        Host { prefix: name, region: region(name), bucket: None, is_s3: false }
    }

    /// Whether this is AWS's endpoint for buckets of every region: `bucket.s3.amazonaws.com`.
    pub fn is_global(&self) -> bool {
        self.is_s3 && self.region.is_none() && self.prefix == "s3.amazonaws.com"
    }

    /// Whether this is S3's.
    pub fn is_s3(&self) -> bool {
        self.is_s3
    }

    /// The services whose endpoint this is; empty for a host that says nothing, such as `localhost`.
    pub(super) fn services(&self, services: &'static [&'static Service]) -> Vec<&'static Service> {
        if self.is_s3 {
            return services.iter().copied().filter(|service| service.name == "s3").collect();
        }
        let is_endpoint = |service: &&Service| {
            let rest = self.prefix.strip_prefix(service.endpoint_prefix);
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        services.iter().copied().filter(is_endpoint).collect()
    }
}

/// The host that a request names, without its port.
pub fn host_name(parts: &Parts) -> &str {
    without_port(name_of(parts))
}

/// The host that a request names: in its header, or in a request line that has one.
pub(super) fn name_of(parts: &Parts) -> &str {
    let header = parts.headers.get(HOST).and_then(|value| value.to_str().ok());
    header.or_else(|| parts.uri.authority().map(|authority| authority.as_str())).unwrap_or_default()
}

/// A host name without its port.
pub(super) fn without_port(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { name.trim_matches(['[', ']']) }
    })
}

/// Whether this follows `s3-` in the name of an endpoint: a region, or what the endpoint is for (User Guide, "Using Amazon
/// S3 Transfer Acceleration"; General Reference, "Amazon S3 endpoints and quotas").
fn is_kind_of_endpoint(label: &str) -> bool {
    matches!(label, "accelerate" | "external-1" | "fips") || is_region(label)
}

/// The first region among labels. A bucket before them may be called like one.
fn region(labels: &str) -> Option<&str> {
    if !labels.as_bytes().contains(&b'-') {
        return None;
    }
    labels.split('.').map(|label| label.strip_prefix("s3-").unwrap_or(label)).find(|label| is_region(label))
}

/// Whether a label is a region: `us-east-1`, `ap-southeast-4`, `us-gov-west-1`.
pub(super) fn is_region(label: &str) -> bool {
    let Some((words, number)) = label.rsplit_once('-') else { return false };
    let Some((country, rest)) = words.split_once('-') else { return false };
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    country.len() == 2
        && matches!(number.as_bytes(), [digit] if digit.is_ascii_digit())
        && is_word(country)
        && rest.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, bucket: Option<&str>, region: Option<&str>, is_s3: bool) {
        let host = Host::parse(name);
        assert_eq!((host.bucket, host.region, host.is_s3), (bucket, region, is_s3), "{name}");
    }

    #[test]
    fn the_bucket_stands_before_s3() {
        check("localhost:4566", None, None, false);
        check("127.0.0.1:4566", None, None, false);
        check("[::1]:4566", None, None, false);
        check("s3", None, None, false);
        check("s3.localhost:4566", None, None, true);
        check("b.s3.localhost", Some("b"), None, true);
        check("a.b.s3.us-west-1.amazonaws.com", Some("a.b"), Some("us-west-1"), true);
        check("my.s3.b.s3.amazonaws.com", Some("my.s3.b"), None, true);
        check("b.s3-eu-west-1.amazonaws.com", Some("b"), Some("eu-west-1"), true);
        check(
            "go-cloud-testing-2.s3.us-west-1.amazonaws.com",
            Some("go-cloud-testing-2"),
            Some("us-west-1"),
            true,
        );
        check("b.s3.localhost.localstack.cloud:4566", Some("b"), None, true);
        check("s3.localhost.localstack.cloud:4566", None, None, true);
        check("s3.eu-west-3.localhost.localstack.cloud", None, Some("eu-west-3"), true);
        check("b.s3-accelerate.amazonaws.com", Some("b"), None, true);
        check("b.s3-accelerate.dualstack.amazonaws.com", Some("b"), None, true);
        check("b.s3-fips.dualstack.us-east-2.amazonaws.com", Some("b"), Some("us-east-2"), true);
        check("s3.dualstack.eu-central-1.amazonaws.com", None, Some("eu-central-1"), true);
        check("b.s3.dualstack.us-gov-west-1.amazonaws.com", Some("b"), Some("us-gov-west-1"), true);
        check("dynamodb.us-east-2.amazonaws.com", None, Some("us-east-2"), false);
    }
}
