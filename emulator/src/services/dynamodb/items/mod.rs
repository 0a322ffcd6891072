//! Operations on one item, and on a batch of them.
//!
//! `get`, `put`, `delete` and `update` are for one, `batch_get` and `batch_write` for many; `guard` is the condition under
//! which a write takes place, `names` the tables of a batch, `wants` what a caller wants to be told of it.

mod batch_get;
mod batch_write;
mod delete;
mod get;
mod guard;
mod names;
mod put;
mod update;
mod wants;

pub(super) use get::project;
pub(super) use guard::Guard;
pub(super) use update::{check_paths, updated};
pub(super) use wants::collection_metrics;
