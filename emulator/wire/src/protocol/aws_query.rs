//! awsQuery: a form with `Action` and `Version`, answered in XML.

use super::{Answer, Incoming, Payload, is_message, with_body};
use crate::body::Response;
use crate::codec::xml::{self, XmlWriter};
use crate::codec::{DecodeError, form};
use crate::fault::Fault;
use crate::operation::Operation;
use crate::value::Structure;

/// The parameters may stand in the body or, in a GET, in the query string.
pub(super) fn decode(
    request: &Incoming<'_>,
    payload: Payload,
    input: &mut dyn Structure,
) -> Result<(), DecodeError> {
    let form = match payload {
        Payload::Whole(bytes) if !bytes.is_empty() => form::Form::parse(&bytes)?,
        _ => form::Form::parse(request.query.as_bytes())?,
    };
    form::read_structure(&form, input)
}

pub(super) fn output(
    answer: &Answer<'_>,
    operation: &'static Operation,
    output: &mut dyn Structure,
) -> Response {
    let mut xml = XmlWriter::fragment().indented();
    let response = format!("{}Response", operation.name);
    xml.open(&response, answer.service.xml_namespace.map(|uri| (None, uri)));
    if let Some(wrapper) = operation.result_wrapper {
        xml.open(wrapper, None);
        xml.members(output);
        xml.close(wrapper);
    } else {
        xml.members(output);
    }
    xml.open("ResponseMetadata", None);
    xml.text_element("RequestId", &answer.ids.request_id);
    xml.close("ResponseMetadata");
    xml.close(&response);
    with_body("text/xml", xml.finish().into_bytes())
}

pub(super) fn decode_output(
    operation: &'static Operation,
    bytes: &[u8],
    output: &mut dyn Structure,
) -> Result<(), DecodeError> {
    let root = xml::parse(bytes)?;
    let result = match operation.result_wrapper {
        Some(wrapper) => root.child(wrapper),
        None => Some(&root),
    };
    result.map_or(Ok(()), |result| xml::read_structure(result, output))
}

pub(super) fn fault(answer: &Answer<'_>, fault: &Fault) -> Response {
    let mut xml = XmlWriter::fragment().indented();
    xml.open("ErrorResponse", answer.service.xml_namespace.map(|uri| (None, uri)));
    xml.open("Error", None);
    xml.text_element("Type", if fault.sender { "Sender" } else { "Receiver" });
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
    xml.close("Error");
    xml.text_element("RequestId", &answer.ids.request_id);
    xml.close("ErrorResponse");
    with_body("text/xml", xml.finish().into_bytes())
}
