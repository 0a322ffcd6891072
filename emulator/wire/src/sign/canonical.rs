//! From the head of a request to its signature: canonical request, string to sign, signing key.
//!
//! Source: "Create a signed AWS API request", steps 1 to 4,
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.
//!
//! **Architecture Invariant:** everything is read from the head as it arrived. A path or a header
//! value that was decoded and written again is not what the caller signed.

use std::borrow::Cow;

use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use http::request::Parts;
use sha2::{Digest, Sha256};

use super::credential::CredentialScope;
use super::payload::hex;
use super::percent;

/// The algorithm's name, first line of a string to sign.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The parts of a request's head that a signature covers, borrowed. No `Debug`: the headers may hold a
/// session token.
#[derive(Clone, Copy)]
pub struct Head<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The path as it arrived, still encoded.
    pub path: &'a str,
    /// The query as it arrived, without its `?`.
    pub query: &'a str,
    /// The host that HTTP/2 sends in `:authority`, used where there is no `Host` header.
    pub authority: Option<&'a str>,
    /// The headers.
    pub headers: &'a HeaderMap,
}

impl<'a> Head<'a> {
    /// The head of an HTTP request.
    pub fn of(parts: &'a Parts) -> Head<'a> {
        Head {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            authority: parts.uri.authority().map(http::uri::Authority::as_str),
            headers: &parts.headers,
        }
    }

    /// A header's value where it is text.
    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
    }
}

/// How a service's canonical requests write the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathStyle {
    /// S3: an object key may hold `..` and `//`, so the path is decoded once and encoded once.
    S3,
    /// As it arrived. Some S3 clients sign characters that they did not encode.
    Verbatim,
    /// Every other service: dot segments and doubled slashes go, and what is left is encoded again.
    Normalized,
}

impl PathStyle {
    /// The style of the service with this signing name.
    pub fn of(service: &str) -> PathStyle {
        if is_s3(service) { PathStyle::S3 } else { PathStyle::Normalized }
    }
}

/// Whether a signing name belongs to S3's front ends, which verify and refuse in S3's own way.
pub fn is_s3(service: &str) -> bool {
    matches!(service, "s3" | "s3express" | "s3-object-lambda" | "s3-outposts")
}

/// What a canonical request is made of besides the head.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// How the path is written.
    pub path: PathStyle,
    /// The names of the signed headers, in small letters, joined by `;`.
    pub signed_headers: &'a str,
    /// Query parameters that are not signed: `X-Amz-Signature` of a presigned URL.
    pub unsigned_parameters: &'a [&'a str],
    /// The last line: the body's hash or what stands in its place.
    pub payload: &'a str,
}

/// The canonical request. Bytes, because a header value may be any bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalRequest(Vec<u8>);

impl CanonicalRequest {
    /// Writes the canonical request of a head.
    pub fn new(head: &Head<'_>, form: &Form<'_>) -> CanonicalRequest {
        let mut names: Vec<&str> = form.signed_headers.split(';').filter(|name| !name.is_empty()).collect();
        names.sort_unstable();
        names.dedup();

        let mut text = Vec::with_capacity(512);
        line(&mut text, head.method.as_bytes());
        line(&mut text, canonical_path(head.path, form.path).as_bytes());
        line(&mut text, canonical_query(head.query, form.unsigned_parameters).as_bytes());
        for name in &names {
            text.extend_from_slice(name.as_bytes());
            text.push(b':');
            push_header(&mut text, head, name);
            text.push(b'\n');
        }
        text.push(b'\n');
        line(&mut text, names.join(";").as_bytes());
        text.extend_from_slice(form.payload.as_bytes());
        CanonicalRequest(text)
    }

    /// The request's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The request as text, for people to read.
    pub fn to_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }
}

fn line(text: &mut Vec<u8>, content: &[u8]) {
    text.extend_from_slice(content);
    text.push(b'\n');
}

/// The canonical URI of a path that arrived encoded.
pub fn canonical_path(path: &str, style: PathStyle) -> Cow<'_, str> {
    if path.is_empty() {
        return Cow::Borrowed("/");
    }
    match style {
        PathStyle::Verbatim => Cow::Borrowed(path),
        // S3 takes a plus sign for a blank, and says so in the canonical request that it tells of a signature that
        // does not match (https://github.com/nginx/nginx-s3-gateway/issues/77).
        PathStyle::S3 => Cow::Owned(percent::encode_path(&percent::decode_path(&path.replace('+', " ")))),
        PathStyle::Normalized => Cow::Owned(percent::encode_path(normalized(path).as_bytes())),
    }
}

