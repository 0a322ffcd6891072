//! How the body of a call is sent on, and what its new signature says of it.
//!
//! A body that S3 takes streams through. One whose chunks carry the application's signatures is unwrapped, since
//! those are worth nothing with other credentials: it goes on as the plain bytes, or, where a checksum follows in its
//! trailers, in chunks without signatures. Other services want the hash of the whole, so their bodies are held.
//!
//! What is recorded is what went on: AWS answered that, and a replay that sends it again asks the same.

use crate::capture::{Capture, End, Tee};
use bytes::{BufMut as _, Bytes, BytesMut};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use http_body::{Frame, SizeHint};
use ruststack_wire::Body;
use ruststack_wire::body::BodyError;
use ruststack_wire::sign::chunked::{ChunkError, Decoder, encode_unsigned_with_trailer};
use ruststack_wire::sign::payload::{Declared, Framing, UNSIGNED_PAYLOAD};
use ruststack_wire::sign::signer::Payload;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

const CONTENT_SHA256: &str = "x-amz-content-sha256";
const DECODED_LENGTH: &str = "x-amz-decoded-content-length";
/// S3 refuses chunks below 8 KiB, and what arrives may be in pieces of any size.
const CHUNK: usize = 64 * 1024;

/// What becomes of a body on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// It passes as it is; the signature says this of it.
    Pass(Declared),
    /// It is in signed chunks, and goes on as the bytes in them.
    Unwrap(Framing),
    /// It is in signed chunks with trailers, and goes on in chunks that are not signed.
    Rewrap(Framing),
}

impl Plan {
    /// The plan for a request to S3 with this head.
    pub(crate) fn of(headers: &HeaderMap) -> Plan {
        let declared = headers.get(CONTENT_SHA256).and_then(|value| Declared::parse(value.to_str().ok()?));
        match declared.unwrap_or(Declared::Unsigned) {
            Declared::Chunked(Framing::UnsignedTrailer) => {
                Plan::Pass(Declared::Chunked(Framing::UnsignedTrailer))
            }
            // Chunks of SigV4A are laid out like those of SigV4.
            Declared::Chunked(Framing::Signed | Framing::EcdsaSigned) => Plan::Unwrap(Framing::Signed),
            Declared::Chunked(_) => Plan::Rewrap(Framing::SignedTrailer),
            declared => Plan::Pass(declared),
        }
    }

    /// Makes the head say what goes on.
    pub(crate) fn restate(&self, headers: &mut HeaderMap) {
        match self {
            Plan::Pass(_) => {}
            Plan::Unwrap(_) => {
                headers.insert(CONTENT_SHA256, HeaderValue::from_static(UNSIGNED_PAYLOAD));
                without_chunks(headers);
                match headers.remove(DECODED_LENGTH) {
                    Some(length) => headers.insert(CONTENT_LENGTH, length),
                    None => headers.remove(CONTENT_LENGTH),
                };
            }
            Plan::Rewrap(_) => {
                let framing = Framing::UnsignedTrailer.as_str();
                headers.insert(CONTENT_SHA256, HeaderValue::from_static(framing));
                // The trailers are not there yet, so nobody knows how long all of it is.
                headers.remove(CONTENT_LENGTH);
                headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
            }
        }
    }

    /// What the signature says of the body.
    pub(crate) fn payload(&self) -> Payload<'_> {
        match self {
            Plan::Pass(Declared::Sha256(hex)) => Payload::Sha256(hex),
            Plan::Pass(Declared::Chunked(framing)) => Payload::Chunked(*framing),
            Plan::Pass(Declared::Unsigned) | Plan::Unwrap(_) => Payload::Unsigned,
            Plan::Rewrap(_) => Payload::Chunked(Framing::UnsignedTrailer),
        }
    }

    /// The body as it came, where it is not signed anew; what is captured of it is as if it had been.
    pub(crate) fn shadow(&self, body: Body, capture: &Capture) -> Result<Body, ChunkError> {
        let unwrapped = match self {
            Plan::Pass(_) => return Ok(Tee::over(body, capture)),
            Plan::Unwrap(framing) => Unwrapped::new(Body::empty(), *framing, false)?,
            Plan::Rewrap(framing) => Unwrapped::new(Body::empty(), *framing, true)?,
        };
        Ok(Body::stream(Shadow { body, unwrapped, capture: capture.clone() }))
    }

    /// The body as it goes on.
    pub(crate) fn body(&self, body: Body) -> Result<Body, ChunkError> {
        match self {
            Plan::Pass(_) => Ok(body),
            Plan::Unwrap(framing) => Ok(Body::stream(Unwrapped::new(body, *framing, false)?)),
            Plan::Rewrap(framing) => Ok(Body::stream(Unwrapped::new(body, *framing, true)?)),
        }
    }
}

