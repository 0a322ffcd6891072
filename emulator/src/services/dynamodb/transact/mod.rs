//! Transactions: all or nothing, for up to a hundred items.
//!
//! A transaction locks the shards of all its items, always in the same order, decides and writes while it holds them; so
//! none fails because another is under way.

mod action;
mod get;
mod tokens;
mod write;

pub(super) use action::{Action, Placed, What};
pub(super) use get::{Wanted, consumed, places, read_at_once};
pub(super) use tokens::Tokens;
pub(super) use write::told;
