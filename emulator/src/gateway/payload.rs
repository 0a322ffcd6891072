//! Bodies on their way in: unwrapped from aws-chunked, checked against what the headers say of them.

mod chunked;
mod hashed;

use super::authorize::fault;
use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use ruststack_wire::body::{BodyError, CollectError};
use ruststack_wire::protocol::Payload;
use ruststack_wire::route::Route;
use ruststack_wire::shape::{Location, Shape};
use ruststack_wire::sign::checksum::{Algorithm, Checksum};
use ruststack_wire::sign::chunked::Decoder;
use ruststack_wire::sign::payload::{Declared, Framing};
use ruststack_wire::sign::verify::Verified;
use ruststack_wire::{Body, Fault, Operation, Service, exceptions};

/// The greatest body that is held as a whole: Lambda's 50 MiB of code in base64, and some room.
const LARGEST_WHOLE: usize = 72 << 20;

/// The body as its operation takes it: a stream or all of it, without its framing.
///
/// A stream that turns out wrong ends in an error whose source is the [`Fault`] to tell.
pub(super) async fn unwrap(
    parts: &Parts,
    route: &Route,
    body: Body,
    verified: Option<Verified>,
) -> Result<Payload, Fault> {
    let is_s3 = route.service.name == "s3";
    if is_s3 {
        check_head(&parts.headers)?;
    }
    let declared = parts.headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok());
    let declared = declared.filter(|_| is_s3).and_then(Declared::parse);
    let body = match declared {
        Some(Declared::Chunked(framing)) => unchunk(&parts.headers, framing, body, verified)?,
        Some(Declared::Sha256(expected)) => hashed::checking(body, expected),
        _ => body,
    };
    if route.protocol.streams_input(route.operation) {
        return Ok(Payload::Stream(body));
    }
    let bytes = whole(body).await?;
    if is_s3 {
        check_integrity(&parts.headers, &bytes, route.operation)?;
    }
    Ok(Payload::Whole(bytes))
}

/// The most that the headers of a request to S3 may have, names and values together.
const LARGEST_HEAD: usize = 8 << 10;

/// Refuses headers that are too many for S3 (API reference, "PutObject": within 8 KB).
fn check_head(headers: &HeaderMap) -> Result<(), Fault> {
    let size: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if size <= LARGEST_HEAD {
        return Ok(());
    }
    let message = "Your request header section exceeds the maximum allowed size.";
    Err(Fault::new("RequestHeaderSectionTooLarge", 400, message)
        .with("MaxSizeAllowed", LARGEST_HEAD.to_string()))
}

/// The greatest request that carries code to Lambda, in bytes: 50 MiB in base64, and some room (reports of AWS's answers such
/// as terraform's and the CLI's: "Request must be smaller than 70167211 bytes").
const LARGEST_CODE: usize = 70_167_211;
/// How much of a body that is too large is read and let go, so that its sender gets to read why.
const MOST_LET_GO: usize = 512 << 20;

/// All bytes of a body, within the bounds of its operation.
pub(super) async fn whole_of(body: Body, service: &Service, operation: &Operation) -> Result<Bytes, Fault> {
    let carries_code =
        matches!(operation.name, "CreateFunction" | "UpdateFunctionCode" | "PublishLayerVersion");
    if service.name != "lambda" || !carries_code {
        return whole(body).await;
    }
    let mut body = body;
    let (mut all, mut length) = (BytesMut::new(), 0_usize);
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(broken)?;
        length = length.saturating_add(piece.len());
        if length <= LARGEST_CODE {
            all.extend_from_slice(&piece);
        } else if length > MOST_LET_GO {
            break;
        } else {
            all = BytesMut::new();
        }
    }
    if length <= LARGEST_CODE {
        return Ok(all.freeze());
    }
    let (limit, name) = (LARGEST_CODE, operation.name);
    let message = format!("Request must be smaller than {limit} bytes for the {name} operation");
    Err(Fault::new("RequestEntityTooLargeException", 413, message))
}

