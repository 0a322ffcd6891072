//! A response on the wire stands for this value: a server that holds the value writes a response that means the
//! same.

use super::PROTOCOLS;
use super::cases::{Case, load, printed, value};
use ruststack_harness::places::material;
use ruststack_wire::bytes::Bytes;
use ruststack_wire::codec::xml;
use ruststack_wire::fault::Fault;
use ruststack_wire::protocol::{Answer, Ids, Protocol};
use ruststack_wire::value::{Record, Value};
use serde_json::Value as Json;

/// The cases that do not pass, each with its reason.
const EXCEPTIONS: [(&str, &[&str]); 2] = [
    ("an empty prefix takes every header, also those that each answer has", &["HttpPrefixHeadersResponse"]),
    ("nothing on the wire tells an empty map of headers from none", &["HttpPrefixHeadersAreNotPresent"]),
];

/// What a client must take and a server need not write: the response is another than the case's, and both are
/// read as the same value.
const OTHER_FORMS: [(&str, &[&str]); 9] = [
    (
        "moments are written in UTC, whatever offset a client must take",
        &[
            "AwsJson11DateTimeWithNegativeOffset",
            "AwsJson11DateTimeWithPositiveOffset",
            "RestJsonDateTimeWithNegativeOffset",
            "RestJsonDateTimeWithPositiveOffset",
            "RestXmlDateTimeWithNegativeOffset",
            "RestXmlDateTimeWithPositiveOffset",
            "AwsQueryDateTimeWithNegativeOffset",
            "AwsQueryDateTimeWithPositiveOffset",
        ],
    ),
    (
        "an error's type stands in `__type` (awsJson) or in `X-Amzn-ErrorType` (restJson), bare, and nowhere else",
        &[
            "AwsJson10FooErrorUsingXAmznErrorType",
            "AwsJson10FooErrorUsingXAmznErrorTypeWithUri",
            "AwsJson10FooErrorUsingXAmznErrorTypeWithUriAndNamespace",
            "AwsJson10FooErrorUsingCode",
            "AwsJson10FooErrorUsingCodeAndNamespace",
            "AwsJson10FooErrorUsingCodeUriAndNamespace",
            "AwsJson11FooErrorUsingXAmznErrorType",
            "AwsJson11FooErrorUsingXAmznErrorTypeWithUri",
            "AwsJson11FooErrorUsingXAmznErrorTypeWithUriAndNamespace",
            "AwsJson11FooErrorUsingCode",
            "AwsJson11FooErrorUsingCodeAndNamespace",
            "AwsJson11FooErrorUsingCodeUriAndNamespace",
            "RestJsonFooErrorUsingXAmznErrorTypeWithUri",
            "RestJsonFooErrorUsingXAmznErrorTypeWithUriAndNamespace",
            "RestJsonFooErrorUsingCode",
            "RestJsonFooErrorUsingCodeAndNamespace",
            "RestJsonFooErrorUsingCodeUriAndNamespace",
            "RestJsonFooErrorWithDunderType",
            "RestJsonFooErrorWithDunderTypeAndNamespace",
            "RestJsonFooErrorWithDunderTypeUriAndNamespace",
        ],
    ),
    (
        "which namespace precedes `__type` is a service's own, and the cases' service has none",
        &[
            "AwsJson10InvalidGreetingError",
            "AwsJson10FooErrorWithDunderTypeAndNamespace",
            "AwsJson10FooErrorWithDunderTypeUriAndNamespace",
            "AwsJson10ComplexError",
            "AwsJson10EmptyComplexError",
            "AwsJson11FooErrorWithDunderTypeAndNamespace",
            "AwsJson11FooErrorWithDunderTypeUriAndNamespace",
        ],
    ),
    (
        "what is absent is left out, not written as null, and no `__type` stands in a union",
        &[
            "AwsJson10DeserializeIgnoreType",
            "AwsJson10DeserializeAllowNulls",
            "AwsJson11DeserializeIgnoreType",
            "AwsJson11StructuresDontDeserializeNullValues",
            "RestJsonDeserializesDenseSetMapAndSkipsNull",
            "RestJsonDeserializeIgnoreType",
            "RestJsonDoesntDeserializeNullStructureValues",
        ],
    ),
    (
        "where a body and none mean the same, one of the two is written",
        &[
            "RestJsonEmptyInputAndEmptyOutputJsonObjectOutput",
            "RestJsonGreetingWithErrors",
            "RestJsonFooErrorUsingXAmznErrorType",
            "RestJsonHttpResponseCode",
            "RestJsonIgnoreQueryParamsInResponseNoPayload",
            "RestJsonNoInputAndOutputNoPayload",
            "QueryEmptyInputAndEmptyOutput",
            "QueryNoInputAndOutput",
        ],
    ),
    (
        "the element has the name that the case's model gives the member; the wanted one is not in the model",
        &[
            "RestXmlHttpPayloadWithUnion",
            "HttpPayloadWithXmlName",
            "HttpPayloadWithXmlNamespace",
            "HttpPayloadWithXmlNamespaceAndPrefix",
        ],
    ),
    (
        "the response has text or elements that stand for nothing in the value",
        &["InvalidGreetingError", "ComplexError", "SimpleScalarPropertiesWithXMLPreamble"],
    ),
    (
        "the namespace is declared on the root element, as AWS does",
        &["QueryInvalidGreetingError", "QueryCustomizedError", "QueryComplexError", "QueryXmlNamespaces"],
    ),
    (
        "the response has the id of another request, or a header of a request",
        &["parses_the_request_id_from_the_response", "AwsJson11IntEnums"],
    ),
];

