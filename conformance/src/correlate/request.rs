//! Puts the endpoint's own values into a recorded request: path, query, headers, body.

use super::Bindings;
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use ruststack_cassettes::format::{Body, Request};
use ruststack_cassettes::with_texts;
use serde_json::Value;

/// What stays as it is in a path or query.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// JSON inside strings is followed this deep.
const DEEPEST: usize = 32;

/// The request with every bound value replaced; what it says besides is noted as the caller's own.
pub fn substitute(request: &Request, bindings: &mut Bindings) -> Request {
    let mut made = request.clone();
    made.path = path(&request.path, bindings);
    made.query = request.query.as_deref().map(|query| form(query, bindings));
    made.headers.filter_map(|name, value| {
        Some(match name {
            "host" | "user-agent" | "content-type" | "content-length" | "x-amz-target" => value.to_owned(),
            _ => leaf(value, bindings, 0).unwrap_or_else(|| value.to_owned()),
        })
    });
    if let Some(body) = body(request, bindings) {
        made.body = Body::exact(body);
    }
    made
}

/// A path, segment by segment.
fn path(path: &str, bindings: &mut Bindings) -> String {
    let segment = |segment: &str, bindings: &mut Bindings| {
        let plain = percent_decode_str(segment).decode_utf8_lossy();
        match leaf(&plain, bindings, 0) {
            Some(changed) => utf8_percent_encode(&changed, UNRESERVED).to_string(),
            None => segment.to_owned(),
        }
    };
    let made: Vec<String> = path.split('/').map(|part| segment(part, bindings)).collect();
    made.join("/")
}

/// A query or a form, value by value; `+` is a space.
fn form(form: &str, bindings: &mut Bindings) -> String {
    let pair = |pair: &str, bindings: &mut Bindings| -> Option<String> {
        let (name, value) = pair.split_once('=')?;
        let spaced = value.replace('+', " ");
        let plain = percent_decode_str(&spaced).decode_utf8_lossy();
        let changed = leaf(&plain, bindings, 0)?;
        Some(format!("{name}={}", utf8_percent_encode(&changed, UNRESERVED)))
    };
    let made: Vec<String> =
        form.split('&').map(|own| pair(own, bindings).unwrap_or_else(|| own.to_owned())).collect();
    made.join("&")
}

/// The body, if anything in it changes.
fn body(request: &Request, bindings: &mut Bindings) -> Option<Bytes> {
    let bytes = request.body.bytes();
    let kind = request.headers.get("content-type").unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        let text = std::str::from_utf8(&bytes).ok()?;
        let made = form(text, bindings);
        return (made != text).then(|| made.into());
    }
    match bytes.first() {
        Some(b'{' | b'[') if kind.contains("json") => {
            let mut value: Value = serde_json::from_slice(&bytes).ok()?;
            json(&mut value, bindings, 0).then(|| value.to_string().into())
        }
        Some(b'<') => xml(std::str::from_utf8(&bytes).ok()?, bindings).map(Bytes::from),
        _ => None,
    }
}

/// Replaces in every leaf of a JSON document. Tells whether anything changed.
fn json(value: &mut Value, bindings: &mut Bindings, depth: usize) -> bool {
    match value {
        Value::String(text) => match leaf(text, bindings, depth) {
            Some(changed) => {
                *text = changed;
                true
            }
            None => false,
        },
        Value::Array(items) => items.iter_mut().fold(false, |any, item| json(item, bindings, depth) | any),
        Value::Object(members) => {
            members.values_mut().fold(false, |any, member| json(member, bindings, depth) | any)
        }
        _ => false,
    }
}

/// Replaces in the text between the tags of an XML document.
fn xml(text: &str, bindings: &mut Bindings) -> Option<String> {
    with_texts(text, |_, text| {
        let plain = quick_xml::escape::unescape(text).ok().filter(|plain| !plain.trim().is_empty())?;
        leaf(&plain, bindings, 0).map(|value| quick_xml::escape::escape(value.as_str()).into_owned())
    })
}

/// One value of a request; `None` when it stays.
fn leaf(value: &str, bindings: &mut Bindings, depth: usize) -> Option<String> {
    if depth < DEEPEST
        && value.starts_with(['{', '['])
        && let Ok(mut document) = serde_json::from_str::<Value>(value)
    {
        return json(&mut document, bindings, depth + 1).then(|| document.to_string());
    }
    let meant = bindings.meant(value);
    if meant != value {
        return Some(meant.into_owned());
    }
    bindings.said(value);
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:sqs:us-east-2:456752665576:q-123456";
    const OWN: &str = "arn:aws:sqs:us-east-2:000000000000:q-654321";

    fn sent(kind: &str, url: &str, body: &str) -> (String, String) {
        let mut bindings = Bindings::default();
        bindings.promise(ARN, OWN);
        let mut request = Request::of_url("POST", url).unwrap();
        request.headers.push("content-type", kind);
        request.body = Body::exact(body.to_owned());
        let made = substitute(&request, &mut bindings);
        (made.url(), String::from_utf8(made.body.bytes().to_vec()).unwrap())
    }

    #[test]
    fn every_part_of_a_request_is_looked_at() {
        let encoded = |arn: &str| arn.replace(':', "%3A");
        let url = |arn: &str| format!("https://h/tags/{}/a%20b?arn={}&x=a+b", encoded(arn), encoded(arn));
        let json = |arn: &str| format!(r#"{{"Policy":"{{\"Resource\":[\"{arn}\"]}}","N":1.0}}"#);
        assert_eq!(sent("application/x-amz-json-1.0", &url(ARN), &json(ARN)), (url(OWN), json(OWN)));
        let xml = |arn: &str| format!("<A>\n <Arn>{arn}</Arn><B>&amp;</B></A>");
        assert_eq!(sent("application/xml", "https://h/", &xml(ARN)).1, xml(OWN));
        let form = |arn: &str| format!("Action=X&Arn={}&B=%2Ba+b", encoded(arn));
        let kind = "application/x-www-form-urlencoded; charset=utf-8";
        assert_eq!(sent(kind, "https://h/", &form(ARN)).1, form(OWN));
    }

    #[test]
    fn an_object_is_never_touched() {
        assert_eq!(sent("text/plain", "https://h/", ARN).1, ARN);
    }
}
