//! Signature Version 2 in the query, which S3 still takes and some SDKs presign with by default.
//!
//! Source: S3 User Guide (2006-03-01 API), "Signing and authenticating REST requests", "Query string request
//! authentication alternative".

use super::refusal::Refusal;
use super::verify::Secrets;
use crate::protocol::query_pairs;
use crate::route::Host;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::StatusCode;
use http::request::Parts;
use sha1::Sha1;
use subtle::ConstantTimeEq;
use time::OffsetDateTime;

/// The query parameters that are signed with the path, in their order.
const SIGNED_PARAMETERS: [&str; 25] = [
    "acl",
    "cors",
    "delete",
    "lifecycle",
    "location",
    "logging",
    "notification",
    "partNumber",
    "policy",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

/// A query that is signed so.
#[derive(Debug)]
pub struct Presigned {
    /// The key of whoever signed.
    pub access_key_id: String,
    expires: i64,
    signature: String,
}

impl Presigned {
    /// Reads the query of a request; `None` where it is not signed so.
    pub fn of(parts: &Parts) -> Option<Presigned> {
        let (mut key, mut expires, mut signature) = (None, None, None);
        for (name, value) in query_pairs(parts.uri.query()?) {
            match &*name {
                "AWSAccessKeyId" => key = Some(value.into_owned()),
                "Expires" => expires = value.parse().ok(),
                "Signature" => signature = Some(value.into_owned()),
                _ => {}
            }
        }
        Some(Presigned { access_key_id: key?, expires: expires?, signature: signature? })
    }

    /// Refuses a URL whose time has run out, whoever signed it.
    pub fn check_expiry(&self, now: OffsetDateTime) -> Result<(), Refusal> {
        if now.unix_timestamp() <= self.expires {
            return Ok(());
        }
        let ended = OffsetDateTime::from_unix_timestamp(self.expires).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        Err(Refusal::new("AccessDenied", StatusCode::FORBIDDEN, "Request has expired")
            .with("Expires", super::amz_date::extended(ended))
            .with("ServerTime", super::amz_date::extended(now)))
    }

    /// Checks the signature against the secret of whoever it says signed.
    pub fn verify(&self, parts: &Parts, secrets: &dyn Secrets, now: OffsetDateTime) -> Result<(), Refusal> {
        let token = query_pairs(parts.uri.query().unwrap_or_default())
            .find(|(name, _)| name == "x-amz-security-token")
            .map(|(_, value)| value.into_owned());
        let secret = secrets.find(&self.access_key_id, token.as_deref()).map_err(|_| {
            let message = "The AWS Access Key Id you provided does not exist in our records.";
            Refusal::new("InvalidAccessKeyId", StatusCode::FORBIDDEN, message)
                .with("AWSAccessKeyId", &*self.access_key_id)
        })?;
        self.check_expiry(now)?;
        let text = self.string_to_sign(parts, parts.uri.path());
        let signs = |text: &str| bool::from(sign(&secret, text).as_bytes().ct_eq(self.signature.as_bytes()));
        // botocore signs `/bucket/` also where its URL says `/bucket` (`remove_bucket_from_url_paths_from_model`).
        let closed = format!("{}/", parts.uri.path());
        if signs(&text) || is_bucket(parts.uri.path()) && signs(&self.string_to_sign(parts, &closed)) {
            return Ok(());
        }
        let message = "The request signature we calculated does not match the signature you provided. Check your \
                       key and signing method.";
        let bytes: Vec<String> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        Err(Refusal::new("SignatureDoesNotMatch", StatusCode::FORBIDDEN, message)
            .with("AWSAccessKeyId", &*self.access_key_id)
            .with("StringToSign", text)
            .with("SignatureProvided", &*self.signature)
            .with("StringToSignBytes", bytes.join(" ")))
    }

    fn string_to_sign(&self, parts: &Parts, path: &str) -> String {
        let header =
            |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (md5, content_type) = (header("content-md5"), header("content-type"));
        let mut amz: Vec<String> = parts
            .headers
            .keys()
            .filter(|name| name.as_str().starts_with("x-amz-"))
            .map(|name| format!("{name}:{}\n", header(name.as_str()).trim()))
            .collect();
        amz.sort();
        let (method, expires) = (&parts.method, self.expires);
        format!("{method}\n{md5}\n{content_type}\n{expires}\n{}{}", amz.concat(), resource(parts, path))
    }
}

/// Refuses a query that is signed in part (localstack's recordings of S3, test_s3.snapshot.json,
/// `test_s3_put_presigned_url_missing_sig_param[s3]`).
pub fn check_complete(parts: &Parts) -> Result<(), Refusal> {
    let names = ["Signature", "Expires", "AWSAccessKeyId"];
    let query = parts.uri.query().unwrap_or_default();
    let given = names.iter().filter(|name| query_pairs(query).any(|(given, _)| given == **name)).count();
    if given == 0 || given == names.len() {
        return Ok(());
    }
    let message = "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters";
    Err(Refusal::new("AccessDenied", StatusCode::FORBIDDEN, message))
}

/// Whether a path is a bucket's, without a slash at its end.
fn is_bucket(path: &str) -> bool {
    path.strip_prefix('/').is_some_and(|name| !name.is_empty() && !name.contains('/'))
}

/// The path with the bucket of the host in front, and the parameters that are signed.
fn resource(parts: &Parts, path: &str) -> String {
    let mut resource = Host::of(parts).bucket.map(|bucket| format!("/{bucket}")).unwrap_or_default();
    resource.push_str(path);
    let mut found: Vec<(String, Option<String>)> = parts
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) => {
                let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned();
                (name.to_owned(), Some(value))
            }
            None => (pair.to_owned(), None),
        })
        .filter(|(name, _)| SIGNED_PARAMETERS.contains(&name.as_str()))
        .collect();
    found.sort();
    for (index, (name, value)) in found.iter().enumerate() {
        resource.push(if index == 0 { '?' } else { '&' });
        resource.push_str(name);
        if let Some(value) = value {
            resource.push('=');
            resource.push_str(value);
        }
    }
    resource
}

