//! One codec per format: how any shape is written in it and read back.
//!
//! A codec walks a [`Member`](crate::shape::Member) and a value side by side and knows nothing of HTTP.

pub mod form;
pub mod json;
pub mod xml;

mod error;
mod scalar;

pub use error::DecodeError;
pub(crate) use scalar::{parse_scalar, scalar_text};

/// How deep a message may nest before it is refused; AWS's own limits lie far below.
const MAX_DEPTH: usize = 128;
