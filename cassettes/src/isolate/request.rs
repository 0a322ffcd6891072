//! Puts the names of a replay's own into a request: host, path, query, headers, body. An object's content is never
//! touched.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use ruststack_wire::Protocol;
use ruststack_wire::route::{Host, Route, WebsiteHost};
use ruststack_wire::shape::{Kind, Shape};
use serde_json::Value;

use super::Isolation;
use super::places::{self, Place};
use crate::content::with_texts;
use crate::format::{Body, Request};
use crate::models::route_of;

/// What stays as it is in a path or query.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// JSON inside strings is followed this deep.
const DEEPEST: usize = 16;
/// A shorter name may be any word, where nothing says that a name stands there.
const SHORTEST: usize = 3;
/// The member of DynamoDB's batches whose members are called after tables.
const BY_TABLE: &str = "RequestItems";

impl Isolation {
    /// The request with the names of this replay's own.
    pub fn outward(&self, request: &Request) -> Request {
        let mut made = request.clone();
        if self.names.is_empty() {
            return made;
        }
        let route = route_of(request);
        let service = route.as_ref().map_or("", |route| route.service.name);
        if let Some(origin) = self.origin(request) {
            made.origin = origin;
        }
        made.path = self.path(request, route.as_ref());
        made.query = request.query.as_deref().map(|query| self.form(service, query));
        made.headers
            .filter_map(|name, value| Some(self.header(name, value).unwrap_or_else(|| value.to_owned())));
        if let Some(body) = self.body(request, route.as_ref()) {
            made.body = Body::exact(body);
        }
        made
    }

    /// A bucket may stand in front of the host.
    fn origin(&self, request: &Request) -> Option<String> {
        let (scheme, host) = request.origin.split_once("://")?;
        let bucket = Host::parse(host).bucket.or_else(|| WebsiteHost::parse(host)?.bucket)?;
        let new = self.names.of(bucket)?;
        Some(format!("{scheme}://{new}{}", host.strip_prefix(bucket)?))
    }

    fn path(&self, request: &Request, route: Option<&Route>) -> String {
        let is_rest = route.is_some_and(|route| is_rest(route.protocol));
        let service = route.map_or("", |route| route.service.name);
        let renamed = |segment: &str, member: &str| {
            let plain = percent_decode_str(segment).decode_utf8_lossy();
            let new = self.leaf(service, member, &plain, 0);
            new.map_or_else(|| segment.to_owned(), |new| utf8_percent_encode(&new, UNRESERVED).to_string())
        };
        let mut segments: Vec<String> = request.path.split('/').map(str::to_owned).collect();
        if !is_rest {
            // The path of a queue.
            segments.iter_mut().for_each(|segment| *segment = renamed(segment, "Url"));
            return segments.join("/");
        }
        if service == "s3" {
            let is_in_host = Host::parse(request.host()).bucket.is_some();
            if let Some(bucket) = segments.get_mut(1).filter(|_| !is_in_host) {
                *bucket = renamed(bucket, "Bucket");
            }
            return segments.join("/");
        }
        let template = route.map_or("", |route| route.operation.uri);
        let template = template.split('?').next().unwrap_or_default().split('/');
        for (segment, label) in segments.iter_mut().zip(template) {
            if let Some(member) = label.strip_prefix('{').and_then(|label| label.strip_suffix('}')) {
                // What stands in an address is what the call is about.
                *segment = renamed(segment, if member == "Qualifier" { member } else { "Name" });
            }
        }
        segments.join("/")
    }

    /// A query or a form, value by value; `+` is a space.
    fn form(&self, service: &str, form: &str) -> String {
        let pair = |pair: &str| -> Option<String> {
            let (name, value) = pair.split_once('=')?;
            let spaced = value.replace('+', " ");
            let plain = percent_decode_str(&spaced).decode_utf8_lossy();
            let changed = self.leaf(service, member_of(name), &plain, 0)?;
            Some(format!("{name}={}", utf8_percent_encode(&changed, UNRESERVED)))
        };
        let made: Vec<String> =
            form.split('&').map(|own| pair(own).unwrap_or_else(|| own.to_owned())).collect();
        made.join("&")
    }

    fn header(&self, name: &str, value: &str) -> Option<String> {
        match name {
            "x-amz-copy-source" => {
                if value.starts_with("arn:") {
                    return self.reference(value);
                }
                let rest = value.trim_start_matches('/');
                // The slash between bucket and key may be encoded like the others.
                let end = [rest.find('/'), rest.find("%2F")].into_iter().flatten().min()?;
                let (bucket, key) = rest.split_at(end);
                let slash = &value[..value.len() - rest.len()];
                Some(format!("{slash}{}{key}", self.names.of(bucket)?))
            }
            "host" | "authorization" | "content-type" | "user-agent" => None,
            _ => self.leaf("", "", value, 0),
        }
    }