/// Signs text.
pub(super) fn sign(secret: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign::verify::Unknown;

    struct Documented;

    impl Secrets for Documented {
        fn find(&self, key: &str, _: Option<&str>) -> Result<String, Unknown> {
            match key {
                "AKIAIOSFODNN7EXAMPLE" => Ok("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into()),
                _ => Err(Unknown::AccessKey),
            }
        }
    }

    fn parts(uri: &str) -> Parts {
        let request = http::Request::get(uri).header("host", "awsexamplebucket1.s3.us-west-1.amazonaws.com");
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn the_documented_signature_is_computed() {
        let text = "GET\n\n\nTue, 27 Mar 2007 19:36:42 +0000\n/awsexamplebucket1/photos/puppy.jpg";
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        assert_eq!(sign(secret, text), "qgk2+6Sv9/oM7G3qLEjTH1a1l1g=");
    }

    #[test]
    fn a_url_is_good_until_it_expires() {
        let uri = |key: &str, signature: &str| {
            format!(
                "/photos/puppy.jpg?AWSAccessKeyId={key}&Expires=1175139620&versionId=a%2Bb&Signature={signature}"
            )
        };
        let text = "GET\n\n\n1175139620\n/awsexamplebucket1/photos/puppy.jpg?versionId=a+b";
        let good = sign("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", text);
        let good = good.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let check = |key: &str, signature: &str, now: i64| {
            let parts = parts(&uri(key, signature));
            let presigned = Presigned::of(&parts).expect("it is presigned");
            let now = OffsetDateTime::from_unix_timestamp(now).unwrap();
            presigned.verify(&parts, &Documented, now).map_err(|refusal| refusal.code)
        };
        assert_eq!(check("AKIAIOSFODNN7EXAMPLE", &good, 1_175_139_000), Ok(()));
        assert_eq!(check("AKIAIOSFODNN7EXAMPLE", &good, 1_175_139_621), Err("AccessDenied"));
        assert_eq!(check("AKIAIOSFODNN7EXAMPLE", "AAAA", 1_175_139_000), Err("SignatureDoesNotMatch"));
        assert_eq!(check("AKIDUNKNOWN", &good, 1_175_139_000), Err("InvalidAccessKeyId"));
    }

    #[test]
    fn a_bucket_is_signed_with_a_slash_or_without() {
        for path in ["/bucket", "/bucket/"] {
            let text = format!("GET\n\n\n1175139620\n{path}");
            let signature = sign("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", &text);
            let signature = signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
            let query =
                format!("AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=1175139620&Signature={signature}");
            let request = http::Request::get(format!("/bucket?{query}")).header("host", "localhost");
            let parts = request.body(()).unwrap().into_parts().0;
            let presigned = Presigned::of(&parts).expect("it is presigned");
            let verified = presigned.verify(&parts, &Documented, OffsetDateTime::UNIX_EPOCH);
            assert!(verified.is_ok(), "{path}");
        }
    }

    #[test]
    fn what_is_not_signed_so_is_none() {
        for uri in ["/k?X-Amz-Signature=a", "/k", "/k?AWSAccessKeyId=a&Expires=x&Signature=b"] {
            assert!(Presigned::of(&parts(uri)).is_none(), "{uri}");
        }
        let refused = |uri: &str| check_complete(&parts(uri)).map_err(|refusal| refusal.code);
        assert_eq!(refused("/k?AWSAccessKeyId=a&Expires=1"), Err("AccessDenied"));
        assert_eq!(refused("/k?versions"), Ok(()));
    }
}
