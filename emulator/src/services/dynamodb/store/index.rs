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

    /// Whether an item has all keys of this index.
    pub(in crate::services::dynamodb) fn holds(&self, item: &Item) -> bool {
        self.keys.place(&item.only(|name| self.keys.has(name))).is_some()
    }

    /// Where an item stands in this index; `None` where it has not all of its keys. `of_table` is where it stands in the table.
    pub(in crate::services::dynamodb) fn place(&self, item: &Item, of_table: &Place) -> Option<Place> {
        let place = self.keys.place(&item.only(|name| self.keys.has(name)))?;
        Some(place.followed_by(of_table))
    }

    /// Follows a change of the table: the item in that place was this and is that now.
    pub(in crate::services::dynamodb) fn follow(
        &self,
        of_table: &Place,
        old: Option<&Item>,
        new: Option<&Item>,
    ) {
        let is = new.and_then(|new| Some((self.place(new, of_table)?, new)));
        if let Some(old) = old {
            // Most changes leave an item where it is in its indexes.
            let stays = new.is_some_and(|new| new.agrees(old, |name| self.keys.has(name)));
            let was = if stays { None } else { self.place(old, of_table) };
            if let Some(place) = was.as_ref().filter(|was| is.as_ref().is_none_or(|(is, _)| is != *was)) {
                self.shards.write(Shards::number(place.partition)).remove(place);
            }
            if was.is_some() || (stays && is.is_some()) {
                self.count(-1, old);
            }
        }
        if let Some((place, new)) = is {
            self.count(1, new);
            let number = Shards::number(place.partition);
            self.shards.write(number).insert(place, new.clone());
        }
    }

    fn count(&self, items: i64, item: &Item) {
        self.items.fetch_add(items, Ordering::Relaxed);
        self.bytes.fetch_add(items * self.size_of(item) as i64, Ordering::Relaxed);
    }
}