/// All bytes of a body, within bounds.
pub(super) async fn whole(body: Body) -> Result<Bytes, Fault> {
    body.collect(LARGEST_WHOLE).await.map_err(|error| match error {
        CollectError::TooLarge => {
            Fault::new("RequestEntityTooLarge", 413, "Request must be smaller than 75497472 bytes")
        }
        CollectError::Broken(error) => broken(error),
    })
}

/// The fault that a stream ended with, or that it was cut off.
pub(crate) fn broken(error: BodyError) -> Fault {
    match error.downcast::<StreamFault>() {
        Ok(fault) => fault.0,
        Err(_) => Fault::new(
            "IncompleteBody",
            400,
            "You did not provide the number of bytes specified by the Content-Length HTTP header",
        ),
    }
}

/// A stream's end in this fault.
pub(crate) fn refused(fault: Fault) -> BodyError {
    Box::new(StreamFault(fault))
}

/// A fault on its way through a stream.
#[derive(Debug)]
struct StreamFault(Fault);

impl std::fmt::Display for StreamFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for StreamFault {}

fn unchunk(
    headers: &HeaderMap,
    framing: Framing,
    body: Body,
    verified: Option<Verified>,
) -> Result<Body, Fault> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let mut decoder = Decoder::new(framing).map_err(|error| fault(error.refusal()))?;
    if let Some(signatures) = verified.as_ref().map(Verified::chunk_signatures) {
        decoder = decoder.verifying(signatures);
    }
    let length = text("x-amz-decoded-content-length").map(str::parse::<u64>);
    match length {
        Some(Ok(length)) => decoder = decoder.expecting_length(length),
        Some(Err(_)) => {
            return Err(Fault::new("InvalidArgument", 400, "x-amz-decoded-content-length is not a number"));
        }
        None if text(CONTENT_LENGTH.as_str()).is_none() => {
            return Err(Fault::new(
                "MissingContentLength",
                411,
                "You must provide the Content-Length HTTP header.",
            ));
        }
        None => {}
    }
    if let Some(names) = text("x-amz-trailer") {
        decoder = decoder.expecting_trailers(names);
    }
    let length = length.and_then(Result::ok);
    Ok(Body::stream(chunked::Unchunked::new(decoder, body, length)))
}

/// Checks a body against the checksums that came with it (`Content-MD5` or `x-amz-checksum-*`); where the operation
/// wants one, one must have come. A checksum that is a member of the input is of something else than the body.
fn check_integrity(headers: &HeaderMap, bytes: &Bytes, operation: &Operation) -> Result<(), Fault> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let mut checked = false;
    if let Some(expected) = text("content-md5") {
        checked = true;
        let Some(wanted) = Checksum::parse(Algorithm::Md5, expected) else {
            return Err(Fault::new("InvalidDigest", 400, "The Content-MD5 you specified was invalid.")
                .with("Content-MD5", expected));
        };
        let found = Algorithm::Md5.digest(bytes);
        if found != wanted {
            let message = "The Content-MD5 you specified did not match what we received.";
            return Err(Fault::new("BadDigest", 400, message)
                .with("ExpectedDigest", wanted.to_hex())
                .with("CalculatedDigest", found.to_base64()));
        }
    }
    for algorithm in Algorithm::NAMED {
        let Some(name) = algorithm.header() else { continue };
        let Some(expected) = text(name) else { continue };
        let members = operation.input.map(Shape::members).unwrap_or_default();
        if members.iter().any(|member| member.location == Location::Header && member.wire_name() == name) {
            continue;
        }
        checked = true;
        let Some(wanted) = Checksum::parse(algorithm, expected) else {
            return Err(Fault::new("InvalidRequest", 400, format!("Value for {name} header is invalid.")));
        };
        if algorithm.digest(bytes) != wanted {
            let name = algorithm.as_str();
            let message = format!("The {name} you specified did not match the calculated checksum.");
            return Err(Fault::new("BadDigest", 400, message));
        }
    }
    // A checksum in the trailer has been held against the bytes while they passed.
    if checked || !exceptions::wants_checksum(operation) || text("x-amz-trailer").is_some() {
        return Ok(());
    }
    let message = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*";
    Err(Fault::new("InvalidRequest", 400, message))
}
