//! Where items are: ordered maps in shards, the same for a table and for each of its indexes.
//!
//! `item` is an item as it is kept, `key` where it stands, `schema` what a table's or an index's keys are, `shards` the maps,
//! `index` a secondary index, `expiry` which items expire when, `history` what changes replaced, `table` a table with all of
//! them.

mod expiry;
mod history;
mod index;
mod item;
mod key;
mod schema;
mod shards;
mod table;

pub(super) use history::History;
pub(super) use index::{Index, IndexKind, Projected};
pub(super) use item::Item;
pub(super) use key::{Place, Span, begin, successor, write_beginning, write_key_value};
pub(super) use schema::{KeyAttribute, KeySchema};
pub(super) use shards::{Shard, Shards};
pub(super) use table::{Change, Definition, Table};
