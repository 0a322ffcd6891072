//! Case files: their shapes as constants of the running test, their values as values of these shapes.

use ruststack_wire::bytes::Bytes;
use ruststack_wire::operation::{Operation, Service};
use ruststack_wire::protocol::Protocol;
use ruststack_wire::shape::*;
use ruststack_wire::timestamp::Timestamp;
use ruststack_wire::value::{Record, Value};
use serde_json::Value as Json;

/// How deep recursive shapes are unrolled; no case nests as deep.
const DEPTH: usize = 6;

/// One test case, with its operation.
pub(super) struct Case {
    pub(super) id: String,
    pub(super) service: &'static Service,
    pub(super) operation: &'static Operation,
    pub(super) json: Json,
}

/// The cases of a protocol, from `input` or `output`.
pub(super) fn load(folder: &std::path::Path, side: &str, name: &str, protocol: Protocol) -> Vec<Case> {
    let path = folder.join(side).join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).expect("a case file can be read");
    let suites: Vec<Json> = serde_json::from_str(&text).expect("a case file is JSON");
    let mut cases = Vec::new();
    for suite in suites {
        let metadata = &suite["metadata"];
        let service = leak(Service {
            name: "cases",
            id: "Cases",
            endpoint_prefix: "cases",
            signing_name: "cases",
            protocol,
            target_prefix: text_of(&metadata["targetPrefix"]),
            api_version: text_of(&metadata["apiVersion"]).unwrap_or(""),
            // The cases leave out what a query model always has: the namespace and the result's element.
            xml_namespace: (protocol == Protocol::AwsQuery).then_some("https://example.com/"),
            query_compatible: false,
            global: false,
            operations: &[],
        });
        for json in suite["cases"].as_array().expect("a suite has cases") {
            let given = &json["given"];
            let shapes = &suite["shapes"];
            let side = |side: &str| given[side]["shape"].as_str().map(|name| shape(shapes, name, DEPTH));
            let errors = given["errors"].as_array().into_iter().flatten();
            let errors: Vec<&'static Shape> =
                errors.filter_map(|error| Some(shape(shapes, error["shape"].as_str()?, DEPTH))).collect();
            let operation = leak(Operation {
                name: text_of(&given["name"]).expect("an operation has a name"),
                method: text_of(&given["http"]["method"]).unwrap_or("POST"),
                uri: text_of(&given["http"]["requestUri"]).unwrap_or("/"),
                status: given["http"]["responseCode"].as_u64().unwrap_or(200) as u16,
                input: side("input"),
                output: side("output"),
                result_wrapper: Some(format!("{}Result", given["name"].as_str().unwrap_or_default()).leak()),
                input_xml_name: text_of(&given["input"]["locationName"]),
                errors: errors.leak(),
                ..Operation::BASE
            });
            let id = json["id"].as_str().expect("a case has an id").to_owned();
            cases.push(Case { id, service, operation, json: json.clone() });
        }
    }
    cases
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn text_of(json: &Json) -> Option<&'static str> {
    json.as_str().map(|text| &*text.to_owned().leak())
}

fn shape(shapes: &Json, name: &str, depth: usize) -> &'static Shape {
    let facts = &shapes[name];
    let is_set = |flag: &str| facts[flag].as_bool() == Some(true);
    let part = |part: &str| member(shapes, "", &facts[part], false, depth);
    let kind = match facts["type"].as_str().expect("a shape has a type") {
        _ if is_set("document") => Kind::Document,
        "boolean" => Kind::Boolean,
        "integer" => Kind::Integer,
        "long" => Kind::Long,
        "float" => Kind::Float,
        "double" => Kind::Double,
        "string" => Kind::String(&[]),
        "blob" => Kind::Blob { streaming: false },
        "timestamp" => Kind::Timestamp(format(&facts["timestampFormat"])),
        "list" => Kind::List { member: leak(part("member")), flattened: is_set("flattened") },
        "map" => {
            Kind::Map { key: leak(part("key")), value: leak(part("value")), flattened: is_set("flattened") }
        }
        "structure" => {
            let none = serde_json::Map::new();
            let members = if depth == 0 { &none } else { facts["members"].as_object().unwrap_or(&none) };
            let required = |name: &String| {
                facts["required"].as_array().is_some_and(|all| all.contains(&name.as_str().into()))
            };
            let payload =
                facts["payload"].as_str().and_then(|payload| members.keys().position(|name| name == payload));
            let members: Vec<Member> = members
                .iter()
                .map(|(name, reference)| member(shapes, name, reference, required(name), depth - 1))
                .collect();
            Kind::Structure { members: members.leak(), payload, union: is_set("union"), event_stream: false }
        }
        other => panic!("a shape of type {other}"),
    };
    let error = &facts["error"];
    leak(Shape {
        name: name.to_owned().leak(),
        kind,
        xml_name: text_of(&facts["locationName"]),
        xml_namespace: namespace(&facts["xmlNamespace"]),
        error: (is_set("exception") || error.is_object()).then(|| {
            leak(ErrorTraits {
                code: text_of(&error["code"]),
                status: error["httpStatusCode"].as_u64().unwrap_or(if is_set("fault") { 500 } else { 400 })
                    as u16,
                sender: error["senderFault"].as_bool().unwrap_or(true),
            })
        }),
        ..Shape::BASE
    })
}

