//! From a request to its operation's input.

use super::{Content, header_list};
use crate::codec::{DecodeError, parse_scalar};
use crate::exceptions;
use crate::protocol::{Incoming, Payload};
use crate::shape::{Kind, Location, Member, TimestampFormat};
use crate::value::{Field, Slot, Structure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

pub(crate) fn decode(
    request: &Incoming<'_>,
    payload: Payload,
    input: &mut dyn Structure,
    content: &dyn Content,
) -> Result<(), DecodeError> {
    read_labels(request, input)?;
    read_query(request, input)?;
    read_headers(request.headers, input)?;
    let has_body = input.shape().members().iter().any(|member| member.location == Location::Body);
    read_payload(payload, has_body, input, content)
}

/// Reads a response into its operation's output, as a client does.
pub(crate) fn decode_output(
    response: &http::Response<Bytes>,
    output: &mut dyn Structure,
    content: &dyn Content,
) -> Result<(), DecodeError> {
    let members = output.shape().members();
    if let Some(index) = members.iter().position(|member| member.location == Location::Status)
        && let Slot::Integer(place) = output.member_mut(index).slot(members[index].shape)
    {
        *place = i32::from(response.status().as_u16());
    }
    read_headers(response.headers(), output)?;
    let has_body = members.iter().any(|member| member.location.is_body());
    read_payload(Payload::Whole(response.body().clone()), has_body, output, content)
}

/// The labels of a path template with their values, decoded. `None` where the path does not match.
///
/// A greedy label (`{Key+}`) takes the rest of the path, slashes and all.
pub fn labels<'p>(template: &'static str, path: &'p str) -> Option<Vec<(&'static str, Cow<'p, str>)>> {
    let template = template.split_once('?').map_or(template, |(path, _)| path);
    let mut rest = path.strip_prefix('/').unwrap_or(path);
    let mut found = Vec::new();
    let mut segments = template.strip_prefix('/').unwrap_or(template).split('/').peekable();
    while let Some(segment) = segments.next() {
        let label = segment.strip_prefix('{').and_then(|label| label.strip_suffix('}'));
        if let Some(greedy) = label.and_then(|label| label.strip_suffix('+')) {
            // What follows a greedy label in the template is the end of the path.
            let suffix: String = segments.map(|segment| format!("/{segment}")).collect();
            let value = rest.strip_suffix(suffix.as_str())?;
            return (!value.is_empty()).then(|| {
                let value = match exceptions::plus_is_blank(greedy) && value.contains('+') {
                    true => Cow::Owned(decode_label(&value.replace('+', " ")).into_owned()),
                    false => decode_label(value),
                };
                found.push((greedy, value));
                found
            });
        }
        let (piece, remainder) = match rest.split_once('/') {
            Some((piece, remainder)) => (piece, Some(remainder)),
            None => (rest, None),
        };
        match label {
            Some(_) if piece.is_empty() => return None,
            Some(label) => found.push((label, decode_label(piece))),
            None if piece == segment => {}
            None => return None,
        }
        match (remainder, segments.peek()) {
            (Some(remainder), Some(_)) => rest = remainder,
            // A slash at the end does not change which resource is meant.
            (Some(""), None) | (None, None) => return Some(found),
            (Some(_), None) | (None, Some(_)) => return None,
        }
    }
    Some(found)
}

fn decode_label(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

fn read_labels(request: &Incoming<'_>, input: &mut dyn Structure) -> Result<(), DecodeError> {
    let members = input.shape().members();
    for (label, text) in labels(request.operation.uri, request.path).unwrap_or_default() {
        let is_label = |member: &Member| member.location == Location::Uri && member.wire_name() == label;
        let Some(index) = members.iter().position(is_label) else { continue };
        let slot = input.member_mut(index).slot(members[index].shape);
        parse_scalar(&members[index], &text, slot, TimestampFormat::Iso8601)
            .map_err(|error| error.under(label))?;
    }
    Ok(())
}

/// The parameters of a query string, decoded; `+` is a blank.
pub fn query_pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode_query(name), decode_query(value))
    })
}

fn decode_query(text: &str) -> Cow<'_, str> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        return Cow::Owned(percent_decode_str(&spaced).decode_utf8_lossy().into_owned());
    }
    percent_decode_str(text).decode_utf8_lossy()
}

fn read_query(request: &Incoming<'_>, input: &mut dyn Structure) -> Result<(), DecodeError> {
    if request.query.is_empty() {
        return Ok(());
    }
    let members = input.shape().members();
    let rest_of_query = members.iter().position(|member| {
        member.location == Location::Query && matches!(member.shape.kind, Kind::Map { .. })
    });
    for (name, value) in query_pairs(request.query) {
        if value.is_empty() && exceptions::blank_is_absent(request.operation, &name) {
            continue;
        }
        let is_named = |member: &Member| {
            member.location == Location::Query
                && member.wire_name() == name
                && !matches!(member.shape.kind, Kind::Map { .. })
        };
        if let Some(index) = members.iter().position(is_named) {
            read_text(&members[index], &value, input.member_mut(index), TimestampFormat::Iso8601)
                .map_err(|error| error.under(&name))?;
            continue;
        }
        // A member that takes the query as a map takes what no other member takes.
        let Some(index) = rest_of_query else { continue };
        if let (Kind::Map { value: item, .. }, Slot::Map(map)) =
            (&members[index].shape.kind, input.member_mut(index).slot(members[index].shape))
        {
            read_text(item, &value, map.insert(name.into_owned()), TimestampFormat::Iso8601)?;
        }
    }
    Ok(())
}

