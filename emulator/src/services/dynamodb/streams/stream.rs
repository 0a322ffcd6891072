//! A stream: a log of changes that keeps each for a day, in one shard.

use super::record::Record;
use crate::events::{Event, Events};
use crate::services::dynamodb::store::{Item, KeySchema};
use md5::{Digest, Md5};
use ruststack_wire::Timestamp;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

/// For how long a change can be read.
const KEPT_MS: i64 = 24 * 3600 * 1000;
/// The sequence number of the first change; all have 21 digits.
const FIRST: u128 = 100_000_000_000_000_000_000;

/// What a stream shows of a change, besides the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::services::dynamodb) enum View {
    /// Nothing.
    KeysOnly,
    /// The item as it is.
    NewImage,
    /// The item as it was.
    OldImage,
    /// Both.
    NewAndOldImages,
}

/// The stream of a table.
pub(in crate::services::dynamodb) struct Stream {
    pub(in crate::services::dynamodb) arn: String,
    pub(in crate::services::dynamodb) label: String,
    pub(in crate::services::dynamodb) view: View,
    pub(super) table_name: String,
    pub(super) region: String,
    pub(super) keys: KeySchema,
    pub(super) created: Timestamp,
    pub(super) shard_id: String,
    account: String,
    log: Mutex<Log>,
    events: Arc<Events>,
}

/// The changes, the oldest first.
#[derive(Default)]
pub(super) struct Log {
    /// The number of the first that is kept.
    pub(super) first: u64,
    pub(super) records: VecDeque<Record>,
    /// When the last was written, where there will be no more.
    pub(super) closed: Option<Timestamp>,
}

impl View {
    /// The view of this name.
    pub(in crate::services::dynamodb) fn of(name: &str) -> Option<View> {
        let all = [View::KeysOnly, View::NewImage, View::OldImage, View::NewAndOldImages];
        all.into_iter().find(|view| view.name() == name)
    }

    /// Its name on the wire.
    pub(in crate::services::dynamodb) fn name(self) -> &'static str {
        match self {
            View::KeysOnly => "KEYS_ONLY",
            View::NewImage => "NEW_IMAGE",
            View::OldImage => "OLD_IMAGE",
            View::NewAndOldImages => "NEW_AND_OLD_IMAGES",
        }
    }

    /// Whether it shows items as they are.
    pub(super) fn shows_new(self) -> bool {
        matches!(self, View::NewImage | View::NewAndOldImages)
    }

    /// Whether it shows items as they were.
    pub(super) fn shows_old(self) -> bool {
        matches!(self, View::OldImage | View::NewAndOldImages)
    }
}

impl Stream {
    /// A stream of the table of this ARN, without changes.
    pub(in crate::services::dynamodb) fn new(
        table_arn: &str,
        keys: KeySchema,
        view: View,
        now: Timestamp,
        events: Arc<Events>,
    ) -> Stream {
        let label = now.iso8601_millis().trim_end_matches('Z').to_owned();
        let arn = format!("{table_arn}/stream/{label}");
        let part = |index: usize| table_arn.splitn(6, ':').nth(index).unwrap_or_default().to_owned();
        let shard_id = format!("shardId-{:020}-{}", now.millis(), &digest(&arn)[..8]);
        Stream {
            label,
            view,
            table_name: part(5).trim_start_matches("table/").to_owned(),
            region: part(3),
            account: part(4),
            keys,
            created: now,
            shard_id,
            arn,
            log: Mutex::default(),
            events,
        }
    }

    /// Tells that an item was this and is that now. What changes nothing is not told.
    pub(in crate::services::dynamodb) fn tell(
        &self,
        old: Option<&Item>,
        new: Option<&Item>,
        now: Timestamp,
        has_expired: bool,
    ) {
        if old == new {
            return;
        }
        let at = now.whole_seconds();
        let mut log = self.log(now);
        if log.closed.is_some() {
            return;
        }
        let number = log.next();
        let id = digest(&format!("{}#{number}", self.arn));
        let record = Record { number, id, at, old: old.cloned(), new: new.cloned(), has_expired };
        // Published under the lock, so that listeners see the order of the stream.
        self.events.publish(Event {
            source: "dynamodb",
            account: self.account.clone(),
            region: self.region.clone(),
            target: self.arn.clone(),
            at: now,
            subject: None,
            body: record.event(self),
        });
        log.records.push_back(record);
    }

    /// Lets nothing more be told.
    pub(in crate::services::dynamodb) fn close(&self, now: Timestamp) {
        self.log(now).closed.get_or_insert(now);
    }

    /// Whether it was closed so long ago that nothing of it is left.
    pub(in crate::services::dynamodb) fn is_forgotten(&self, now: Timestamp) -> bool {
        let closed = self.log(now).closed;
        closed.is_some_and(|closed| now.millis() - closed.millis() > KEPT_MS)
    }

    /// The changes of the last day. The guard is let go before anything awaits.
    pub(super) fn log(&self, now: Timestamp) -> MutexGuard<'_, Log> {
        let mut log = self.log.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        while log.records.front().is_some_and(|record| now.millis() - record.at.millis() > KEPT_MS) {
            log.records.pop_front();
            log.first += 1;
        }
        log
    }
}

impl Log {
    /// The number of the next change.
    pub(super) fn next(&self) -> u64 {
        self.first + self.records.len() as u64
    }
}

/// The sequence number of a change.
pub(super) fn sequence_number(number: u64) -> String {
    (FIRST + u128::from(number)).to_string()
}

/// The change of a sequence number.
pub(super) fn number_of(sequence_number: &str) -> Option<u64> {
    let number = sequence_number.parse::<u128>().ok()?.checked_sub(FIRST)?;
    u64::try_from(number).ok()
}

fn digest(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
