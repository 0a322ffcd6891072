//! What becomes of an answer that comes in parts: its head from what the function says first, its body as it comes.
//!
//! A function that says more than its body sends a prelude: a JSON object, then eight zero bytes. The type of its answer says
//! so. Any other answer has the status 200 and the type that the runtime gave it.
//!
//! Sources: Lambda Developer Guide, "Response streaming for Lambda functions"; AWS's runtime client for Node.js
//! (aws-lambda-ric 4.0.2: the type, the prelude and its end); middy issue 1189 (an answer without a byte: 200 and
//! `application/octet-stream`).

use super::answer::headers_in;
use crate::services::lambda::url::{Ending, Part, Streamed};
use bytes::{Bytes, BytesMut};
use futures_util::stream::unfold;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use http_body::Frame;
use http_body_util::StreamBody;
use ruststack_wire::body::BodyError;
use ruststack_wire::{Body, Response};
use serde_json::Value as Json;
use std::io;

/// The type of an answer that has a prelude.
const WITH_PRELUDE: &str = "application/vnd.awslambda.http-integration-response";
/// The type of an answer whose function names none.
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");
/// What ends a prelude.
const END: [u8; 8] = [0; 8];
/// The longest prelude that is read.
const LONGEST_PRELUDE: usize = 1 << 20;

/// The answer of a function; `None` where it failed before there was any.
pub(super) async fn of(mut streamed: Streamed) -> Option<Response> {
    let Some(Part::Begins(content_type)) = streamed.next().await else { return None };
    let has_prelude = content_type.as_deref() == Some(WITH_PRELUDE);
    let mut response = Response::new(Body::empty());
    let mut first = BytesMut::new();
    let found = loop {
        let Some(piece) = next(&mut streamed).await else { break None };
        first.extend_from_slice(&piece);
        if !has_prelude {
            break Some(first.split().freeze());
        }
        if let Some(rest) = take_prelude(&mut first, &mut response) {
            break Some(rest);
        }
        if first.len() > LONGEST_PRELUDE {
            return None;
        }
    };
    let given = content_type.filter(|_| !has_prelude).and_then(|given| HeaderValue::from_str(&given).ok());
    response.headers_mut().entry(CONTENT_TYPE).or_insert(given.unwrap_or(BYTES));
    match found {
        Some(rest) => *response.body_mut() = body(rest, streamed),
        // Without a byte there was no prelude either, and the answer is empty.
        None if !first.is_empty() || streamed.ending().await != Ending::Well => return None,
        None => {}
    }
    Some(response)
}

/// The next bytes; `None` when there are no more.
async fn next(streamed: &mut Streamed) -> Option<Bytes> {
    loop {
        if let Part::Piece(piece) = streamed.next().await? {
            return Some(piece);
        }
    }
}

/// Makes the head of an answer from its prelude, and gives what came after it; `None` where it is not whole, or none.
fn take_prelude(come: &mut BytesMut, response: &mut Response) -> Option<Bytes> {
    let end = come.windows(END.len()).position(|bytes| bytes == END)?;
    let json: Json = serde_json::from_slice(&come[..end]).ok()?;
    let status = json.get("statusCode").map_or(Some(200), |status| {
        status
            .as_u64()
            .or_else(|| status.as_str()?.parse().ok())
            .and_then(|status| u16::try_from(status).ok())
    })?;
    *response.status_mut() = StatusCode::from_u16(status).ok()?;
    *response.headers_mut() = headers_in(&json);
    Some(come.split_off(end + END.len()).freeze())
}

/// The rest of an answer, as it comes. Where the function is not there any more to end it, it is cut off.
fn body(first: Bytes, streamed: Streamed) -> Body {
    let pieces = unfold((first, Some(streamed)), |(first, state)| async {
        if !first.is_empty() {
            return Some((Ok(Frame::data(first)), (Bytes::new(), state)));
        }
        let mut streamed = state?;
        if let Some(piece) = next(&mut streamed).await {
            return Some((Ok(Frame::data(piece)), (Bytes::new(), Some(streamed))));
        }
        if streamed.ending().await != Ending::Cut {
            return None;
        }
        let error: BodyError = io::Error::other("the function ended before its answer").into();
        Some((Err(error), (Bytes::new(), None)))
    });
    Body::stream(StreamBody::new(pieces))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::header::SET_COOKIE;

    #[test]
    fn a_prelude_is_the_head_and_what_follows_its_end_the_body() {
        let whole = b"{\"statusCode\":201,\"headers\":{\"content-type\":\"text/html\"},\"cookies\":[\"a=1\"]}\0\0\0\0\0\0\0\0<p>";
        for cut in 0..whole.len() - 3 {
            let mut response = Response::new(Body::empty());
            let mut come = BytesMut::from(&whole[..cut]);
            assert_eq!(take_prelude(&mut come, &mut response), None, "{cut}");
        }
        let mut response = Response::new(Body::empty());
        let rest = take_prelude(&mut BytesMut::from(&whole[..]), &mut response).expect("a prelude");
        assert_eq!(rest, Bytes::from_static(b"<p>"));
        assert_eq!(
            (response.status(), &response.headers()[CONTENT_TYPE]),
            (StatusCode::CREATED, &HeaderValue::from_static("text/html"))
        );
        assert_eq!(response.headers()[SET_COOKIE], "a=1");
    }
}