/// Reads text into a scalar's place, or adds it to a list.
fn read_text(
    member: &Member,
    text: &str,
    field: &mut dyn Field,
    format: TimestampFormat,
) -> Result<(), DecodeError> {
    match (field.slot(member.shape), &member.shape.kind) {
        (Slot::List(list), Kind::List { member: item, .. }) => {
            parse_scalar(item, text, list.push().slot(item.shape), format)
        }
        (slot, _) => parse_scalar(member, text, slot, format),
    }
}

fn read_headers(headers: &HeaderMap, input: &mut dyn Structure) -> Result<(), DecodeError> {
    for (index, member) in input.shape().members().iter().enumerate() {
        let name = member.wire_name();
        match member.location {
            Location::Header => {
                // Few headers come of the many that there may be, so theirs are compared rather than the map asked.
                let Some(found) = headers.keys().find(|found| found.as_str().eq_ignore_ascii_case(name))
                else {
                    continue;
                };
                let values = headers.get_all(found).iter().map(text_of);
                read_header(member, values, input.member_mut(index)).map_err(|error| error.under(name))?;
            }
            Location::HeaderPrefix => {
                let prefix = name.to_ascii_lowercase();
                let Kind::Map { value: item, .. } = &member.shape.kind else { continue };
                for (header, value) in headers {
                    let Some(rest) = header.as_str().strip_prefix(&prefix) else { continue };
                    if let Slot::Map(map) = input.member_mut(index).slot(member.shape) {
                        let slot = map.insert(rest.to_owned()).slot(item.shape);
                        parse_scalar(item, &text_of(value), slot, TimestampFormat::HttpDate)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The text of a header: UTF-8 where it is that, else each byte a character, as HTTP has it.
fn text_of(value: &HeaderValue) -> Cow<'_, str> {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(value.as_bytes().iter().map(|byte| char::from(*byte)).collect()),
    }
}

fn read_header<'h>(
    member: &Member,
    mut values: impl Iterator<Item = Cow<'h, str>>,
    field: &mut dyn Field,
) -> Result<(), DecodeError> {
    match (field.slot(member.shape), &member.shape.kind) {
        (Slot::List(list), Kind::List { member: item, .. }) => {
            let dates = matches!(item.shape.kind, Kind::Timestamp(_))
                && item.timestamp_format(TimestampFormat::HttpDate) == TimestampFormat::HttpDate;
            for value in values {
                for text in header_list::split(&value, dates) {
                    parse_scalar(item, &text, list.push().slot(item.shape), TimestampFormat::HttpDate)?;
                }
            }
            Ok(())
        }
        (slot, _) => {
            let first = values.next().unwrap_or_default();
            // A header that comes more than once means its values with commas between (RFC 9110, 5.3).
            let text = values.fold(first, |text, more| Cow::Owned(format!("{text},{more}")));
            if member.json_value {
                let bytes = STANDARD.decode(text.as_bytes()).unwrap_or_else(|_| text.as_bytes().to_vec());
                return parse_scalar(
                    member,
                    &String::from_utf8_lossy(&bytes),
                    slot,
                    TimestampFormat::HttpDate,
                );
            }
            parse_scalar(member, text.trim(), slot, TimestampFormat::HttpDate)
        }
    }
}

fn read_payload(
    payload: Payload,
    has_body: bool,
    input: &mut dyn Structure,
    content: &dyn Content,
) -> Result<(), DecodeError> {
    let Some((index, member)) = input.shape().payload() else {
        return match payload {
            Payload::Whole(bytes) if has_body && !bytes.is_empty() => content.read_body(&bytes, input),
            _ => Ok(()),
        };
    };
    match payload {
        Payload::Stream(body) => {
            if let Slot::Body(place) = input.member_mut(index).slot(member.shape) {
                *place = body;
            }
            Ok(())
        }
        Payload::Whole(bytes) if bytes.is_empty() => Ok(()),
        Payload::Whole(bytes) => read_whole(&bytes, member, input.member_mut(index), content),
    }
}

fn read_whole(
    bytes: &Bytes,
    member: &Member,
    field: &mut dyn Field,
    content: &dyn Content,
) -> Result<(), DecodeError> {
    match field.slot(member.shape) {
        Slot::Blob(place) => *place = bytes.clone(),
        Slot::Body(place) => *place = bytes.clone().into(),
        Slot::String(place) => *place = String::from_utf8_lossy(bytes).into_owned(),
        _ => return content.read_payload(member, bytes, field).map_err(|error| error.under(member.name)),
    }
    Ok(())
}
