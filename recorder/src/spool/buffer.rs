//! Memory that a disk takes from directly, in few and large pages where the system has such: a write looks up each page.

use memmap2::MmapMut;
use std::alloc::{Layout, handle_alloc_error};

/// A buffer of a fixed length that is filled from its beginning, which is where a page begins.
pub(super) struct Buffer {
    memory: MmapMut,
    filled: usize,
}

/// Lets the system give large pages to whoever asks for them. The program's allocator has it give none to anybody, since
/// small things would lie in them far apart.
#[cfg(target_os = "linux")]
pub(super) fn allow_large_pages() {
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(false) {
        tracing::debug!(%error, "the recording's memory is in small pages");
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn allow_large_pages() {}

impl Buffer {
    pub(super) fn new(length: usize) -> Buffer {
        let memory = MmapMut::map_anon(length).unwrap_or_else(|_| {
            // As with any other memory that is not there.
            handle_alloc_error(Layout::array::<u8>(length).unwrap_or(Layout::new::<u8>()))
        });
        #[cfg(target_os = "linux")]
        if let Err(error) = memory.advise(memmap2::Advice::HugePage) {
            tracing::debug!(%error, "a part of the recording's memory is in small pages");
        }
        Buffer { memory, filled: 0 }
    }

    /// Takes the next of it to be filled: as much as is asked for, or as there is.
    pub(super) fn next(&mut self, length: usize) -> &mut [u8] {
        let start = self.filled;
        self.filled = self.memory.len().min(start + length);
        &mut self.memory[start..self.filled]
    }

    pub(super) fn is_full(&self) -> bool {
        self.filled == self.memory.len()
    }

    pub(super) fn filled(&self) -> &[u8] {
        &self.memory[..self.filled]
    }

    pub(super) fn clear(&mut self) {
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: usize = 4096;

    #[test]
    fn it_begins_with_a_page_and_takes_what_fits() {
        let mut buffer = Buffer::new(PAGE);
        assert_eq!(buffer.next(PAGE - 1).as_ptr().align_offset(PAGE), 0);
        assert!(!buffer.is_full());
        buffer.next(2).copy_from_slice(&[2]);
        assert!(buffer.is_full());
        assert_eq!((buffer.filled().len(), buffer.filled()[PAGE - 1]), (PAGE, 2));
        buffer.clear();
        assert!(buffer.filled().is_empty());
    }
}
