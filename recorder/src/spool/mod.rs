//! Where what passes waits to be written: a log of all heads and bodies of a run, so that a recording takes no more
//! memory the longer it is. The last of it is in memory; the rest is in one file that has no name, is sealed with a key
//! that is nowhere but in memory, and is gone when the recorder is, however it ends.

mod buffer;
mod extents;
mod file;
mod seal;

pub(crate) use extents::Extents;

use buffer::Buffer;
use file::SealedFile;
use ruststack_cassettes::Source;
use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The log goes to the file in pieces of this length: the longer, the less a write costs for a byte.
const SEGMENT: usize = 2 << 20;
/// So many segments wait for the disk before whoever has more is asked to wait too.
const MOST_WAITING: usize = 4;
/// So many are sealed and written at once: while the disk takes one, another is sealed.
const WRITERS: usize = 2;

/// The log.
#[derive(Debug)]
pub(crate) struct Spool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    log: Mutex<Log>,
    /// Told when a segment is full, when one has been written, and when nobody will append any more.
    changed: Condvar,
    /// How many segments wait: asked without a lock.
    waiting: AtomicUsize,
    file: SealedFile,
}

#[derive(Debug)]
struct Log {
    filling: Segment,
    waiting: VecDeque<Segment>,
    /// The segments that are being sealed and written, by their beginnings.
    writing: Vec<u64>,
    /// Used again, since memory that was never touched is dear.
    free: Vec<Buffer>,
    /// Who waits for room.
    wakers: Vec<Waker>,
    /// The segments that could not be written, with the reason.
    lost: Vec<(u64, String)>,
    is_over: bool,
}

#[derive(Debug)]
struct Segment {
    start: u64,
    buffer: Buffer,
}

impl Segment {
    fn has(&self, at: u64) -> bool {
        (self.start..self.start + SEGMENT as u64).contains(&at)
    }

    /// Copies from a place in the log on, as far as the segment and the buffer go.
    fn read(&self, at: u64, into: &mut [u8]) -> usize {
        let from = usize::try_from(at - self.start).unwrap_or(SEGMENT);
        let bytes = self.buffer.filled().get(from..).unwrap_or_default();
        let length = bytes.len().min(into.len());
        into[..length].copy_from_slice(&bytes[..length]);
        length
    }
}

impl Spool {
    /// A log whose file is on this folder's disk.
    pub(crate) fn open(folder: &Path) -> io::Result<Spool> {
        let log = Log {
            filling: Segment { start: 0, buffer: Buffer::new(SEGMENT) },
            waiting: VecDeque::new(),
            writing: Vec::with_capacity(WRITERS),
            free: Vec::new(),
            wakers: Vec::new(),
            lost: Vec::new(),
            is_over: false,
        };
        let file = SealedFile::open(folder)?;
        let (log, changed, waiting) = (Mutex::new(log), Condvar::new(), AtomicUsize::new(0));
        let shared = Arc::new(Shared { log, changed, waiting, file });
        // Dropped where a thread is refused, so that the first ends too.
        let spool = Spool(shared);
        for _ in 0..WRITERS {
            let own = spool.0.clone();
            std::thread::Builder::new().name("spool".to_owned()).spawn(move || own.write())?;
        }
        Ok(spool)
    }

    /// Appends the next bytes of something. They are there at once; the disk is not waited for.
    pub(crate) fn append(&self, mut bytes: &[u8], to: &mut Extents) {
        let mut log = self.0.lock();
        while !bytes.is_empty() {
            let segment = &mut log.filling;
            let at = segment.start + segment.buffer.filled().len() as u64;
            let taken = segment.buffer.fill(bytes);
            to.push(at, taken as u64);
            bytes = &bytes[taken..];
            if segment.buffer.filled().len() == SEGMENT {
                log.turn_over();
                self.0.waiting.store(log.waiting.len(), Ordering::Relaxed);
                self.0.changed.notify_all();
            }
        }
    }

    /// Ready where there is room for more: whoever streams waits for it, so that the disk sets the pace and not the
    /// memory.
    pub(crate) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.0.waiting.load(Ordering::Relaxed) < MOST_WAITING {
            return Poll::Ready(());
        }
        let mut log = self.0.lock();
        if log.waiting.len() < MOST_WAITING {
            return Poll::Ready(());
        }
        log.wakers.push(cx.waker().clone());
        Poll::Pending
    }

    /// Why something is not in the log any more; `None` where it is.
    pub(crate) fn lost(&self, extents: &Extents) -> Option<String> {
        let log = self.0.lock();
        let lost = log.lost.iter().find(|(start, _)| extents.touches(*start, SEGMENT as u64));
        lost.map(|(_, reason)| reason.clone())
    }

    /// Something in the log, to be read from there.
    pub(crate) fn at(self: &Arc<Spool>, extents: &Extents) -> Spooled {
        Spooled { spool: self.clone(), extents: extents.clone() }
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        self.0.lock().is_over = true;
        self.0.changed.notify_all();
    }
}

impl Log {
    fn turn_over(&mut self) {
        let buffer = self.free.pop().unwrap_or_else(|| Buffer::new(SEGMENT));
        let start = self.filling.start + SEGMENT as u64;
        self.waiting.push_back(std::mem::replace(&mut self.filling, Segment { start, buffer }));
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Log> {
        // A panic while it was held leaves bytes that are still those that passed.
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, log: MutexGuard<'a, Log>) -> MutexGuard<'a, Log> {
        self.changed.wait(log).unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what is full until there will be no more.
    fn write(&self) {
        let mut log = self.lock();
        loop {
            if log.is_over {
                return;
            }
            let Some(mut segment) = log.waiting.pop_front() else {
                log = self.wait(log);
                continue;
            };
            log.writing.push(segment.start);
            self.waiting.store(log.waiting.len(), Ordering::Relaxed);
            drop(log);
            let written = self.file.write(segment.start, segment.buffer.whole());
            log = self.lock();
            log.writing.retain(|start| *start != segment.start);
            if let Err(error) = written {
                tracing::warn!(%error, "could not keep what is being recorded");
                log.lost.push((segment.start, error.to_string()));
            }
            if log.free.len() < MOST_WAITING {
                segment.buffer.clear();
                log.free.push(segment.buffer);
            }
            log.wakers.drain(..).for_each(Waker::wake);
            self.changed.notify_all();
        }
    }

    /// Reads from a place in the log on; gives how many bytes came.
    fn read(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let mut log = self.lock();
        while log.writing.iter().any(|start| (*start..start + SEGMENT as u64).contains(&at)) {
            log = self.wait(log);
        }
        if let Some((_, reason)) =
            log.lost.iter().find(|(start, _)| (*start..start + SEGMENT as u64).contains(&at))
        {
            return Err(io::Error::other(reason.clone()));
        }
        let held = log.waiting.iter().chain([&log.filling]).find(|segment| segment.has(at));
        if let Some(segment) = held {
            return Ok(segment.read(at, into));
        }
        drop(log);
        self.file.read(at, into)
    }
}

/// Something that is in the log.
#[derive(Debug)]
pub(crate) struct Spooled {
    spool: Arc<Spool>,
    extents: Extents,
}

impl Source for Spooled {
    fn length(&self) -> u64 {
        self.extents.length()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let Some((at, length)) = self.extents.find(offset) else { return Ok(0) };
        let wanted = usize::try_from(length).unwrap_or(usize::MAX).min(buffer.len());
        self.spool.0.read(at, &mut buffer[..wanted])
    }
}

#[cfg(test)]
mod tests;
