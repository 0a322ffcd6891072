//! The public protocol test cases, read from beside the project: requests into inputs, outputs into responses.

mod cases;
mod input;
mod output;

/// The protocols and the names of their case files.
const PROTOCOLS: [(&str, ruststack_wire::Protocol); 5] = [
    ("json_1_0", ruststack_wire::Protocol::AwsJson10),
    ("json", ruststack_wire::Protocol::AwsJson11),
    ("rest-json", ruststack_wire::Protocol::RestJson),
    ("rest-xml", ruststack_wire::Protocol::RestXml),
    ("query", ruststack_wire::Protocol::AwsQuery),
];
