//! Kinds of bytes, by a table: bodies are long.

use std::ops::Range;

/// The bytes that are of a kind.
pub(crate) struct Class([bool; 256]);

impl Class {
    /// The bytes of which this is true.
    pub(crate) fn of(is: impl Fn(u8) -> bool) -> Class {
        let mut table = [false; 256];
        (0..=u8::MAX).filter(|byte| is(*byte)).for_each(|byte| table[usize::from(byte)] = true);
        Class(table)
    }

    /// Whether a byte is.
    pub(crate) fn has(&self, byte: u8) -> bool {
        self.0[usize::from(byte)]
    }

    /// Where runs of such bytes are that are not shorter than this, which is not 0.
    pub(crate) fn runs<'a>(
        &'static self,
        content: &'a [u8],
        shortest: usize,
    ) -> impl Iterator<Item = Range<usize>> + 'a {
        let mut at = 0;
        std::iter::from_fn(move || {
            // Whatever is long enough has a byte at every so many places: most others need not be looked at.
            loop {
                let probe = at + shortest - 1;
                if !self.has(*content.get(probe)?) {
                    at = probe + 1;
                    continue;
                }
                let before = content[at..probe].iter().rev().take_while(|byte| self.has(**byte)).count();
                let start = probe - before;
                let length = content[start..].iter().take_while(|byte| self.has(**byte)).count();
                at = start + length;
                if length >= shortest {
                    return Some(start..at);
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::LazyLock;

    #[test]
    fn runs_are_found_wherever_they_begin() {
        static DIGITS: LazyLock<Class> = LazyLock::new(|| Class::of(|byte| byte.is_ascii_digit()));
        for shortest in 1..6 {
            for seed in 0..2_000u32 {
                let text: Vec<u8> = (0..40u32)
                    .map(|at| if (seed * 31 + at * at * 7) % 11 % 5 < 3 { b'1' } else { b'.' })
                    .collect();
                let runs: Vec<&[u8]> = DIGITS.runs(&text, shortest).map(|run| &text[run]).collect();
                let expected: Vec<&[u8]> =
                    text.split(|byte| *byte == b'.').filter(|run| run.len() >= shortest).collect();
                assert_eq!(runs, expected, "{}", text.escape_ascii());
            }
        }
    }
}
