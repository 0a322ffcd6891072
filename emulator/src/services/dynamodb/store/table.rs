//! A table: its items, its indexes, and what is said about it.

use super::expiry::{Expiries, moment};
use super::history::History;
use super::index::Index;
use super::item::Item;
use super::key::Place;
use super::schema::{KeyAttribute, KeySchema};
use super::shards::{Shard, Shards};
use crate::services::dynamodb::settings::Settings;
use crate::services::dynamodb::streams::Stream;
use ruststack_wire::Timestamp;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, RwLock};

/// A table.
pub(in crate::services::dynamodb) struct Table {
    pub(in crate::services::dynamodb) name: String,
    pub(in crate::services::dynamodb) arn: String,
    /// A UUID that no other table has.
    pub(in crate::services::dynamodb) id: String,
    pub(in crate::services::dynamodb) created: Timestamp,
    pub(in crate::services::dynamodb) keys: KeySchema,
    pub(in crate::services::dynamodb) shards: Shards,
    pub(in crate::services::dynamodb) items: AtomicI64,
    pub(in crate::services::dynamodb) bytes: AtomicI64,
    expiries: Expiries,
    definition: RwLock<Arc<Definition>>,
    settings: Mutex<Settings>,
}

/// What of a table its items follow, and a change of the table replaces.
#[derive(Clone)]
pub(in crate::services::dynamodb) struct Definition {
    /// The attributes that keys of the table and of its indexes are made of.
    pub(in crate::services::dynamodb) attributes: Vec<KeyAttribute>,
    /// The local indexes, then the global ones, each by name.
    pub(in crate::services::dynamodb) indexes: Vec<Arc<Index>>,
    /// The stream that changes are told in, where there is one.
    pub(in crate::services::dynamodb) stream: Option<Arc<Stream>>,
    /// The attribute that says when an item expires, where items do.
    pub(in crate::services::dynamodb) expires_by: Option<String>,
    /// What changes replaced, where the table can be put back to any moment.
    pub(in crate::services::dynamodb) history: Option<Arc<History>>,
}

/// One change: what was in a place, and what is now.
pub(in crate::services::dynamodb) struct Change {
    pub(in crate::services::dynamodb) old: Option<Item>,
    pub(in crate::services::dynamodb) new: Option<Item>,
    /// What the table was while it was changed.
    pub(in crate::services::dynamodb) definition: Arc<Definition>,
}

/// What some time has made of what is in a place.
pub(in crate::services::dynamodb) struct Changed {
    /// When it changed last.
    pub(in crate::services::dynamodb) at: Timestamp,
    pub(in crate::services::dynamodb) old: Option<Item>,
    pub(in crate::services::dynamodb) new: Option<Item>,
}

impl Definition {
    /// The index of this name.
    pub(in crate::services::dynamodb) fn index(&self, name: &str) -> Option<&Arc<Index>> {
        self.indexes.iter().find(|index| index.name == name)
    }
}

impl Table {
    /// A table without items.
    pub(in crate::services::dynamodb) fn new(
        (name, arn, id): (String, String, String),
        created: Timestamp,
        keys: KeySchema,
        definition: Definition,
        settings: Settings,
    ) -> Table {
        Table {
            name,
            arn,
            id,
            created,
            keys,
            shards: Shards::default(),
            items: AtomicI64::default(),
            bytes: AtomicI64::default(),
            expiries: Expiries::default(),
            definition: RwLock::new(Arc::new(definition)),
            settings: Mutex::new(settings),
        }
    }

    /// The account that the table is in.
    pub(in crate::services::dynamodb) fn account(&self) -> &str {
        self.arn.split(':').nth(4).unwrap_or_default()
    }

    /// The region that the table is in.
    pub(in crate::services::dynamodb) fn region(&self) -> &str {
        self.arn.split(':').nth(3).unwrap_or_default()
    }

