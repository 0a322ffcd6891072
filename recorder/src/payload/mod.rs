//! How the body of a call is sent on, and what its new signature says of it.
//!
//! A body that S3 takes streams through. One whose chunks carry the application's signatures is unwrapped, since
//! those are worth nothing with other credentials: it goes on as the plain bytes, or, where a checksum follows in its
//! trailers, in chunks without signatures. Other services want the hash of the whole, so their bodies are held.
//!
//! What is recorded is what went on: AWS answered that, and a replay that sends it again asks the same.

mod shadow;
mod unwrapped;

use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use ruststack_wire::Body;
use ruststack_wire::sign::chunked::ChunkError;
use ruststack_wire::sign::payload::{Declared, Framing, UNSIGNED_PAYLOAD};
use ruststack_wire::sign::signer::Payload;

use crate::capture::{Capture, Tee};
use shadow::Shadow;
use unwrapped::Unwrapped;

const CONTENT_SHA256: &str = "x-amz-content-sha256";
const DECODED_LENGTH: &str = "x-amz-decoded-content-length";

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

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

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
