//! Keeps the bytes that pass, in bounded memory: short ones held, longer ones in the spool.

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use ruststack_cassettes::Body as Recorded;
use ruststack_wire::Body;
use ruststack_wire::body::BodyError;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use crate::spool::{Extents, Spool, Spooled};

/// So many bytes of a body are held; longer bodies go into the spool, piece by piece of this length.
const HELD: usize = 1 << 20;
/// Bodies up to this long are held however many there are: their heads take as much.
const TINY: usize = 4 << 10;

/// The bytes of one body, shared by the stream they pass in and the story they will be told in.
#[derive(Clone, Debug)]
pub(crate) struct Capture(Arc<Mutex<Captured>>);

#[derive(Debug)]
struct Captured {
    kept: Kept,
    held: Vec<u8>,
    length: u64,
    end: End,
    /// When nobody was there any more to read on.
    closed: Option<Instant>,
}

#[derive(Debug)]
enum Kept {
    /// On the way: what is no longer held is in the spool.
    Spooling(Arc<Spool>, Extents),
    /// All there, and short.
    Held(Bytes),
    /// All there, in the spool.
    Spooled(Arc<Spooled>),
    /// Not kept, for this reason.
    Lost(String),
}

/// How far the body came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum End {
    /// It is on its way, or nobody read it to its end.
    #[default]
    Open,
    /// All of it passed.
    Reached,
    /// It broke off, for this reason.
    Broken(String),
}

impl Capture {
    /// Keeps what will pass.
    pub(crate) fn new(spool: &Arc<Spool>) -> Capture {
        Capture::with(Kept::Spooling(spool.clone(), Extents::default()))
    }

    /// Lets all pass and keeps nothing, for this reason.
    pub(crate) fn without_bytes(reason: impl Into<String>) -> Capture {
        Capture::with(Kept::Lost(reason.into()))
    }

    fn with(kept: Kept) -> Capture {
        let captured = Captured { kept, held: Vec::new(), length: 0, end: End::Open, closed: None };
        Capture(Arc::new(Mutex::new(captured)))
    }

    /// How far the body came.
    pub(crate) fn end(&self) -> End {
        self.lock().end.clone()
    }

    /// When the last of it passed, or whoever read it left; `None` while it is on its way.
    pub(crate) fn closed(&self) -> Option<Instant> {
        self.lock().closed
    }

