//! A body that is held against the SHA-256 its request was signed with, while it passes.

use super::StreamFault;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use ruststack_wire::body::BodyError;
use ruststack_wire::{Body, Fault};
use sha2::{Digest, Sha256};
use std::pin::Pin;
use std::task::{Context, Poll};

/// The body, which ends in `XAmzContentSHA256Mismatch` if its SHA-256 is another than this one in hex.
pub(super) fn checking(body: Body, expected: String) -> Body {
    Body::stream(Hashed { body, hash: Some(Sha256::new()), expected })
}

struct Hashed {
    body: Body,
    /// Taken at the end.
    hash: Option<Sha256>,
    expected: String,
}

impl HttpBody for Hashed {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
        match frame {
            Some(Ok(frame)) => {
                if let (Some(data), Some(hash)) = (frame.data_ref(), self.hash.as_mut()) {
                    hash.update(data);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            None => Poll::Ready(self.mismatch().map(Err)),
            error => Poll::Ready(error),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Hashed {
    fn mismatch(&mut self) -> Option<BodyError> {
        let found: String = self.hash.take()?.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        if found.eq_ignore_ascii_case(&self.expected) {
            return None;
        }
        let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
        let fault = Fault::new("XAmzContentSHA256Mismatch", 400, message)
            .with("ClientComputedContentSHA256", &*self.expected)
            .with("S3ComputedContentSHA256", found);
        Some(Box::new(StreamFault(fault)))
    }
}
