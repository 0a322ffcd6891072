//! An answer as it comes: held until it is whole, or handed on piece by piece.
//!
//! Source: Developer Guide, "Response streaming for Lambda functions" (200 MB at most; a caller who leaves does not end the
//! invocation).

use super::outcome::{Failure, LARGEST_ANSWER, Outcome};
use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;

/// The greatest answer that is streamed, in bytes.
const LARGEST_STREAM: usize = 200 << 20;

/// A part of an answer that is streamed.
#[derive(Debug)]
pub(crate) enum Part {
    /// It begins, with the type that the runtime gave it.
    Begins(Option<String>),
    /// More of it.
    Piece(Bytes),
}

/// Where the parts of an answer go.
pub(in crate::services::lambda) type Parts = mpsc::Sender<Part>;

/// What has come of an answer.
pub(super) struct Received {
    parts: Option<Parts>,
    whole: BytesMut,
    length: usize,
}

impl Received {
    /// Nothing yet. With somewhere to go, nothing is held.
    pub(super) fn new(parts: Option<Parts>) -> Received {
        Received { parts, whole: BytesMut::new(), length: 0 }
    }

    /// Whether somebody waits for the parts.
    pub(super) fn is_handed_on(&self) -> bool {
        self.parts.is_some()
    }

    /// The answer begins.
    pub(super) async fn begin(&mut self, content_type: Option<String>) {
        self.hand_on(Part::Begins(content_type)).await;
    }

    /// More of it has come.
    pub(super) async fn add(&mut self, piece: Bytes) {
        self.length += piece.len();
        if self.is_too_long() || piece.is_empty() {
            return;
        }
        match self.parts {
            Some(_) => self.hand_on(Part::Piece(piece)).await,
            None => self.whole.extend_from_slice(&piece),
        }
    }

    /// It is over, with an error where it ended in one.
    pub(super) fn end(self, error: Option<Bytes>) -> Outcome {
        match (self.is_too_long(), error) {
            (true, _) if self.parts.is_some() => Outcome::Failed(Failure::StreamTooLarge),
            (true, _) => Outcome::Failed(Failure::TooLarge),
            (false, Some(error)) => Outcome::Told(error),
            (false, None) => Outcome::Answer(self.whole.freeze()),
        }
    }

    fn is_too_long(&self) -> bool {
        self.length > if self.parts.is_some() { LARGEST_STREAM } else { LARGEST_ANSWER }
    }

    /// Gives a part to who waits for it; one who has left misses it.
    async fn hand_on(&self, part: Part) {
        if let Some(parts) = &self.parts {
            let _ = parts.send(part).await;
        }
    }
}
