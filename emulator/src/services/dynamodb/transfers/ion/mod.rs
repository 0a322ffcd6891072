//! Ion's text: an item to a line, `$ion_1_0 {Item:{name:"value"}}`.
//!
//! `write` writes it, `text` reads the pieces that it is made of, `read` makes items of them.
//!
//! Sources: Developer Guide, "DynamoDB table export output format", "Amazon Ion"; the Ion specification,
//! amazon-ion.github.io/ion-docs/docs/spec.html.

mod read;
mod text;
mod write;

pub(super) use read::read;
pub(super) use write::{write_attributes, write_number};

/// What precedes an item: the version of Ion.
pub(super) const VERSION: &[u8] = b"$ion_1_0";
/// What precedes a list that is a set.
const STRINGS: &str = "$dynamodb_SS";
const NUMBERS: &str = "$dynamodb_NS";
const BINARIES: &str = "$dynamodb_BS";
