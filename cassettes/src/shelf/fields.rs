//! The members of a body as pairs of a place and a value: JSON and XML by what they say, anything else as it is.

use std::collections::HashMap;

use ruststack_wire::codec::xml::{Element, parse};
use serde_json::Value;

use crate::reader::sha256;

/// Longer bodies without members are told by their hash.
const LONGEST: usize = 4096;
/// Documents deeper than this are taken as text.
const DEEPEST: usize = 64;

type Put<'a> = &'a mut dyn FnMut(&str, &str);

/// The members of a body.
pub(super) fn of_body(body: &[u8], put: Put<'_>) {
    let trimmed = body.trim_ascii();
    if trimmed.is_empty() || trimmed == b"{}" {
        return;
    }
    if matches!(trimmed.first(), Some(b'{' | b'['))
        && let Ok(value) = serde_json::from_slice::<Value>(trimmed)
    {
        return json(String::new(), &value, put, 0);
    }
    if trimmed.first() == Some(&b'<')
        && let Ok(root) = parse(trimmed)
    {
        return xml(&root.name, &root, put);
    }
    match std::str::from_utf8(body) {
        Ok(text) if text.len() <= LONGEST => put("body", text),
        _ => put("body", &format!("{} bytes with the SHA-256 {}", body.len(), sha256(body))),
    }
}

fn json(place: String, value: &Value, put: Put<'_>, depth: usize) {
    let within = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    match value {
        Value::Object(members) if !members.is_empty() && depth < DEEPEST => {
            members.iter().for_each(|(name, member)| json(within(name), member, put, depth + 1));
        }
        Value::Array(items) if is_set(&place, items) => {
            let mut items: Vec<String> = items.iter().map(Value::to_string).collect();
            items.sort_unstable();
            put(&place, &format!("{{{}}}", items.join(", ")));
        }
        Value::Array(items) if !items.is_empty() && depth < DEEPEST => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| json(format!("{place}[{index}]"), item, put, depth + 1));
        }
        // A document in a string, such as a policy, means the same however it is spelt.
        Value::String(text) if text.starts_with(['{', '[']) && depth < DEEPEST => {
            match serde_json::from_str::<Value>(text) {
                Ok(inner) => json(format!("{place}(json)"), &inner, put, depth + 1),
                Err(_) => put(&place, &value.to_string()),
            }
        }
        _ => put(&place, &value.to_string()),
    }
}

/// Whether these are the items of one of DynamoDB's sets, whose order means nothing.
fn is_set(place: &str, items: &[Value]) -> bool {
    [".SS", ".NS", ".BS"].iter().any(|kind| place.ends_with(kind)) && items.iter().all(Value::is_string)
}

/// The texts and attributes of an element, by the names around them; siblings of one name are numbered.
fn xml(place: &str, element: &Element, put: Put<'_>) {
    for (name, value) in element.attributes.iter().filter(|(name, _)| !name.starts_with("xmlns")) {
        put(&format!("{place}@{name}"), value);
    }
    if element.children.is_empty() {
        return put(place, element.text.trim());
    }
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    for child in &element.children {
        let number = numbers.entry(&child.name).or_default();
        match *number {
            0 => xml(&format!("{place}.{}", child.name), child, put),
            number => xml(&format!("{place}.{}[{number}]", child.name), child, put),
        }
        *number += 1;
    }
}

/// Whether a name is what a pattern says; `*` stands for any characters.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(body: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        of_body(body.as_bytes(), &mut |name, value| found.push((name.to_owned(), value.to_owned())));
        found
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn documents_are_read_by_what_they_say() {
        assert_eq!(
            members(
                r#"{"Key":{"id":{"S":"1"}},"T":{"SS":["b","a"]},"L":[1,true],"Policy":"{ \"V\": 1 }","E":{}}"#
            ),
            pairs(&[
                ("Key.id.S", "\"1\""),
                ("T.SS", "{\"a\", \"b\"}"),
                ("L[0]", "1"),
                ("L[1]", "true"),
                ("Policy(json).V", "1"),
                ("E", "{}")
            ])
        );
        assert_eq!(
            members(
                r#"<a:D xmlns="u"><Object><Key>a&amp;b</Key></Object><Object><Key>2</Key></Object><Q t="x"/></a:D>"#
            ),
            pairs(&[("D.Object.Key", "a&b"), ("D.Object[1].Key", "2"), ("D.Q@t", "x"), ("D.Q", "")])
        );
        assert_eq!(members("{}"), []);
        assert_eq!(members("<broken"), pairs(&[("body", "<broken")]));
        assert!(members(&"x".repeat(5000))[0].1.starts_with("5000 bytes"));
    }

    #[test]
    fn a_star_is_anything() {
        for (pattern, name, expected) in [
            ("Key.id.S", "Key.id.S", true),
            ("Key.*", "Key.id.S", true),
            ("*.S", "Key.id.S", true),
            ("Key*S*", "Key.id.S", true),
            ("Key", "Key.id.S", false),
            ("*.N", "Key.id.S", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
