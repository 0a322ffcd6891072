//! A secondary index: the items of a table by other keys, as far as they have those.
//!
//! An index holds the table's own items, shared; what it does not project is hidden when it is read.

use super::item::Item;
use super::key::Place;
use super::schema::KeySchema;
use super::shards::Shards;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};

/// Which kind of index it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::services::dynamodb) enum IndexKind {
    /// With the table's partition key, and read consistently if wanted.
    Local,
    /// With keys of its own.
    Global,
}

/// Which attributes an index shows, besides the keys of the table and its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services::dynamodb) enum Projected {
    /// All.
    All,
    /// None but the keys.
    KeysOnly,
    /// These.
    Include(BTreeSet<String>),
}

/// An index.
pub(in crate::services::dynamodb) struct Index {
    pub(in crate::services::dynamodb) name: String,
    pub(in crate::services::dynamodb) kind: IndexKind,
    pub(in crate::services::dynamodb) keys: KeySchema,
    /// The keys of the table.
    pub(in crate::services::dynamodb) table_keys: KeySchema,
    pub(in crate::services::dynamodb) projected: Projected,
    pub(in crate::services::dynamodb) shards: Shards,
    pub(in crate::services::dynamodb) items: AtomicI64,
    pub(in crate::services::dynamodb) bytes: AtomicI64,
}

impl Index {
    /// An index without items.
    pub(in crate::services::dynamodb) fn new(
        name: String,
        kind: IndexKind,
        keys: KeySchema,
        table_keys: KeySchema,
        projected: Projected,
    ) -> Index {
        Index {
            name,
            kind,
            keys,
            table_keys,
            projected,
            shards: Shards::default(),
            items: AtomicI64::default(),
            bytes: AtomicI64::default(),
        }
    }

    /// Whether the index shows this attribute.
    pub(in crate::services::dynamodb) fn shows(&self, name: &str) -> bool {
        match &self.projected {
            Projected::All => true,
            Projected::KeysOnly => self.keys.has(name) || self.table_keys.has(name),
            Projected::Include(names) => {
                names.contains(name) || self.keys.has(name) || self.table_keys.has(name)
            }
        }
    }

    /// How many bytes of an item count in this index.
    pub(in crate::services::dynamodb) fn size_of(&self, item: &Item) -> usize {
        match self.projected {
            Projected::All => item.size(),
            _ => item.size_of(|name| self.shows(name)),
        }
    }

    /// Where an item stands in this index; `None` where it has not all of its keys. `key` is where it stands in the table.
    pub(in crate::services::dynamodb) fn place(&self, item: &Item, key: &[u8]) -> Option<Place> {
        let mut place = self.keys.place(&item.only(|name| self.keys.has(name)))?;
        place.key.extend_from_slice(key);
        Some(place)
    }

    /// Follows a change of the table: the item at `key` was this and is that now.
    pub(in crate::services::dynamodb) fn follow(&self, key: &[u8], old: Option<&Item>, new: Option<&Item>) {
        let was = old.and_then(|old| Some((self.place(old, key)?, old)));
        let is = new.and_then(|new| Some((self.place(new, key)?, new)));
        if let Some((place, old)) = &was {
            if is.as_ref().is_none_or(|(other, _)| other != place) {
                self.shards.write(Shards::number(place.partition)).remove(place.key.as_slice());
            }
            self.count(-1, old);
        }
        if let Some((place, new)) = is {
            self.count(1, new);
            let number = Shards::number(place.partition);
            self.shards.write(number).insert(place.key.into_boxed_slice(), new.clone());
        }
    }

    fn count(&self, items: i64, item: &Item) {
        self.items.fetch_add(items, Ordering::Relaxed);
        self.bytes.fetch_add(items * self.size_of(item) as i64, Ordering::Relaxed);
    }
}