#[test]
fn every_value_is_written_as_a_response_that_means_it() {
    let Some(folder) = material("RUSTSTACK_PROTOCOL_TESTS", "protocol-tests") else { return };
    let mut failures = Vec::new();
    let mut count = 0;
    for (name, protocol) in PROTOCOLS {
        for case in load(&folder, "output", name, protocol) {
            count += 1;
            let listed =
                |list: &[(&str, &[&str])]| list.iter().any(|(_, ids)| ids.contains(&case.id.as_str()));
            let (excepted, other_form) = (listed(&EXCEPTIONS), listed(&OTHER_FORMS));
            match (check(&case, protocol), excepted, other_form) {
                (Ok(Form::Same), false, false) | (Ok(Form::Other(_)), false, true) | (Err(_), true, _) => {}
                (Ok(Form::Other(reason)), false, false) => {
                    failures.push(format!("{name} {} has another form: {reason}", case.id))
                }
                (Ok(_), ..) => failures.push(format!("{} passes: strike it from the list", case.id)),
                (Err(reason), ..) => failures.push(format!("{name} {}: {reason}", case.id)),
            }
        }
    }
    assert!(count > 250, "only {count} cases were found");
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
}

enum Form {
    Same,
    Other(String),
}

fn check(case: &Case, protocol: Protocol) -> Result<Form, String> {
    let ids = Ids { request_id: "foo-id".into(), host_id: String::new() };
    let answer = Answer { service: case.service, protocol, ids: &ids };
    let mut expected = http::Response::new(Bytes::from(
        case.json["response"]["body"].as_str().unwrap_or_default().to_owned(),
    ));
    *expected.status_mut() =
        http::StatusCode::from_u16(case.json["response"]["status_code"].as_u64().unwrap_or(200) as u16)
            .expect("a status");
    for (name, text) in case.json["response"]["headers"].as_object().into_iter().flatten() {
        let name = http::HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        expected.headers_mut().insert(name, text.as_str().expect("text").parse().expect("a header's text"));
    }
    if case.json["error"].is_object() {
        return check_fault(case, &answer, &expected);
    }
    let Some(shape) = case.operation.output else { return Ok(Form::Same) };
    let Value::Structure(mut output) = value(shape, &case.json["result"]) else {
        return Err("no structure".into());
    };
    let wanted = printed(&Value::Structure(output.clone()));
    let written = whole(answer.output(case.operation, &mut output));
    let read = |response: &http::Response<Bytes>| {
        let mut record = Record::new(shape);
        protocol
            .decode_output(case.operation, response, &mut record)
            .map_err(|error| format!("{error:?} in {:?}", response.body()))?;
        Ok::<_, String>(printed(&Value::Structure(record)))
    };
    let ours = read(&written)?;
    if ours != wanted {
        return Err(format!(
            "\n  wrote  {:?} {:?}\n  is     {ours}\n  wanted {wanted}",
            written.headers(),
            written.body()
        ));
    }
    compare(protocol, &written, &expected)
}

