//! Addition and subtraction.

use super::{Number, NumberError};

impl Number {
    /// The sum, where a number can hold it.
    pub(crate) fn plus(&self, other: &Number) -> Result<Number, NumberError> {
        if self.is_zero() || other.is_zero() {
            return Ok(if self.is_zero() { *other } else { *self });
        }
        let (coarse, fine) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        // What needs more than 38 digits is called an overflow too: DynamoDB says so of 1e50 + 1
        // (github.com/scylladb/scylladb, test/alternator/test_number.py, test_update_expression_plus_imprecise).
        let shift = u32::from(coarse.exponent.abs_diff(fine.exponent));
        // Of two numbers that differ in their last place the result has that last place, so that a coefficient which
        // does not fit here belongs to a result which has too many digits.
        let scaled = 10_u128
            .checked_pow(shift)
            .and_then(|power| coarse.coefficient().checked_mul(power))
            .ok_or(NumberError::Overflow)?;
        let fine_coefficient = fine.coefficient();
        let (is_negative, coefficient) = if coarse.is_negative == fine.is_negative {
            let sum = scaled.checked_add(fine_coefficient).ok_or(NumberError::Overflow)?;
            (coarse.is_negative, sum)
        } else if scaled >= fine_coefficient {
            (coarse.is_negative, scaled - fine_coefficient)
        } else {
            (fine.is_negative, fine_coefficient - scaled)
        };
        Number::new(is_negative, coefficient, i32::from(fine.exponent)).map_err(|error| match error {
            NumberError::TooManyDigits => NumberError::Overflow,
            other => other,
        })
    }

    /// The difference, where a number can hold it.
    pub(crate) fn minus(&self, other: &Number) -> Result<Number, NumberError> {
        self.plus(&other.negated())
    }
}
