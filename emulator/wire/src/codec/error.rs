//! Why the bytes of a message are not a value of the wanted shape.

use std::fmt;

/// Why a message could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecodeError {
    /// The bytes are not in the format at all, or nest too deep.
    Malformed(String),
    /// A value of another type stands where `wanted` should.
    Type {
        /// What was found, in the words of AWS's JSON parser: `NUMBER_VALUE`, `START_ARRAY`.
        found: &'static str,
        /// What the model has there, in the words of AWS's (Java's) types: `String`, `Long`.
        wanted: &'static str,
        /// The path to the place, members separated by dots.
        path: String,
    },
    /// The text of a number, a date or a blob does not say one.
    Value {
        /// The text that was found.
        text: String,
        /// What it should say, in the words of AWS's (Java's) types.
        wanted: &'static str,
        /// The path to the place, members separated by dots.
        path: String,
    },
}

impl DecodeError {
    /// The error as it is known one level further out, where `name` leads to its place.
    pub(crate) fn under(mut self, name: &str) -> DecodeError {
        if let DecodeError::Type { path, .. } | DecodeError::Value { path, .. } = &mut self {
            if !path.is_empty() {
                path.insert(0, '.');
            }
            path.insert_str(0, name);
        }
        self
    }
}

impl fmt::Display for DecodeError {
    /// The sentence that AWS's JSON services put into a `SerializationException`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::Malformed(reason) => f.write_str(reason),
            DecodeError::Type { found: "START_ARRAY", .. } => {
                f.write_str("Start of list found where not expected")
            }
            DecodeError::Type { found: "START_OBJECT", .. } => {
                f.write_str("Start of structure or map found where not expected.")
            }
            DecodeError::Type { wanted: "List" | "Map" | "Structure", .. } => {
                f.write_str("Unexpected field type")
            }
            DecodeError::Type { found: "STRING_VALUE", wanted: "Boolean", .. } => {
                f.write_str("Unexpected token received from parser")
            }
            DecodeError::Type { found, wanted, .. } => write!(f, "{found} cannot be converted to {wanted}"),
            DecodeError::Value { wanted: "Blob", .. } => {
                f.write_str("Base64 encoded length is expected a multiple of 4 bytes")
            }
            DecodeError::Value { wanted, .. } => write!(f, "STRING_VALUE cannot be converted to {wanted}"),
        }
    }
}

impl std::error::Error for DecodeError {}
