//! The text of a number: what DynamoDB reads, and what it gives back.

use super::{MAX_DIGITS, MAX_MAGNITUDE, MIN_MAGNITUDE, Number, NumberError};
use std::fmt;
use std::str::FromStr;

/// Reads `-12.5`, `+3`, `.5`, `5.`, `1e5`, `1.5E-3`.
impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Number, NumberError> {
        let not_numeric = || NumberError::NotNumeric(text.to_owned());
        let (is_negative, unsigned) = sign(text);
        let (digits, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, parse_exponent(exponent).ok_or_else(not_numeric)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !is_digits(whole) || !is_digits(fraction) {
            return Err(not_numeric());
        }
        // The exponent of the last digit written. It is read in full before the limits apply.
        let exponent = exponent.saturating_sub(i64::try_from(fraction.len()).unwrap_or(i64::MAX));
        from_digits(is_negative, &format!("{whole}{fraction}"), exponent)
    }
}

fn from_digits(is_negative: bool, digits: &str, exponent: i64) -> Result<Number, NumberError> {
    let significant = digits.trim_start_matches('0');
    let trimmed = significant.trim_end_matches('0');
    if trimmed.len() > MAX_DIGITS {
        return Err(NumberError::TooManyDigits);
    }
    // Zero has the magnitude that it is written with (`0e126` is refused).
    let length = i64::try_from(significant.len().max(1)).unwrap_or(i64::MAX);
    let magnitude = exponent.saturating_add(length - 1);
    if magnitude > i64::from(MAX_MAGNITUDE) {
        return Err(NumberError::Overflow);
    }
    if magnitude < i64::from(MIN_MAGNITUDE) {
        return Err(NumberError::Underflow);
    }
    let coefficient =
        trimmed.bytes().fold(0_u128, |coefficient, digit| coefficient * 10 + u128::from(digit - b'0'));
    let dropped = (significant.len() - trimmed.len()) as i64;
    Number::new(is_negative, coefficient, (exponent + dropped) as i32)
}

fn sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

/// An exponent that does not fit 64 bits is none.
fn parse_exponent(text: &str) -> Option<i64> {
    let (is_negative, digits) = sign(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent: i64 = digits.parse().ok()?;
    Some(if is_negative { -exponent } else { exponent })
}

/// All digits, without an exponent, and no zero that says nothing.
impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.coefficient().to_string();
        if self.is_negative {
            out.write_str("-")?;
        }
        let exponent = i32::from(self.exponent);
        let before_point = digits.len() as i32 + exponent;
        if exponent >= 0 {
            write!(out, "{digits}{}", "0".repeat(exponent as usize))
        } else if before_point > 0 {
            let (whole, fraction) = digits.split_at(before_point as usize);
            write!(out, "{whole}.{fraction}")
        } else {
            write!(out, "0.{}{digits}", "0".repeat(-before_point as usize))
        }
    }
}
