//! Signed chunks that go on as they came, since nobody signs them anew, and are captured as the bytes in them.

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use ruststack_wire::Body;
use ruststack_wire::body::BodyError;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::unwrapped::Unwrapped;
use crate::capture::{Capture, End};

/// A body that passes as it came, while it is captured out of its signed chunks.
pub(super) struct Shadow {
    pub(super) body: Body,
    pub(super) unwrapped: Unwrapped,
    pub(super) capture: Capture,
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
