//! The protocols: how an operation's input, output and faults travel in HTTP messages.
//!
//! Each protocol is a file; what the two REST protocols share is `http_binding`. A service speaks one protocol,
//! and one that moved to JSON may still be spoken to in the old way.

mod aws_json;
mod aws_query;
mod http_binding;
mod rest_json;
mod rest_xml;

pub use http_binding::{labels, query_pairs};

use crate::body::{Body, Response};
use crate::codec::{DecodeError, json};
use crate::exceptions;
use crate::fault::Fault;
use crate::operation::{Operation, Service};
use crate::shape::{Kind, Member, Shape};
use crate::value::Structure;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, HeaderName, HeaderValue};

/// A wire protocol of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// JSON with `X-Amz-Target`, content type `application/x-amz-json-1.0`.
    AwsJson10,
    /// JSON with `X-Amz-Target`, content type `application/x-amz-json-1.1`.
    AwsJson11,
    /// JSON bodies under paths of their own.
    RestJson,
    /// XML bodies under paths of their own.
    RestXml,
    /// A form with `Action` and `Version` that is answered in XML.
    AwsQuery,
}

/// A request whose operation is known, on its way into the operation's input.
pub struct Incoming<'a> {
    /// The operation.
    pub operation: &'static Operation,
    /// The path that the operation's template matches: as on the wire, the bucket of a host name put in front.
    pub path: &'a str,
    /// The query string as on the wire.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
}

/// What the body of a request is to its decoder.
pub enum Payload {
    /// All bytes.
    Whole(Bytes),
    /// A stream that goes into the input as it is.
    Stream(Body),
}

/// The names under which one answer can be found again.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    /// The request id, in the form of the service.
    pub request_id: String,
    /// S3's second id (`x-amz-id-2`, `HostId`).
    pub host_id: String,
}

/// The side of an answer that all its parts share.
pub struct Answer<'a> {
    /// The service that answers.
    pub service: &'static Service,
    /// The protocol that the caller speaks.
    pub protocol: Protocol,
    /// The ids of the answer.
    pub ids: &'a Ids,
}

impl Protocol {
    /// Whether an operation's input has a member that takes the body as a stream.
    pub fn streams_input(self, operation: &Operation) -> bool {
        matches!(self, Protocol::RestJson | Protocol::RestXml)
            && operation.input.and_then(Shape::payload).is_some_and(|(_, member)| is_streaming(member.shape))
    }

    /// Reads a request into its operation's input.
    pub fn decode(
        self,
        request: &Incoming<'_>,
        payload: Payload,
        input: &mut dyn Structure,
    ) -> Result<(), DecodeError> {
        match self {
            Protocol::AwsJson10 | Protocol::AwsJson11 => aws_json::decode(payload, input),
            Protocol::AwsQuery => aws_query::decode(request, payload, input),
            Protocol::RestJson => rest_json::decode(request, payload, input),
            Protocol::RestXml => rest_xml::decode(request, payload, input),
        }
    }

    /// Reads a successful response into its operation's output, as a client does.
    pub fn decode_output(
        self,
        operation: &'static Operation,
        response: &http::Response<Bytes>,
        output: &mut dyn Structure,
    ) -> Result<(), DecodeError> {
        match self {
            Protocol::AwsJson10 | Protocol::AwsJson11 => aws_json::decode_output(response.body(), output),
            Protocol::AwsQuery => aws_query::decode_output(operation, response.body(), output),
            Protocol::RestJson => rest_json::decode_output(response, output),
            Protocol::RestXml => rest_xml::decode_output(response, output),
        }
    }

    /// The fault that tells a caller of this protocol that its request cannot be read.
    pub fn undecodable(self, error: &DecodeError) -> Fault {
        match self {
            Protocol::AwsJson10 | Protocol::AwsJson11 => aws_json::undecodable(error),
            Protocol::AwsQuery => Fault::new("MalformedInput", 400, error.to_string()),
            Protocol::RestJson => Fault::new("SerializationException", 400, error.to_string()),
            Protocol::RestXml => rest_xml::undecodable(error),
        }
    }
}

impl Answer<'_> {
    /// Writes the output of an operation as a response.
    pub fn output(&self, operation: &'static Operation, output: &mut dyn Structure) -> Response {
        let mut response = match self.protocol {
            Protocol::AwsJson10 | Protocol::AwsJson11 => aws_json::output(self, operation, output),
            Protocol::AwsQuery => aws_query::output(self, operation, output),
            Protocol::RestJson => rest_json::output(operation, output),
            Protocol::RestXml => rest_xml::output(self, operation, output),
        };
        exceptions::finish(self, &mut response);
        response
    }

    /// A response that is no operation's, with the headers that every answer of the service has.
    pub fn finished(&self, mut response: Response) -> Response {
        exceptions::finish(self, &mut response);
        response
    }

    /// Writes a fault as a response, as far as the operation is known.
    pub fn fault(&self, operation: Option<&'static Operation>, fault: &Fault) -> Response {
        let mut response = match self.protocol {
            Protocol::AwsJson10 | Protocol::AwsJson11 => aws_json::fault(self, operation, fault),
            Protocol::AwsQuery => aws_query::fault(self, fault),
            Protocol::RestJson => rest_json::fault(operation, fault),
            Protocol::RestXml => rest_xml::fault(self, operation, fault),
        };
        *response.status_mut() = fault.status;
        for (name, value) in &fault.headers {
            put(response.headers_mut(), HeaderName::from_static(name), value);
        }
        exceptions::finish(self, &mut response);
        response
    }
}

/// Writes the members of a fault into the JSON object that has been begun: the sentence, under the name that
/// the model has for it, and whatever else the error carries.
fn fault_members(
    body: &mut Vec<u8>,
    operation: Option<&'static Operation>,
    fault: &Fault,
    style: json::Style,
) {
    let modelled = operation.and_then(|operation| operation.error(&fault.code)).map(Shape::members);
    let message_member = modelled.and_then(|members| members.iter().find(|member| is_message(member)));
    let message_name = message_member.map_or("message", |member| member.wire_name());
    let message = fault.message.iter().map(|message| (message_name, message.as_ref()));
    let members = fault.members.iter().map(|(name, value)| (name.as_ref(), value.as_str()));
    for (name, value) in members.chain(message) {
        if body.last() != Some(&b'{') {
            body.push(b',');
        }
        json::write_text(body, name);
        body.push(b':');
        json::write_text(body, value);
    }
    if let Some(detail) = &fault.detail {
        json::write_members(body, detail.as_ref(), style, |member| !is_message(member));
    }
}

/// Whether a member of an error is its sentence.
fn is_message(member: &Member) -> bool {
    member.name.eq_ignore_ascii_case("message")
}

fn is_streaming(shape: &Shape) -> bool {
    matches!(shape.kind, Kind::Blob { streaming: true } | Kind::Structure { event_stream: true, .. })
}

/// Sets a header to text of our own or of a caller's; what cannot stand in a header is left out, character-wise.
pub(crate) fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    let value = HeaderValue::from_str(value).or_else(|_| {
        let kept: Vec<u8> =
            value.bytes().filter(|byte| *byte >= 0x20 && *byte != 0x7f || *byte == b'\t').collect();
        HeaderValue::from_bytes(&kept)
    });
    if let Ok(value) = value {
        headers.insert(name, value);
    }
}

/// A response with this body, whose length is told.
fn with_body(content_type: &'static str, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::empty());
    response.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    *response.body_mut() = Body::from(body);
    response
}
