//! How the application signed a request, and the same request without that signature.

use http::header;
use http::request::Parts;
use http::uri::{PathAndQuery, Uri};
use percent_encoding::percent_decode_str;
use ruststack_cassettes::{Auth, AuthKind};
use ruststack_wire::sign::credential::{CredentialScope, SIGNATURE_PARAMETERS, SIGNATURE_V2_PARAMETERS};
use ruststack_wire::sign::signer::{AMZ_DATE, SECURITY_TOKEN};
use std::borrow::Cow;

/// Where a request's signature stands, and by which algorithm it is.
pub(crate) fn kind_of(parts: &Parts) -> (AuthKind, Option<Cow<'_, str>>) {
    let header = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
    if let Some(algorithm) = header.and_then(|value| value.split(' ').next())
        && (algorithm == "AWS" || algorithm.starts_with("AWS4-"))
    {
        return (AuthKind::Header, Some(algorithm.into()));
    }
    let query = parts.uri.query().unwrap_or_default();
    let has = |name: &str| pairs(query).any(|(own, _)| own == name);
    if has("x-amz-signature") {
        let algorithm = pairs(query).find(|(name, _)| name == "x-amz-algorithm");
        return (AuthKind::Presigned, algorithm.map(|(_, pair)| value_of(pair).into()));
    }
    match has("awsaccesskeyid") && has("signature") {
        true => (AuthKind::Presigned, Some("AWS".into())),
        false => (AuthKind::Anonymous, None),
    }
}

/// How a request is signed, as far as its head tells.
pub(crate) fn auth_of(parts: &Parts) -> Auth {
    let (kind, algorithm) = kind_of(parts);
    if kind == AuthKind::Anonymous {
        return Auth::default();
    }
    let scope = CredentialScope::of(parts).filter(|_| algorithm.as_deref() != Some("AWS"));
    let is_presigned = kind == AuthKind::Presigned;
    let query = parts.uri.query().unwrap_or_default();
    Auth {
        kind,
        algorithm: algorithm.map(Cow::into_owned),
        service: scope.as_ref().map(|scope| scope.service.clone()),
        region: scope.map(|scope| scope.region),
        signed_method: is_presigned.then(|| parts.method.to_string()),
        signed_operation: is_presigned
            .then(|| pairs(query).find(|(name, _)| name == "x-id").map(|(_, pair)| value_of(pair)))
            .flatten(),
    }
}

/// The access key that a request is signed with, by any version of the signature.
pub(crate) fn key_of(parts: &Parts) -> Option<String> {
    if let Some(scope) = CredentialScope::of(parts) {
        return Some(scope.access_key_id);
    }
    let header = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
    if let Some((key, _)) = header.and_then(|value| value.strip_prefix("AWS ")?.split_once(':')) {
        return Some(key.to_owned());
    }
    let query = parts.uri.query().unwrap_or_default();
    pairs(query).find(|(name, _)| name == "awsaccesskeyid").map(|(_, pair)| value_of(pair))
}

/// Whether a header is one that the signature covers.
pub(crate) fn covers(headers: &http::HeaderMap, name: &str) -> bool {
    let header = headers.get("authorization").and_then(|value| value.to_str().ok());
    let signed = header.and_then(|value| value.split_once("SignedHeaders=")).map(|(_, rest)| rest);
    let signed = signed.and_then(|rest| rest.split([',', ' ']).next()).unwrap_or_default();
    signed.split(';').any(|own| own.eq_ignore_ascii_case(name))
}

/// Whether a request is signed with SigV4A: for a set of regions, which a signature of version 4 cannot name.
pub(crate) fn is_sigv4a(algorithm: Option<&str>) -> bool {
    algorithm.is_some_and(|algorithm| algorithm.starts_with("AWS4-ECDSA"))
}

