//! Keeps the bytes that pass, in the log of the run.

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use ruststack_cassettes::{Body as Recorded, Source as _};
use ruststack_wire::Body;
use ruststack_wire::body::BodyError;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use crate::spool::{Extents, Spool};

/// A body that is told holds so many bytes in memory; a longer one stays in the log until it is written.
const HELD: u64 = 64 << 10;

/// The bytes of one body, shared by the stream they pass in and the story they will be told in.
#[derive(Clone, Debug)]
pub(crate) struct Capture(Arc<Mutex<Captured>>);

#[derive(Debug)]
struct Captured {
    kept: Kept,
    length: u64,
    end: End,
    /// When nobody was there any more to read on.
    closed: Option<Instant>,
}

#[derive(Debug)]
enum Kept {
    /// In the log, so far.
    In(Arc<Spool>, Extents),
    /// Not kept, for this reason.
    Withheld(String),
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
        Capture::with(Kept::In(spool.clone(), Extents::default()))
    }

    /// Lets all pass and keeps nothing, for this reason.
    pub(crate) fn without_bytes(reason: impl Into<String>) -> Capture {
        Capture::with(Kept::Withheld(reason.into()))
    }

    fn with(kept: Kept) -> Capture {
        Capture(Arc::new(Mutex::new(Captured { kept, length: 0, end: End::Open, closed: None })))
    }

    /// How far the body came.
    pub(crate) fn end(&self) -> End {
        self.lock().end.clone()
    }

    /// How many bytes of it have passed.
    pub(crate) fn length(&self) -> u64 {
        self.lock().length
    }

    /// When the last of it passed, or whoever read it left; `None` while it is on its way.
    pub(crate) fn closed(&self) -> Option<Instant> {
        self.lock().closed
    }

    /// The body for a cassette, as far as it came. One that broke off says so.
    pub(crate) fn recorded(&self) -> Recorded {
        let captured = self.lock();
        let doubt =
            (captured.end != End::Reached).then(|| format!("broke off after {} bytes", captured.length));
        let (spool, extents) = match &captured.kept {
            Kept::In(spool, extents) => (spool.clone(), extents.clone()),
            Kept::Withheld(reason) => return Recorded::unknown(reason),
        };
        // What passes meanwhile need not wait for the disk.
        drop(captured);
        if let Some(reason) = spool.lost(&extents) {
            return Recorded::unknown(format!("could not be kept: {reason}"));
        }
        let spooled = spool.at(&extents);
        if extents.length() > HELD {
            return Recorded::kept(Arc::new(spooled), doubt);
        }
        match (spooled.load(), doubt) {
            (Ok(bytes), None) => Recorded::exact(bytes),
            (Ok(bytes), Some(doubt)) => Recorded::inexact(bytes, doubt),
            (Err(error), _) => Recorded::unknown(format!("could not be kept: {error}")),
        }
    }

    /// Keeps more.
    pub(crate) fn push(&self, bytes: &[u8]) {
        self.lock().push(bytes);
    }

    /// Nothing more will come. The first to say so is right.
    pub(crate) fn close(&self, end: End) {
        self.lock().close(end);
    }

    /// Ready where what comes next can be kept.
    pub(crate) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        match &self.lock().kept {
            Kept::In(spool, _) => spool.poll_room(cx),
            Kept::Withheld(_) => Poll::Ready(()),
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
        if let Kept::In(spool, extents) = &mut self.kept {
            spool.append(bytes, extents);
        }
    }

    fn close(&mut self, end: End) {
        if self.closed.is_none() {
            self.end = end;
            self.closed = Some(Instant::now());
        }
    }
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
        ready!(self.capture.poll_room(cx));
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
        let held = usize::try_from(HELD).unwrap();
        for length in [0, 1, held, held + 1, 3 << 20] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            for size in [100_000, 2 << 20] {
                let chunks = bytes.chunks(size).map(Bytes::copy_from_slice).collect::<Vec<_>>();
                let capture = capture();
                let passed = Tee::over(Body::chunks(chunks), &capture).collect(length).await.unwrap();
                assert_eq!(passed, bytes);
                assert_eq!(capture.recorded(), Recorded::exact(bytes.clone()));
                assert_eq!(capture.recorded().source().is_some(), length > held);
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
