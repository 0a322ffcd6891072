//! A log group: what is said of it, and its streams.

use super::{Draft, Entry, Position, Settings, Stream};
use std::collections::BTreeMap;
use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The milliseconds of a day.
pub(in crate::services::logs) const DAY_MS: i64 = 86_400_000;

/// A log group of an account in a region.
#[derive(Debug)]
pub(in crate::services::logs) struct Group {
    pub(in crate::services::logs) name: String,
    pub(in crate::services::logs) account: String,
    pub(in crate::services::logs) region: String,
    /// When it was made, in milliseconds since 1970.
    pub(in crate::services::logs) created: i64,
    /// `STANDARD`, `INFREQUENT_ACCESS` or `DELIVERY`.
    pub(in crate::services::logs) class: String,
    contents: RwLock<Contents>,
}

/// What is in a log group and said of it.
#[derive(Debug, Default)]
pub(in crate::services::logs) struct Contents {
    pub(in crate::services::logs) settings: Settings,
    pub(in crate::services::logs) streams: BTreeMap<String, Stream>,
    /// How many bytes all events are.
    pub(in crate::services::logs) bytes: u64,
    /// How many events and streams there ever were.
    sequence: u64,
    marks: u16,
    /// No event is older than this.
    oldest: i64,
}

impl Group {
    /// A log group without streams.
    pub(in crate::services::logs) fn new(
        account: &str,
        region: &str,
        name: &str,
        class: &str,
        created: i64,
        settings: Settings,
    ) -> Group {
        Group {
            name: name.to_owned(),
            account: account.to_owned(),
            region: region.to_owned(),
            created,
            class: class.to_owned(),
            contents: RwLock::new(Contents { settings, oldest: i64::MAX, ..Contents::default() }),
        }
    }

    /// The ARN, without the `:*` behind it.
    pub(in crate::services::logs) fn arn(&self) -> String {
        format!("arn:aws:logs:{}:{}:log-group:{}", self.region, self.account, self.name)
    }

    /// What is in it and has not expired. The guard is let go before anything awaits.
    pub(in crate::services::logs) fn read(&self, now: i64) -> RwLockReadGuard<'_, Contents> {
        let contents = self.contents.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        if contents.expires_before(now).is_none_or(|cutoff| contents.oldest >= cutoff) {
            return contents;
        }
        drop(contents);
        drop(self.write(now));
        self.contents.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// What is in it and has not expired, to be changed. The guard is let go before anything awaits.
    pub(in crate::services::logs) fn write(&self, now: i64) -> RwLockWriteGuard<'_, Contents> {
        let mut contents = self.contents.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        contents.expire(now);
        contents
    }
}

impl Contents {
    /// The moment before which events are no longer kept.
    pub(in crate::services::logs) fn expires_before(&self, now: i64) -> Option<i64> {
        self.settings.retention_days.map(|days| now.saturating_sub(i64::from(days).saturating_mul(DAY_MS)))
    }

    /// Forgets what has expired. Looks at the streams only where there is something to forget.
    fn expire(&mut self, now: i64) {
        let Some(cutoff) = self.expires_before(now).filter(|cutoff| self.oldest < *cutoff) else { return };
        let gone: u64 = self.streams.values_mut().map(|stream| stream.expire(cutoff)).sum();
        self.bytes = self.bytes.saturating_sub(gone);
        self.oldest = self.streams.values().filter_map(Stream::oldest).min().unwrap_or(i64::MAX);
    }

    /// Makes a stream where there is none of this name; tells whether it did.
    pub(in crate::services::logs) fn make_stream(&mut self, name: &str, now: i64) -> bool {
        if self.streams.contains_key(name) {
            return false;
        }
        self.marks = self.marks.wrapping_add(1);
        self.streams.insert(name.to_owned(), Stream::new(now, self.marks));
        true
    }

    /// Takes a stream away; tells whether it was there.
    pub(in crate::services::logs) fn remove_stream(&mut self, name: &str) -> bool {
        let removed = self.streams.remove(name);
        self.bytes -= removed.as_ref().map_or(0, Stream::bytes).min(self.bytes);
        removed.is_some()
    }

    /// Adds events to a stream, and tells where they stand; `None` where there is no such stream.
    pub(in crate::services::logs) fn add(
        &mut self,
        stream: &str,
        events: Vec<Draft>,
        now: i64,
    ) -> Option<Vec<Position>> {
        let stream = self.streams.get_mut(stream)?;
        let mut places = Vec::with_capacity(events.len());
        for Draft { timestamp, message } in events {
            self.sequence += 1;
            let at = Position { timestamp, sequence: self.sequence };
            let entry = Entry { ingested: now, message: message.into_boxed_str() };
            self.bytes += entry.bytes();
            self.oldest = self.oldest.min(timestamp);
            stream.insert(at, entry);
            places.push(at);
        }
        Some(places)
    }
}
