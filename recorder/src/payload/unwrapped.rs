//! The bytes in signed chunks, as they are or in chunks that are not signed.

use bytes::{BufMut as _, Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use ruststack_wire::Body;
use ruststack_wire::body::BodyError;
use ruststack_wire::sign::chunked::{ChunkError, Decoder, encode_unsigned_with_trailer};
use ruststack_wire::sign::payload::Framing;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

/// S3 refuses chunks below 8 KiB, and what arrives may be in pieces of any size.
const CHUNK: usize = 64 * 1024;

/// A body out of its signed chunks, perhaps in new ones. The last piece waits for the end of the body, so that one
/// which breaks off is never taken for whole.
pub(super) struct Unwrapped {
    body: Body,
    decoder: Option<Decoder>,
    rewraps: bool,
    chunk: BytesMut,
    pub(super) ready: VecDeque<Bytes>,
}

impl Unwrapped {
    pub(super) fn new(body: Body, framing: Framing, rewraps: bool) -> Result<Unwrapped, ChunkError> {
        let decoder = Some(Decoder::new(framing)?);
        Ok(Unwrapped { body, decoder, rewraps, chunk: BytesMut::new(), ready: VecDeque::new() })
    }

    pub(super) fn take(&mut self, data: Bytes) -> Result<(), ChunkError> {
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

    pub(super) fn end(&mut self) -> Result<(), ChunkError> {
        let Some(decoder) = self.decoder.take() else { return Ok(()) };
        let trailers = decoder.finish()?;
        if self.rewraps {
            let last = encode_unsigned_with_trailer([self.chunk.split().as_ref()], &trailers);
            self.ready.push_back(last.into());
        }
        Ok(())
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
