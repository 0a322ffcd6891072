//! Where a call goes: to AWS's own host for its service and region, or to one address that stands in for AWS.

use http::uri::{Authority, PathAndQuery, Scheme, Uri};
use ruststack_wire::Service;
use std::fmt;

/// Where calls are forwarded to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Upstream {
    /// AWS: each service in each region has a host of its own.
    #[default]
    Aws,
    /// One address for everything, such as `http://localhost:4566`.
    At {
        /// `http` or `https`.
        scheme: Scheme,
        /// The host and port.
        authority: Authority,
    },
}

/// An address that nothing can be forwarded to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoUpstream(String);

impl fmt::Display for NoUpstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected an address such as http://localhost:4566, found {:?}", self.0)
    }
}

impl std::error::Error for NoUpstream {}

impl std::str::FromStr for Upstream {
    type Err = NoUpstream;

    /// Reads an address of a scheme, a host and perhaps a port; signatures leave no room for a path before AWS's own.
    fn from_str(text: &str) -> Result<Upstream, NoUpstream> {
        let wrong = || NoUpstream(text.to_owned());
        let parts = text.parse::<Uri>().map_err(|_| wrong())?.into_parts();
        let is_bare = parts.path_and_query.is_none_or(|path| path == "/");
        match (parts.scheme, parts.authority) {
            (Some(scheme), Some(authority))
                if is_bare
                    && (scheme == Scheme::HTTP || scheme == Scheme::HTTPS)
                    && !authority.as_str().contains('@') =>
            {
                Ok(Upstream::At { scheme, authority })
            }
            _ => Err(wrong()),
        }
    }
}

/// A request's destination, before it is known where that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Destination<'a> {
    /// The service, where the models know it.
    pub(crate) service: Option<&'static Service>,
    /// The name the request was signed for, which is the host's where the models do not know better.
    pub(crate) signing_name: &'a str,
    /// The region.
    pub(crate) region: &'a str,
    /// The host the application addressed.
    pub(crate) host: &'a str,
    /// The bucket in that host.
    pub(crate) bucket: Option<&'a str>,
    /// The path and query that the application asked for.
    pub(crate) path_and_query: &'a str,
}

/// Where a request goes, and for which region it is signed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) uri: Uri,
    pub(crate) region: String,
}

impl Target {
    /// The host, with its port where it has one.
    pub(crate) fn authority(&self) -> &str {
        self.uri.authority().map_or("", Authority::as_str)
    }

    /// Scheme and host.
    pub(crate) fn origin(&self) -> String {
        format!("{}://{}", self.uri.scheme_str().unwrap_or("https"), self.authority())
    }
}

impl Upstream {
    /// Whether it is AWS itself that answers there, which alone proves anything.
    pub fn is_aws(&self) -> bool {
        match self {
            Upstream::Aws => true,
            Upstream::At { scheme, authority } => *scheme == Scheme::HTTPS && is_aws_host(authority.host()),
        }
    }

    /// Where a request goes. `None` when what it says makes no address.
    pub(crate) fn target(&self, to: &Destination<'_>) -> Option<Target> {
        let is_global = to.service.is_some_and(|service| service.global && !is_regional(service));
        let region = if is_global { home_of(to.region) } else { to.region };
        let (scheme, authority, path) = match self {
            Upstream::Aws if is_aws_host(host_name(to.host)) => {
                (Scheme::HTTPS, host_name(to.host).parse().ok()?, to.path_and_query.to_owned())
            }
            Upstream::Aws => {
                let host = aws_host(
                    to.service.map_or(to.signing_name, |service| service.endpoint_prefix),
                    to.region,
                    is_global,
                )?;
                match to.bucket {
                    // A certificate of S3's covers one label in front, and a bucket may have more.
                    Some(bucket) if !bucket.contains('.') => (
                        Scheme::HTTPS,
                        format!("{bucket}.{host}").parse().ok()?,
                        to.path_and_query.to_owned(),
                    ),
                    bucket => (Scheme::HTTPS, host.parse().ok()?, in_path(bucket, to.path_and_query)),
                }
            }
            Upstream::At { scheme, authority } => {
                (scheme.clone(), authority.clone(), in_path(to.bucket, to.path_and_query))
            }
        };
        let uri = Uri::builder()
            .scheme(scheme)
            .authority::<Authority>(authority)
            .path_and_query(PathAndQuery::try_from(path).ok()?)
            .build()
            .ok()?;
        Some(Target { uri, region: region.to_owned() })
    }
}

/// The path with the bucket in front, where the host cannot name it.
fn in_path(bucket: Option<&str>, path_and_query: &str) -> String {
    match bucket {
        Some(bucket) => format!("/{bucket}{path_and_query}"),
        None => path_and_query.to_owned(),
    }
}

