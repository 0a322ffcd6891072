//! The maps: all keys in order, cut into shards by the hash of the partition key, each under a lock of its own.

use super::item::Item;
use super::key::{Place, Span};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// How many shards there are; a power of two.
const SHARDS: usize = 64;
/// How many bits of a hash do not say the shard.
const SHIFT: u32 = u64::BITS - SHARDS.trailing_zeros();

/// The items of one shard, by place.
pub(in crate::services::dynamodb) type Shard = BTreeMap<Place, Item>;

/// All shards of a table or of an index.
pub(in crate::services::dynamodb) struct Shards(Box<[RwLock<Shard>]>);

impl Default for Shards {
    fn default() -> Shards {
        Shards((0..SHARDS).map(|_| RwLock::default()).collect())
    }
}

impl Shards {
    /// Which shard a partition is in.
    pub(in crate::services::dynamodb) fn number(partition: u64) -> usize {
        (partition >> SHIFT) as usize
    }

    /// A shard, to be looked at. The guard is let go before anything awaits.
    pub(in crate::services::dynamodb) fn read(&self, number: usize) -> RwLockReadGuard<'_, Shard> {
        self.0[number].read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// A shard, to be changed. The guard is let go before anything awaits.
    pub(in crate::services::dynamodb) fn write(&self, number: usize) -> RwLockWriteGuard<'_, Shard> {
        self.0[number].write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// All shards at once, to be changed.
    pub(in crate::services::dynamodb) fn write_all(&self) -> Vec<RwLockWriteGuard<'_, Shard>> {
        (0..SHARDS).map(|number| self.write(number)).collect()
    }

    /// Visits the items between two places in order, or backward, until told to stop.
    pub(in crate::services::dynamodb) fn walk(
        &self,
        span: &Span,
        backward: bool,
        mut visit: impl FnMut(&Item) -> bool,
    ) {
        if span.is_empty() {
            return;
        }
        let first = number_of(&span.from).unwrap_or(0);
        let last = number_of(&span.to).unwrap_or(SHARDS - 1);
        for step in 0..=last.saturating_sub(first) {
            let shard = self.read(if backward { last - step } else { first + step });
            let range = shard.range((span.from.as_ref(), span.to.as_ref()));
            let goes_on = if backward {
                range.rev().all(|(_, item)| visit(item))
            } else {
                range.into_iter().all(|(_, item)| visit(item))
            };
            if !goes_on {
                return;
            }
        }
    }
}

/// The shard that a place is in.
fn number_of(bound: &Bound<Place>) -> Option<usize> {
    match bound {
        Bound::Included(place) | Bound::Excluded(place) => Some(Shards::number(place.partition)),
        Bound::Unbounded => None,
    }
}
