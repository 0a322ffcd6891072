//! The constants: a `Shape` per shape, an `Operation` per operation, a `Service` per service.

use crate::model::{Model, Operation, Reference, Shape};
use crate::names::constant;
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

pub(crate) fn generate(model: &Model) -> String {
    let streaming = streaming_shapes(model);
    let names = constants(model);
    let mut code = String::from(
        "use ruststack_wire::operation::{Operation, Service};\nuse ruststack_wire::protocol::Protocol;\n\n",
    );
    code.push_str("/// The shapes, named after those of the model.\n#[allow(missing_docs, reason = \"AWS documents its shapes\")]\npub mod shapes {\nuse ruststack_wire::shape::*;\n");
    for (name, shape) in &model.shapes {
        let is_streaming = shape.streaming || streaming.contains(name.as_str());
        let body = shape_body(name, shape, is_streaming, &names);
        let _ =
            writeln!(code, "pub static {}: Shape = Shape {{ {body} ..Shape::BASE }};", names[name.as_str()]);
    }
    code.push_str("}\n");
    let mut operations: Vec<_> = model.operations.iter().collect();
    operations.sort_by_key(|(name, _)| name.as_str());
    let count = operations.len();
    let _ = writeln!(code, "/// The operations, by name.\npub static OPERATIONS: [Operation; {count}] = [");
    for (name, operation) in operations {
        let _ =
            writeln!(code, "Operation {{ {} ..Operation::BASE }},", operation_body(name, operation, &names));
    }
    code.push_str("];\n");
    code.push_str(&service(model));
    code
}

/// The name of each shape's constant; shapes that differ in case only get a number.
fn constants(model: &Model) -> HashMap<&str, String> {
    let mut taken = HashSet::new();
    let mut names = HashMap::new();
    for name in model.shapes.keys() {
        let mut candidate = constant(name);
        while !taken.insert(candidate.clone()) {
            candidate.push_str("_2");
        }
        names.insert(name.as_str(), candidate);
    }
    names
}

/// The blobs that pass as streams somewhere, and so everywhere.
fn streaming_shapes(model: &Model) -> HashSet<&str> {
    let members = model.shapes.values().flat_map(|shape| shape.members.values());
    members.filter(|member| member.streaming).map(|member| member.shape.as_str()).collect()
}

fn shape_body(name: &str, shape: &Shape, streaming: bool, names: &HashMap<&str, String>) -> String {
    let mut body = format!("name: {name:?}, kind: {},", kind(shape, streaming, names));
    if shape.min.is_some() || shape.max.is_some() || shape.pattern.is_some() {
        let (min, max, pattern) = (shape.min, shape.max, &shape.pattern);
        let _ =
            write!(body, "constraints: &Constraints {{ min: {min:?}, max: {max:?}, pattern: {pattern:?} }},");
    }
    if shape.sensitive {
        body.push_str("sensitive: true,");
    }
    if let Some(name) = &shape.location_name {
        let _ = write!(body, "xml_name: Some({name:?}),");
    }
    if let Some(namespace) = &shape.xml_namespace {
        let _ = write!(body, "xml_namespace: {},", xml_namespace(namespace));
    }
    if shape.exception || shape.error.is_some() {
        let error = shape.error.as_ref();
        let code = error.and_then(|error| error.code.as_ref());
        let default_status = if shape.fault { 500 } else { 400 };
        let status = error.and_then(|error| error.http_status_code).unwrap_or(default_status);
        let sender = error.is_some_and(|error| error.sender_fault) || status < 500;
        let _ = write!(
            body,
            "error: Some(&ErrorTraits {{ code: {code:?}, status: {status}, sender: {sender} }}),"
        );
    }
    body
}

fn kind(shape: &Shape, streaming: bool, names: &HashMap<&str, String>) -> String {
    let part = |reference: &Option<Reference>| {
        member("", reference.as_ref().expect("a list has members, a map keys and values"), false, names)
    };
    match shape.kind() {
        "boolean" => "Kind::Boolean".into(),
        "integer" | "short" | "byte" => "Kind::Integer".into(),
        "long" => "Kind::Long".into(),
        "float" => "Kind::Float".into(),
        "double" => "Kind::Double".into(),
        "string" | "character" => format!("Kind::String(&{:?})", shape.values),
        "blob" => format!("Kind::Blob {{ streaming: {streaming} }}"),
        "timestamp" => format!("Kind::Timestamp({})", timestamp_format(shape.timestamp_format.as_deref())),
        "list" => {
            format!("Kind::List {{ member: &{}, flattened: {} }}", part(&shape.member), shape.flattened)
        }
        "map" => format!(
            "Kind::Map {{ key: &{}, value: &{}, flattened: {} }}",
            part(&shape.key),
            part(&shape.value),
            shape.flattened
        ),
        "document" => "Kind::Document".into(),
        "structure" => {
            let members = shape
                .members
                .iter()
                .map(|(name, reference)| member(name, reference, shape.required.contains(name), names));
            let payload = shape.payload.as_ref().and_then(|payload| shape.members.get_index_of(payload));
            format!(
                "Kind::Structure {{ members: &[{}], payload: {payload:?}, union: {}, event_stream: {} }}",
                members.collect::<Vec<_>>().join(", "),
                shape.union,
                shape.eventstream
            )
        }
        other => panic!("a shape of type {other}"),
    }
}

