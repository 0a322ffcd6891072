//! Websites: requests to the host of one, answered in HTML.
//!
//! Sources: S3 User Guide, "Website endpoints" and "Configuring a custom error document"; what S3 answered visitors:
//! issue 553 of scality/cloudserver and the write-ups of TryHackMe's "A Bucket of Phish" (pages of errors, headers of
//! objects), blog.tmtk.net of 24 May 2014 and blog.brianbeach.com of 8 January 2020 (headers of errors).

use super::{Emulator, Standing};
use crate::gateway::Caller;
use crate::services::s3::website::{Shown, Visit};
use http::header::{
    ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    IF_UNMODIFIED_SINCE, LOCATION, RANGE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method, StatusCode};
use percent_encoding::percent_decode_str;
use ruststack_models::s3::operations::GET_OBJECT;
use ruststack_models::s3::types::{GetObjectOutput, GetObjectRequest};
use ruststack_wire::protocol::{Answer, Incoming, Payload};
use ruststack_wire::route::WebsiteHost;
use ruststack_wire::{Body, Fault, Protocol, Response, Timestamp};
use std::fmt::Write;

/// What of a request a website minds.
const MINDED: [HeaderName; 5] = [RANGE, IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE];
/// Where those are sent who name no bucket.
const ABOUT_S3: &str = "https://aws.amazon.com/s3/";

impl Emulator {
    /// Answers a visitor of a website.
    pub(super) async fn answer_visitor(
        &self,
        parts: &Parts,
        host: WebsiteHost<'_>,
        now: Timestamp,
    ) -> Response {
        let inner = &*self.0;
        let service = &ruststack_models::s3::SERVICE;
        let caller = inner.ids.caller(&inner.config, service, None, None, now);
        let caller = Caller { standing: Standing::of(&inner.config, parts, None), ..caller };
        let answer = Answer { service, protocol: service.protocol, ids: &caller.ids };
        let page = Page { answer, is_head: parts.method == Method::HEAD };
        let Some(bucket) = host.bucket else { return page.redirect(301, ABOUT_S3) };
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            let message = "The specified method is not allowed against this resource.";
            let fault = Fault::new("MethodNotAllowed", 405, message)
                .with("Method", parts.method.as_str())
                .with("ResourceType", "OBJECT");
            return page.error(&fault, None);
        }
        let path = percent_decode_str(parts.uri.path()).decode_utf8_lossy();
        let (scheme, own_host) = super::form::address(parts);
        let shown = async {
            let reading = reading(parts)?;
            let path = path.strip_prefix('/').unwrap_or(&path);
            let visit = Visit { bucket, path, region: host.region, scheme, host: own_host, reading };
            Ok(inner.services.s3.visit(&caller, visit).await)
        };
        match self.guarded("website", &caller, shown).await {
            Ok(Shown::Object(output)) => page.object(*output),
            Ok(Shown::ErrorDocument(output, fault)) => page.error_document(*output, &fault),
            Ok(Shown::Error(fault, second)) => page.error(&fault, second.as_ref()),
            Ok(Shown::Redirect { status, location }) => page.redirect(status, &location),
            Ok(Shown::Folder { location }) => page.folder(&location),
            Err(fault) => page.error(&fault, None),
        }
    }
}

/// The conditions and the range of a request.
fn reading(parts: &Parts) -> Result<GetObjectRequest, Fault> {
    let mut headers = HeaderMap::new();
    for name in MINDED {
        if let Some(value) = parts.headers.get(&name) {
            headers.insert(name, value.clone());
        }
    }
    let mut input = GetObjectRequest::default();
    let incoming = Incoming { operation: GET_OBJECT.operation, path: "", query: "", headers: &headers };
    Protocol::RestXml
        .decode(&incoming, Payload::Whole(bytes::Bytes::new()), &mut input)
        .map_err(|error| Protocol::RestXml.undecodable(&error))?;
    Ok(input)
}

/// What writes the answers of a website.
struct Page<'a> {
    answer: Answer<'a>,
    is_head: bool,
}

