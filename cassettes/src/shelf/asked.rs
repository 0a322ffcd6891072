//! What a request asks, member by member, without what a client makes up for each call.

use std::collections::BTreeMap;

use ruststack_wire::Protocol;
use ruststack_wire::protocol::query_pairs;
use ruststack_wire::shape::Location;
use ruststack_wire::sign::chunked::Decoder;
use ruststack_wire::sign::credential::{SIGNATURE_PARAMETERS, SIGNATURE_V2_PARAMETERS};
use ruststack_wire::sign::payload::Framing;

use super::fields;
use crate::content::gunzip;
use crate::format::{Interaction, Request};
use crate::import::Classify as _;
use crate::models::{Models, route_of};
use crate::redact::{Member, masked};
use crate::scan::patterns::unpercent;

/// Headers that follow from the body, or from how the client was built.
const DERIVED: &[&str] = &[
    "content-md5",
    "content-length",
    "x-amz-content-sha256",
    "x-amz-decoded-content-length",
    "x-amz-trailer",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-date",
    "date",
];
/// What else stands in a presigned query for the signature's sake, or the SDK's.
const BESIDE_SIGNATURE: &[&str] = &["x-amz-content-sha256", "x-amz-user-agent", "x-id"];

/// Whether a parameter of a query, in lower case, is of how the request was signed.
fn is_signing(name: &str) -> bool {
    [SIGNATURE_PARAMETERS, SIGNATURE_V2_PARAMETERS, BESIDE_SIGNATURE]
        .iter()
        .any(|names| names.contains(&name))
}

/// What a request asks: equal for two that ask the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Asked {
    /// The service, by the name the models give it.
    pub service: String,
    /// The operation; where no model knows it, the request line.
    pub operation: String,
    /// The members, by their places: `path`, `query.prefix`, `header.range`, `Item.id.S`.
    pub fields: BTreeMap<String, String>,
}

impl Asked {
    /// What a request asks. `named` is the service and operation where they are known already; fields of the
    /// `ignored` names are left out.
    pub fn of(request: &Request, named: Option<(&str, &str)>, ignored: &[String]) -> Asked {
        let Some(route) = route_of(request) else { return Asked::unknown(request, named, ignored) };
        let (service, operation) = (route.service, route.operation);
        let mut asked = Asked {
            service: service.name.to_owned(),
            operation: operation.name.to_owned(),
            fields: BTreeMap::new(),
        };
        let interaction = Interaction {
            service: Some(asked.service.clone()),
            operation: Some(asked.operation.clone()),
            request: Request {
                method: request.method.clone(),
                headers: request.headers.clone(),
                ..Request::default()
            },
            ..Interaction::default()
        };
        let secret = Models.sensitive(&interaction).request;

        let is_rest = matches!(route.protocol, Protocol::RestJson | Protocol::RestXml);
        if is_rest {
            asked.put("path", &plain(&route.path));
            asked.query(request.query.as_deref().unwrap_or_default());
        } else if route.protocol == Protocol::AwsQuery {
            asked.form(request.query.as_deref().unwrap_or_default());
        }
        asked.headers(request, operation.input, &secret);
        let body = content(request);
        let body = masked(&body, &secret).unwrap_or(body);
        match route.protocol {
            Protocol::AwsQuery => asked.form(&String::from_utf8_lossy(&body)),
            _ => fields::of_body(&body, &mut |name, value| asked.put(name, value)),
        }
        let tokens = operation.input.map(|shape| shape.members()).unwrap_or_default();
        for token in tokens.iter().filter(|member| member.idempotency_token) {
            let name = token.wire_name();
            for place in
                [name.to_owned(), format!("header.{}", name.to_ascii_lowercase()), format!("query.{name}")]
            {
                asked.fields.remove(&place);
            }
        }
        asked.without(ignored)
    }

