//! Bytes that are kept somewhere else than in memory, because they are too many.

use std::fmt;
use std::io;
use std::ops::ControlFlow;

/// How much is read at once.
const WINDOW: usize = 4 << 20;
/// How much of one window the next one begins with: what is looked for may lie across their border.
pub(crate) const OVERLAP: usize = 256 << 10;

/// Bytes that are kept somewhere else than in memory. They do not change.
pub trait Source: fmt::Debug + Send + Sync {
    /// How many bytes they are.
    fn length(&self) -> u64;

    /// Reads from an offset on, in bytes, into a buffer; gives how many bytes came, 0 only at the end.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// All of them.
    fn load(&self) -> io::Result<Vec<u8>> {
        let length = usize::try_from(self.length()).map_err(io::Error::other)?;
        let mut bytes = vec![0; length];
        let read = fill(self, 0, &mut bytes)?;
        if read < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(bytes)
    }
}

/// Gives the bytes piece by piece, none twice.
pub(crate) fn pieces(source: &dyn Source, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut buffer = vec![0; WINDOW];
    let mut offset = 0;
    while offset < source.length() {
        let read = fill(source, offset, &mut buffer)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        take(&buffer[..read])?;
        offset += read as u64;
    }
    Ok(())
}

/// Gives windows that overlap, so that what is shorter than [`OVERLAP`] is whole in one of them, until one is enough.
pub(crate) fn windows<B>(
    source: &dyn Source,
    mut look: impl FnMut(&[u8]) -> ControlFlow<B>,
) -> io::Result<Option<B>> {
    let mut buffer = vec![0; WINDOW + OVERLAP];
    let mut offset = 0;
    while offset < source.length() {
        let read = fill(source, offset, &mut buffer)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let ControlFlow::Break(found) = look(&buffer[..read]) {
            return Ok(Some(found));
        }
        if read < buffer.len() {
            break;
        }
        offset += WINDOW as u64;
    }
    Ok(None)
}

fn fill<S: Source + ?Sized>(source: &S, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match source.read_at(offset + filled as u64, &mut buffer[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    Ok(filled)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Bytes that pretend to be elsewhere.
    #[derive(Debug)]
    pub(crate) struct Held(pub(crate) Vec<u8>);

    impl Source for Held {
        fn length(&self) -> u64 {
            self.0.len() as u64
        }

        fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
            let rest = &self.0[(offset as usize).min(self.0.len())..];
            let length = rest.len().min(buffer.len()).min(1 << 20);
            buffer[..length].copy_from_slice(&rest[..length]);
            Ok(length)
        }
    }

    #[test]
    fn what_lies_across_a_border_is_whole_in_one_window() {
        for length in [0, 1, WINDOW, WINDOW + OVERLAP, WINDOW + OVERLAP + 1, 3 * WINDOW] {
            let mut bytes = vec![b'.'; length];
            let at = length.saturating_sub(OVERLAP / 2).min(WINDOW.saturating_sub(3));
            let needle = b"needle";
            let is_in = length > needle.len();
            if is_in {
                bytes[at.min(length - needle.len())..][..needle.len()].copy_from_slice(needle);
            }
            let source = Held(bytes.clone());
            let found =
                windows(&source, |window| match window.windows(needle.len()).any(|some| some == needle) {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                });
            assert_eq!(found.unwrap().is_some(), is_in, "{length}");
            let mut joined = Vec::new();
            pieces(&source, |piece| {
                joined.extend_from_slice(piece);
                Ok(())
            })
            .unwrap();
            assert_eq!(joined, bytes);
            assert_eq!(source.load().unwrap(), bytes);
        }
    }
}