impl Page<'_> {
    fn object(&self, mut output: GetObjectOutput) -> Response {
        let mut response = self.answer.output(GET_OBJECT.operation, &mut output);
        let headers = response.headers_mut();
        headers.remove(ACCEPT_RANGES);
        let is_told = |name: &&HeaderName| !name.as_str().starts_with("x-amz-server-side-encryption");
        let untold: Vec<HeaderName> = headers.keys().filter(|name| !is_told(name)).cloned().collect();
        untold.iter().for_each(|name| drop(headers.remove(name)));
        response
    }

    /// The object that is there for errors, with the status of the error and its words in headers.
    fn error_document(&self, output: GetObjectOutput, fault: &Fault) -> Response {
        let mut response = self.object(output);
        *response.status_mut() = fault.status;
        tell(response.headers_mut(), fault);
        response
    }

    /// A page of S3's own; where there is none to be shown its words come in headers.
    fn error(&self, fault: &Fault, second: Option<&Fault>) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = fault.status;
        if fault.status == StatusCode::NOT_MODIFIED {
            for (name, value) in &fault.headers {
                if let Ok(value) = HeaderValue::from_str(value) {
                    response.headers_mut().insert(*name, value);
                }
            }
            return self.answer.finished(response);
        }
        if self.is_head {
            tell(response.headers_mut(), fault);
            return self.answer.finished(response);
        }
        let html = self.html(fault, second);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(html.len()));
        *response.body_mut() = Body::from(html.into_bytes());
        self.answer.finished(response)
    }

    fn redirect(&self, status: u16, location: &str) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::MOVED_PERMANENTLY);
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(0));
        point(response.headers_mut(), location);
        self.answer.finished(response)
    }

    fn folder(&self, location: &str) -> Response {
        let fault = Fault::new("Found", 302, "Resource Found");
        let mut response = self.error(&fault, None);
        tell(response.headers_mut(), &fault);
        point(response.headers_mut(), location);
        response
    }

    fn html(&self, fault: &Fault, second: Option<&Fault>) -> String {
        let reason = match fault.status {
            StatusCode::FOUND => "Moved Temporarily",
            other => other.canonical_reason().unwrap_or_default(),
        };
        let title = format!("{} {reason}", fault.status.as_u16());
        let ids = [("RequestId", &self.answer.ids.request_id), ("HostId", &self.answer.ids.host_id)];
        let mut page = format!("<html>\n<head><title>{title}</title></head>\n<body>\n<h1>{title}</h1>\n");
        page.push_str(&list(fault, &ids));
        if let Some(second) = second {
            page.push_str(
                "<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n",
            );
            page.push_str(&list(second, &[]));
        }
        page + "<hr/>\n</body>\n</html>\n"
    }
}

/// What a page tells of an error.
fn list(fault: &Fault, ids: &[(&str, &String)]) -> String {
    let message = fault.message.as_deref().unwrap_or_default();
    let told = [("Code", fault.code.as_ref()), ("Message", message)];
    let members = fault.members.iter().map(|(name, value)| (name.as_ref(), value.as_str()));
    let ids = ids.iter().map(|(name, value)| (*name, value.as_str()));
    let mut list = String::from("<ul>\n");
    for (name, value) in told.into_iter().chain(members).chain(ids) {
        let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let _ = writeln!(list, "<li>{name}: {value}</li>");
    }
    list + "</ul>\n"
}

/// Tells an error in headers.
fn tell(headers: &mut HeaderMap, fault: &Fault) {
    let message = fault.message.as_deref().unwrap_or_default();
    let told = [("code".to_owned(), fault.code.as_ref()), ("message".to_owned(), message)];
    let members = fault.members.iter();
    let members =
        members.map(|(name, value)| (format!("detail-{}", name.to_ascii_lowercase()), value.as_str()));
    for (name, value) in told.into_iter().chain(members) {
        let name = HeaderName::try_from(format!("x-amz-error-{name}"));
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
}

fn point(headers: &mut HeaderMap, location: &str) {
    if let Ok(location) = HeaderValue::from_str(location) {
        headers.insert(LOCATION, location);
    }
}
