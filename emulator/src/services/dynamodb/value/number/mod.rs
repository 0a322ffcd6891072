//! DynamoDB's number: a decimal of up to 38 significant digits, of a magnitude from 1E-130 to 9.99...E+125, or zero.
//!
//! It is never a float. `parse` reads and writes its text, `arithmetic` adds and subtracts, `key` is the encoding that
//! sorts as numbers do.
//!
//! Sources: DynamoDB Developer Guide, "Supported data types" (Number); for what is refused and in which words,
//! github.com/paritysuite/dynamodb-conformance, tests/tier3/limits/numberExponent.test.ts and
//! tests/tier3/error-messages/valueLayers.test.ts, which are run against AWS.

mod arithmetic;
mod key;
mod parse;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;

/// How many significant digits a number may have.
const MAX_DIGITS: usize = 38;
/// The exponent of the first digit of the smallest number above zero.
const MIN_MAGNITUDE: i32 = -130;
/// The exponent of the first digit of the largest number.
const MAX_MAGNITUDE: i32 = 125;

/// A number. The last digit of its coefficient is not zero unless all of it is, so that equal numbers are the same.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Number {
    /// The coefficient's upper half: two halves need an alignment of 8 bytes where a `u128` needs 16.
    high: u64,
    /// The coefficient's lower half.
    low: u64,
    /// The power of ten that the coefficient is multiplied with.
    exponent: i16,
    is_negative: bool,
}

/// Why a text or a result is no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NumberError {
    /// This text does not write a number.
    NotNumeric(String),
    /// More than 38 significant digits.
    TooManyDigits,
    /// The magnitude is too large.
    Overflow,
    /// The magnitude is too small.
    Underflow,
}

/// The sentence that DynamoDB says. BatchWriteItem, TransactWriteItems, TransactGetItems and Scan, whose values it reads
/// in an older way, leave the colon out where there is no text (valueLayers.test.ts).
impl fmt::Display for NumberError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NumberError::NotNumeric(text) => {
                write!(out, "The parameter cannot be converted to a numeric value: {text}")
            }
            NumberError::TooManyDigits => {
                out.write_str("Attempting to store more than 38 significant digits in a Number")
            }
            NumberError::Overflow => out.write_str(
                "Number overflow. Attempting to store a number with magnitude larger than supported range",
            ),
            NumberError::Underflow => out.write_str(
                "Number underflow. Attempting to store a number with magnitude smaller than supported range",
            ),
        }
    }
}

impl Number {
    /// Zero.
    pub(crate) const ZERO: Number = Number { high: 0, low: 0, exponent: 0, is_negative: false };

    /// The number of a sign, a coefficient and a power of ten, within the limits.
    fn new(is_negative: bool, mut coefficient: u128, mut exponent: i32) -> Result<Number, NumberError> {
        if coefficient == 0 {
            return Ok(Number::ZERO);
        }
        while coefficient.is_multiple_of(10) {
            coefficient /= 10;
            exponent += 1;
        }
        let digits = digits_of(coefficient);
        if digits > MAX_DIGITS {
            return Err(NumberError::TooManyDigits);
        }
        let magnitude = exponent + digits as i32 - 1;
        if magnitude > MAX_MAGNITUDE {
            return Err(NumberError::Overflow);
        }
        if magnitude < MIN_MAGNITUDE {
            return Err(NumberError::Underflow);
        }
        let (high, low) = ((coefficient >> 64) as u64, coefficient as u64);
        Ok(Number { high, low, exponent: exponent as i16, is_negative })
    }

    fn coefficient(&self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.low)
    }

    /// The power of ten of the last significant digit.
    pub(crate) fn exponent(&self) -> i16 {
        self.exponent
    }

    /// How many significant digits there are; one for zero.
    pub(crate) fn digit_count(&self) -> usize {
        digits_of(self.coefficient())
    }

    /// The power of ten of the first significant digit.
    fn magnitude(&self) -> i32 {
        i32::from(self.exponent) + self.digit_count() as i32 - 1
    }

    /// Whether it is below zero.
    pub(crate) fn is_negative(&self) -> bool {
        self.is_negative
    }

    /// Whether it is zero.
    pub(crate) fn is_zero(&self) -> bool {
        self.high == 0 && self.low == 0
    }

    /// The same number with the other sign.
    fn negated(self) -> Number {
        Number { is_negative: !self.is_negative && !self.is_zero(), ..self }
    }
}

/// How many decimal digits this takes to write.
fn digits_of(coefficient: u128) -> usize {
    coefficient.checked_ilog10().map_or(1, |log| log as usize + 1)
}

impl From<u64> for Number {
    fn from(whole: u64) -> Number {
        // Twenty digits at most: within every limit.
        Number::new(false, u128::from(whole), 0).unwrap_or(Number::ZERO)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        let sign = |number: &Number| if number.is_zero() { 0 } else { 1 - 2 * i8::from(number.is_negative) };
        let by_sign = sign(self).cmp(&sign(other));
        if by_sign.is_ne() || self.is_zero() {
            return by_sign;
        }
        let by_size =
            self.magnitude().cmp(&other.magnitude()).then_with(|| self.aligned().cmp(&other.aligned()));
        if self.is_negative { by_size.reverse() } else { by_size }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Number {
    /// The coefficient with zeros behind it up to 38 digits.
    fn aligned(&self) -> u128 {
        self.coefficient() * 10_u128.pow((MAX_DIGITS - self.digit_count()) as u32)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}
