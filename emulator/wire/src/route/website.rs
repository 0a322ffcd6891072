//! The host of a bucket that is a website: `bucket.s3-website-us-east-1.amazonaws.com`, `bucket.s3-website.localhost`.
//!
//! Source: S3 User Guide, "Website endpoints".

use super::host::{is_region, name_of, without_port};
use http::request::Parts;

/// What the host of a website says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebsiteHost<'a> {
    /// The bucket; `None` where nothing stands before `s3-website`.
    pub bucket: Option<&'a str>,
    /// The region.
    pub region: Option<&'a str>,
}

impl<'a> WebsiteHost<'a> {
    /// Reads the host of a request; `None` where it is no website's.
    pub fn of(parts: &'a Parts) -> Option<WebsiteHost<'a>> {
        WebsiteHost::parse(name_of(parts))
    }

    /// Reads a host name, with or without a port.
    pub fn parse(name: &'a str) -> Option<WebsiteHost<'a>> {
        let name = without_port(name);
        if !name.as_bytes().contains(&b'-') {
            return None;
        }
        // The last label counts: a bucket may be called anything.
        let (at, _) = name.rmatch_indices("s3-website").find(|(at, found)| {
            let is_begin = *at == 0 || name[..*at].ends_with('.');
            is_begin && name[at + found.len()..].starts_with(['.', '-'])
        })?;
        let rest = &name[at + "s3-website".len()..];
        let mut labels = rest.split('.');
        let region = match labels.next() {
            Some("") => labels.next().filter(|label| is_region(label)),
            Some(suffix) => Some(suffix.strip_prefix('-').filter(|label| is_region(label))?),
            None => None,
        };
        Some(WebsiteHost { bucket: name[..at].strip_suffix('.').filter(|bucket| !bucket.is_empty()), region })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<(Option<&str>, Option<&str>)>) {
        assert_eq!(WebsiteHost::parse(name).map(|host| (host.bucket, host.region)), expected, "{name}");
    }

    #[test]
    fn both_spellings_of_the_endpoint_are_read() {
        check("b.s3-website-us-east-1.amazonaws.com", Some((Some("b"), Some("us-east-1"))));
        check("a.b.s3-website.eu-central-1.amazonaws.com", Some((Some("a.b"), Some("eu-central-1"))));
        check("b.s3-website.localhost:4566", Some((Some("b"), None)));
        check("b.s3-website.localhost.localstack.cloud:4566", Some((Some("b"), None)));
        check("s3-website-us-east-1.amazonaws.com", Some((None, Some("us-east-1"))));
        for other in
            ["b.s3.amazonaws.com", "my-s3-website.s3.localhost", "s3-website", "s3-website-x.localhost"]
        {
            check(other, None);
        }
    }
}
