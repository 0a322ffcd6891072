//! awsJson 1.0 and 1.1: every request is a POST to `/`, its operation in `X-Amz-Target`.

use super::{Answer, Payload, Protocol, fault_members, with_body};
use crate::body::Response;
use crate::codec::{DecodeError, json};
use crate::fault::Fault;
use crate::operation::Operation;
use crate::value::Structure;

pub(super) fn decode(payload: Payload, input: &mut dyn Structure) -> Result<(), DecodeError> {
    let Payload::Whole(bytes) = payload else { return Ok(()) };
    if bytes.is_empty() {
        return Ok(());
    }
    json::read_text(&bytes, input)
}

/// AWS answers a body that is no JSON without a sentence, and a wrong type with one.
pub(super) fn undecodable(error: &DecodeError) -> Fault {
    let mut fault = Fault::new("SerializationException", 400, "").in_namespace("com.amazon.coral.service#");
    fault.message = match error {
        DecodeError::Malformed(_) => None,
        error => Some(error.to_string().into()),
    };
    fault
}

pub(super) fn output(
    answer: &Answer<'_>,
    operation: &'static Operation,
    output: &mut dyn Structure,
) -> Response {
    let mut body = Vec::new();
    if operation.output.is_some() {
        json::write_structure(&mut body, output, json::Style::Coral);
    }
    with_body(content_type(answer), body)
}

pub(super) fn fault(answer: &Answer<'_>, operation: Option<&'static Operation>, fault: &Fault) -> Response {
    let mut body = b"{\"__type\":".to_vec();
    json::write_text(&mut body, &format!("{}{}", fault.namespace.unwrap_or_default(), fault.code));
    fault_members(&mut body, operation, fault, json::Style::Coral);
    body.push(b'}');
    with_body(content_type(answer), body)
}

pub(super) fn decode_output(bytes: &[u8], output: &mut dyn Structure) -> Result<(), DecodeError> {
    decode(Payload::Whole(bytes.to_vec().into()), output)
}

fn content_type(answer: &Answer<'_>) -> &'static str {
    match answer.protocol {
        Protocol::AwsJson10 => "application/x-amz-json-1.0",
        _ => "application/x-amz-json-1.1",
    }
}