/// Removes dot segments (RFC 3986, 5.2.4) and empty segments.
fn normalized(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            name => segments.push(name),
        }
    }
    let is_folder = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    let mut normalized = format!("/{}", segments.join("/"));
    if is_folder && !segments.is_empty() {
        normalized.push('/');
    }
    normalized
}

/// The canonical query: each name and value decoded and encoded again, sorted after encoding.
pub fn canonical_query(query: &str, unsigned: &[&str]) -> String {
    let mut pairs: Vec<(String, String)> = percent::pairs(query)
        .filter(|(name, _)| !unsigned.iter().any(|unsigned| percent::is_name(name, unsigned)))
        .map(|(name, value)| {
            let [name, value] = [name, value].map(|text| percent::encode(&percent::decode_query(text)));
            (name, value)
        })
        .collect();
    pairs.sort_unstable();
    let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// Writes all values of a header, joined by commas; nothing for a header that is not there.
fn push_header(text: &mut Vec<u8>, head: &Head<'_>, name: &str) {
    let mut values = head.headers.get_all(name).iter().map(http::HeaderValue::as_bytes).peekable();
    if values.peek().is_none() && name == "host" {
        push_trimmed(text, head.authority.unwrap_or_default().as_bytes());
    }
    while let Some(value) = values.next() {
        push_trimmed(text, value);
        if values.peek().is_some() {
            text.push(b',');
        }
    }
}

/// Writes a value without outer blanks, runs of blanks inside it as one.
fn push_trimmed(text: &mut Vec<u8>, value: &[u8]) {
    let mut rest = value.trim_ascii();
    while let Some(at) = rest.windows(2).position(|pair| pair == b"  ") {
        text.extend_from_slice(&rest[..=at]);
        let after = &rest[at..];
        let blanks = after.iter().position(|byte| *byte != b' ').unwrap_or(after.len());
        rest = &after[blanks..];
    }
    text.extend_from_slice(rest);
}

/// The string to sign. `date` is the request's date line.
pub fn string_to_sign(date: &str, scope: &CredentialScope, request: &CanonicalRequest) -> String {
    [ALGORITHM, date, &scope.path(), &sha256_hex(request.as_bytes())].join("\n")
}

/// The SHA-256 of some bytes, in hexadecimal.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// A secret bound to one day, region and service, ready to sign. Its `Debug` keeps it secret.
#[derive(Clone)]
pub struct SigningKey(Hmac<Sha256>);

impl SigningKey {
    /// Derives the key for a scope from a secret access key.
    pub fn derive(secret_access_key: &str, scope: &CredentialScope) -> SigningKey {
        let mut key = hmac_sha256(format!("AWS4{secret_access_key}").as_bytes(), scope.date.as_bytes());
        for part in [scope.region.as_str(), scope.service.as_str(), "aws4_request"] {
            key = hmac_sha256(&key, part.as_bytes());
        }
        SigningKey(hmac(&key))
    }

    /// Signs a string: 64 hexadecimal digits.
    pub fn sign(&self, string_to_sign: &str) -> String {
        hex(&self.0.clone().chain_update(string_to_sign).finalize().into_bytes())
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SigningKey(redacted)")
    }
}

fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    hmac(key).chain_update(message).finalize().into_bytes().into()
}

fn hmac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_keeps_every_segment_of_a_key_and_encodes_it_once() {
        let path = |text| canonical_path(text, PathStyle::S3).into_owned();
        assert_eq!(path("/a//b/../c"), "/a//b/../c");
        assert_eq!(path("/a%2fb%20c%2Bd+e(f)%"), "/a/b%20c%2Bd%20e%28f%29%25");
        assert_eq!(path(""), "/");
    }

    #[test]
    fn other_services_normalize_and_encode_twice() {
        let path = |text| canonical_path(text, PathStyle::Normalized).into_owned();
        assert_eq!(path("/a//b/../c%20d/."), "/a/c%2520d/");
        assert_eq!(path("/../.."), "/");
    }

    #[test]
    fn query_pairs_are_sorted_after_encoding() {
        assert_eq!(canonical_query("b=2&a=%7e+x&&a&B=%zz", &[]), "B=%25zz&a=&a=~%20x&b=2");
        assert_eq!(canonical_query("X-Amz-Signature=0&a=1", &["X-Amz-Signature"]), "a=1");
    }
}
