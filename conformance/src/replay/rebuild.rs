//! Makes a request that can be sent of a recorded one.

use super::sign;
use crate::classify::Subject;
use crate::rules::Clock;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST};
use http::{HeaderName, HeaderValue, Method, Uri};
use md5::{Digest as _, Md5};
use percent_encoding::percent_decode_str;
use ruststack_cassettes::format::{Interaction, Request};
use ruststack_wire::sign::checksum::Algorithm;
use serde_json::Value;
use time::OffsetDateTime;

/// Who replays.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account, which is the access key id too: endpoints take the account from it.
    pub account: String,
    /// The clock by which requests are signed.
    pub clock: Clock,
}

/// Headers that the replay writes itself.
const OWN: &[&str] =
    &["host", "content-length", "connection", "transfer-encoding", "expect", "authorization"];

impl Caller {
    /// The request to send for a recorded one whose values have been replaced.
    pub(super) fn rebuild(
        &self,
        request: &Request,
        interaction: &Interaction,
        subject: &Subject,
    ) -> Result<http::Request<Bytes>, String> {
        let target = match &request.query {
            Some(query) => format!("{}?{query}", request.path),
            None => request.path.clone(),
        };
        let wrong = |what: &str, error: &dyn std::fmt::Display| format!("the {what} cannot be sent: {error}");
        let mut made = http::Request::new(request.body.bytes());
        *made.method_mut() =
            Method::from_bytes(request.method.as_bytes()).map_err(|error| wrong("method", &error))?;
        *made.uri_mut() = Uri::try_from(target).map_err(|error| wrong("address", &error))?;
        let headers = made.headers_mut();
        let host = HeaderValue::from_str(request.host()).map_err(|error| wrong("host", &error))?;
        headers.insert(HOST, host);
        for (name, value) in request.headers.iter().filter(|(name, _)| !OWN.contains(name)) {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| wrong("header", &error))?;
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|error| wrong("header", &error))?;
            headers.append(name, value);
        }
        if request.body != interaction.request.body {
            refresh_checksums(&mut made);
        }
        sign::sign(&mut made, request, interaction, subject, self)?;
        let has_length = !made.body().is_empty()
            || matches!(request.method.as_str(), "PUT" | "POST")
            || request.headers.contains("content-length");
        if has_length {
            let length = HeaderValue::from(made.body().len());
            made.headers_mut().insert(CONTENT_LENGTH, length);
        }
        Ok(made)
    }

    /// The moment at which a request is signed.
    pub(super) fn now(&self, interaction: &Interaction) -> OffsetDateTime {
        match self.clock {
            Clock::Recorded => interaction.at.unwrap_or_else(OffsetDateTime::now_utc),
            Clock::Real | Clock::Skewed(_) => OffsetDateTime::now_utc(),
        }
    }
}

/// Why a request cannot be sent at all, if it cannot.
pub fn unsendable(interaction: &Interaction) -> Option<String> {
    let reason = interaction.not_comparable.as_ref()?;
    let body = &interaction.request.body;
    let is_whole = body.is_known() && !body.bytes().ends_with(b"CLEARED");
    let is_aws = interaction.service.is_some();
    (!is_whole || !is_aws || interaction.response.is_none()).then(|| reason.clone())
}

/// The queue that a request is about: messages of one queue are compared with each other.
pub(super) fn source(request: &Request) -> String {
    let body = request.body.bytes();
    if let Ok(Value::Object(members)) = serde_json::from_slice(&body)
        && let Some(url) = members.get("QueueUrl").and_then(Value::as_str)
    {
        return url.to_owned();
    }
    let form = std::str::from_utf8(&body).unwrap_or_default();
    let url = form.split('&').find_map(|pair| pair.strip_prefix("QueueUrl="));
    match url {
        Some(url) => percent_decode_str(url).decode_utf8_lossy().into_owned(),
        None => request.path.clone(),
    }
}

