//! Streams: what changes in a table, in order.

use super::store::{Item, KeySchema};
use ruststack_wire::Timestamp;

/// The stream of a table.
pub(super) struct Stream;

impl Stream {
    /// Tells that an item was this and is that now.
    pub(super) fn tell(&self, _: &KeySchema, _: Option<&Item>, _: Option<&Item>, _: Timestamp) {}
}
