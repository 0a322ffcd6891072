//! The pieces that Ion's text is made of: white space and comments, names, strings, numbers and blobs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A text that is read from its beginning.
pub(super) struct Text<'a> {
    rest: &'a [u8],
}

impl<'a> Text<'a> {
    /// A text from its beginning.
    pub(super) fn new(text: &'a [u8]) -> Text<'a> {
        Text { rest: text }
    }

    /// The next byte behind white space and comments.
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            self.rest = self.rest.trim_ascii_start();
            let end: &[u8] = if self.rest.starts_with(b"//") {
                b"\n"
            } else if self.rest.starts_with(b"/*") {
                b"*/"
            } else {
                return self.rest.first().copied();
            };
            let body = self.rest.get(2..)?;
            let at = body.windows(end.len()).position(|window| window == end);
            self.rest = at.map_or(&[][..], |at| &body[at + end.len()..]);
        }
    }

    /// Whether these bytes come next, behind white space; they are passed over then.
    pub(super) fn takes(&mut self, wanted: &[u8]) -> bool {
        self.peek();
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A name or a number: all bytes up to white space or punctuation.
    pub(super) fn word(&mut self) -> Option<&'a str> {
        self.peek();
        let is_of_words =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.' | b'+' | b'-');
        let end = self.rest.iter().position(|byte| !is_of_words(byte)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        std::str::from_utf8(word).ok().filter(|word| !word.is_empty())
    }

    /// The text between quotes of this kind: `"`, `'`, or `'''` of which one may follow another.
    pub(super) fn quoted(&mut self, quote: &[u8]) -> Option<String> {
        let mut text = Vec::new();
        if !self.takes(quote) {
            return None;
        }
        loop {
            if let Some(rest) = self.rest.strip_prefix(quote) {
                self.rest = rest;
                if quote.len() == 3 && self.takes(quote) {
                    continue;
                }
                return String::from_utf8(text).ok();
            }
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            match byte {
                b'\\' => self.escape(&mut text)?,
                b'\n' if quote.len() < 3 => return None,
                byte => text.push(*byte),
            }
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self, text: &mut Vec<u8>) -> Option<()> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        let plain = match byte {
            b'0' => 0,
            b'a' => 7,
            b'b' => 8,
            b't' => b'\t',
            b'n' => b'\n',
            b'f' => 12,
            b'r' => b'\r',
            b'v' => 11,
            b'"' | b'\'' | b'/' | b'\\' | b'?' => *byte,
            b'\n' => return Some(()),
            b'x' => return self.character(2, text),
            b'u' => return self.character(4, text),
            b'U' => return self.character(8, text),
            _ => return None,
        };
        text.push(plain);
        Some(())
    }

    /// A character by its number, in so many hexadecimal digits; above the first plane in two halves, as JSON has it.
    fn character(&mut self, digits: usize, text: &mut Vec<u8>) -> Option<()> {
        let mut code = self.hexadecimal(digits)?;
        if (0xD800..0xDC00).contains(&code) && digits == 4 {
            self.rest = self.rest.strip_prefix(b"\\u")?;
            let low = self.hexadecimal(4)?.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
            code = 0x1_0000 + ((code - 0xD800) << 10) + low;
        }
        text.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut [0; 4]).as_bytes());
        Some(())
    }

    fn hexadecimal(&mut self, digits: usize) -> Option<u32> {
        let (code, rest) = self.rest.split_at_checked(digits)?;
        self.rest = rest;
        u32::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok()
    }

    /// A blob, behind its `{{`.
    pub(super) fn blob(&mut self) -> Option<Vec<u8>> {
        let end = self.rest.windows(2).position(|window| window == b"}}")?;
        let encoded: Vec<u8> =
            self.rest[..end].iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        self.rest = &self.rest[end + 2..];
        STANDARD.decode(encoded).ok()
    }
}
