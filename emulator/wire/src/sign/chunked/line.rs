//! Lines of a body that arrives in pieces.

use bytes::{Buf, Bytes};

/// A line as far as it has arrived, of a bounded length.
#[derive(Debug, Default)]
pub(super) struct Line(Vec<u8>);

/// The line grew past its bound.
#[derive(Debug)]
pub(super) struct TooLong;

impl Line {
    /// Takes bytes up to the end of the line. `Some` is the whole line, without its `\r\n`.
    pub(super) fn take(&mut self, input: &mut Bytes, limit: usize) -> Result<Option<Vec<u8>>, TooLong> {
        while let Some(end) = input.iter().position(|&byte| byte == b'\n') {
            self.grow(input, end + 1, limit)?;
            // A line feed alone does not end a line.
            if self.0.ends_with(b"\r\n") {
                let mut line = std::mem::take(&mut self.0);
                line.truncate(line.len() - 2);
                return Ok(Some(line));
            }
        }
        self.grow(input, input.len(), limit)?;
        Ok(None)
    }

    fn grow(&mut self, input: &mut Bytes, length: usize, limit: usize) -> Result<(), TooLong> {
        if self.0.len() + length > limit + 2 {
            return Err(TooLong);
        }
        self.0.extend_from_slice(&input[..length]);
        input.advance(length);
        Ok(())
    }
}
