//! Cassettes as their users see them: imported, written, read back, refused.

mod bad_files;
mod recordings;
mod schema;
