//! What was in a table before each change, so that it can be put back as it was at any moment.
//!
//! Source: Developer Guide, "Point-in-time backups for DynamoDB": up to 35 days back.

use super::item::Item;
use super::key::Place;
use super::shards::Shard;
use ruststack_wire::Timestamp;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

/// How far back one can go.
const KEPT_MS: i64 = 35 * 24 * 3600 * 1000;

/// What each change replaced, the oldest first.
#[derive(Default)]
pub(in crate::services::dynamodb) struct History(Mutex<VecDeque<Replaced>>);

/// What was in a place before a change.
struct Replaced {
    at: Timestamp,
    place: Place,
    old: Option<Item>,
}

impl History {
    /// Notes what a change replaced.
    pub(super) fn note(&self, at: Timestamp, place: &Place, old: Option<&Item>) {
        let mut all = self.lock();
        while all.front().is_some_and(|first| at.millis() - first.at.millis() > KEPT_MS) {
            all.pop_front();
        }
        all.push_back(Replaced { at, place: place.clone(), old: old.cloned() });
    }

    /// Takes back, from what is in the table now, all changes after a moment.
    pub(super) fn undo(&self, items: &mut Shard, moment: Timestamp) {
        for replaced in self.lock().iter().rev().take_while(|replaced| replaced.at > moment) {
            match &replaced.old {
                Some(item) => items.insert(replaced.place.clone(), item.clone()),
                None => items.remove(&replaced.place),
            };
        }
    }

    /// What has changed from one moment on and before another: the places, what was there before, and when it changed last.
    pub(super) fn between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> BTreeMap<Place, (Option<Item>, Timestamp)> {
        let mut changed = BTreeMap::new();
        for replaced in self.lock().iter().filter(|replaced| replaced.at >= from && replaced.at < to) {
            let first = || (replaced.old.clone(), replaced.at);
            changed.entry(replaced.place.clone()).or_insert_with(first).1 = replaced.at;
        }
        changed
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Replaced>> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
