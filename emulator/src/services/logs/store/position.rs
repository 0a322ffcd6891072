//! Where an event stands, and the number of 56 digits that AWS makes of it.
//!
//! The numbers of AWS's own examples are the timestamp in milliseconds times 2^144, and something below that (API
//! reference, FilterLogEvents and GetLogEvents, "Examples": 1396035378988 and 31132629274945519779805322857203735586714454643391594505).

use std::fmt::Write;

/// The bits below the timestamp.
const LOW_BITS: u32 = 144;
/// The digits of a number.
const DIGITS: usize = 56;
/// The largest timestamp whose number has no more digits.
const LAST_TIMESTAMP: i64 = 4_000_000_000_000;

/// Where an event stands in its log group: by its time, then by when it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::services::logs) struct Position {
    /// Milliseconds since 1970.
    pub(in crate::services::logs) timestamp: i64,
    /// The events of a log group are counted from one.
    pub(in crate::services::logs) sequence: u64,
}

impl Position {
    /// The place before all events of a moment.
    pub(in crate::services::logs) fn start_of(timestamp: i64) -> Position {
        Position { timestamp, sequence: 0 }
    }

    /// The place right before this one.
    pub(in crate::services::logs) fn before(self) -> Position {
        Position { sequence: self.sequence.saturating_sub(1), ..self }
    }

    /// The place right after this one.
    pub(in crate::services::logs) fn after(self) -> Position {
        Position { sequence: self.sequence.saturating_add(1), ..self }
    }

    /// The number of the event: with sixteen bits in the middle that tell streams apart.
    pub(in crate::services::logs) fn number(self, stream: u16) -> String {
        let timestamp = u64::try_from(self.timestamp.clamp(0, LAST_TIMESTAMP)).unwrap_or_default();
        // Six limbs of 32 bits, the highest first: timestamp (48 bits), the stream (16, then 64 of its spread), sequence.
        let spread = u64::from(stream).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let top = (timestamp << 16) | u64::from(stream);
        let mut limbs = [0; 6];
        for (pair, word) in limbs.chunks_exact_mut(2).zip([top, spread, self.sequence]) {
            pair[0] = (word >> 32) as u32;
            pair[1] = word as u32;
        }
        debug_assert_eq!(LOW_BITS, 6 * 32 - 48, "the timestamp is above all else");
        let mut groups = Vec::with_capacity(7);
        while limbs.iter().any(|limb| *limb != 0) {
            groups.push(divide(&mut limbs, 1_000_000_000));
        }
        let mut text = String::with_capacity(DIGITS + 9);
        for group in groups.iter().rev() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{group:09}");
        }
        let digits = text.trim_start_matches('0');
        format!("{digits:0>DIGITS$}")
    }

    /// The place and the stream of a number.
    pub(in crate::services::logs) fn parse(text: &str) -> Option<(Position, u16)> {
        if text.len() != DIGITS || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut limbs = [0_u32; 6];
        for digit in text.bytes().map(|byte| u64::from(byte - b'0')) {
            let mut carry = digit;
            for limb in limbs.iter_mut().rev() {
                let value = u64::from(*limb) * 10 + carry;
                *limb = value as u32;
                carry = value >> 32;
            }
            if carry != 0 {
                return None;
            }
        }
        let word = |index: usize| (u64::from(limbs[index]) << 32) | u64::from(limbs[index + 1]);
        let timestamp = i64::try_from(word(0) >> 16).ok()?;
        (timestamp <= LAST_TIMESTAMP)
            .then(|| (Position { timestamp, sequence: word(4) }, (word(0) & 0xFFFF) as u16))
    }
}

/// Divides a number in place, and tells what is left over.
fn divide(limbs: &mut [u32; 6], by: u64) -> u64 {
    let mut rest = 0;
    for limb in limbs.iter_mut() {
        let value = (rest << 32) | u64::from(*limb);
        *limb = (value / by) as u32;
        rest = value % by;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_begins_as_those_of_aws_do() {
        let number = Position { timestamp: 1_396_035_378_988, sequence: 1 }.number(0);
        assert_eq!((number.len(), &number[..15]), (56, "311326292749455"));
    }

    proptest! {
        #[test]
        fn a_number_is_read_as_it_was_written(timestamp in 0..LAST_TIMESTAMP, sequence: u64, stream: u16) {
            let position = Position { timestamp, sequence };
            prop_assert_eq!(Position::parse(&position.number(stream)), Some((position, stream)));
        }

        #[test]
        fn any_text_is_a_number_or_is_not(text in "[0-9]{50,60}") {
            let _ = Position::parse(&text);
        }
    }
}
