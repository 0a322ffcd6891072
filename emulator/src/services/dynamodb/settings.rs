//! What is said about a table besides its items and indexes.

use super::streams::Stream;
use ruststack_models::dynamodb::types::{OnDemandThroughput, RestoreSummary};
use ruststack_wire::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is said about a table.
#[derive(Default)]
pub(super) struct Settings {
    /// When the table was made, where that is another moment than the one at which it was.
    pub(super) created: Option<Timestamp>,
    /// Whether it is billed by the request.
    pub(super) is_on_demand: bool,
    /// Since when it is, or was last, billed by the request.
    pub(super) on_demand_since: Option<Timestamp>,
    /// The capacity of the table, and under their names that of the global indexes.
    pub(super) throughput: Throughput,
    pub(super) index_throughput: BTreeMap<String, Throughput>,
    /// The most that the table, and each global index, may use where it is billed by the request.
    pub(super) on_demand: Option<OnDemand>,
    pub(super) index_on_demand: BTreeMap<String, OnDemand>,
    /// The key that encrypts the table, where it is not DynamoDB's own.
    pub(super) key_arn: Option<String>,
    pub(super) table_class: Option<String>,
    pub(super) table_class_since: Option<Timestamp>,
    pub(super) is_protected: bool,
    pub(super) tags: BTreeMap<String, String>,
    /// The last stream, whether or not it is still written.
    pub(super) stream: Option<Arc<Stream>>,
    /// What is being done to the table, and under their names to the global indexes.
    pub(super) doing: Option<Doing>,
    pub(super) index_doing: BTreeMap<String, Doing>,
    /// All regions that the table is in, where there are more than the one it was made in.
    pub(super) regions: BTreeSet<String>,
    /// What it was restored from.
    pub(super) restored: Option<Restored>,
    /// How backups of every moment are kept, where they are.
    pub(super) recovery: Option<Recovery>,
    /// The resource policies of the table (the empty name) and of its streams (by label), each with its revision.
    pub(super) policies: BTreeMap<String, (String, String)>,
    /// Contributor Insights of the table (the empty name) and of its indexes.
    pub(super) insights: BTreeMap<String, Insights>,
    /// The streams of Kinesis that changes are to go to.
    pub(super) destinations: Vec<Destination>,
}

/// How many units of capacity a table or an index has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Throughput {
    pub(super) read: i64,
    pub(super) write: i64,
    /// How often it was lowered today.
    pub(super) decreases: i64,
    pub(super) increased: Option<Timestamp>,
    pub(super) decreased: Option<Timestamp>,
    /// The most units that it ever had at once, for which it is warm.
    pub(super) warm: (i64, i64),
}

/// The most units that may be used where requests are billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OnDemand {
    pub(super) read: Option<i64>,
    pub(super) write: Option<i64>,
}

/// What a table was restored from.
#[derive(Debug, Clone)]
pub(super) struct Restored {
    pub(super) backup_arn: Option<String>,
    pub(super) table_arn: String,
    pub(super) moment: Timestamp,
    pub(super) until: Timestamp,
}

/// Something that takes a while, by the emulator's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Doing {
    pub(super) what: Work,
    pub(super) until: Timestamp,
}

/// What can be done to a table or an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    /// It is being made.
    Creating,
    /// It is being deleted.
    Deleting,
    /// Its capacity or billing changes.
    Capacity,
    /// Its stream is switched on or off.
    Stream,
    /// It goes to another class.
    Class,
    /// One of its indexes is made or deleted.
    Index,
}

/// Backups of every moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recovery {
    pub(super) since: Timestamp,
    pub(super) days: i32,
}

/// Contributor Insights of a table or an index.
#[derive(Debug, Clone)]
pub(super) struct Insights {
    pub(super) is_on: bool,
    pub(super) mode: String,
    pub(super) since: Timestamp,
}

/// A stream of Kinesis that the changes of a table go to.
#[derive(Debug, Clone)]
pub(super) struct Destination {
    pub(super) stream_arn: String,
    pub(super) is_active: bool,
    pub(super) precision: Option<String>,
}

impl Settings {
    /// What is being done to the table at this moment.
    pub(super) fn doing(&self, now: Timestamp) -> Option<Work> {
        self.doing.filter(|doing| now < doing.until).map(|doing| doing.what)
    }

    /// What is being done to an index at this moment.
    pub(super) fn index_doing(&self, index: &str, now: Timestamp) -> Option<Work> {
        self.index_doing.get(index).filter(|doing| now < doing.until).map(|doing| doing.what)
    }

    /// Whether the table has been deleted and is gone.
    pub(super) fn is_gone(&self, now: Timestamp) -> bool {
        self.doing.is_some_and(|doing| doing.what == Work::Deleting && now >= doing.until)
    }
}

impl OnDemand {
    /// What a request says.
    pub(super) fn of(said: &OnDemandThroughput) -> OnDemand {
        OnDemand { read: said.max_read_request_units, write: said.max_write_request_units }
    }

    /// As it is told.
    pub(super) fn told(self) -> OnDemandThroughput {
        OnDemandThroughput { max_read_request_units: self.read, max_write_request_units: self.write }
    }
}

impl Restored {
    /// As it is told.
    pub(super) fn told(&self, now: Timestamp) -> RestoreSummary {
        RestoreSummary {
            source_backup_arn: self.backup_arn.clone(),
            source_table_arn: Some(self.table_arn.clone()),
            restore_date_time: Some(self.moment),
            restore_in_progress: Some(now < self.until),
        }
    }
}

impl Work {
    /// The `TableStatus` or `IndexStatus` meanwhile.
    pub(super) fn status(self) -> &'static str {
        match self {
            Work::Creating => "CREATING",
            Work::Deleting => "DELETING",
            Work::Capacity | Work::Stream | Work::Class | Work::Index => "UPDATING",
        }
    }
}

impl Throughput {
    /// This capacity.
    pub(super) fn new(read: i64, write: i64) -> Throughput {
        Throughput { read, write, warm: (read, write), ..Throughput::default() }
    }

    /// The same with other units. Fewer of either are a decrease, however many of the other.
    pub(super) fn changed(self, read: i64, write: i64, now: Timestamp) -> Throughput {
        let is_lower = read < self.read || write < self.write;
        let today = |moment: Option<Timestamp>| moment.map(day) == Some(day(now));
        let decreases = if today(self.decreased) { self.decreases } else { 0 };
        Throughput {
            read,
            write,
            decreases: decreases + i64::from(is_lower),
            increased: if is_lower { self.increased } else { Some(now) },
            decreased: if is_lower { Some(now) } else { self.decreased },
            warm: (self.warm.0.max(read), self.warm.1.max(write)),
        }
    }
}

/// The day of a moment, in UTC.
fn day(moment: Timestamp) -> i64 {
    moment.seconds().div_euclid(86_400)
}