/// Takes `aws-chunked` out of the content codings.
fn without_chunks(headers: &mut HeaderMap) {
    let codings: Vec<&str> =
        headers.get_all(CONTENT_ENCODING).iter().filter_map(|value| value.to_str().ok()).collect();
    let kept: Vec<&str> = codings
        .iter()
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("aws-chunked"))
        .collect();
    let kept = HeaderValue::from_str(&kept.join(",")).ok().filter(|value| !value.is_empty());
    match kept {
        Some(value) => drop(headers.insert(CONTENT_ENCODING, value)),
        None => drop(headers.remove(CONTENT_ENCODING)),
    }
}

/// A body out of its signed chunks, perhaps in new ones. The last piece waits for the end of the body, so that one
/// which breaks off is never taken for whole.
struct Unwrapped {
    body: Body,
    decoder: Option<Decoder>,
    rewraps: bool,
    chunk: BytesMut,
    ready: VecDeque<Bytes>,
}

impl Unwrapped {
    fn new(body: Body, framing: Framing, rewraps: bool) -> Result<Unwrapped, ChunkError> {
        let decoder = Some(Decoder::new(framing)?);
        Ok(Unwrapped { body, decoder, rewraps, chunk: BytesMut::new(), ready: VecDeque::new() })
    }

    fn take(&mut self, data: Bytes) -> Result<(), ChunkError> {
        let mut pieces = Vec::new();
        if let Some(decoder) = &mut self.decoder {
            decoder.push(data, &mut pieces)?;
        }
        for mut piece in pieces {
            if !self.rewraps {
                self.ready.push_back(piece);
                continue;
            }
            while !piece.is_empty() {
                let wanted = (CHUNK - self.chunk.len()).min(piece.len());
                self.chunk.put(piece.split_to(wanted));
                if self.chunk.len() == CHUNK {
                    let chunk = self.chunk.split();
                    let mut wrapped = BytesMut::from(format!("{CHUNK:x}\r\n").as_bytes());
                    wrapped.extend_from_slice(&chunk);
                    wrapped.extend_from_slice(b"\r\n");
                    self.ready.push_back(wrapped.freeze());
                }
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), ChunkError> {
        let Some(decoder) = self.decoder.take() else { return Ok(()) };
        let trailers = decoder.finish()?;
        if self.rewraps {
            let last = encode_unsigned_with_trailer([self.chunk.split().as_ref()], &trailers);
            self.ready.push_back(last.into());
        }
        Ok(())
    }
}

/// A body that passes as it came, while it is captured out of its signed chunks.
struct Shadow {
    body: Body,
    unwrapped: Unwrapped,
    capture: Capture,
}

impl Shadow {
    fn take(&mut self, polled: &Option<Result<Frame<Bytes>, BodyError>>) {
        let taken = match polled {
            Some(Ok(frame)) => frame.data_ref().map_or(Ok(()), |data| self.unwrapped.take(data.clone())),
            Some(Err(error)) => return self.capture.close(End::Broken(error.to_string())),
            None => self.unwrapped.end(),
        };
        self.unwrapped.ready.drain(..).for_each(|piece| self.capture.push(&piece));
        match taken {
            // It is the upstream's to refuse; what is kept of it is not whole.
            Err(error) => self.capture.close(End::Broken(error.to_string())),
            Ok(()) if polled.is_none() => self.capture.close(End::Reached),
            Ok(()) => {}
        }
    }
}

impl http_body::Body for Shadow {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        std::task::ready!(self.capture.poll_room(cx));
        let polled = std::task::ready!(http_body::Body::poll_frame(Pin::new(&mut self.body), cx));
        self.take(&polled);
        if polled.as_ref().is_some_and(Result::is_ok) && http_body::Body::is_end_stream(&self.body) {
            // Whoever knows the length does not ask for more once it has come.
            self.take(&None);
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        http_body::Body::is_end_stream(&self.body)
    }

    fn size_hint(&self) -> SizeHint {
        http_body::Body::size_hint(&self.body)
    }
}

impl http_body::Body for Unwrapped {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        loop {
            let is_all_there = self.decoder.is_none();
            if is_all_there || self.ready.len() > 1 {
                return Poll::Ready(self.ready.pop_front().map(|piece| Ok(Frame::data(piece))));
            }
            let taken = match std::task::ready!(http_body::Body::poll_frame(Pin::new(&mut self.body), cx)) {
                Some(Ok(frame)) => frame.into_data().map_or(Ok(()), |data| self.take(data)),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => self.end(),
            };
            if let Err(error) = taken {
                self.ready.clear();
                return Poll::Ready(Some(Err(error.into())));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.decoder.is_none() && self.ready.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    fn signed(chunks: &[&[u8]], trailer: &str) -> Body {
        let signature = "a".repeat(64);
        let mut bytes = Vec::new();
        for chunk in chunks.iter().chain([&&b""[..]]) {
            bytes.extend(format!("{:x};chunk-signature={signature}\r\n", chunk.len()).bytes());
            bytes.extend(*chunk);
            bytes.extend(if chunk.is_empty() { &b""[..] } else { b"\r\n" });
        }
        bytes.extend(trailer.bytes());
        bytes.extend(b"\r\n");
        // In pieces that cut through everything.
        Body::chunks(bytes.chunks(7).map(Bytes::copy_from_slice).collect::<Vec<_>>())
    }

    #[tokio::test]
    async fn signed_chunks_become_the_bytes_in_them() {
        let mut head = headers(&[
            (CONTENT_SHA256, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
            ("content-encoding", "gzip, aws-chunked"),
            ("content-length", "999"),
            (DECODED_LENGTH, "10003"),
        ]);
        let plan = Plan::of(&head);
        plan.restate(&mut head);
        let expected = headers(&[
            (CONTENT_SHA256, "UNSIGNED-PAYLOAD"),
            ("content-encoding", "gzip"),
            ("content-length", "10003"),
        ]);
        assert_eq!(head, expected);
        let first = [b'x'; 10_000];
        let body = plan.body(signed(&[&first, b"end"], "")).unwrap();
        assert_eq!(body.collect(1 << 20).await.unwrap(), [&first[..], b"end"].concat());
    }

    #[tokio::test]
    async fn trailers_survive_in_chunks_without_signatures() {
        let mut head = headers(&[
            (CONTENT_SHA256, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
            ("content-length", "999"),
            (DECODED_LENGTH, "70000"),
            ("x-amz-trailer", "x-amz-checksum-crc32"),
        ]);
        let plan = Plan::of(&head);
        plan.restate(&mut head);
        assert_eq!(head[CONTENT_SHA256], "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        assert_eq!((head.get("content-length"), &head[DECODED_LENGTH]), (None, &HeaderValue::from(70_000)));
        let content = vec![b'x'; 70_000];
        let trailer =
            format!("x-amz-checksum-crc32:AAAAAA==\r\nx-amz-trailer-signature:{}\r\n", "b".repeat(64));
        let wrapped = plan.body(signed(&[&content], &trailer)).unwrap().collect(1 << 20).await.unwrap();
        let text = String::from_utf8(wrapped.to_vec()).unwrap();
        assert!(text.starts_with("10000\r\nxxx") && !text.contains("signature"));
        assert!(text.ends_with("x\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"), "{}", &text[70_000..]);
        assert_eq!(text.matches('x').count(), 70_000 + "x-amz-checksum".matches('x').count());
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_never_whole() {
        let plan = Plan::Unwrap(Framing::Signed);
        let mut body = plan.body(Body::from(b"5;chunk-signature=0\r\nhello\r\n".to_vec())).unwrap();
        assert!(body.next().await.unwrap().is_err());
    }

    #[test]
    fn what_is_not_signed_passes() {
        let plan = Plan::of(&headers(&[(CONTENT_SHA256, "STREAMING-UNSIGNED-PAYLOAD-TRAILER")]));
        assert_eq!(plan, Plan::Pass(Declared::Chunked(Framing::UnsignedTrailer)));
        assert_eq!(Plan::of(&HeaderMap::new()), Plan::Pass(Declared::Unsigned));
    }
}
