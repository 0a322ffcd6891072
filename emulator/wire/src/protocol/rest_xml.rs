//! restXml: XML bodies, with members in paths, queries, headers and the status as well. S3 speaks it.

use super::http_binding::{self, Content};
use super::{Answer, Incoming, Payload, is_message};
use crate::body::{Body, Response};
use crate::codec::DecodeError;
use crate::codec::xml::{self, XmlWriter};
use crate::exceptions;
use crate::fault::Fault;
use crate::operation::{Operation, Service};
use crate::shape::Member;
use crate::value::{Field, Structure};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

/// How the REST bindings read and write an XML body, for one service's answers.
struct XmlContent {
    service: Option<&'static Service>,
}

pub(super) fn decode(
    request: &Incoming<'_>,
    payload: Payload,
    input: &mut dyn Structure,
) -> Result<(), DecodeError> {
    http_binding::decode(request, payload, input, &XmlContent { service: None })
}

pub(super) fn undecodable(error: &DecodeError) -> Fault {
    match error {
        DecodeError::Malformed(_) | DecodeError::Type { .. } => Fault::new(
            "MalformedXML",
            400,
            "The XML you provided was not well-formed or did not validate against our published schema",
        ),
        DecodeError::Value { text, wanted: "Integer" | "Long", path } => {
            let message = format!("Provided {path} not an integer or within integer range");
            Fault::new("InvalidArgument", 400, message)
                .with("ArgumentName", path.as_str())
                .with("ArgumentValue", text.as_str())
        }
        DecodeError::Value { text, path, .. } => Fault::new("InvalidArgument", 400, error.to_string())
            .with("ArgumentName", path.as_str())
            .with("ArgumentValue", text.as_str()),
    }
}

pub(super) fn output(
    answer: &Answer<'_>,
    operation: &'static Operation,
    output: &mut dyn Structure,
) -> Response {
    http_binding::encode(operation, output, &XmlContent { service: Some(answer.service) })
}

pub(super) fn decode_output(
    response: &http::Response<Bytes>,
    output: &mut dyn Structure,
) -> Result<(), DecodeError> {
    http_binding::decode_output(response, output, &XmlContent { service: None })
}

pub(super) fn fault(answer: &Answer<'_>, operation: Option<&'static Operation>, fault: &Fault) -> Response {
    if fault.status == StatusCode::NOT_MODIFIED {
        return Response::new(Body::empty());
    }
    let has_prolog =
        operation.is_none_or(|operation| exceptions::has_prolog_in_errors(operation, &fault.code));
    let mut xml = if has_prolog { XmlWriter::document() } else { XmlWriter::fragment() };
    let bare = exceptions::bare_errors(answer.service);
    if !bare {
        xml.open("ErrorResponse", answer.service.xml_namespace.map(|uri| (None, uri)));
    }
    xml.open("Error", None);
    if !bare {
        xml.text_element("Type", if fault.sender { "Sender" } else { "Receiver" });
    }
    xml.text_element("Code", &fault.code);
    if let Some(message) = &fault.message {
        xml.text_element("Message", message);
    }
    for (name, value) in &fault.members {
        xml.text_element(name, value);
    }
    if let Some(detail) = &fault.detail {
        xml.wanted_members(detail.as_ref(), |member| !is_message(member));
    }
    if bare {
        xml.text_element("RequestId", &answer.ids.request_id);
        xml.text_element("HostId", &answer.ids.host_id);
        xml.close("Error");
    } else {
        xml.close("Error");
        xml.text_element("RequestId", &answer.ids.request_id);
        xml.close("ErrorResponse");
    }
    let mut response = Response::new(Body::unsized_bytes(xml.finish().into_bytes().into()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    http_binding::fault_headers(fault, &mut response);
    response
}

impl Content for XmlContent {
    fn content_type(&self) -> &'static str {
        "application/xml"
    }

    fn read_body(&self, bytes: &Bytes, input: &mut dyn Structure) -> Result<(), DecodeError> {
        xml::read_structure(&xml::parse(bytes)?, input).map_err(unfit)
    }

    fn read_payload(&self, member: &Member, bytes: &Bytes, field: &mut dyn Field) -> Result<(), DecodeError> {
        xml::read(member, &xml::parse(bytes)?, field).map_err(unfit)
    }

    fn write_body(&self, operation: &'static Operation, output: &dyn Structure) -> Option<Vec<u8>> {
        let members = output.shape().members();
        if !members.iter().any(|member| member.location.is_body()) {
            return None;
        }
        if let Some(body) = exceptions::own_body(operation, output) {
            return Some(body.into_bytes());
        }
        let mut xml = self.writer();
        let name =
            exceptions::root_name(operation).or(output.shape().xml_name).unwrap_or(output.shape().name);
        xml.structure(name, output, self.namespace());
        Some(xml.finish().into_bytes())
    }

    fn write_payload(&self, member: &Member, field: &dyn Field) -> Vec<u8> {
        let mut xml = self.writer();
        if let crate::value::View::Structure(structure) = field.view() {
            let shape = structure.shape();
            if exceptions::writes_raw_quotes(shape) {
                xml = xml.with_raw_quotes();
            }
            let name = member.wire_name.or(shape.xml_name).unwrap_or(shape.name);
            let own = member.xml_namespace.map(|namespace| (namespace.prefix, namespace.uri));
            xml.structure(name, structure, own.or(self.namespace()));
        }
        xml.finish().into_bytes()
    }
}

/// A value in a document that is not of its type makes the document one that does not fit its schema.
fn unfit(error: DecodeError) -> DecodeError {
    match error {
        DecodeError::Value { .. } => DecodeError::Malformed(error.to_string()),
        other => other,
    }
}

impl XmlContent {
    fn writer(&self) -> XmlWriter {
        let xml = XmlWriter::document();
        if self.service.is_some_and(exceptions::writes_millis) { xml.with_millis() } else { xml }
    }

    fn namespace(&self) -> xml::Namespace<'static> {
        self.service.and_then(|service| service.xml_namespace).map(|uri| (None, uri))
    }
}
