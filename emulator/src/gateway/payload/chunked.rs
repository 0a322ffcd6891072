//! A body that is unwrapped from aws-chunked while it passes, and whose trailers come as HTTP's do.

use super::StreamFault;
use crate::gateway::authorize::fault;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::{Body as HttpBody, Frame, SizeHint};
use ruststack_wire::Body;
use ruststack_wire::body::BodyError;
use ruststack_wire::sign::chunked::{ChunkError, Decoder};
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The bytes inside the chunks of another body.
pub(super) struct Unchunked {
    body: Body,
    /// Taken at the end.
    decoder: Option<Decoder>,
    ready: VecDeque<Bytes>,
    length: Option<u64>,
}

impl Unchunked {
    /// What this decoder finds in a body; `length` is what the request says of it.
    pub(super) fn new(decoder: Decoder, body: Body, length: Option<u64>) -> Unchunked {
        Unchunked { body, decoder: Some(decoder), ready: VecDeque::new(), length }
    }

    fn finish(&mut self) -> Option<Result<Frame<Bytes>, BodyError>> {
        match self.decoder.take()?.finish() {
            Ok(trailers) => {
                let mut headers = HeaderMap::new();
                for (name, value) in &trailers {
                    let name = HeaderName::from_bytes(name.as_bytes());
                    if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
                        headers.insert(name, value);
                    }
                }
                (!headers.is_empty()).then(|| Ok(Frame::trailers(headers)))
            }
            Err(error) => Some(Err(refused(&error))),
        }
    }
}

fn refused(error: &ChunkError) -> BodyError {
    Box::new(StreamFault(fault(error.refusal())))
}

impl HttpBody for Unchunked {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        loop {
            if let Some(chunk) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(Frame::data(chunk))));
            }
            let data = match std::task::ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => data,
                    Err(_trailers) => continue,
                },
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(self.finish()),
            };
            let mut found = Vec::new();
            if let Some(decoder) = self.decoder.as_mut()
                && let Err(error) = decoder.push(data, &mut found)
            {
                self.decoder = None;
                return Poll::Ready(Some(Err(refused(&error))));
            }
            self.ready.extend(found);
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
