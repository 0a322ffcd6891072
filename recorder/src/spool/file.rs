//! The file that the log is in: it has no name. Where the disk takes it, writing passes the page cache by: what is recorded
//! is not to crowd out what the application keeps there, and memory that is new for every byte costs more than the disk.

use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// The file of one run.
pub(super) struct File {
    file: std::fs::File,
    /// The same file, written past the page cache; `None` where that cannot be.
    direct: Option<std::fs::File>,
    /// Whether the file system has not refused that yet.
    is_direct: AtomicBool,
    /// As far as the file's length goes.
    length: Mutex<u64>,
}

/// The file grows by this much at once. Writes past its end wait for each other, and those within it do not.
const GROWTH: u64 = 64 << 20;

impl File {
    /// A file on this folder's disk.
    pub(super) fn open(folder: &Path) -> io::Result<File> {
        let file = tempfile::tempfile_in(folder)?;
        let (direct, is_direct) = (direct(&file), AtomicBool::new(true));
        Ok(File { file, direct, is_direct, length: Mutex::new(0) })
    }

    /// Writes sealed blocks. Each place is written once.
    pub(super) fn write(&self, at: u64, blocks: &[u8]) -> io::Result<()> {
        self.grow(at + blocks.len() as u64);
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

    /// Makes room on the disk as far as a place. Where that cannot be, writing makes its own, or fails.
    fn grow(&self, end: u64) {
        let mut length = self.length.lock().unwrap_or_else(PoisonError::into_inner);
        while *length < end {
            allocate(&self.file, *length, GROWTH);
            *length += GROWTH;
        }
    }

    /// Reads what was written.
    pub(super) fn read(&self, at: u64, blocks: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(blocks, at)
    }
}

/// The same file once more, without the page cache.
#[cfg(target_os = "linux")]
fn direct(file: &std::fs::File) -> Option<std::fs::File> {
    use rustix::fs::OFlags;
    use std::os::fd::AsRawFd as _;
    use std::os::unix::fs::OpenOptionsExt as _;

    let flags = i32::try_from(OFlags::DIRECT.bits()).ok()?;
    let again = format!("/proc/self/fd/{}", file.as_raw_fd());
    std::fs::File::options().write(true).custom_flags(flags).open(again).ok()
}

#[cfg(target_os = "linux")]
fn allocate(file: &std::fs::File, at: u64, length: u64) {
    if let Err(error) = rustix::fs::fallocate(file, rustix::fs::FallocateFlags::empty(), at, length) {
        tracing::debug!(%error, "the disk allocates as it is written to");
    }
}

#[cfg(not(target_os = "linux"))]
fn allocate(_: &std::fs::File, _: u64, _: u64) {}

#[cfg(not(target_os = "linux"))]
fn direct(_: &std::fs::File) -> Option<std::fs::File> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spool::buffer::Buffer;

    #[test]
    fn what_is_written_is_read_with_the_page_cache_or_past_it() {
        for is_direct in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let file = File::open(folder.path()).unwrap();
            file.is_direct.store(is_direct, Ordering::Relaxed);
            let mut buffer = Buffer::new(8192);
            buffer.next(8192).fill(b'x');
            file.write(4096, buffer.filled()).unwrap();
            let mut read = [0; 100];
            file.read(8100, &mut read).unwrap();
            assert_eq!(read, [b'x'; 100]);
            assert!(file.read(GROWTH, &mut read).is_err());
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nobody finds it");
        }
    }
}
