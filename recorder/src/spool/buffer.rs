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

    /// Takes as much as there is room for, and says how much that was.
    pub(super) fn fill(&mut self, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(self.length - self.filled);
        let start = self.offset + self.filled;
        self.memory[start..start + taken].copy_from_slice(&bytes[..taken]);
        self.filled += taken;
        taken
    }

    pub(super) fn filled(&self) -> &[u8] {
        &self.memory[self.offset..self.offset + self.filled]
    }

    /// All of it, filled or not.
    pub(super) fn whole(&mut self) -> &mut [u8] {
        &mut self.memory[self.offset..self.offset + self.length]
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
        assert_eq!(buffer.whole().as_ptr().align_offset(PAGE), 0);
        assert_eq!(buffer.fill(&[1; PAGE - 1]), PAGE - 1);
        assert_eq!(buffer.fill(&[2, 3]), 1);
        assert_eq!((buffer.filled().len(), buffer.filled()[PAGE - 1]), (PAGE, 2));
        buffer.clear();
        assert!(buffer.filled().is_empty());
    }
}