    /// What the items follow now.
    pub(in crate::services::dynamodb) fn definition(&self) -> Arc<Definition> {
        self.definition.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// What is said about the table. The guard is let go before anything awaits.
    pub(in crate::services::dynamodb) fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Replaces what the items follow, while nobody writes: indexes that are new take in all items.
    pub(in crate::services::dynamodb) fn redefine(&self, change: impl FnOnce(&mut Definition)) {
        let shards = self.shards.write_all();
        let mut definition = self.definition().as_ref().clone();
        let known = definition.indexes.clone();
        change(&mut definition);
        let is_new = |index: &&Arc<Index>| !known.iter().any(|old| Arc::ptr_eq(old, index));
        for index in definition.indexes.iter().filter(is_new) {
            for (place, item) in shards.iter().flat_map(|shard| shard.iter()) {
                index.follow(place, None, Some(item));
            }
        }
        if definition.expires_by != self.definition().expires_by {
            self.expiries.clear();
            if let Some(attribute) = &definition.expires_by {
                for (key, item) in shards.iter().flat_map(|shard| shard.iter()) {
                    self.expiries.follow(attribute, key, None, Some(item));
                }
            }
        }
        *self.definition.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Arc::new(definition);
    }

    /// What is in a place.
    pub(in crate::services::dynamodb) fn get(&self, place: &Place) -> Option<Item> {
        self.shards.read(Shards::number(place.partition)).get(place).cloned()
    }

    /// Puts into a place what `decide` makes of what is there: the item that is to be there, or none.
    pub(in crate::services::dynamodb) fn write<E>(
        &self,
        place: Place,
        now: Timestamp,
        decide: impl FnOnce(Option<&Item>) -> Result<Option<Item>, E>,
    ) -> Result<Change, E> {
        let mut shard = self.shards.write(Shards::number(place.partition));
        let new = decide(shard.get(&place))?;
        Ok(self.apply(&mut shard, place, new, now))
    }

    /// Puts an item, or none, into a place.
    pub(in crate::services::dynamodb) fn replace(
        &self,
        place: Place,
        new: Option<Item>,
        now: Timestamp,
    ) -> Change {
        let mut shard = self.shards.write(Shards::number(place.partition));
        self.apply(&mut shard, place, new, now)
    }

    /// All items, by place, as they were at a moment that is not further back than changes are kept.
    pub(in crate::services::dynamodb) fn items_at(&self, moment: Timestamp) -> Shard {
        let shards = self.shards.write_all();
        let all = shards.iter().flat_map(|shard| shard.iter());
        let mut items = all.map(|(key, item)| (key.clone(), item.clone())).collect();
        if let Some(history) = &self.definition().history {
            history.undo(&mut items, moment);
        }
        items
    }

    /// The places that have changed from one moment on and before another, where changes are kept.
    pub(in crate::services::dynamodb) fn changes_between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Vec<(Place, Changed)> {
        let Some(history) = self.definition().history.clone() else { return Vec::new() };
        let changed = history.between(from, to);
        let mut items = self.items_at(Timestamp::from_millis(to.millis() - 1));
        let told = changed.into_iter().map(|(place, (old, at))| {
            let new = items.remove(&place);
            (place, Changed { at, old, new })
        });
        told.collect()
    }

    /// Removes the items whose time is over.
    pub(in crate::services::dynamodb) fn expire(&self, now: Timestamp) {
        for (due, place) in self.expiries.due(now.seconds()) {
            let Some(attribute) = self.definition().expires_by.clone() else { return };
            let mut shard = self.shards.write(Shards::number(place.partition));
            let found = shard.get(&place);
            if found.and_then(|item| moment(item, &attribute)) == Some(due) {
                self.change(&mut shard, place, None, now, true);
            }
        }
    }

    /// Puts an item, or none, into a place of a shard that is locked; the indexes and the stream follow.
    pub(in crate::services::dynamodb) fn apply(
        &self,
        shard: &mut Shard,
        place: Place,
        new: Option<Item>,
        now: Timestamp,
    ) -> Change {
        self.change(shard, place, new, now, false)
    }

    fn change(
        &self,
        shard: &mut Shard,
        place: Place,
        new: Option<Item>,
        now: Timestamp,
        has_expired: bool,
    ) -> Change {
        let definition = self.definition();
        let old = match &new {
            Some(item) => shard.insert(place.clone(), item.clone()),
            None => shard.remove(&place),
        };
        let count = |item: &Option<Item>| i64::from(item.is_some());
        let size = |item: &Option<Item>| item.as_ref().map_or(0, |item| item.size() as i64);
        self.items.fetch_add(count(&new) - count(&old), Ordering::Relaxed);
        self.bytes.fetch_add(size(&new) - size(&old), Ordering::Relaxed);
        for index in &definition.indexes {
            index.follow(&place, old.as_ref(), new.as_ref());
        }
        if let Some(attribute) = &definition.expires_by {
            self.expiries.follow(attribute, &place, old.as_ref(), new.as_ref());
        }
        if let Some(history) = &definition.history {
            history.note(now, &place, old.as_ref());
        }
        if let Some(stream) = &definition.stream {
            stream.tell(old.as_ref(), new.as_ref(), now, has_expired);
        }
        Change { old, new, definition }
    }
}
