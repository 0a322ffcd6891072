//! Secrets planted in every place that a model calls sensitive, and in every position where a credential in use may
//! stand, of every operation: none of them reaches the disk. The messages are made here from the shapes, by the rules
//! of the protocols, and not by what redaction believes of them.

use super::*;
use crate::format::{Cassette, Response};
use crate::import::Classify as _;
use crate::scan::scan;
use crate::{Models, Writer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ruststack_wire::shape::{Kind, Location, Shape};
use ruststack_wire::{Operation, Protocol, Service, shape};
use serde_json::{Map, Value, json};

/// The secret key in use, with every character that an encoding changes.
const KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzzzzzzz=KEY";

/// Hands out secrets, each once.
#[derive(Default)]
struct Planter {
    planted: Vec<String>,
}

impl Planter {
    fn plant(&mut self) -> String {
        let secret = format!("Pl4nt3d-S3cr3t-{:06}", self.planted.len());
        self.planted.push(secret.clone());
        secret
    }

    fn leaf(&mut self, is_secret: bool) -> String {
        if is_secret { self.plant() } else { "x".to_owned() }
    }
}

/// What is not redacted although a model calls it sensitive: code, what functions are given and give, names of keys.
fn is_exempt(member: &shape::Member) -> bool {
    const SHAPES: [&str; 6] = [
        "SSEKMSKeyId",
        "NonEmptyKmsKeyArnString",
        "BinaryOperationPayload",
        "InputPayload",
        "OperationPayload",
        "OutputPayload",
    ];
    SHAPES.contains(&member.shape.name)
        || (member.shape.name == "Blob" && ["Payload", "ZipFile"].contains(&member.name))
}

fn is_secret(member: &shape::Member, around: bool) -> bool {
    (around || member.shape.sensitive) && !is_exempt(member)
}

/// A shape that holds itself is followed once.
type Around = Vec<*const Shape>;

fn json_of(member: &shape::Member, around: bool, planter: &mut Planter, inside: &mut Around) -> Value {
    let secret = is_secret(member, around);
    match &member.shape.kind {
        Kind::Structure { .. } => json_members(member.shape, secret, planter, inside),
        Kind::List { member: item, .. } => json!([json_of(item, secret, planter, inside)]),
        Kind::Map { value, .. } => json!({ "k": json_of(value, secret, planter, inside) }),
        Kind::Blob { .. } => Value::from(BASE64.encode(planter.leaf(secret))),
        Kind::String(_) | Kind::Document => Value::from(planter.leaf(secret)),
        Kind::Boolean => Value::from(true),
        _ => Value::from(7),
    }
}

fn json_members(shape: &'static Shape, secret: bool, planter: &mut Planter, inside: &mut Around) -> Value {
    let mut members = Map::new();
    if !inside.contains(&std::ptr::from_ref(shape)) {
        inside.push(shape);
        for member in shape.members().iter().filter(|member| member.location.is_body()) {
            members.insert(member.wire_name().to_owned(), json_of(member, secret, planter, inside));
        }
        inside.pop();
    }
    Value::Object(members)
}

fn xml_of(
    name: &str,
    member: &shape::Member,
    around: bool,
    planter: &mut Planter,
    inside: &mut Around,
) -> String {
    let secret = is_secret(member, around);
    let content = match &member.shape.kind {
        Kind::Structure { .. } => xml_members(member.shape, secret, planter, inside),
        Kind::List { member: item, .. } if member.is_flattened() => {
            return xml_of(name, item, secret, planter, inside);
        }
        Kind::List { member: item, .. } => {
            xml_of(item.wire_name.unwrap_or("member"), item, secret, planter, inside)
        }
        Kind::Map { key, value, .. } => {
            let key = xml_of(key.wire_name.unwrap_or("key"), key, secret, planter, inside);
            let value = xml_of(value.wire_name.unwrap_or("value"), value, secret, planter, inside);
            if member.is_flattened() { key + &value } else { format!("<entry>{key}{value}</entry>") }
        }
        Kind::Blob { .. } => BASE64.encode(planter.leaf(secret)),
        Kind::String(_) => planter.leaf(secret),
        _ => "7".to_owned(),
    };
    format!("<{name}>{content}</{name}>")
}

fn xml_members(shape: &'static Shape, secret: bool, planter: &mut Planter, inside: &mut Around) -> String {
    if inside.contains(&std::ptr::from_ref(shape)) {
        return String::new();
    }
    inside.push(shape);
    let members = shape.members().iter().filter(|member| member.location.is_body());
    let made = members.map(|member| xml_of(member.wire_name(), member, secret, planter, inside)).collect();
    inside.pop();
    made
}

fn form_of(
    key: &str,
    member: &shape::Member,
    around: bool,
    planter: &mut Planter,
    inside: &mut Around,
) -> Vec<String> {
    let secret = is_secret(member, around);
    match &member.shape.kind {
        Kind::Structure { .. } => form_members(&format!("{key}."), member.shape, secret, planter, inside),
        Kind::List { member: item, .. } => {
            let key = match member.is_flattened() {
                true => format!("{key}.1"),
                false => format!("{key}.{}.1", item.wire_name.unwrap_or("member")),
            };
            form_of(&key, item, secret, planter, inside)
        }
        Kind::Map { key: name, value, .. } => {
            let entry = if member.is_flattened() { format!("{key}.1") } else { format!("{key}.entry.1") };
            let mut pairs = form_of(
                &format!("{entry}.{}", name.wire_name.unwrap_or("key")),
                name,
                secret,
                planter,
                inside,
            );
            let value_key = format!("{entry}.{}", value.wire_name.unwrap_or("value"));
            pairs.extend(form_of(&value_key, value, secret, planter, inside));
            pairs
        }
        Kind::Blob { .. } => {
            let value = BASE64.encode(planter.leaf(secret)).replace('=', "%3D");
            vec![format!("{key}={value}")]
        }
        _ => vec![format!("{key}={}", planter.leaf(secret))],
    }
}

fn form_members(
    before: &str,
    shape: &'static Shape,
    secret: bool,
    planter: &mut Planter,
    inside: &mut Around,
) -> Vec<String> {
    if inside.contains(&std::ptr::from_ref(shape)) {
        return Vec::new();
    }
    inside.push(shape);
    let members = shape.members().iter().filter(|member| member.location.is_body());
    let pairs = members.flat_map(|member| {
        form_of(&format!("{before}{}", member.wire_name()), member, secret, planter, inside)
    });
    let made = pairs.collect();
    inside.pop();
    made
}

/// The headers and the body of a message of this shape.
fn message(
    shape: &'static Shape,
    protocol: Protocol,
    is_request: bool,
    planter: &mut Planter,
) -> (Headers, Vec<u8>) {
    let mut headers = Headers::default();
    for member in shape.members().iter().filter(|member| member.location == Location::Header) {
        headers.push(member.wire_name(), &planter.leaf(is_secret(member, false)));
    }
    let inside = &mut Vec::new();
    let is_xml = protocol == Protocol::RestXml || (protocol == Protocol::AwsQuery && !is_request);
    let body = match shape.payload() {
        Some((_, payload)) if payload.shape.members().is_empty() => {
            planter.leaf(is_secret(payload, false)).into_bytes()
        }
        Some((_, payload)) if matches!(payload.shape.kind, Kind::Structure { event_stream: true, .. }) => {
            frames::tests::frame(&planter_payload(payload, is_xml, planter, inside))
        }
        Some((_, payload)) => planter_payload(payload, is_xml, planter, inside),
        None if is_xml => format!("<R>{}</R>", xml_members(shape, false, planter, inside)).into_bytes(),
        None if protocol == Protocol::AwsQuery => {
            headers.push("content-type", "application/x-www-form-urlencoded");
            form_members("", shape, false, planter, inside).join("&").into_bytes()
        }
        None => json_members(shape, false, planter, inside).to_string().into_bytes(),
    };
    (headers, body)
}

fn planter_payload(
    payload: &shape::Member,
    is_xml: bool,
    planter: &mut Planter,
    inside: &mut Around,
) -> Vec<u8> {
    match is_xml {
        true => xml_of(payload.wire_name(), payload, false, planter, inside).into_bytes(),
        false => json_of(payload, false, planter, inside).to_string().into_bytes(),
    }
}

/// An interaction of an operation for each of its answers, with a secret at every sensitive place.
fn interactions(service: &Service, operation: &'static Operation, planter: &mut Planter) -> Vec<Interaction> {
    let answers = operation.output.into_iter().chain(operation.errors.iter().copied());
    let answers: Vec<_> = answers.map(Some).chain([None]).collect();
    let one = |answer: Option<&'static Shape>| {
        let mut request = Request::of_url(
            operation.method,
            &format!("https://{}.us-east-1.amazonaws.com/", service.endpoint_prefix),
        )
        .unwrap();
        if let Some(input) = operation.input {
            let (headers, body) = message(input, service.protocol, true, planter);
            (request.headers, request.body) = (headers, Body::exact(body));
        }
        let response = answer.map(|shape| {
            let (headers, body) = message(shape, service.protocol, false, planter);
            Response { status: 200, headers, body: Body::exact(body), ..Response::default() }
        });
        let (service, operation) = (Some(service.name.to_owned()), Some(operation.name.to_owned()));
        Interaction { service, operation, request, response, ..Interaction::default() }
    };
    answers.into_iter().map(one).collect()
}

