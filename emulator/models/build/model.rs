//! A description as `import.py` writes it.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value as Json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Model {
    #[serde(skip)]
    pub name: String,
    pub metadata: Metadata,
    pub operations: IndexMap<String, Operation>,
    pub shapes: IndexMap<String, Shape>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Metadata {
    pub api_version: String,
    pub endpoint_prefix: String,
    pub global_endpoint: Option<String>,
    pub json_version: Option<String>,
    pub protocol: String,
    pub service_id: String,
    pub signing_name: Option<String>,
    pub target_prefix: Option<String>,
    pub xml_namespace: Option<String>,
    pub aws_query_compatible: bool,
    #[expect(dead_code, reason = "for readers of the file: where its facts come from")]
    pub source: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Operation {
    pub http: Http,
    pub input: Option<Reference>,
    pub output: Option<Reference>,
    #[serde(default)]
    pub errors: Vec<String>,
    pub authtype: Option<String>,
    pub http_checksum: Option<HttpChecksum>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Http {
    pub method: String,
    pub request_uri: String,
    pub response_code: Option<u16>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HttpChecksum {
    #[serde(default)]
    pub request_checksum_required: bool,
}

#[derive(Deserialize, Clone, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Reference {
    pub shape: String,
    pub location: Option<String>,
    pub location_name: Option<String>,
    #[serde(default)]
    pub flattened: bool,
    #[serde(default)]
    pub streaming: bool,
    pub xml_namespace: Option<Json>,
    #[serde(default)]
    pub xml_attribute: bool,
    #[serde(default)]
    pub idempotency_token: bool,
    pub result_wrapper: Option<String>,
    #[serde(default)]
    pub jsonvalue: bool,
    #[serde(default, rename = "box")]
    _box: bool,
    #[serde(default, rename = "hostLabel")]
    _host_label: bool,
    #[serde(default, rename = "eventpayload")]
    _event_payload: bool,
    #[serde(default, rename = "eventheader")]
    _event_header: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Shape {
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub members: IndexMap<String, Reference>,
    pub member: Option<Reference>,
    pub key: Option<Reference>,
    pub value: Option<Reference>,
    #[serde(default)]
    pub required: Vec<String>,
    #[serde(default, rename = "enum")]
    pub values: Vec<String>,
    pub pattern: Option<String>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    #[serde(default)]
    pub sensitive: bool,
    pub payload: Option<String>,
    #[serde(default)]
    pub flattened: bool,
    pub timestamp_format: Option<String>,
    #[serde(default)]
    pub exception: bool,
    pub error: Option<Error>,
    #[serde(default)]
    pub fault: bool,
    #[serde(default)]
    pub streaming: bool,
    pub xml_namespace: Option<Json>,
    pub location_name: Option<String>,
    #[serde(default)]
    pub eventstream: bool,
    #[serde(default)]
    pub union: bool,
    #[serde(default)]
    pub document: bool,
    #[serde(default, rename = "event")]
    _event: bool,
    #[serde(default, rename = "box")]
    _box: bool,
    #[serde(default, rename = "wrapper")]
    _wrapper: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Error {
    pub code: Option<String>,
    pub http_status_code: Option<u16>,
    #[serde(default)]
    pub sender_fault: bool,
}

impl Reference {
    /// A member in a header.
    pub(crate) fn header(shape: &str, name: &str) -> Reference {
        Reference {
            shape: shape.into(),
            location: Some("header".into()),
            location_name: Some(name.into()),
            ..Reference::default()
        }
    }
}

impl Shape {
    /// What kind of value it is: a structure marked as a document is any JSON.
    pub(crate) fn kind(&self) -> &str {
        if self.document { "document" } else { &self.kind }
    }
}
