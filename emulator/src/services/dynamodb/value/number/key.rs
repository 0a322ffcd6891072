//! The encoding of a number that sorts, byte by byte, as numbers do.
//!
//! Zero is one byte. A number above zero is a byte that says so, its magnitude in one byte, and its digits in pairs, each
//! one higher than the pair, up to a byte of zero. A number below zero is the same with all bits turned over.

use super::{MAX_DIGITS, MIN_MAGNITUDE, Number};

const NEGATIVE: u8 = 0x7f;
const ZERO: u8 = 0x80;
const POSITIVE: u8 = 0x81;
/// The most bytes that the digits take, with what ends them.
const MAX_PAIRS: usize = MAX_DIGITS / 2;

impl Number {
    /// Writes the encoding behind what is there. No encoding is the beginning of another.
    pub(crate) fn encode_into(&self, out: &mut Vec<u8>) {
        if self.is_zero() {
            return out.push(ZERO);
        }
        let turn = if self.is_negative { 0xff } else { 0 };
        out.push(if self.is_negative { NEGATIVE } else { POSITIVE });
        // From -130 to 125 are 256 magnitudes.
        out.push((self.magnitude() - MIN_MAGNITUDE) as u8 ^ turn);
        let mut rest = self.aligned();
        let mut pairs = [0_u8; MAX_PAIRS];
        for pair in pairs.iter_mut().rev() {
            *pair = (rest % 100) as u8;
            rest /= 100;
        }
        let used = pairs.iter().rposition(|pair| *pair != 0).map_or(0, |last| last + 1);
        out.extend(pairs[..used].iter().map(|pair| (pair + 1) ^ turn));
        out.push(turn);
    }

    /// Reads an encoding at the beginning of some bytes: the number, and what comes after.
    pub(crate) fn decode(bytes: &[u8]) -> Option<(Number, &[u8])> {
        let (kind, rest) = bytes.split_first()?;
        let turn = match *kind {
            ZERO => return Some((Number::ZERO, rest)),
            POSITIVE => 0,
            NEGATIVE => 0xff,
            _ => return None,
        };
        let (magnitude, rest) = rest.split_first()?;
        let magnitude = i32::from(magnitude ^ turn) + MIN_MAGNITUDE;
        let end = rest.iter().take(MAX_PAIRS + 1).position(|byte| byte ^ turn == 0)?;
        let mut coefficient = 0_u128;
        for byte in &rest[..end] {
            let pair = (byte ^ turn) - 1;
            if pair > 99 {
                return None;
            }
            coefficient = coefficient * 100 + u128::from(pair);
        }
        // The first of the first two digits is never zero: it is the one that the magnitude is of.
        let exponent = magnitude + 1 - 2 * end as i32;
        let number = Number::new(turn != 0, coefficient, exponent).ok()?;
        Some((number, &rest[end + 1..]))
    }
}
