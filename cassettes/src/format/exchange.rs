//! One interaction: a request as it was sent, and the response as it came.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Body, During, Headers, instant};

/// A request and its response.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interaction {
    /// The service, by the name the models give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The operation the request names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The region it was sent to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// When the response was given, by its own `Date`.
    #[serde(default, with = "instant", skip_serializing_if = "Option::is_none")]
    pub at: Option<OffsetDateTime>,
    /// When it passed; absent where it overlapped with no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub during: Option<During>,
    /// Why it cannot be sent, or its response not be compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_comparable: Option<String>,
    /// What was sent.
    pub request: Request,
    /// What came back. Absent when nothing did; `not_comparable` then says why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Response>,
}

/// A request, exactly as it was on the wire but for what is secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// Scheme and host, and port if there was one: `https://sqs.us-east-2.amazonaws.com`.
    pub origin: String,
    /// The path, percent-encoded as it was sent.
    pub path: String,
    /// The query as it was sent, without its question mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// How it was signed. A replay signs anew, and so owns the date, credential, token and signature in headers and query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth>,
    /// The headers that are not secret.
    #[serde(default, skip_serializing_if = "Headers::is_empty")]
    pub headers: Headers,
    /// The body.
    #[serde(default, skip_serializing_if = "Body::is_absent")]
    pub body: Body,
}

/// A response, exactly as it was on the wire but for what is secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    #[serde(default, skip_serializing_if = "Headers::is_empty")]
    pub headers: Headers,
    /// Whether the caller left a stream of events that would have gone on. The body has the events that had come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left_open: bool,
    /// The body.
    #[serde(default, skip_serializing_if = "Body::is_absent")]
    pub body: Body,
}

/// How a request was signed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    /// Where the signature stood.
    pub kind: AuthKind,
    /// The algorithm: `AWS4-HMAC-SHA256`, or `AWS` for Signature Version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<String>,
    /// The service in the credential scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The region in the credential scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The method a presigned URL was signed for, which need not be the one that was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_method: Option<String>,
    /// The operation a presigned URL was signed for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_operation: Option<String>,
}

/// Where a request's signature stood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthKind {
    /// In the `Authorization` header.
    Header,
    /// In the query: a presigned URL.
    Presigned,
    /// Nowhere.
    #[default]
    Anonymous,
}

impl Request {
    /// Splits a URL into the request's origin, path and query, changing no byte of them. `None` when it is no URL.
    pub fn of_url(method: &str, url: &str) -> Option<Request> {
        let (scheme, rest) = url.split_once("://")?;
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (host, target) = rest.split_at_checked(end)?;
        if scheme.is_empty() || host.is_empty() || host.contains('@') {
            return None;
        }
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        Some(Request {
            method: method.to_ascii_uppercase(),
            origin: format!("{scheme}://{host}"),
            path: if path.is_empty() { "/" } else { path }.to_owned(),
            query: query.map(str::to_owned),
            ..Request::default()
        })
    }

    /// The host, with its port.
    pub fn host(&self) -> &str {
        self.origin.split_once("://").map_or(self.origin.as_str(), |(_, host)| host)
    }

    /// The whole address.
    pub fn url(&self) -> String {
        match &self.query {
            Some(query) => format!("{}{}?{query}", self.origin, self.path),
            None => format!("{}{}", self.origin, self.path),
        }
    }

    /// The raw value of a query parameter, as it stands in the query.
    pub fn query_parameter(&self, name: &str) -> Option<&str> {
        let pairs = self.query.as_deref()?.split('&');
        pairs
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_split_and_joined_without_a_change() {
        for url in [
            "https://a.s3.amazonaws.com/x%2Fy/?list-type=2&prefix=%20+",
            "http://h:1/?policy",
            "https://h/p?",
        ] {
            let request = Request::of_url("get", url).expect("the address is a URL");
            assert_eq!(request.url(), url);
            assert_eq!(request.method, "GET");
        }
        assert_eq!(Request::of_url("GET", "https://h?a=1").map(|r| r.path), Some("/".to_owned()));
        assert_eq!(Request::of_url("GET", "no address"), None);
    }
}