/// Redacts and writes a conversation, and gives every byte that is on the disk then.
fn written(conversation: Vec<Interaction>, known: &[&str]) -> Vec<u8> {
    let mut redactor = Redactor::default().secrets(known.iter().map(|secret| (*secret).to_owned()));
    let interactions = redactor.redact_all(conversation.into_iter().map(|one| {
        let sensitive = Models.sensitive(&one);
        (one, sensitive)
    }));
    let folder = tempfile::tempdir().unwrap();
    let cassette = Cassette { interactions, ..Cassette::default() };
    Writer::default()
        .body_file_threshold(usize::MAX)
        .write(&folder.path().join("a.json"), &cassette)
        .unwrap();
    let files: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1);
    std::fs::read(&files[0]).unwrap()
}

#[test]
fn no_sensitive_member_of_any_operation_reaches_the_disk() {
    let (mut places, mut operations) = (0, 0);
    for service in ruststack_models::SERVICES {
        let mut planter = Planter::default();
        let conversation: Vec<Interaction> =
            service.operations.iter().flat_map(|own| interactions(service, own, &mut planter)).collect();
        places += planter.planted.len();
        operations += service.operations.len();
        let leaks = |bytes: &[u8]| scan(bytes, &["Pl4nt3d-S3cr3t-".to_owned()]);
        if !planter.planted.is_empty() {
            let raw = serde_json::to_vec(&conversation).unwrap();
            assert!(!leaks(&raw).is_empty(), "{}: the check is able to fail", service.name);
        }
        let found = leaks(&written(conversation, &[]));
        assert!(found.is_empty(), "{}: {:?}", service.name, &found[..found.len().min(5)]);
    }
    assert!(operations > 1000 && places > 1000, "{operations} operations, {places} places");
}