fn member(shapes: &Json, name: &str, reference: &Json, required: bool, depth: usize) -> Member {
    let is_set = |flag: &str| reference[flag].as_bool() == Some(true);
    Member {
        name: name.to_owned().leak(),
        shape: shape(shapes, reference["shape"].as_str().expect("a member has a shape"), depth),
        wire_name: text_of(&reference["locationName"]),
        location: match reference["location"].as_str() {
            None => Location::Body,
            Some("uri") => Location::Uri,
            Some("querystring") => Location::Query,
            Some("header") => Location::Header,
            Some("headers") => Location::HeaderPrefix,
            Some("statusCode") => Location::Status,
            Some(other) => panic!("a member in {other}"),
        },
        required,
        flattened: is_set("flattened"),
        xml_attribute: is_set("xmlAttribute"),
        xml_namespace: namespace(&reference["xmlNamespace"]),
        idempotency_token: is_set("idempotencyToken"),
        timestamp_format: format(&reference["timestampFormat"]),
        json_value: is_set("jsonvalue"),
    }
}

fn format(json: &Json) -> Option<TimestampFormat> {
    Some(match json.as_str()? {
        "iso8601" => TimestampFormat::Iso8601,
        "rfc822" => TimestampFormat::HttpDate,
        "unixTimestamp" => TimestampFormat::UnixSeconds,
        other => panic!("a timestamp in {other}"),
    })
}

fn namespace(json: &Json) -> Option<&'static XmlNamespace> {
    let uri = text_of(json).or_else(|| text_of(&json["uri"]))?;
    Some(leak(XmlNamespace { uri, prefix: text_of(&json["prefix"]) }))
}

/// A value as the cases write it: moments as seconds, blobs as their text.
pub(super) fn value(shape: &'static Shape, json: &Json) -> Value {
    match &shape.kind {
        _ if json.is_null() => Value::Null,
        Kind::Boolean => Value::Boolean(json.as_bool().expect("a boolean")),
        Kind::Integer => Value::Integer(json.as_i64().expect("an integer") as i32),
        Kind::Long => Value::Long(json.as_i64().expect("a long")),
        Kind::Float => Value::Float(double(json) as f32),
        Kind::Double => Value::Double(double(json)),
        Kind::String(_) => Value::String(json.as_str().map_or_else(|| json.to_string(), str::to_owned)),
        Kind::Blob { .. } => Value::Blob(Bytes::from(json.as_str().expect("a blob").to_owned())),
        Kind::Timestamp(_) => Value::Timestamp(
            Timestamp::parse(&json.to_string(), TimestampFormat::UnixSeconds).expect("a moment in seconds"),
        ),
        Kind::Document => Value::Document(json.clone()),
        Kind::List { member, .. } => Value::List(
            json.as_array().expect("a list").iter().map(|item| value(member.shape, item)).collect(),
        ),
        Kind::Map { value: item, .. } => Value::Map(
            json.as_object()
                .expect("a map")
                .iter()
                .map(|(key, json)| (key.clone(), value(item.shape, json)))
                .collect(),
        ),
        Kind::Structure { members, .. } => {
            let mut record = Record::new(shape);
            for (name, json) in
                json.as_object().expect("a structure").iter().filter(|(_, json)| !json.is_null())
            {
                let member =
                    members.iter().find(|member| member.name == name).expect("a member of the shape");
                assert!(record.set(name, value(member.shape, json)));
            }
            Value::Structure(record)
        }
    }
}

fn double(json: &Json) -> f64 {
    match json.as_str() {
        Some("NaN") => f64::NAN,
        Some("Infinity") => f64::INFINITY,
        Some("-Infinity") => f64::NEG_INFINITY,
        _ => json.as_f64().expect("a number"),
    }
}

/// Both sides printed, so that a NaN equals a NaN and the order of members does not count.
pub(super) fn printed(value: &Value) -> String {
    match value {
        Value::Structure(record) => {
            let mut members: Vec<_> =
                record.present().map(|(name, value)| format!("{name}: {}", printed(value))).collect();
            members.sort();
            format!("{{{}}}", members.join(", "))
        }
        Value::List(items) => format!("[{}]", items.iter().map(printed).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let mut entries: Vec<_> =
                entries.iter().map(|(name, value)| format!("{name:?}: {}", printed(value))).collect();
            entries.sort();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Document(json) => format!("{json}"),
        other => format!("{other:?}"),
    }
}
