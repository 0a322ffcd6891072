//! restJson1: JSON bodies, with members in paths, queries, headers and the status as well.

use super::http_binding::{self, Content};
use super::{Incoming, Payload, fault_members, with_body};
use crate::body::Response;
use crate::codec::{DecodeError, json};
use crate::fault::Fault;
use crate::operation::Operation;
use crate::shape::Member;
use crate::value::{Field, Structure};
use bytes::Bytes;
use http::HeaderValue;

/// How the REST bindings read and write a JSON body.
struct JsonContent;

pub(super) fn decode(
    request: &Incoming<'_>,
    payload: Payload,
    input: &mut dyn Structure,
) -> Result<(), DecodeError> {
    http_binding::decode(request, payload, input, &JsonContent)
}

pub(super) fn output(operation: &'static Operation, output: &mut dyn Structure) -> Response {
    http_binding::encode(operation, output, &JsonContent)
}

pub(super) fn decode_output(
    response: &http::Response<Bytes>,
    output: &mut dyn Structure,
) -> Result<(), DecodeError> {
    http_binding::decode_output(response, output, &JsonContent)
}

pub(super) fn fault(operation: Option<&'static Operation>, fault: &Fault) -> Response {
    let mut body = b"{".to_vec();
    fault_members(&mut body, operation, fault, json::Style::Model);
    body.push(b'}');
    let mut response = with_body("application/json", body);
    if let Ok(code) = HeaderValue::from_str(&fault.code) {
        response.headers_mut().insert("x-amzn-errortype", code);
    }
    http_binding::fault_headers(fault, &mut response);
    response
}

impl Content for JsonContent {
    fn content_type(&self) -> &'static str {
        "application/json"
    }

    fn read_body(&self, bytes: &Bytes, input: &mut dyn Structure) -> Result<(), DecodeError> {
        json::read_structure(parse(bytes)?, input)
    }

    fn read_payload(&self, member: &Member, bytes: &Bytes, field: &mut dyn Field) -> Result<(), DecodeError> {
        json::read(member, parse(bytes)?, field)
    }

    fn write_body(&self, _: &'static Operation, output: &dyn Structure) -> Option<Vec<u8>> {
        let members = output.shape().members();
        if !members.is_empty() && !members.iter().any(|member| member.location.is_body()) {
            return None;
        }
        let mut body = Vec::new();
        json::write_structure(&mut body, output, json::Style::Model);
        Some(body)
    }

    fn write_payload(&self, member: &Member, field: &dyn Field) -> Vec<u8> {
        let mut body = Vec::new();
        json::write(&mut body, member, field.view(), json::Style::Model);
        body
    }
}

fn parse(bytes: &Bytes) -> Result<serde_json::Value, DecodeError> {
    serde_json::from_slice(bytes).map_err(|error| DecodeError::Malformed(error.to_string()))
}
