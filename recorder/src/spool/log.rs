//! What of the log is in memory: the block that is being filled, as it came, and segments of sealed blocks.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::Waker;

use super::buffer::Buffer;
use super::seal::Seal;
use super::{BLOCK, MOST_WAITING, SEGMENT};

pub(super) struct Log {
    /// The last block, until it is full.
    open: Vec<u8>,
    filling: Segment,
    /// Full segments.
    pub(super) waiting: VecDeque<Segment>,
    /// Those that are being written.
    pub(super) writing: Vec<Arc<Segment>>,
    /// Used again, since memory that was never touched is dear.
    free: Vec<Buffer>,
    /// Who waits for room.
    pub(super) wakers: Vec<Waker>,
    /// The segments that could not be written, with the reason.
    pub(super) lost: Vec<(u64, String)>,
    pub(super) is_over: bool,
}

pub(super) struct Segment {
    pub(super) start: u64,
    pub(super) buffer: Buffer,
}

impl Log {
    pub(super) fn new() -> Log {
        Log {
            open: Vec::with_capacity(BLOCK),
            filling: Segment { start: 0, buffer: Buffer::new(SEGMENT) },
            waiting: VecDeque::new(),
            writing: Vec::new(),
            free: Vec::new(),
            wakers: Vec::new(),
            lost: Vec::new(),
            is_over: false,
        }
    }

    /// Takes as many of these bytes as the block has room for, and says how many that were.
    pub(super) fn take(&mut self, bytes: &[u8], seal: &Seal) -> usize {
        let taken = bytes.len().min(BLOCK - self.open.len());
        let sealed = match taken {
            // A whole block is sealed from where it is.
            BLOCK => &bytes[..BLOCK],
            _ => {
                self.open.extend_from_slice(&bytes[..taken]);
                &self.open
            }
        };
        if sealed.len() == BLOCK {
            seal.seal(sealed, self.filling.buffer.next(BLOCK));
            self.open.clear();
            if self.filling.buffer.is_full() {
                self.turn_over();
            }
        }
        taken
    }

    fn turn_over(&mut self) {
        let buffer = self.free.pop().unwrap_or_else(|| Buffer::new(SEGMENT));
        let start = self.filling.start + SEGMENT as u64;
        self.waiting.push_back(std::mem::replace(&mut self.filling, Segment { start, buffer }));
    }

    /// Where the next byte will be.
    pub(super) fn end(&self) -> u64 {
        self.filling.end() + self.open.len() as u64
    }

    /// The block that begins at a place, if it is not full yet.
    pub(super) fn open(&self, at: u64) -> Option<&[u8]> {
        (self.filling.end() == at).then_some(&self.open)
    }

    /// The sealed block that begins at a place, if it is in memory.
    pub(super) fn sealed(&self, at: u64) -> Option<&[u8]> {
        let written = self.writing.iter().map(Arc::as_ref);
        let mut all = self.waiting.iter().chain([&self.filling]).chain(written);
        all.find_map(|segment| segment.block(at))
    }

    /// Why what is at a place could not be kept.
    pub(super) fn loss(&self, at: u64) -> Option<&str> {
        let lost = self.lost.iter().find(|(start, _)| (*start..*start + SEGMENT as u64).contains(&at));
        lost.map(|(_, reason)| reason.as_str())
    }

    /// Lets go of a segment that has been written.
    pub(super) fn release(&mut self, segment: Arc<Segment>) {
        self.writing.retain(|own| !Arc::ptr_eq(own, &segment));
        if let Some(mut segment) = Arc::into_inner(segment).filter(|_| self.free.len() < MOST_WAITING) {
            segment.buffer.clear();
            self.free.push(segment.buffer);
        }
    }
}

impl Segment {
    /// Where what is in it ends.
    fn end(&self) -> u64 {
        self.start + self.buffer.filled().len() as u64
    }

    fn block(&self, at: u64) -> Option<&[u8]> {
        let from = usize::try_from(at.checked_sub(self.start)?).ok()?;
        self.buffer.filled().get(from..from + BLOCK)
    }
}
