//! From an operation's output to a response.

use super::{Content, header_list};
use crate::body::{Body, Response};
use crate::codec::scalar_text;
use crate::exceptions;
use crate::fault::Fault;
use crate::operation::Operation;
use crate::protocol::{Protocol, put};
use crate::shape::{Kind, Location, Member, TimestampFormat};
use crate::value::{Slot, Structure, View};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};

const X_AMZN_REMAPPED_CONTENT_LENGTH: HeaderName = HeaderName::from_static("x-amzn-remapped-content-length");

pub(crate) fn encode(
    operation: &'static Operation,
    output: &mut dyn Structure,
    content: &dyn Content,
) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(operation.status).unwrap_or(StatusCode::OK);
    write_body(operation, output, content, &mut response);
    write_head(output, &mut response);
    if let Some(status) = exceptions::status(operation, response.headers()) {
        *response.status_mut() = status;
    }
    if response.status() == StatusCode::NO_CONTENT {
        // RFC 9110, sections 8.6 and 15.3.5.
        response.headers_mut().remove(CONTENT_LENGTH);
        *response.body_mut() = Body::empty();
    }
    response
}

/// Writes the members of an error's structure that stand in headers.
pub(crate) fn fault_headers(fault: &Fault, response: &mut Response) {
    if let Some(detail) = &fault.detail {
        write_head(detail.as_ref(), response);
    }
}

fn write_head(output: &dyn Structure, response: &mut Response) {
    for (index, member) in output.shape().members().iter().enumerate() {
        let Some(field) = output.member(index) else { continue };
        match member.location {
            Location::Status => {
                if let View::Integer(code) = field.view() {
                    let status = u16::try_from(code).ok().and_then(|code| StatusCode::from_u16(code).ok());
                    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                }
            }
            Location::Header => write_header(member, field.view(), response.headers_mut()),
            Location::HeaderPrefix => write_headers(member, field.view(), response.headers_mut()),
            Location::Body | Location::Uri | Location::Query => {}
        }
    }
}

fn write_header(member: &Member, view: View<'_>, headers: &mut HeaderMap) {
    let Ok(name) = HeaderName::from_bytes(member.wire_name().as_bytes()) else { return };
    let text = match (view, &member.shape.kind) {
        (View::List(list), Kind::List { member: item, .. }) => {
            let texts = (0..list.len()).filter_map(|index| {
                let text = scalar_text(item, list.item(index).view(), TimestampFormat::HttpDate)?;
                let plain = !matches!(item.shape.kind, Kind::String(_));
                Some(if plain { text.into_owned() } else { header_list::quote(&text).into_owned() })
            });
            texts.collect::<Vec<_>>().join(", ")
        }
        (view, _) => match scalar_text(member, view, TimestampFormat::HttpDate) {
            Some(text) if member.json_value => STANDARD.encode(text.as_bytes()),
            Some(text) => text.into_owned(),
            None => return,
        },
    };
    put(headers, name, &text);
}

fn write_headers(member: &Member, view: View<'_>, headers: &mut HeaderMap) {
    let (View::Map(map), Kind::Map { value: item, .. }) = (view, &member.shape.kind) else { return };
    for index in 0..map.len() {
        let (key, field) = map.entry(index);
        let name = format!("{}{key}", member.wire_name());
        let (Ok(name), Some(text)) = (
            HeaderName::from_bytes(name.as_bytes()),
            scalar_text(item, field.view(), TimestampFormat::HttpDate),
        ) else {
            continue;
        };
        put(headers, name, &text);
    }
}

fn write_body(
    operation: &'static Operation,
    output: &mut dyn Structure,
    content: &dyn Content,
    response: &mut Response,
) {
    let Some((index, member)) = output.shape().payload() else {
        if let Some(bytes) = content.write_body(operation, output) {
            set_body(operation, content.content_type(), bytes, response);
        } else if exceptions::is_told_like_xml(operation) {
            set_body(operation, content.content_type(), Vec::new(), response);
        } else if operation.status != 204 {
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(0));
        }
        return;
    };
    let Some(field) = output.member(index) else {
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(0));
        return;
    };
    match field.view() {
        View::Blob(bytes) => {
            set_raw_body(exceptions::blob_type(operation), bytes, response);
            if exceptions::is_remapped(operation) {
                response.headers_mut().insert(X_AMZN_REMAPPED_CONTENT_LENGTH, HeaderValue::from(0));
            }
        }
        View::String(text) => set_raw_body(exceptions::text_type(operation), text.as_bytes(), response),
        View::Body(_) => {
            // Its length, where it has one, is the body's own to tell.
            if let Slot::Body(body) = output.member_mut(index).slot(member.shape) {
                *response.body_mut() = std::mem::take(body);
            }
        }
        _ => {
            let bytes = content.write_payload(member, field);
            set_body(operation, content.content_type(), bytes, response);
        }
    }
}

fn set_raw_body(content_type: &'static str, bytes: &[u8], response: &mut Response) {
    set_default_type(response, content_type);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    *response.body_mut() = Body::from(bytes.to_vec());
}

fn set_default_type(response: &mut Response, content_type: &'static str) {
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
}

fn set_body(operation: &Operation, content_type: &'static str, bytes: Vec<u8>, response: &mut Response) {
    let protocol = if content_type == "application/xml" { Protocol::RestXml } else { Protocol::RestJson };
    if !exceptions::is_untyped(operation) {
        set_default_type(response, content_type);
    }
    if exceptions::is_sized(protocol, operation) {
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        *response.body_mut() = Body::from(bytes);
    } else {
        *response.body_mut() = Body::unsized_bytes(bytes.into());
    }
}
