//! The file that the log is in: it has no name, and holds nothing but sealed blocks. Where the disk takes it, writing
//! passes the page cache by: what is recorded is not to crowd out what the application keeps there, and memory that is
//! new for every byte costs more than the disk.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use super::seal::Seal;

/// The length of a block, which is sealed and opened as a whole.
const BLOCK: usize = 32 << 10;

/// The file of one run.
#[derive(Debug)]
pub(super) struct SealedFile {
    file: File,
    /// The same file, written past the page cache; `None` where that cannot be.
    direct: Option<File>,
    /// Whether the file system has not refused that yet.
    is_direct: AtomicBool,
    seal: Seal,
    /// The block that was read last: readers go on where they stopped.
    last: Mutex<Option<(u64, Vec<u8>)>>,
}

impl SealedFile {
    /// A file on this folder's disk.
    pub(super) fn open(folder: &Path) -> io::Result<SealedFile> {
        let file = tempfile::tempfile_in(folder)?;
        let (direct, is_direct) = (direct(&file), AtomicBool::new(true));
        Ok(SealedFile { file, direct, is_direct, seal: Seal::new()?, last: Mutex::default() })
    }

    /// Seals whole blocks in place and writes them. Each place is written once.
    pub(super) fn write(&self, at: u64, blocks: &mut [u8]) -> io::Result<()> {
        for (number, block) in (at / BLOCK as u64..).zip(blocks.chunks_exact_mut(BLOCK)) {
            self.seal.seal(number, block)?;
        }
        self.put(at, blocks)
    }

    fn put(&self, at: u64, blocks: &[u8]) -> io::Result<()> {
        if let Some(file) = self.direct.as_ref().filter(|_| self.is_direct.load(Ordering::Relaxed)) {
            match file.write_all_at(blocks, at) {
                // The file system refuses what it had promised.
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
                    self.is_direct.store(false, Ordering::Relaxed);
                }
                written => return written,
            }
        }
        self.file.write_all_at(blocks, at)
    }

    /// Reads from a place on, to the end of its block or of the buffer; gives how many bytes came.
    pub(super) fn read(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        let (number, from) = (at / BLOCK as u64, usize::try_from(at % BLOCK as u64).unwrap_or(BLOCK));
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref().is_none_or(|(own, _)| *own != number) {
            let mut block = last.take().map_or_else(|| vec![0; BLOCK], |(_, block)| block);
            self.file.read_exact_at(&mut block, number * BLOCK as u64)?;
            self.seal.open(number, &mut block)?;
            *last = Some((number, block));
        }
        let bytes = last.as_ref().and_then(|(_, block)| block.get(from..)).unwrap_or_default();
        let length = bytes.len().min(into.len());
        into[..length].copy_from_slice(&bytes[..length]);
        Ok(length)
    }
}

/// The same file once more, without the page cache.
#[cfg(target_os = "linux")]
fn direct(file: &File) -> Option<File> {
    use rustix::fs::OFlags;
    use std::os::fd::AsRawFd as _;
    use std::os::unix::fs::OpenOptionsExt as _;

    let flags = i32::try_from(OFlags::DIRECT.bits()).ok()?;
    let again = format!("/proc/self/fd/{}", file.as_raw_fd());
    File::options().write(true).custom_flags(flags).open(again).ok()
}

#[cfg(not(target_os = "linux"))]
fn direct(_: &File) -> Option<File> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spool::buffer::Buffer;

    #[test]
    fn what_is_on_the_disk_is_sealed_with_the_page_cache_or_past_it() {
        for is_direct in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let file = SealedFile::open(folder.path()).unwrap();
            file.is_direct.store(is_direct, Ordering::Relaxed);
            let mut buffer = Buffer::new(2 * BLOCK);
            buffer.fill(&[b'x'; 2 * BLOCK]);
            file.write(0, buffer.whole()).unwrap();
            let mut raw = vec![0; 2 * BLOCK];
            file.file.read_exact_at(&mut raw, 0).unwrap();
            assert!(!raw.windows(4).any(|four| four == b"xxxx"));
            let mut read = [0; 100];
            assert_eq!(file.read(BLOCK as u64 - 10, &mut read).unwrap(), 10);
            assert_eq!(file.read(BLOCK as u64, &mut read).unwrap(), 100);
            assert_eq!(read, [b'x'; 100]);
            assert!(file.read(2 * BLOCK as u64, &mut read).is_err());
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nobody finds it");
        }
    }
}
