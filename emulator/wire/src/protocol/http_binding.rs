//! The HTTP bindings of the REST protocols: members in the path, the query, headers, the status and the body.

mod decode;
mod encode;
mod header_list;

pub(super) use decode::{decode, decode_output};
pub use decode::{labels, query_pairs};
pub(super) use encode::{encode, fault_headers};

use crate::codec::DecodeError;
use crate::operation::Operation;
use crate::shape::Member;
use crate::value::{Field, Structure};
use bytes::Bytes;

/// The format of the bodies, which is all that the REST protocols differ in.
pub(super) trait Content {
    /// The content type of a body in the format.
    fn content_type(&self) -> &'static str;
    /// Reads a body into the members that stand there.
    fn read_body(&self, bytes: &Bytes, input: &mut dyn Structure) -> Result<(), DecodeError>;
    /// Reads a body that is one member.
    fn read_payload(&self, member: &Member, bytes: &Bytes, field: &mut dyn Field) -> Result<(), DecodeError>;
    /// Writes the members that stand in the body; `None` where there is no body at all.
    fn write_body(&self, operation: &'static Operation, output: &dyn Structure) -> Option<Vec<u8>>;
    /// Writes a body that is one member.
    fn write_payload(&self, member: &Member, field: &dyn Field) -> Vec<u8>;
}