/// Takes the signature away, and nothing else.
pub(crate) fn strip(parts: &mut Parts) {
    let (kind, algorithm) = kind_of(parts);
    let own = match algorithm.as_deref() {
        Some("AWS") => SIGNATURE_V2_PARAMETERS,
        _ => SIGNATURE_PARAMETERS,
    };
    match kind {
        AuthKind::Anonymous => return,
        AuthKind::Header => {
            for name in [header::AUTHORIZATION, SECURITY_TOKEN, AMZ_DATE, header::DATE] {
                parts.headers.remove(name);
            }
            return;
        }
        AuthKind::Presigned => {}
    }
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let kept: Vec<&str> =
        pairs(&query).filter(|(name, _)| !own.contains(&name.as_str())).map(|(_, pair)| pair).collect();
    set_query(&mut parts.uri, &kept.join("&"));
}

/// The pairs of a query as they stand, each with its name in small letters.
fn pairs(query: &str) -> impl Iterator<Item = (String, &str)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        (percent_decode_str(name).decode_utf8_lossy().to_ascii_lowercase(), pair)
    })
}

fn value_of(pair: &str) -> String {
    let value = pair.split_once('=').map_or("", |(_, value)| value);
    percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Gives a URI another query. A part of a query that was one is one.
fn set_query(uri: &mut Uri, query: &str) {
    let path = uri.path();
    let text = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    let mut parts = uri.clone().into_parts();
    if let Ok(path_and_query) = PathAndQuery::try_from(text) {
        parts.path_and_query = Some(path_and_query);
        if let Ok(changed) = Uri::from_parts(parts) {
            *uri = changed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let request =
            headers.iter().fold(http::Request::put(uri), |head, (name, value)| head.header(*name, *value));
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_presigned_url_becomes_a_plain_one() {
        let mut parts = parts(
            "/b/k?x-id=PutObject&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260602T183058Z&versionId=a%2Fb\
             &X-Amz-Credential=AK%2F20260602%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Expires=900&X-Amz-Signature=ab\
             &x-amz-checksum-crc32=AAAAAA%3D%3D&X-Amz-SignedHeaders=host&X-Amz-Security-Token=t&acl",
            &[],
        );
        let auth = auth_of(&parts);
        assert_eq!((auth.kind, auth.region.as_deref()), (AuthKind::Presigned, Some("eu-west-1")));
        assert_eq!(auth.signed_operation.as_deref(), Some("PutObject"));
        strip(&mut parts);
        assert_eq!(parts.uri, "/b/k?x-id=PutObject&versionId=a%2Fb&x-amz-checksum-crc32=AAAAAA%3D%3D&acl");
        assert_eq!(parts.headers.len(), 0);
    }

    #[test]
    fn a_signed_header_goes_with_all_that_belongs_to_it() {
        let value = "AWS4-HMAC-SHA256 Credential=AK/20260602/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=0";
        let mut parts = parts(
            "/",
            &[("authorization", value), ("x-amz-security-token", "t"), ("x-amz-date", "d"), ("a", "b")],
        );
        let auth = auth_of(&parts);
        assert_eq!((auth.kind, auth.service.as_deref()), (AuthKind::Header, Some("sqs")));
        strip(&mut parts);
        assert_eq!(parts.headers.len(), 1);
    }

    #[test]
    fn who_signs_nothing_is_anonymous() {
        let mut plain = parts("/b/k?signature=1", &[("authorization", "Bearer x")]);
        let auth = auth_of(&plain);
        assert_eq!(auth, Auth::default());
        strip(&mut plain);
        assert_eq!((plain.uri.to_string().as_str(), plain.headers.len()), ("/b/k?signature=1", 1));
        let old = auth_of(&parts("/b/k?AWSAccessKeyId=a&Signature=b&Expires=1", &[]));
        assert_eq!((old.kind, old.algorithm.as_deref()), (AuthKind::Presigned, Some("AWS")));
        let sets = auth_of(&parts(
            "/",
            &[("authorization", "AWS4-ECDSA-P256-SHA256 Credential=AK/20150830/s3/aws4_request")],
        ));
        assert!(is_sigv4a(sets.algorithm.as_deref()));
    }
}