/// `sqs.eu-west-1.amazonaws.com`; `None` for what cannot be part of a host name, lest a call go elsewhere.
fn aws_host(prefix: &str, region: &str, is_global: bool) -> Option<String> {
    let is_label = |text: &str| {
        let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !text.is_empty() && text.bytes().all(is_letter)
    };
    if !is_label(region) || !prefix.split('.').all(is_label) {
        return None;
    }
    Some(match (is_global, region) {
        (true, region) if region.starts_with("cn-") => format!("{prefix}.cn-north-1.amazonaws.com.cn"),
        (true, region) if region.starts_with("us-gov-") => format!("{prefix}.us-gov.amazonaws.com"),
        (true, _) => format!("{prefix}.amazonaws.com"),
        (false, region) if region.starts_with("cn-") => format!("{prefix}.{region}.amazonaws.com.cn"),
        (false, _) => format!("{prefix}.{region}.amazonaws.com"),
    })
}

/// The region that a partition's global services sign for.
fn home_of(region: &str) -> &'static str {
    match region {
        region if region.starts_with("cn-") => "cn-north-1",
        region if region.starts_with("us-gov-") => "us-gov-west-1",
        _ => "us-east-1",
    }
}

/// Services whose models name a global endpoint of old, and which have one in every region since.
pub(crate) fn is_regional(service: &Service) -> bool {
    matches!(service.name, "s3" | "sts")
}

fn host_name(host: &str) -> &str {
    host.split(':').next().unwrap_or_default()
}

/// Whether a host name is AWS's.
pub(crate) fn is_aws_host(name: &str) -> bool {
    const SUFFIXES: &[&str] = &[".amazonaws.com", ".amazonaws.com.cn", ".api.aws"];
    let name = name.to_ascii_lowercase();
    SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(
        upstream: &Upstream,
        service: &str,
        region: &str,
        host: &str,
        bucket: Option<&str>,
    ) -> Option<String> {
        let to = Destination {
            service: ruststack_models::service(service),
            signing_name: service,
            region,
            host,
            bucket,
            path_and_query: "/k?a",
        };
        upstream.target(&to).map(|target| format!("{} {}", target.region, target.uri))
    }

    #[test]
    fn aws_has_a_host_for_every_service_and_region() {
        let aws = |service, region, host, bucket| target(&Upstream::Aws, service, region, host, bucket);
        for (service, region, host, bucket, expected) in [
            ("sqs", "eu-west-1", "127.0.0.1:1", None, "eu-west-1 https://sqs.eu-west-1.amazonaws.com/k?a"),
            ("iam", "eu-west-1", "127.0.0.1:1", None, "us-east-1 https://iam.amazonaws.com/k?a"),
            ("iam", "us-gov-east-1", "x", None, "us-gov-west-1 https://iam.us-gov.amazonaws.com/k?a"),
            ("sts", "cn-north-1", "x", None, "cn-north-1 https://sts.cn-north-1.amazonaws.com.cn/k?a"),
            ("s3", "eu-west-1", "x", None, "eu-west-1 https://s3.eu-west-1.amazonaws.com/k?a"),
            (
                "s3",
                "eu-west-1",
                "b.s3.localhost",
                Some("b"),
                "eu-west-1 https://b.s3.eu-west-1.amazonaws.com/k?a",
            ),
            ("s3", "eu-west-1", "x", Some("b.c"), "eu-west-1 https://s3.eu-west-1.amazonaws.com/b.c/k?a"),
            (
                "s3",
                "eu-west-1",
                "b.s3-accelerate.amazonaws.com",
                None,
                "eu-west-1 https://b.s3-accelerate.amazonaws.com/k?a",
            ),
            (
                "dynamodbstreams",
                "us-east-1",
                "x",
                None,
                "us-east-1 https://streams.dynamodb.us-east-1.amazonaws.com/k?a",
            ),
        ] {
            assert_eq!(aws(service, region, host, bucket).as_deref(), Some(expected));
        }
    }

    #[test]
    fn no_region_leads_away_from_aws() {
        for region in ["", "evil.org/", "us-east-1.evil.org#", "@evil.org", "US", "../x"] {
            assert_eq!(target(&Upstream::Aws, "sqs", region, "x", None), None, "{region}");
        }
        assert!(!is_aws_host("amazonaws.com.evil.org") && !is_aws_host("evilamazonaws.com"));
    }

    #[test]
    fn one_address_stands_for_all() {
        let upstream: Upstream = "http://localhost:4566/".parse().unwrap();
        let to = target(&upstream, "s3", "eu-west-1", "b.s3.localhost", Some("b"));
        assert_eq!(to.as_deref(), Some("eu-west-1 http://localhost:4566/b/k?a"));
        for wrong in ["localhost:4566", "ftp://h", "http://h/path", "http://u:p@h", "", "http://"] {
            assert!(wrong.parse::<Upstream>().is_err(), "{wrong}");
        }
    }
}