    /// The body for a cassette, as far as it came. One that broke off says so.
    pub(crate) fn recorded(&self) -> Recorded {
        let mut captured = self.lock();
        if captured.closed.is_none() {
            // A recording that ends does not wait for it.
            captured.settle();
        }
        let doubt =
            (captured.end != End::Reached).then(|| format!("broke off after {} bytes", captured.length));
        match (&captured.kept, doubt) {
            (Kept::Held(bytes), None) => Recorded::exact(bytes.clone()),
            (Kept::Held(bytes), Some(doubt)) => Recorded::inexact(bytes.clone(), doubt),
            (Kept::Spooled(spooled), doubt) => Recorded::kept(spooled.clone(), doubt),
            (Kept::Lost(reason), _) => Recorded::unknown(reason),
            (Kept::Spooling(..), _) => Recorded::unknown("nothing of it had passed"),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Captured> {
        // A panic while it was held leaves bytes that are still those that passed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Captured {
    fn push(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        let Kept::Spooling(spool, extents) = &mut self.kept else { return };
        let written = if self.held.len() + bytes.len() <= HELD {
            self.held.extend_from_slice(bytes);
            Ok(())
        } else {
            let held = std::mem::take(&mut self.held);
            let written = append(spool, &held, extents);
            // Its room is used again.
            self.held = held;
            self.held.clear();
            written.and_then(|()| match bytes.len() < HELD {
                true => {
                    self.held.extend_from_slice(bytes);
                    Ok(())
                }
                false => append(spool, bytes, extents),
            })
        };
        self.or_lost(written);
    }

    fn close(&mut self, end: End) {
        if self.closed.is_none() {
            self.end = end;
            self.settle();
            self.closed = Some(Instant::now());
        }
    }

    /// Puts what is held where it will stay.
    fn settle(&mut self) {
        let held = std::mem::take(&mut self.held);
        let Kept::Spooling(spool, extents) = &mut self.kept else { return };
        if extents.is_empty() && (held.len() <= TINY || spool.may_hold(held.len() as u64)) {
            self.kept = Kept::Held(held.into());
            return;
        }
        let written = append(spool, &held, extents);
        self.kept =
            Kept::Spooled(Arc::new(Spooled { spool: spool.clone(), extents: std::mem::take(extents) }));
        self.or_lost(written);
    }

    fn or_lost(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            tracing::warn!(%error, "could not keep a body that is being recorded");
            self.held = Vec::new();
            self.kept = Kept::Lost(format!("could not be kept: {error}"));
        }
    }
}

/// Writing to a file here is a copy into the page cache, and no longer than a poll may take.
fn append(spool: &Spool, bytes: &[u8], extents: &mut Extents) -> io::Result<()> {
    if bytes.is_empty() { Ok(()) } else { spool.append(bytes, extents) }
}

/// A body that is captured as it passes. Nothing waits for the whole of it.
pub(crate) struct Tee {
    body: Body,
    capture: Capture,
}

impl Tee {
    /// Captures what passes through this body.
    pub(crate) fn over(body: Body, capture: &Capture) -> Body {
        if body.is_end_stream() {
            capture.lock().close(End::Reached);
            return body;
        }
        if let Some(length) = body.size_hint().exact() {
            capture.lock().held.reserve_exact(usize::try_from(length).unwrap_or(HELD).min(HELD));
        }
        Body::stream(Tee { body, capture: capture.clone() })
    }
}

impl Drop for Tee {
    /// Whoever reads leaves, at the end or before it.
    fn drop(&mut self) {
        self.capture.lock().close(End::Open);
    }
}

impl http_body::Body for Tee {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        let is_over = self.body.is_end_stream();
        let mut captured = self.capture.lock();
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                frame.data_ref().into_iter().for_each(|data| captured.push(data));
                // Whoever knows the length does not ask for more once it has come.
                if is_over {
                    captured.close(End::Reached);
                }
            }
            Poll::Ready(Some(Err(error))) => captured.close(End::Broken(error.to_string())),
            Poll::Ready(None) => captured.close(End::Reached),
            Poll::Pending => {}
        }
        drop(captured);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capture() -> Capture {
        Capture::new(&Arc::new(Spool::open(&std::env::temp_dir()).unwrap()))
    }

    #[tokio::test]
    async fn what_passes_is_kept_however_long() {
        for length in [0, 1, HELD, HELD + 1, 3 << 20] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            for size in [100_000, 2 << 20] {
                let chunks = bytes.chunks(size).map(Bytes::copy_from_slice).collect::<Vec<_>>();
                let capture = capture();
                let passed = Tee::over(Body::chunks(chunks), &capture).collect(length).await.unwrap();
                assert_eq!(passed, bytes);
                assert_eq!(capture.recorded(), Recorded::exact(bytes.clone()));
                assert_eq!(capture.recorded().source().is_some(), length > HELD);
                assert!(capture.closed().is_some());
            }
        }
    }

    #[tokio::test]
    async fn what_broke_off_says_so() {
        let capture = capture();
        let mut body = Tee::over(Body::chunks([Bytes::from("one"), Bytes::from("two")]), &capture);
        body.next().await.unwrap().unwrap();
        assert_eq!(capture.closed(), None);
        drop(body);
        assert_eq!(capture.end(), End::Open);
        assert_eq!(capture.recorded().doubt(), Some("broke off after 3 bytes"));
        assert_eq!(capture.recorded().bytes(), "one");
    }

    #[tokio::test]
    async fn what_may_not_be_kept_passes_and_is_not() {
        let capture = Capture::without_bytes("private");
        let passed = Tee::over(Body::from(vec![1, 2, 3]), &capture).collect(3).await.unwrap();
        assert_eq!(passed.len(), 3);
        assert_eq!((capture.end(), capture.recorded()), (End::Reached, Recorded::unknown("private")));
    }
}