    /// What no model knows is asked by its address and its body.
    fn unknown(request: &Request, named: Option<(&str, &str)>, ignored: &[String]) -> Asked {
        let (service, operation) = named.unwrap_or(("unknown", ""));
        let operation = match operation {
            "" => format!("{} {}", request.method, request.path),
            operation => operation.to_owned(),
        };
        let mut asked = Asked { service: service.to_owned(), operation, fields: BTreeMap::new() };
        asked.put("path", &plain(&request.path));
        asked.query(request.query.as_deref().unwrap_or_default());
        fields::of_body(&content(request), &mut |name, value| asked.put(name, value));
        asked.without(ignored)
    }

    fn put(&mut self, name: &str, value: &str) {
        self.fields.insert(name.to_owned(), value.to_owned());
    }

    fn query(&mut self, query: &str) {
        for (name, value) in query_pairs(query) {
            let lower = name.to_ascii_lowercase();
            if is_signing(&lower) || is_derived(&lower) {
                continue;
            }
            // A presigned URL carries headers, too.
            match lower.starts_with("x-amz-") {
                true => self.put(&format!("header.{lower}"), &value),
                false => self.put(&format!("query.{name}"), &value),
            }
        }
    }

    fn form(&mut self, form: &str) {
        for (name, value) in query_pairs(form) {
            let is_signing = is_signing(&name.to_ascii_lowercase());
            if !is_signing && !matches!(&*name, "Action" | "Version") {
                self.put(&name, &value);
            }
        }
    }

    /// The headers that are members of the operation's input.
    fn headers(
        &mut self,
        request: &Request,
        input: Option<&'static ruststack_wire::shape::Shape>,
        secret: &[Member],
    ) {
        let members = input.map(|shape| shape.members()).unwrap_or_default();
        let is_member = |name: &str| {
            members.iter().any(|member| match member.location {
                Location::Header => member.wire_name().eq_ignore_ascii_case(name),
                Location::HeaderPrefix => name.starts_with(&member.wire_name().to_ascii_lowercase()),
                _ => false,
            })
        };
        let is_secret = |name: &str| {
            secret.iter().any(|own| matches!(own, Member::Header(own) if own.eq_ignore_ascii_case(name)))
        };
        for (name, value) in request.headers.iter().filter(|(name, _)| is_member(name) && !is_derived(name)) {
            let value = match name {
                _ if is_secret(name) => "(secret)".to_owned(),
                "content-encoding" => {
                    let codings = value.split(',').map(str::trim).filter(|coding| *coding != "aws-chunked");
                    codings.collect::<Vec<_>>().join(",")
                }
                _ => value.to_owned(),
            };
            if !value.is_empty() {
                self.put(&format!("header.{name}"), &value);
            }
        }
    }

    fn without(mut self, ignored: &[String]) -> Asked {
        self.fields.retain(|name, _| !ignored.iter().any(|pattern| fields::matches(pattern, name)));
        self
    }
}

fn is_derived(header: &str) -> bool {
    DERIVED.contains(&header) || header.starts_with("x-amz-checksum-")
}

fn plain(path: &str) -> String {
    let plain = unpercent(path.as_bytes()).unwrap_or_else(|| path.as_bytes().to_vec());
    String::from_utf8_lossy(&plain).into_owned()
}

/// The body's content: out of its chunks, unpacked.
fn content(request: &Request) -> Vec<u8> {
    let bytes = request.body.bytes();
    let framing = request.headers.get("x-amz-content-sha256").and_then(Framing::parse);
    let unchunked = framing.and_then(|framing| {
        let mut decoder = Decoder::new(framing).ok()?;
        let mut chunks = Vec::new();
        decoder.push(bytes.clone(), &mut chunks).ok()?;
        decoder.finish().ok()?;
        Some(chunks.concat())
    });
    // A recorder may have taken the chunks away already.
    let bytes = unchunked.unwrap_or_else(|| bytes.to_vec());
    let is_packed = request.headers.get("content-encoding").is_some_and(|coding| coding.contains("gzip"));
    is_packed.then(|| gunzip(&bytes)).flatten().unwrap_or(bytes)
}
