//! A log stream: its events in the order of their time.

use super::Position;
use std::collections::BTreeMap;
use std::ops::Bound;

/// What an event costs besides its message, as AWS counts (API reference, PutLogEvents).
pub(in crate::services::logs) const EVENT_BYTES: u64 = 26;

/// An event as it came.
#[derive(Debug, Clone)]
pub(in crate::services::logs) struct Draft {
    /// Milliseconds since 1970.
    pub(in crate::services::logs) timestamp: i64,
    pub(in crate::services::logs) message: String,
}

/// An event as it is kept.
#[derive(Debug, Clone)]
pub(in crate::services::logs) struct Entry {
    /// When it came, in milliseconds since 1970.
    pub(in crate::services::logs) ingested: i64,
    pub(in crate::services::logs) message: Box<str>,
}

/// A log stream.
#[derive(Debug)]
pub(in crate::services::logs) struct Stream {
    /// When it was made, in milliseconds since 1970.
    pub(in crate::services::logs) created: i64,
    /// What tells its events from those of other streams, in their numbers.
    pub(in crate::services::logs) mark: u16,
    /// The time of the first and of the last event that ever was in it.
    pub(in crate::services::logs) span: Option<(i64, i64)>,
    /// When events came last.
    pub(in crate::services::logs) last_ingested: Option<i64>,
    /// What the last PutLogEvents was told.
    pub(in crate::services::logs) token: Option<String>,
    events: BTreeMap<Position, Entry>,
}

impl Entry {
    /// What it counts.
    pub(in crate::services::logs) fn bytes(&self) -> u64 {
        self.message.len() as u64 + EVENT_BYTES
    }
}

impl Stream {
    /// A stream without events.
    pub(in crate::services::logs) fn new(created: i64, mark: u16) -> Stream {
        Stream { created, mark, span: None, last_ingested: None, token: None, events: BTreeMap::new() }
    }

    /// Adds an event at a place of its own.
    pub(super) fn insert(&mut self, at: Position, entry: Entry) {
        let (first, last) = self.span.unwrap_or((at.timestamp, at.timestamp));
        self.span = Some((first.min(at.timestamp), last.max(at.timestamp)));
        self.last_ingested = Some(entry.ingested);
        self.events.insert(at, entry);
    }

    /// The events between two places, in order.
    pub(in crate::services::logs) fn between(
        &self,
        from: Bound<Position>,
        until: Bound<Position>,
    ) -> impl DoubleEndedIterator<Item = (&Position, &Entry)> {
        // A map refuses a range that ends before it begins; of such there are no events.
        let is_sound = match (from, until) {
            (Bound::Excluded(from), Bound::Excluded(until)) => from < until,
            (
                Bound::Included(from) | Bound::Excluded(from),
                Bound::Included(until) | Bound::Excluded(until),
            ) => from <= until,
            _ => true,
        };
        is_sound.then(|| self.events.range((from, until))).into_iter().flatten()
    }

    /// The event at a place.
    pub(in crate::services::logs) fn at(&self, position: Position) -> Option<&Entry> {
        self.events.get(&position)
    }

    /// The time of the oldest event that is there.
    pub(super) fn oldest(&self) -> Option<i64> {
        self.events.first_key_value().map(|(position, _)| position.timestamp)
    }

    /// Forgets the events from before a moment, and tells how many bytes they were.
    pub(super) fn expire(&mut self, before: i64) -> u64 {
        let kept = self.events.split_off(&Position::start_of(before));
        std::mem::replace(&mut self.events, kept).values().map(Entry::bytes).sum()
    }

    /// How many bytes its events are.
    pub(super) fn bytes(&self) -> u64 {
        self.events.values().map(Entry::bytes).sum()
    }
}