/// Every position where a credential may stand that no model knows of.
fn everywhere(service: &Service, operation: &Operation) -> Interaction {
    let percent = replace::percent(KEY);
    let url = format!("https://{}.us-east-1.amazonaws.com/{percent}/a?k={percent}", service.endpoint_prefix);
    let mut request =
        Request::of_url(operation.method, &format!("{url}&l={}", percent.to_lowercase())).unwrap();
    for name in ["authorization", "cookie", "x-amz-meta-a", "x-amz-security-token", "user-agent", "if-match"]
    {
        request.headers.push(name, KEY);
    }
    request.headers.push("x-amz-client-context", &BASE64.encode(json!({ "k": KEY }).to_string()));
    let inner = json!({ "deep": json!({ "k": KEY }).to_string() }).to_string();
    let body = json!({
        "plain": KEY, "string": inner,
        "base64": BASE64.encode(format!("..{KEY}.")), "packed": BASE64.encode(gzip(KEY.as_bytes())),
        "url": format!("https://h/?x={percent}"), "odd": "SLASHED",
    });
    let escaped = KEY.replace('/', "\\/").replace('+', "\\u002b");
    let body = body.to_string().replace("SLASHED", &escaped);
    request.body = Body::exact(body.clone());
    let response = match operation.name.len() % 3 {
        0 => gzip(body.as_bytes()),
        1 => [frames::tests::frame(body.as_bytes()), frames::tests::frame(KEY.as_bytes())].concat(),
        _ => format!("<R><K>{KEY}</K><B>{}</B></R>", BASE64.encode(format!("x{KEY}"))).into_bytes(),
    };
    let mut response = Response { status: 200, body: Body::exact(response), ..Response::default() };
    response.headers.push("x-amz-log-result", &BASE64.encode(format!("START\n{KEY}\nEND")));
    response.headers.push("set-cookie", KEY);
    let (service, operation) = (Some(service.name.to_owned()), Some(operation.name.to_owned()));
    Interaction { service, operation, request, response: Some(response), ..Interaction::default() }
}

#[test]
fn the_credentials_in_use_reach_the_disk_in_no_position_of_any_operation() {
    for service in ruststack_models::SERVICES {
        let conversation: Vec<Interaction> =
            service.operations.iter().map(|operation| everywhere(service, operation)).collect();
        let found = |bytes: &[u8]| scan(bytes, &[KEY.to_owned()]);
        assert!(found(&serde_json::to_vec(&conversation).unwrap()).len() > 5, "the check is able to fail");
        let left = found(&written(conversation, &[KEY]));
        assert!(left.is_empty(), "{}: {:?}", service.name, &left[..left.len().min(5)]);
    }
}