fn check_fault(case: &Case, answer: &Answer<'_>, expected: &http::Response<Bytes>) -> Result<Form, String> {
    let shape = *case.operation.errors.first().ok_or("the case names no error")?;
    let mut fault = Fault::modelled(shape, "");
    fault.message = case.json["errorMessage"].as_str().map(|message| message.to_owned().into());
    let Value::Structure(detail) = value(shape, &case.json["error"]) else {
        return Err("no structure".into());
    };
    let fault = fault.detailed(detail);
    compare(answer.protocol, &whole(answer.fault(Some(case.operation), &fault)), expected)
}

fn whole(response: ruststack_wire::Response) -> http::Response<Bytes> {
    let (parts, body) = response.into_parts();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let bytes = runtime.block_on(body.collect(1 << 20)).expect("a body in memory");
    http::Response::from_parts(parts, bytes)
}

fn compare(
    protocol: Protocol,
    ours: &http::Response<Bytes>,
    expected: &http::Response<Bytes>,
) -> Result<Form, String> {
    if ours.status() != expected.status() {
        return Err(format!("status {} instead of {}", ours.status(), expected.status()));
    }
    for (name, wanted) in expected.headers() {
        let found = ours.headers().get(name);
        let is_type = name == http::header::CONTENT_TYPE;
        let same = found.is_some_and(|found| found.as_bytes().eq_ignore_ascii_case(wanted.as_bytes()));
        if !same && !is_type {
            return Ok(Form::Other(format!("header {name}: {found:?} instead of {wanted:?}")));
        }
        if !same && !expected.body().is_empty() {
            return Ok(Form::Other(format!("header {name}: {found:?} instead of {wanted:?}")));
        }
    }
    let xml = matches!(protocol, Protocol::RestXml | Protocol::AwsQuery);
    let tree = |body: &Bytes| {
        if xml {
            return xml::parse(body).map(|root| xml_tree(&root)).unwrap_or_else(|_| format!("{body:?}"));
        }
        serde_json::from_slice::<Json>(body)
            .map(|json| json_tree(&json))
            .unwrap_or_else(|_| format!("{body:?}"))
    };
    let (found, wanted) = (tree(ours.body()), tree(expected.body()));
    if found == wanted {
        Ok(Form::Same)
    } else {
        Ok(Form::Other(format!("\n  wrote  {found}\n  wanted {wanted}")))
    }
}

/// JSON without order, numbers by value, and without the request id.
fn json_tree(json: &Json) -> String {
    match json {
        Json::Object(object) => {
            let mut members: Vec<_> =
                object.iter().map(|(key, value)| format!("{key:?}: {}", json_tree(value))).collect();
            members.sort();
            format!("{{{}}}", members.join(", "))
        }
        Json::Array(items) => format!("[{}]", items.iter().map(json_tree).collect::<Vec<_>>().join(", ")),
        Json::Number(number) => format!("{:?}", number.as_f64()),
        other => other.to_string(),
    }
}

/// XML whose elements may come in another order, except those of one name.
fn xml_tree(element: &xml::Element) -> String {
    let mut attributes: Vec<_> =
        element.attributes.iter().map(|(name, value)| format!(" {name}={value:?}")).collect();
    attributes.sort();
    let mut children: Vec<_> =
        element.children.iter().filter(|child| child.name != "ResponseMetadata").collect();
    children.sort_by_key(|child| child.name.clone());
    let children: Vec<_> = children.into_iter().map(xml_tree).collect();
    format!("<{}{}>{}{}</>", element.name, attributes.concat(), element.text.trim(), children.concat())
}
