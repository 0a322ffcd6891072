//! What is said about a table besides its items and indexes.

use ruststack_models::dynamodb::types::{OnDemandThroughput, SSESpecification};
use ruststack_wire::Timestamp;
use std::collections::BTreeMap;

/// What is said about a table.
#[derive(Default)]
pub(super) struct Settings {
    /// When the table was made, where that is another moment than the one at which it was.
    pub(super) created: Option<Timestamp>,
    /// Whether it is billed by the request.
    pub(super) is_on_demand: bool,
    /// Since when, where the table says so.
    pub(super) on_demand_since: Option<Timestamp>,
    /// The capacity of the table, and under their names that of the global indexes.
    pub(super) throughput: Throughput,
    pub(super) index_throughput: BTreeMap<String, Throughput>,
    pub(super) on_demand: Option<OnDemandThroughput>,
    pub(super) sse: Option<SSESpecification>,
    pub(super) table_class: Option<String>,
    pub(super) is_protected: bool,
    pub(super) tags: BTreeMap<String, String>,
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
}
