//! A client was given parameters and sent this request: a server reads the same parameters back.

use super::PROTOCOLS;
use super::cases::{Case, load, printed, value};
use ruststack_harness::places::material;
use ruststack_wire::bytes::Bytes;
use ruststack_wire::protocol::{Incoming, Payload, Protocol};
use ruststack_wire::value::{Record, Value};

/// The cases that do not pass, each with its reason.
const EXCEPTIONS: [(&str, &[&str]); 5] = [
    (
        "the client was given a named parameter a second time, in the map; it stands on the wire once",
        &[
            "RestJsonAllQueryStringTypes",
            "RestJsonQueryStringEscaping",
            "RestJsonSupportsNaNFloatQueryValues",
            "RestJsonSupportsInfinityFloatQueryValues",
            "RestJsonSupportsNegativeInfinityFloatQueryValues",
            "RestJsonZeroAndFalseQueryValues",
        ],
    ),
    (
        "the case gives no body, though its request has one (compressed)",
        &[
            "SDKAppliedContentEncoding_awsJson1_0",
            "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0",
            "SDKAppliedContentEncoding_awsJson1_1",
            "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1",
            "SDKAppliedContentEncoding_restJson1",
            "SDKAppendedGzipAfterProvidedEncoding_restJson1",
            "SDKAppliedContentEncoding_restXml",
            "SDKAppendedGzipAfterProvidedEncoding_restXml",
            "SDKAppliedContentEncoding_awsQuery",
            "SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery",
        ],
    ),
    (
        "the client makes up a token that its caller did not give",
        &[
            "RestJsonQueryIdempotencyTokenAutoFill",
            "QueryIdempotencyTokenAutoFill",
            "QueryProtocolIdempotencyTokenAutoFill",
        ],
    ),
    (
        "nothing on the wire tells what is empty from what is absent",
        &[
            "RestJsonHttpPrefixHeadersAreNotPresent",
            "RestJsonOmitsEmptyListQueryValues",
            "RestJsonHttpWithEmptyStructurePayload",
            "RestJsonHttpWithHeadersButNoPayload",
            "HttpPrefixHeadersAreNotPresent",
            "QueryEmptyQueryMaps",
        ],
    ),
    (
        "the client drops a parameter that its caller gave twice",
        &["RestJsonQueryPrecedence", "RestXmlQueryPrecedence"],
    ),
];

#[test]
fn every_request_is_read_back_into_its_parameters() {
    let Some(folder) = material("RUSTSTACK_PROTOCOL_TESTS", "protocol-tests") else { return };
    let mut failures = Vec::new();
    let mut count = 0;
    for (name, protocol) in PROTOCOLS {
        for case in load(&folder, "input", name, protocol) {
            count += 1;
            let result = check(&case, protocol);
            let excepted = EXCEPTIONS.iter().any(|(_, ids)| ids.contains(&case.id.as_str()));
            match result {
                Ok(()) if excepted => failures.push(format!("{} passes: strike it from the list", case.id)),
                Err(reason) if !excepted => failures.push(format!("{name} {}: {reason}", case.id)),
                _ => {}
            }
        }
    }
    assert!(count > 300, "only {count} cases were found");
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
}

fn check(case: &Case, protocol: Protocol) -> Result<(), String> {
    let Some(shape) = case.operation.input else { return Ok(()) };
    let request = &case.json["serialized"];
    let uri = request["uri"].as_str().unwrap_or("/");
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let mut headers = http::HeaderMap::new();
    for (name, text) in request["headers"].as_object().into_iter().flatten() {
        let name = http::HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        headers.insert(name, text.as_str().expect("a header's text").parse().expect("a header's text"));
    }
    let incoming = Incoming { operation: case.operation, path, query, headers: &headers };
    let body = Bytes::from(request["body"].as_str().unwrap_or_default().to_owned());
    let mut input = Record::new(shape);
    protocol.decode(&incoming, Payload::Whole(body), &mut input).map_err(|error| format!("{error:?}"))?;
    let (found, wanted) = (printed(&Value::Structure(input)), printed(&value(shape, &case.json["params"])));
    if found == wanted { Ok(()) } else { Err(format!("\n  read   {found}\n  wanted {wanted}")) }
}