fn member(name: &str, reference: &Reference, required: bool, names: &HashMap<&str, String>) -> String {
    let mut body = format!("name: {name:?}, shape: &{},", names[reference.shape.as_str()]);
    if let Some(wire_name) = reference.location_name.as_ref().filter(|wire_name| *wire_name != name) {
        let _ = write!(body, "wire_name: Some({wire_name:?}),");
    }
    let location = match reference.location.as_deref() {
        None => "Body",
        Some("uri") => "Uri",
        Some("querystring") => "Query",
        Some("header") => "Header",
        Some("headers") => "HeaderPrefix",
        Some("statusCode") => "Status",
        Some(other) => panic!("a member in {other}"),
    };
    if location != "Body" {
        let _ = write!(body, "location: Location::{location},");
    }
    for (flag, set) in [
        ("required", required),
        ("flattened", reference.flattened),
        ("xml_attribute", reference.xml_attribute),
        ("idempotency_token", reference.idempotency_token),
        ("json_value", reference.jsonvalue),
    ] {
        if set {
            let _ = write!(body, "{flag}: true,");
        }
    }
    if let Some(namespace) = &reference.xml_namespace {
        let _ = write!(body, "xml_namespace: {},", xml_namespace(namespace));
    }
    format!("Member {{ {body} ..Member::BASE }}")
}

fn timestamp_format(format: Option<&str>) -> &'static str {
    match format {
        None => "None",
        Some("iso8601") => "Some(TimestampFormat::Iso8601)",
        Some("rfc822") => "Some(TimestampFormat::HttpDate)",
        Some("unixTimestamp") => "Some(TimestampFormat::UnixSeconds)",
        Some(other) => panic!("a timestamp in {other}"),
    }
}

fn xml_namespace(namespace: &Json) -> String {
    let uri = namespace.as_str().or_else(|| namespace["uri"].as_str()).unwrap_or_default();
    let prefix = namespace["prefix"].as_str();
    format!("Some(&XmlNamespace {{ uri: {uri:?}, prefix: {prefix:?} }})")
}

fn operation_body(name: &str, operation: &Operation, names: &HashMap<&str, String>) -> String {
    let shape = |reference: &Reference| format!("Some(&shapes::{})", names[reference.shape.as_str()]);
    let (method, uri) = (&operation.http.method, &operation.http.request_uri);
    let status = operation.http.response_code.unwrap_or(200);
    let mut body = format!("name: {name:?}, method: {method:?}, uri: {uri:?}, status: {status},");
    if let Some(input) = &operation.input {
        let _ = write!(body, "input: {},", shape(input));
        if let Some(xml_name) = &input.location_name {
            let _ = write!(body, "input_xml_name: Some({xml_name:?}),");
        }
    }
    if let Some(output) = &operation.output {
        let _ = write!(body, "output: {},", shape(output));
        if let Some(wrapper) = &output.result_wrapper {
            let _ = write!(body, "result_wrapper: Some({wrapper:?}),");
        }
    }
    if !operation.errors.is_empty() {
        let errors = operation.errors.iter().map(|error| format!("&shapes::{}", names[error.as_str()]));
        let _ = write!(body, "errors: &[{}],", errors.collect::<Vec<_>>().join(", "));
    }
    if operation.authtype.as_deref() == Some("none") {
        body.push_str("anonymous: true,");
    }
    if operation.http_checksum.as_ref().is_some_and(|checksum| checksum.request_checksum_required) {
        body.push_str("checksum_required: true,");
    }
    body
}

fn service(model: &Model) -> String {
    let metadata = &model.metadata;
    let protocol = match (metadata.protocol.as_str(), metadata.json_version.as_deref()) {
        ("json", Some("1.0")) => "AwsJson10",
        ("json", _) => "AwsJson11",
        ("rest-json", _) => "RestJson",
        ("rest-xml", _) => "RestXml",
        ("query", _) => "AwsQuery",
        (other, _) => panic!("the protocol {other}"),
    };
    let signing_name = metadata.signing_name.as_ref().unwrap_or(&metadata.endpoint_prefix);
    format!(
        "/// The service.\npub static SERVICE: Service = Service {{ name: {:?}, id: {:?}, endpoint_prefix: {:?}, \
         signing_name: {signing_name:?}, protocol: Protocol::{protocol}, target_prefix: {:?}, api_version: {:?}, \
         xml_namespace: {:?}, query_compatible: {}, global: {}, operations: &OPERATIONS }};\n",
        model.name,
        metadata.service_id,
        metadata.endpoint_prefix,
        metadata.target_prefix,
        metadata.api_version,
        metadata.xml_namespace,
        metadata.aws_query_compatible,
        metadata.global_endpoint.is_some(),
    )
}
