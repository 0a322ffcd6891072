//! Operations on tables.
//!
//! `create`, `delete`, `describe` and `list` are what they say; `schema` reads keys and indexes, `description` tells a table.

mod create;
mod delete;
mod describe;
mod description;
mod list;
mod schema;
