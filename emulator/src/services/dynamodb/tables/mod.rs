//! Operations on tables.
//!
//! `create`, `update`, `delete`, `describe` and `list` are what they say, `account` tells limits and endpoints, `tags` what a
//! table is tagged with; `schema` reads keys and indexes, `throughput` capacities, `encryption` keys of KMS, and
//! `description` tells a table.

mod account;
mod create;
mod delete;
mod describe;
mod description;
mod encryption;
mod list;
mod schema;
mod tags;
#[cfg(test)]
mod tests;
mod throughput;
mod update;

pub(super) use create::{Plan, plan};
pub(super) use description::{describe, key_schema, projection};
pub(super) use encryption::key_arn as encryption_key;
pub(super) use tags::table_of_arn;
