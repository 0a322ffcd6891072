//! Where a recorded request goes when the endpoint is somewhere else than AWS.

use http::Uri;
use http::request::Parts;
use http::uri::{Authority, PathAndQuery, Scheme};
use ruststack_wire::route::Host;

/// The endpoint under test.
#[derive(Clone, Debug)]
pub(super) struct Address {
    scheme: Scheme,
    authority: Authority,
}

impl Address {
    /// Reads `http://localhost:4566`.
    pub(super) fn parse(url: &str) -> Result<Address, String> {
        let wrong = || format!("expected a URL such as http://localhost:4566, found {url:?}");
        let parts = url.parse::<Uri>().map_err(|_| wrong())?.into_parts();
        match (parts.scheme, parts.authority) {
            (Some(scheme), Some(authority)) if ["http", "https"].contains(&scheme.as_str()) => {
                Ok(Address { scheme, authority })
            }
            _ => Err(wrong()),
        }
    }

    /// Whether this is AWS itself, where the recorded host is the right one.
    pub(super) fn is_aws(&self) -> bool {
        self.authority.host().ends_with(".amazonaws.com")
    }

    /// The URI of a path at this address.
    pub(super) fn at(&self, path: &str) -> Option<Uri> {
        Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(path)
            .build()
            .ok()
    }

    /// Points a request here. A bucket in the recorded host goes to the front of the path, so that no name has to
    /// be resolved; the `Host` header stays as it was signed, unless the path was changed. Where hosts are kept, none is:
    /// whoever listens here finds the bucket in the header.
    pub(super) fn direct(&self, parts: &mut Parts, keeps_hosts: bool) -> Option<()> {
        let path_and_query = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str).to_owned();
        if keeps_hosts {
            parts.uri = self.at(&path_and_query)?;
            return Some(());
        }
        if self.is_aws() {
            let host = parts.headers.get("host")?.to_str().ok()?.to_owned();
            parts.uri = Uri::builder()
                .scheme(self.scheme.clone())
                .authority(host)
                .path_and_query(path_and_query)
                .build()
                .ok()?;
            return Some(());
        }
        let bucket = Host::of(parts).bucket.map(str::to_owned);
        parts.uri = match bucket {
            Some(bucket) => {
                let host = self.authority.as_str().parse().ok()?;
                parts.headers.insert("host", host);
                self.at(&format!("/{bucket}{path_and_query}"))?
            }
            None => self.at(&path_and_query)?,
        };
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_in_the_host_moves_to_the_path() {
        let address = Address::parse("http://localhost:4566").unwrap();
        let directed = |host: &str, target: &str| {
            let request = http::Request::get(target).header("host", host).body(()).unwrap();
            let mut parts = request.into_parts().0;
            address.direct(&mut parts, false).unwrap();
            (parts.uri.to_string(), parts.headers["host"].to_str().unwrap().to_owned())
        };
        let own = |uri: &str, host: &str| (format!("http://localhost:4566{uri}"), host.to_owned());
        assert_eq!(directed("b.s3.us-west-1.amazonaws.com", "/k?a=1"), own("/b/k?a=1", "localhost:4566"));
        let sqs = "sqs.us-east-2.amazonaws.com";
        assert_eq!(directed(sqs, "/"), own("/", sqs));
    }

    #[test]
    fn an_address_has_a_scheme_and_a_host() {
        assert!(Address::parse("localhost:4566").is_err());
        assert!(Address::parse("https://s3.us-west-1.amazonaws.com").unwrap().is_aws());
    }
}
