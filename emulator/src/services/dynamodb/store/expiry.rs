//! When items expire: the places of those that do, by the moment.
//!
//! Source: Developer Guide, "Using time to live (TTL) in DynamoDB": the attribute is a number of seconds since 1970; items
//! that expired more than five years ago stay.

use super::item::Item;
use super::key::Place;
use crate::services::dynamodb::value::Value;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard};

/// How far back an expiry may lie.
const FIVE_YEARS_S: i64 = 5 * 365 * 24 * 3600;
/// What says that nothing expires.
const NEVER: i64 = i64::MAX;

/// The places of items that expire.
pub(super) struct Expiries {
    /// The first moment at which something may expire, so that most calls need no lock.
    first: AtomicI64,
    by_moment: Mutex<BTreeSet<(i64, Place)>>,
}

impl Default for Expiries {
    fn default() -> Expiries {
        Expiries { first: AtomicI64::new(NEVER), by_moment: Mutex::default() }
    }
}

impl Expiries {
    /// Follows a change of the item in a place.
    pub(super) fn follow(&self, attribute: &str, place: &Place, old: Option<&Item>, new: Option<&Item>) {
        let was = old.and_then(|item| moment(item, attribute));
        let is = new.and_then(|item| moment(item, attribute));
        if was == is {
            return;
        }
        let mut all = self.lock();
        if let Some(moment) = was {
            all.remove(&(moment, place.clone()));
        }
        if let Some(moment) = is {
            all.insert((moment, place.clone()));
        }
        self.note_first(&all);
    }

    /// The places of items that have expired, with when.
    pub(super) fn due(&self, now_s: i64) -> Vec<(i64, Place)> {
        if self.first.load(Ordering::Relaxed) >= now_s {
            return Vec::new();
        }
        let from = (now_s.saturating_sub(FIVE_YEARS_S), Place::first(0));
        self.lock().range(from..(now_s, Place::first(0))).cloned().collect()
    }

    /// Forgets all.
    pub(super) fn clear(&self) {
        let mut all = self.lock();
        all.clear();
        self.note_first(&all);
    }

    fn note_first(&self, all: &BTreeSet<(i64, Place)>) {
        self.first.store(all.first().map_or(NEVER, |(moment, _)| *moment), Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<(i64, Place)>> {
        self.by_moment.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// When an item expires: the whole seconds of the attribute, where that is a number.
pub(super) fn moment(item: &Item, attribute: &str) -> Option<i64> {
    let Value::N(number) = item.attribute(attribute)? else { return None };
    let seconds: f64 = number.to_string().parse().ok()?;
    (0.0..9e15).contains(&seconds).then_some(seconds as i64)
}
