//! Values as DynamoDB's sentences write them: `{S:a}`.

use super::super::super::value::Value;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;

/// A value with its type.
pub(super) fn describe(value: &Value) -> String {
    let base64 = |bytes: &Bytes| BASE64_STANDARD.encode(bytes);
    let list = |members: Vec<String>| format!("[{}]", members.join(","));
    let content = match value {
        Value::S(text) => text.clone(),
        Value::N(number) => number.to_string(),
        Value::B(bytes) => base64(bytes),
        Value::Bool(truth) => truth.to_string(),
        Value::Null => "true".to_owned(),
        Value::Ss(texts) => list(texts.clone()),
        Value::Ns(numbers) => list(numbers.iter().map(ToString::to_string).collect()),
        Value::Bs(binaries) => list(binaries.iter().map(base64).collect()),
        Value::L(elements) => list(elements.iter().map(describe).collect()),
        Value::M(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(name, value)| format!("{name}={}", describe(value))).collect();
            format!("{{{}}}", entries.join(","))
        }
    };
    format!("{{{}:{content}}}", value.type_name())
}
