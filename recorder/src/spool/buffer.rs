//! Memory that a disk can take from directly: it begins where a page does.

/// What a page is a multiple of everywhere.
const PAGE: usize = 4096;

/// A buffer of a fixed length that is filled from its beginning.
pub(super) struct Buffer {
    memory: Vec<u8>,
    /// Where the first page begins.
    offset: usize,
    length: usize,
    filled: usize,
}

impl Buffer {
    pub(super) fn new(length: usize) -> Buffer {
        let memory = vec![0; length + PAGE];
        let offset = memory.as_ptr().align_offset(PAGE).min(PAGE);
        Buffer { memory, offset, length, filled: 0 }
    }

    /// Takes the next of it to be filled: as much as is asked for, or as there is.
    pub(super) fn next(&mut self, length: usize) -> &mut [u8] {
        let start = self.offset + self.filled;
        self.filled = self.length.min(self.filled + length);
        &mut self.memory[start..self.offset + self.filled]
    }

    pub(super) fn is_full(&self) -> bool {
        self.filled == self.length
    }

    pub(super) fn filled(&self) -> &[u8] {
        &self.memory[self.offset..self.offset + self.filled]
    }

    pub(super) fn clear(&mut self) {
        self.filled = 0;
    }
}

impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Buffer").field("filled", &self.filled).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
