//! Holds the JSON Schema and the types together. The validator knows the words that our schema uses and refuses others,
//! so that nothing in it goes unchecked.

use serde_json::Value;

/// Validates a document; the errors name the place.
pub(crate) fn validate(schema: &Value, document: &Value) -> Vec<String> {
    let mut errors = Vec::new();
    check(schema, schema, document, "", &mut errors);
    errors
}

fn check(root: &Value, schema: &Value, value: &Value, place: &str, errors: &mut Vec<String>) {
    let Value::Object(words) = schema else { panic!("{place}: a schema is an object") };
    for (word, says) in words {
        let holds = match word.as_str() {
            "$schema" | "$defs" | "title" | "description" => true,
            // The members that `properties` does not name; where it is a schema, there are none of those.
            "additionalProperties" => {
                if says.is_object() {
                    assert!(!words.contains_key("properties"), "{place}: either names or any name");
                    for (name, member) in value.as_object().into_iter().flatten() {
                        check(root, says, member, &format!("{place}.{name}"), errors);
                    }
                }
                true
            }
            "$ref" => {
                let pointer =
                    says.as_str().and_then(|says| says.strip_prefix('#')).expect("references are local");
                let target = root.pointer(pointer).unwrap_or_else(|| panic!("{pointer} is defined"));
                check(root, target, value, place, errors);
                true
            }
            "type" => match says.as_str().expect("one type") {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_u64() || value.is_i64(),
                other => panic!("type {other}"),
            },
            "const" => value == says,
            "enum" => says.as_array().expect("a list").contains(value),
            "minimum" => value.as_f64() >= says.as_f64(),
            "maximum" => value.as_f64() <= says.as_f64(),
            // The one pattern is that of a header line.
            "pattern" => value.as_str().is_none_or(|line| {
                line.find(':')
                    .is_some_and(|end| end > 0 && line[..end].bytes().all(|byte| byte.is_ascii_graphic()))
            }),
            "required" => value.as_object().is_none_or(|members| {
                says.as_array()
                    .expect("a list")
                    .iter()
                    .all(|name| members.contains_key(name.as_str().expect("a name")))
            }),
            "oneOf" => {
                let passes = |one: &&Value| {
                    let mut errors = Vec::new();
                    check(root, one, value, place, &mut errors);
                    errors.is_empty()
                };
                says.as_array().expect("a list").iter().filter(passes).count() == 1
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, says, item, &format!("{place}[{index}]"), errors);
                }
                true
            }
            "properties" => {
                let closed = words.get("additionalProperties") == Some(&Value::Bool(false));
                for (name, member) in value.as_object().into_iter().flatten() {
                    match says.get(name) {
                        Some(says) => check(root, says, member, &format!("{place}.{name}"), errors),
                        None if closed => errors.push(format!("{place}.{name}: not in the schema")),
                        None => {}
                    }
                }
                true
            }
            other => panic!("{place}: the validator does not know {other}"),
        };
        if !holds {
            errors.push(format!("{place}: {word} {says}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::validate;
    use ruststack_cassettes::format::SCHEMA;
    use ruststack_cassettes::{Cassette, Writer};
    use serde_json::{Value, json};

    /// A document that uses every member.
    fn everything() -> Value {
        let bodies = [
            json!({ "json": { "a": [1, null] } }),
            json!({ "base64": "/wA=" }),
            json!({ "repeat": { "text": "a", "times": 300 }, "then": { "base64": "/w==" } }),
            json!({ "unknown": "never read" }),
            json!({ "text": "<a/>", "inexact": "printed anew" }),
            json!({ "file": "x.bodies/1", "sha256": "1", "length": 1 }),
        ];
        let interactions: Vec<Value> = bodies
            .iter()
            .map(|body| {
                json!({
                    "service": "s3", "operation": "PutObject", "region": "us-west-1", "at": "2026-06-02T18:30:58Z",
                    "not_comparable": "why",
                    "request": {
                        "method": "PUT", "origin": "https://h", "path": "/k", "query": "a=b",
                        "auth": {
                            "kind": "presigned", "algorithm": "AWS4-HMAC-SHA256", "service": "s3",
                            "region": "us-west-1", "signed_method": "PUT", "signed_operation": "PutObject"
                        },
                        "headers": ["a: b", "a:"], "body": body
                    },
                    "response": { "status": 200, "headers": ["etag: \"1\""], "body": body }
                })
            })
            .collect();
        json!({
            "cassette": 1,
            "meta": {
                "title": "t", "services": ["s3"], "recorded": "2026-06-02T18:30:58Z",
                "provenance": {
                    "kind": "imported", "recorded_by": "x", "source": "y", "format": "z", "licence": "MIT",
                    "citations": ["https://h"], "notes": ["n"]
                }
            },
            "settings": { "auth": "verify", "clock": "recorded" },
            "setup": {
                "requests": [{ "method": "PUT", "origin": "https://h", "path": "/" }],
                "state": { "s3": { "objects": [] } }
            },
            "rules": [{ "ignore": "x", "reason": "why" }],
            "bindings": [{ "forbid": "x", "reason": "why" }],
            "interactions": interactions
        })
    }

    /// The members that a document has, at any depth.
    fn walk(value: &Value, place: &str, visit: &mut dyn FnMut(&str, &mut Value) -> bool, root: &Value) {
        let Value::Object(members) = value else {
            if let Value::Array(items) = value {
                for (index, item) in items.iter().enumerate() {
                    walk(item, &format!("{place}/{index}"), visit, root);
                }
            }
            return;
        };
        let mut changed = root.clone();
        if let Some(Value::Object(object)) = changed.pointer_mut(place) {
            object.insert("unheard_of".to_owned(), Value::Null);
        }
        visit(place, &mut changed);
        for (name, member) in members {
            let inner = format!("{place}/{name}");
            let mut changed = root.clone();
            if let Some(Value::Object(object)) = changed.pointer_mut(place) {
                object.shift_remove(name);
            }
            visit(&inner, &mut changed);
            let mut changed = root.clone();
            if let Some(member) = changed.pointer_mut(&inner) {
                *member = json!(-1.5);
            }
            visit(&inner, &mut changed);
            walk(member, &inner, visit, root);
        }
    }

    #[test]
    fn schema_and_types_accept_and_refuse_the_same() {
        let schema: Value = serde_json::from_str(SCHEMA).unwrap();
        let everything = everything();
        assert_eq!(validate(&schema, &everything), [""; 0]);
        let cassette: Cassette = serde_json::from_value(everything.clone()).unwrap();
        let text = Writer::default().text(&cassette).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), everything);

        let mut checked = 0;
        walk(
            &everything,
            "",
            &mut |place, changed| {
                let by_schema = validate(&schema, changed).is_empty();
                let by_types = serde_json::from_str::<Cassette>(&changed.to_string());
                // The schema does not say what a moment or base64 looks like, nor that a reason is not blank.
                assert_eq!(
                    by_schema,
                    by_types.is_ok(),
                    "{place}: {:?} {by_types:?}",
                    validate(&schema, changed)
                );
                checked += 1;
                true
            },
            &everything,
        );
        assert!(checked > 200, "{checked}");
    }
}
