//! Where the long bodies of a run wait to be written: one file that has no name, so that what has not been redacted
//! yet is nobody's to find, and that is gone when the recorder is, however it ends.

use ruststack_cassettes::Source;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What short bodies may take in memory together before those that follow go into the file too.
const HELD_TOGETHER: u64 = 64 << 20;

/// The file, and how far it is full.
#[derive(Debug)]
pub(crate) struct Spool {
    file: File,
    end: AtomicU64,
    held: AtomicU64,
}

/// Bytes that are in the file, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extents {
    /// Where each begins in the body, and where in the file.
    starts: Vec<(u64, u64)>,
    length: u64,
}

/// A body that is in the file.
#[derive(Debug)]
pub(crate) struct Spooled {
    pub(crate) spool: Arc<Spool>,
    pub(crate) extents: Extents,
}

impl Spool {
    /// A file in this folder, on whose disk the bodies will be.
    pub(crate) fn open(folder: &Path) -> io::Result<Spool> {
        let file = tempfile::tempfile_in(folder)?;
        Ok(Spool { file, end: AtomicU64::new(0), held: AtomicU64::new(0) })
    }

    /// Writes the next bytes of a body.
    pub(crate) fn append(&self, bytes: &[u8], to: &mut Extents) -> io::Result<()> {
        let length = bytes.len() as u64;
        // Many bodies come at once; each takes the room it needs, and nobody waits.
        let at = self.end.fetch_add(length, Ordering::Relaxed);
        self.file.write_all_at(bytes, at)?;
        to.push(at, length);
        Ok(())
    }

    /// Whether so many more bytes may stay in memory; those that do are counted.
    pub(crate) fn may_hold(&self, length: u64) -> bool {
        let held = self.held.fetch_add(length, Ordering::Relaxed);
        let may = held + length <= HELD_TOGETHER;
        if !may {
            self.held.fetch_sub(length, Ordering::Relaxed);
        }
        may
    }
}

impl Extents {
    pub(crate) fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    fn push(&mut self, at: u64, length: u64) {
        let follows = self.starts.last().is_some_and(|(body, file)| file + (self.length - body) == at);
        if !follows {
            self.starts.push((self.length, at));
        }
        self.length += length;
    }
}

impl Source for Spooled {
    fn length(&self) -> u64 {
        self.extents.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let Extents { starts, length } = &self.extents;
        if offset >= *length {
            return Ok(0);
        }
        let next = starts.partition_point(|(body, _)| *body <= offset);
        let Some((body, file)) = next.checked_sub(1).and_then(|at| starts.get(at)) else { return Ok(0) };
        let end = starts.get(next).map_or(*length, |(body, _)| *body);
        let wanted = usize::try_from(end - offset).unwrap_or(usize::MAX).min(buffer.len());
        self.spool.file.read_at(&mut buffer[..wanted], file + (offset - body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_cassettes::Body;

    #[test]
    fn bodies_that_come_at_once_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        let (mut one, mut two) = (Extents::default(), Extents::default());
        for round in 0..50u8 {
            spool.append(&[round; 10], &mut one).unwrap();
            if round % 3 == 0 {
                spool.append(&[100 + round; 7], &mut two).unwrap();
            }
        }
        assert!(one.starts.len() < 50, "what lies together is one piece");
        let body = |extents| Body::kept(Arc::new(Spooled { spool: spool.clone(), extents }), None);
        let expected: Vec<u8> = (0..50).flat_map(|round| [round; 10]).collect();
        assert_eq!(body(one).load().unwrap(), expected);
        let expected: Vec<u8> = (0..50).step_by(3).flat_map(|round| [100 + round; 7]).collect();
        assert_eq!(body(two).load().unwrap(), expected);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nobody finds it");
    }

    #[test]
    fn memory_is_given_until_it_is_used_up() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path()).unwrap();
        assert!(spool.may_hold(HELD_TOGETHER - 1));
        assert!(!spool.may_hold(2));
        assert!(spool.may_hold(1) && !spool.may_hold(1));
    }
}
