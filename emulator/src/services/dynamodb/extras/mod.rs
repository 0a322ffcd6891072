//! What can be said of a table besides UpdateTable.
//!
//! `ttl` lets items expire, `continuous` keeps backups of every moment, `policy` is the resource policy, `insights`
//! Contributor Insights, `kinesis` where changes are to be streamed to, `global` the old kind of global tables.

mod continuous;
mod global;
mod insights;
mod kinesis;
pub(super) mod policy;
mod ttl;
