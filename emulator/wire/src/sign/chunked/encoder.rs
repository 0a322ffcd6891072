//! Wraps bodies as SDKs do, for clients and tests.

use super::ChunkSignatures;

/// A body of `STREAMING-UNSIGNED-PAYLOAD-TRAILER`.
pub fn encode_unsigned_with_trailer<'a>(
    chunks: impl IntoIterator<Item = &'a [u8]>,
    trailers: &[(String, String)],
) -> Vec<u8> {
    let mut body = Vec::new();
    for chunk in chunks.into_iter().filter(|chunk| !chunk.is_empty()) {
        body.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        body.extend_from_slice(chunk);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n");
    push_trailers(&mut body, trailers);
    body.extend_from_slice(b"\r\n");
    body
}

/// A body of `STREAMING-AWS4-HMAC-SHA256-PAYLOAD`, or with trailers
/// `STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER`.
pub fn encode_signed<'a>(
    chunks: impl IntoIterator<Item = &'a [u8]>,
    trailers: Option<&[(String, String)]>,
    mut signatures: ChunkSignatures,
) -> Vec<u8> {
    let mut body = Vec::new();
    for chunk in chunks.into_iter().filter(|chunk| !chunk.is_empty()) {
        let signature = signatures.sign_chunk(chunk);
        body.extend_from_slice(format!("{:x};chunk-signature={signature}\r\n", chunk.len()).as_bytes());
        body.extend_from_slice(chunk);
        body.extend_from_slice(b"\r\n");
    }
    let signature = signatures.sign_chunk(b"");
    body.extend_from_slice(format!("0;chunk-signature={signature}\r\n").as_bytes());
    if let Some(trailers) = trailers {
        push_trailers(&mut body, trailers);
        let signature = signatures.sign_trailers(trailers);
        body.extend_from_slice(format!("x-amz-trailer-signature:{signature}\r\n").as_bytes());
    }
    body.extend_from_slice(b"\r\n");
    body
}

fn push_trailers(body: &mut Vec<u8>, trailers: &[(String, String)]) {
    for (name, value) in trailers {
        body.extend_from_slice(format!("{name}:{value}\r\n").as_bytes());
    }
}
