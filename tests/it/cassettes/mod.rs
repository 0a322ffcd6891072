//! Cassettes as their users see them: imported, written, read back, refused.

mod bad_files;
mod corpus;
mod recordings;
pub(crate) mod schema;
