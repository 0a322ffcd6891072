//! Keeps the bytes that pass, in bounded memory: short ones held, longer ones in a file that has no name, so that what
//! has not been redacted yet is nobody's to find.

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use ruststack_cassettes::Body as Recorded;
use ruststack_wire::Body;
use ruststack_wire::body::BodyError;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

/// Longer bodies go into a file.
const HELD: u64 = 1 << 20;
/// Longer bodies are passed on and not kept.
const KEPT: u64 = 64 << 20;

/// The bytes of one body, shared by the stream they pass in and the story they will be told in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Capture(Arc<Mutex<Captured>>);

#[derive(Debug, Default)]
struct Captured {
    kept: Kept,
    length: u64,
    end: End,
}

#[derive(Debug)]
enum Kept {
    Held(Vec<u8>),
    Filed(File),
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

impl Default for Kept {
    fn default() -> Kept {
        Kept::Held(Vec::new())
    }
}

impl Capture {
    /// How far the body came.
    pub(crate) fn end(&self) -> End {
        self.lock().end.clone()
    }

    /// The body for a cassette. One that broke off says so.
    pub(crate) fn recorded(&self) -> Recorded {
        let mut captured = self.lock();
        let length = captured.length;
        let bytes = match &mut captured.kept {
            Kept::Held(bytes) => Ok(std::mem::take(bytes)),
            Kept::Filed(file) => read_back(file).map_err(|error| format!("could not read it back: {error}")),
            Kept::Lost(reason) => Err(reason.clone()),
        };
        match (bytes, &captured.end) {
            (Ok(bytes), End::Reached) => Recorded::exact(bytes),
            (Ok(bytes), _) => Recorded::inexact(bytes, format!("broke off after {length} bytes")),
            (Err(reason), _) => Recorded::unknown(reason),
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
        if self.length > KEPT {
            self.kept = Kept::Lost(format!("longer than {KEPT} bytes"));
        }
        let written = match &mut self.kept {
            Kept::Held(held) if self.length <= HELD => {
                held.extend_from_slice(bytes);
                Ok(())
            }
            Kept::Held(held) => into_file(held, bytes).map(|file| self.kept = Kept::Filed(file)),
            Kept::Filed(file) => file.write_all(bytes),
            Kept::Lost(_) => Ok(()),
        };
        if let Err(error) = written {
            tracing::warn!(%error, "could not keep a body that is being recorded");
            self.kept = Kept::Lost(format!("could not be kept: {error}"));
        }
    }
}

fn into_file(held: &[u8], bytes: &[u8]) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    file.write_all(held)?;
    file.write_all(bytes)?;
    Ok(file)
}

fn read_back(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
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
            capture.lock().end = End::Reached;
            return body;
        }
        Body::stream(Tee { body, capture: capture.clone() })
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
            // Writing to a file here is a copy into the page cache, and no longer than a poll may take.
            Poll::Ready(Some(Ok(frame))) => {
                frame.data_ref().into_iter().for_each(|data| captured.push(data));
                // Whoever knows the length does not ask for more once it has come.
                if is_over {
                    captured.end = End::Reached;
                }
            }
            Poll::Ready(Some(Err(error))) => captured.end = End::Broken(error.to_string()),
            Poll::Ready(None) => captured.end = End::Reached,
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

    #[tokio::test]
    async fn what_passes_is_kept_however_long() {
        for length in [0, 1, HELD as usize, HELD as usize + 1, 3 << 20] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let chunks = bytes.chunks(100_000).map(Bytes::copy_from_slice).collect::<Vec<_>>();
            let capture = Capture::default();
            let passed = Tee::over(Body::chunks(chunks), &capture).collect(length).await.unwrap();
            assert_eq!(passed, bytes);
            assert_eq!(capture.recorded(), Recorded::exact(bytes));
        }
    }

    #[tokio::test]
    async fn what_broke_off_says_so() {
        let capture = Capture::default();
        let mut body = Tee::over(Body::chunks([Bytes::from("one"), Bytes::from("two")]), &capture);
        body.next().await.unwrap().unwrap();
        drop(body);
        assert_eq!(capture.end(), End::Open);
        assert_eq!(capture.recorded().doubt(), Some("broke off after 3 bytes"));
    }
}
