//! Forms that browsers send to a bucket (POST Object): taken apart, their signature checked, handed to S3, answered.
//!
//! Sources: S3 API reference, "POST Object"; the answers as localstack's recordings of S3 have them
//! (tests/aws/services/s3/test_s3.snapshot.json, TestS3PresignedPost); boto3 issue 2851 (headers of 204), ceph tracker
//! issue 20330 and s3rver issue 504 (`PostResponse`).

mod parts;

use super::authorize::fault;
use super::caller::Peer;
use super::{Emulator, Standing};
use crate::config::Auth;
use crate::gateway::Caller;
use crate::services::s3::form::{Form, Posted, Then};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue, LOCATION};
use http::request::Parts;
use http::{Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ruststack_models::s3::operations::PUT_OBJECT;
use ruststack_wire::codec::xml::XmlWriter;
use ruststack_wire::protocol::Answer;
use ruststack_wire::route::Place;
use ruststack_wire::sign::form::SignedForm;
use ruststack_wire::{Body, Fault, Response, Timestamp};

/// What stays as it is of a key in a URL: each slash of it is encoded too.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The bucket that a form was sent to; `None` where the request is none.
pub(super) fn place(parts: &Parts) -> Option<Place<'_>> {
    let content_type = parts.headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let is_multipart =
        content_type.get(..19).is_some_and(|start| start.eq_ignore_ascii_case("multipart/form-data"));
    if is_multipart { bucket(parts) } else { None }
}

/// Refuses a request to a bucket that can only be meant as a form and is none.
pub(super) fn refuse_other(parts: &Parts) -> Option<Fault> {
    let message = "At least one of the pre-conditions you specified did not hold";
    let condition = "Bucket POST must be of the enclosure-type multipart/form-data";
    bucket(parts).map(|_| Fault::new("PreconditionFailed", 412, message).with("Condition", condition))
}

fn bucket(parts: &Parts) -> Option<Place<'_>> {
    if parts.method != Method::POST || parts.uri.query().is_some_and(|query| !query.is_empty()) {
        return None;
    }
    Place::of(ruststack_models::SERVICES, parts).filter(|place| place.key.is_none())
}

impl Emulator {
    /// Answers a form.
    pub(super) async fn answer_form(
        &self,
        parts: &Parts,
        place: &Place<'_>,
        body: Body,
        now: Timestamp,
    ) -> Response {
        let inner = &*self.0;
        let service = &ruststack_models::s3::SERVICE;
        let sent = parts::read(parts, body).await;
        let mut key = None;
        let read = sent.and_then(|sent| {
            let signed = SignedForm::read(|name| sent.fields.get(name)).map_err(fault)?;
            let Some(signed) = signed else { return Ok((sent, None)) };
            key = Some(signed.access_key_id.clone());
            if let Auth::Verify(credentials) = &inner.config.auth {
                signed.verify(credentials).map_err(fault)?;
            }
            let region = signed.region.map(|(region, credential)| (region, credential.to_owned()));
            Ok((sent, region))
        });
        let caller = inner.ids.caller(&inner.config, service, key.as_deref(), place.region, now);
        let standing = Standing::of(&inner.config, parts, key.as_deref());
        let caller = Caller { standing, ..caller };
        let answer = Answer { service, protocol: service.protocol, ids: &caller.ids };
        let posted = match read {
            Ok((sent, signed_for)) => {
                let parts::Sent { fields, file_name, file } = sent;
                let form = Form { bucket: place.bucket.to_string(), signed_for, fields, file_name, file };
                self.guarded("PostObject", &caller, inner.services.s3.post_object(&caller, form)).await
            }
            Err(fault) => Err(fault),
        };
        match posted {
            Ok(posted) => write(&answer, parts, place, posted),
            Err(fault) => answer.fault(None, &fault),
        }
    }
}

/// Writes what a form is answered: what PutObject tells in headers, and where the object is.
fn write(answer: &Answer<'_>, parts: &Parts, place: &Place<'_>, posted: Posted) -> Response {
    let Posted { mut output, key, then } = posted;
    let url = format!("{}/{}", base(parts, place), utf8_percent_encode(&key, UNRESERVED));
    let etag = output.etag.clone().unwrap_or_default();
    let mut response = answer.output(PUT_OBJECT.operation, &mut output);
    let (status, location) = match &then {
        Then::Empty => (StatusCode::OK, &url),
        Then::Document => (StatusCode::CREATED, &url),
        Then::NoContent => (StatusCode::NO_CONTENT, &url),
        Then::Redirect(to) => (StatusCode::SEE_OTHER, to),
    };
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::from_str(location) {
        headers.insert(LOCATION, location);
    }
    headers.remove(CONTENT_TYPE);
    match then {
        Then::NoContent => {
            headers.remove(CONTENT_LENGTH);
        }
        Then::Document => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
            let mut xml = XmlWriter::document().with_raw_quotes();
            xml.open("PostResponse", None);
            for (name, text) in
                [("Location", &*url), ("Bucket", &*place.bucket), ("Key", &key), ("ETag", &etag)]
            {
                xml.text_element(name, text);
            }
            xml.close("PostResponse");
            let document = xml.finish();
            headers.insert(CONTENT_LENGTH, HeaderValue::from(document.len()));
            *response.body_mut() = Body::from(document.into_bytes());
        }
        Then::Empty | Then::Redirect(_) => {}
    }
    response
}

/// The URL of the bucket, as it was asked.
fn base(parts: &Parts, place: &Place<'_>) -> String {
    let (scheme, host) = address(parts);
    if place.is_virtual {
        format!("{scheme}://{host}")
    } else {
        format!("{scheme}://{host}/{}", place.bucket)
    }
}

/// The scheme and the host of a request.
pub(super) fn address(parts: &Parts) -> (&'static str, &str) {
    let is_secure = match parts.extensions.get::<Peer>() {
        Some(peer) => peer.is_secure,
        None => parts.uri.scheme_str() == Some("https"),
    };
    let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| parts.uri.authority().map(|authority| authority.as_str()));
    (if is_secure { "https" } else { "http" }, host.unwrap_or("s3.amazonaws.com"))
}
