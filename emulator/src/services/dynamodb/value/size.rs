//! What values count for: the size of an item limits what can be written and is what capacity is consumed for.
//!
//! Source: DynamoDB Developer Guide, "DynamoDB item sizes and formats". It calls the size of a number approximate; to the
//! byte it is as github.com/paritysuite/dynamodb-conformance, tests/tier3/limits/numberByteSize.test.ts, has measured it.

use super::{Attributes, Number, Value};

/// What a list or a map takes beside its contents.
const DOCUMENT: usize = 3;
/// What an element of a list or a map takes beside its contents.
const ELEMENT: usize = 1;

impl Value {
    /// The size in bytes, without the name.
    pub(crate) fn size(&self) -> usize {
        match self {
            Value::S(text) => text.len(),
            Value::N(number) => number.size(),
            Value::B(bytes) => bytes.len(),
            Value::Bool(_) | Value::Null => 1,
            Value::Ss(texts) => texts.iter().map(String::len).sum(),
            Value::Ns(numbers) => numbers.iter().map(Number::size).sum(),
            Value::Bs(binaries) => binaries.iter().map(bytes::Bytes::len).sum(),
            Value::L(elements) => {
                DOCUMENT + elements.iter().map(|element| ELEMENT + element.size()).sum::<usize>()
            }
            Value::M(entries) => DOCUMENT + ELEMENT * entries.len() + entries.size(),
        }
    }
}

impl Attributes {
    /// The size in bytes of all names and values: the size of an item.
    pub(crate) fn size(&self) -> usize {
        self.iter().map(|(name, value)| name.len() + value.size()).sum()
    }
}

impl Number {
    /// One byte, one for every two significant digits on each side of the point, and one for a sign.
    pub(crate) fn size(&self) -> usize {
        let digits = self.digit_count();
        let fraction = usize::try_from(-i32::from(self.exponent())).unwrap_or(0).min(digits);
        let whole = digits - fraction;
        if self.is_zero() {
            return 1;
        }
        1 + whole.div_ceil(2) + fraction.div_ceil(2) + usize::from(self.is_negative())
    }
}
