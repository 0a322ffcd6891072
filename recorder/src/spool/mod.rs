//! Where what passes waits to be written: a log of all heads and bodies of a run, so that a recording takes no more
//! memory the longer it is. The last of it is in memory; the rest is in one file that has no name, is sealed with a key
//! that is nowhere but in memory, and is gone when the recorder is, however it ends.

mod buffer;
mod extents;
mod file;
mod log;
mod seal;

pub(crate) use extents::Extents;

use file::File;
use log::Log;
use ruststack_cassettes::Source;
use seal::Seal;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The length of a block, which is sealed and opened as a whole.
const BLOCK: usize = 32 << 10;
/// The log goes to the file in pieces of this length: the longer, the less a write costs for a byte.
const SEGMENT: usize = 2 << 20;
/// So many segments wait for the disk before whoever has more is asked to wait too.
const MOST_WAITING: usize = 4;
/// So many are written at once: a disk takes two sooner than one after another.
const WRITERS: usize = 2;

/// The log. Its `Debug` keeps what is in it.
pub(crate) struct Spool(Arc<Shared>);

struct Shared {
    log: Mutex<Log>,
    /// Told when a segment is full, and when nobody will append any more.
    changed: Condvar,
    /// How many segments wait: asked without a lock.
    waiting: AtomicUsize,
    seal: Seal,
    file: File,
    /// The block that was read last: readers go on where they stopped.
    last: Mutex<Option<(u64, Vec<u8>)>>,
}

impl Spool {
    /// A log whose file is on this folder's disk.
    pub(crate) fn open(folder: &Path) -> io::Result<Spool> {
        buffer::allow_large_pages();
        let shared = Arc::new(Shared {
            log: Mutex::new(Log::new()),
            changed: Condvar::new(),
            waiting: AtomicUsize::new(0),
            seal: Seal::new()?,
            file: File::open(folder)?,
            last: Mutex::default(),
        });
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
        let waiting = log.waiting.len();
        while !bytes.is_empty() {
            let at = log.end();
            let taken = log.take(bytes, &self.0.seal);
            to.push(at, taken as u64);
            bytes = &bytes[taken..];
        }
        if log.waiting.len() > waiting {
            self.0.waiting.store(log.waiting.len(), Ordering::Relaxed);
            self.0.changed.notify_all();
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

impl std::fmt::Debug for Spool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Spool")
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        self.0.lock().is_over = true;
        self.0.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Log> {
        // A panic while it was held leaves bytes that are still those that passed.
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what is full until there will be no more.
    fn write(&self) {
        let mut log = self.lock();
        loop {
            if log.is_over {
                return;
            }
            let Some(segment) = log.waiting.pop_front() else {
                log = self.changed.wait(log).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let segment = Arc::new(segment);
            log.writing.push(segment.clone());
            self.waiting.store(log.waiting.len(), Ordering::Relaxed);
            log.wakers.drain(..).for_each(Waker::wake);
            drop(log);
            let written = self.file.write(segment.start, segment.buffer.filled());
            log = self.lock();
            if let Err(error) = written {
                tracing::warn!(%error, "could not keep what is being recorded");
                log.lost.push((segment.start, error.to_string()));
            }
            log.release(segment);
        }
    }

    /// Reads from a place in the log on, as far as its block or the buffer goes; gives how many bytes came.
    fn read(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let (number, from) = (at / BLOCK as u64, usize::try_from(at % BLOCK as u64).unwrap_or(BLOCK));
        let copy = |block: &[u8], into: &mut [u8]| {
            let bytes = block.get(from..).unwrap_or_default();
            let length = bytes.len().min(into.len());
            into[..length].copy_from_slice(&bytes[..length]);
            length
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref().is_none_or(|(own, _)| *own != number) {
            let mut block = last.take().map_or_else(|| vec![0; BLOCK], |(_, block)| block);
            let start = number * BLOCK as u64;
            let log = self.lock();
            if let Some(reason) = log.loss(start) {
                return Err(io::Error::other(reason));
            }
            if let Some(open) = log.open(start) {
                return Ok(copy(open, into));
            }
            let is_held = log.sealed(start).map(|sealed| block.copy_from_slice(sealed)).is_some();
            drop(log);
            if !is_held {
                self.file.read(start, &mut block)?;
            }
            self.seal.open(number, &mut block)?;
            *last = Some((number, block));
        }
        Ok(last.as_ref().map_or(0, |(_, block)| copy(block, into)))
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
