//! Everything between bytes and values. Knows no service.
//!
//! [`shape`] and [`operation`] are what the models say, as constants. [`value`] is how typed structures and
//! codecs meet. [`codec`] writes and reads one format each; [`protocol`] puts that into HTTP messages; [`route`]
//! finds the operation that a request names; [`sign`] is Signature Version 4; [`constraint`] checks values with AWS's wording; [`fault`] is what
//! went wrong before a protocol puts it into words.

pub mod body;
pub mod codec;
pub mod constraint;
pub mod exceptions;
pub mod fault;
pub mod operation;
pub mod protocol;
pub mod route;
pub mod shape;
pub mod sign;
pub mod timestamp;
pub mod value;

pub use body::{Body, Request, Response};
pub use fault::Fault;
pub use operation::{Operation, Service, Typed};
pub use protocol::Protocol;
pub use timestamp::Timestamp;
pub use value::IndexMap;

// What generated code names.
pub use bytes;
pub use serde_json;