    /// The body, if anything in it changes.
    fn body(&self, request: &Request, route: Option<&Route>) -> Option<Vec<u8>> {
        let route = route?;
        if request.body.source().is_some() || route.operation.input.is_some_and(is_payload) {
            return None;
        }
        let bytes = request.body.bytes();
        let kind = request.headers.get("content-type").unwrap_or_default();
        if kind.starts_with("application/x-www-form-urlencoded") {
            let text = std::str::from_utf8(&bytes).ok()?;
            let made = self.form(route.service.name, text);
            return (made != text).then(|| made.into_bytes());
        }
        match bytes.first() {
            Some(b'{' | b'[') => {
                let mut document: Value = serde_json::from_slice(&bytes).ok()?;
                let changed = self.json(route.service.name, "", &mut document, 0);
                changed.then(|| document.to_string().into_bytes())
            }
            Some(b'<') => {
                self.xml(route.service.name, std::str::from_utf8(&bytes).ok()?).map(String::into_bytes)
            }
            _ => None,
        }
    }

    /// Replaces in every leaf of a JSON document. Tells whether anything changed.
    fn json(&self, service: &str, member: &str, value: &mut Value, depth: usize) -> bool {
        match value {
            Value::String(text) => match self.leaf(service, member, text, depth) {
                Some(changed) => {
                    *text = changed;
                    true
                }
                None => false,
            },
            Value::Array(items) => {
                items.iter_mut().fold(false, |any, item| self.json(service, member, item, depth) | any)
            }
            Value::Object(members) => {
                let mut any = false;
                if member == BY_TABLE {
                    for (name, inner) in std::mem::take(members) {
                        let new = self.names.of(&name).map(str::to_owned).or_else(|| self.reference(&name));
                        any |= new.is_some();
                        members.insert(new.unwrap_or(name), inner);
                    }
                }
                for (name, inner) in members {
                    // The members of an environment are called as their owner likes.
                    let name = if member == "Variables" { member } else { name };
                    if places::of(service, name) != Place::Data {
                        any |= self.json(service, name, inner, depth);
                    }
                }
                any
            }
            _ => false,
        }
    }

    /// Replaces in the text between the tags of an XML document, by the element that it stands in.
    fn xml(&self, service: &str, text: &str) -> Option<String> {
        // None of the characters that XML escapes stands in a name or an ARN.
        with_texts(text, |name, text| self.leaf(service, name, text, 0).filter(|_| !text.trim().is_empty()))
    }

    /// One value of a request; `None` when it stays.
    fn leaf(&self, service: &str, member: &str, value: &str, depth: usize) -> Option<String> {
        let place = places::of(service, member);
        if place == Place::Data || value.is_empty() {
            return None;
        }
        if depth < DEEPEST
            && value.starts_with(['{', '['])
            && let Ok(mut document) = serde_json::from_str::<Value>(value)
        {
            return self.json(service, "", &mut document, depth + 1).then(|| document.to_string());
        }
        match place {
            Place::Names => self.names.in_text(value).or_else(|| self.names.folder(value)),
            Place::Prefix => {
                let whole = self.names.of(value).map(str::to_owned);
                whole.or_else(|| self.names.prefix(value)).or_else(|| self.reference(value))
            }
            // Inside of a document nothing says what stands where: a name is one when it is the whole value.
            Place::Unknown if depth > 0 && value.len() >= SHORTEST => {
                self.names.of(value).map(str::to_owned).or_else(|| self.reference(value))
            }
            Place::Unknown => self.reference(value),
            Place::Token => self.names.token(value).map(str::to_owned),
            Place::Data => None,
        }
    }

    /// An ARN or an address, with the names in it.
    fn reference(&self, value: &str) -> Option<String> {
        (value.contains("arn:") || value.contains("://")).then(|| self.names.in_text(value)).flatten()
    }
}

fn is_rest(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::RestJson | Protocol::RestXml)
}

/// Whether the body of a call is one member's bytes.
fn is_payload(input: &'static Shape) -> bool {
    input.payload().is_some_and(|(_, member)| matches!(member.shape.kind, Kind::Blob { .. }))
}

/// The member that a form's parameter is of: `QueueNames.member.1` is of `QueueNames`.
fn member_of(parameter: &str) -> &str {
    let parts = parameter.rsplit('.');
    let is_own = |part: &&str| {
        !part.bytes().all(|byte| byte.is_ascii_digit())
            && !["member", "entry", "value", "Value"].contains(part)
    };
    parts.into_iter().find(is_own).unwrap_or(parameter)
}