/// Checksums of a body in which a value was replaced.
fn refresh_checksums(request: &mut http::Request<Bytes>) {
    let body = request.body().clone();
    for (name, value) in request.headers_mut() {
        let fresh = match name.as_str() {
            "content-md5" => Some(BASE64.encode(Md5::digest(&body))),
            name => Algorithm::of_header(name).map(|algorithm| algorithm.digest(&body).to_base64()),
        };
        if let Some(fresh) = fresh.and_then(|fresh| HeaderValue::try_from(fresh).ok()) {
            *value = fresh;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::subject;
    use ruststack_cassettes::format::{Auth, AuthKind, Body};
    use ruststack_wire::sign::credential::CredentialScope;
    use time::macros::datetime;

    fn rebuilt(
        method: &str,
        url: &str,
        auth: Auth,
        headers: &[(&str, &str)],
        body: &str,
    ) -> http::Request<Bytes> {
        let mut request = Request::of_url(method, url).unwrap();
        request.auth = Some(auth);
        headers.iter().for_each(|(name, value)| request.headers.push(name, value));
        request.body = Body::exact(body.to_owned());
        let at = Some(datetime!(2026-06-02 18:30:58 UTC));
        let interaction = Interaction { request, at, ..Interaction::default() };
        let caller = Caller { account: "456752665576".to_owned(), clock: Clock::Recorded };
        caller.rebuild(&interaction.request, &interaction, &subject(&interaction)).unwrap()
    }

    #[test]
    fn a_request_is_signed_for_its_account_service_and_region() {
        let auth = Auth { kind: AuthKind::Header, region: Some("us-east-2".into()), ..Auth::default() };
        let headers =
            [("x-amz-target", "AmazonSQS.ListQueues"), ("content-type", "application/x-amz-json-1.0")];
        let request = rebuilt("POST", "https://sqs.us-east-2.amazonaws.com/", auth, &headers, "{}");
        assert_eq!(request.headers()["host"], "sqs.us-east-2.amazonaws.com");
        assert_eq!(request.headers()["content-length"], "2");
        assert_eq!(request.headers()["x-amz-date"], "20260602T183058Z");
        let scope = CredentialScope::of(&request.into_parts().0).unwrap();
        assert_eq!(scope.path(), "20260602/us-east-2/sqs/aws4_request");
        assert_eq!(scope.access_key_id, "456752665576");
    }

    #[test]
    fn a_presigned_url_is_signed_for_what_it_was_signed_for() {
        let signed = |method: &str, signed_method: &str| {
            let auth = Auth {
                kind: AuthKind::Presigned,
                region: Some("us-west-1".into()),
                signed_method: Some(signed_method.into()),
                ..Auth::default()
            };
            let url = "https://b.s3.us-west-1.amazonaws.com/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=30\
                 &X-Amz-SignedHeaders=host&X-Amz-Signature=CLEARED&x-id=GetObject";
            let request = rebuilt(method, url, auth, &[("accept-encoding", "gzip")], "");
            assert_eq!(request.method().as_str(), method);
            request.uri().query().unwrap().to_owned()
        };
        assert_eq!(signed("GET", "GET"), signed("PUT", "GET"), "the signature is the other method's");
        assert_ne!(signed("GET", "GET"), signed("PUT", "PUT"));
        assert!(signed("GET", "GET").contains("X-Amz-Expires=30"));
        assert!(signed("GET", "GET").contains("X-Amz-SignedHeaders=host&"));
    }

    #[test]
    fn an_anonymous_request_stays_so() {
        let request = rebuilt("GET", "https://b.s3.amazonaws.com/k", Auth::default(), &[], "");
        assert!(!request.headers().contains_key("authorization"));
    }

    #[test]
    fn a_hash_that_was_not_the_bodys_is_sent_again() {
        let auth = Auth { kind: AuthKind::Header, ..Auth::default() };
        let sent = |hash: &str| {
            let headers = [("x-amz-content-sha256", hash)];
            let url = "https://b.s3.us-west-1.amazonaws.com/k";
            rebuilt("PUT", url, auth.clone(), &headers, "hello").headers()["x-amz-content-sha256"].clone()
        };
        let (own, zeros) = (Algorithm::Sha256.digest(b"hello").to_hex(), "0".repeat(64));
        assert_eq!(sent(&own), own.as_str());
        assert_eq!(sent(&zeros), zeros.as_str());
        assert_eq!(sent("no hash"), own.as_str());
    }

    #[test]
    fn signed_chunks_are_signed_anew() {
        let auth = Auth { kind: AuthKind::Header, ..Auth::default() };
        let zeros = "0".repeat(64);
        let body = format!("5;chunk-signature={zeros}\r\nhello\r\n0;chunk-signature={zeros}\r\n\r\n");
        let headers = [("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")];
        let request = rebuilt("PUT", "https://b.s3.us-west-1.amazonaws.com/k", auth, &headers, &body);
        assert_eq!(request.body().len(), body.len());
        assert!(!request.body().escape_ascii().to_string().contains(&zeros));
    }
}
