//! What is said of a log group besides its events.

use crate::services::logs::pattern::Pattern;
use ruststack_models::logs::types;
use std::collections::BTreeMap;

/// What is said of a log group.
#[derive(Debug, Default)]
pub(in crate::services::logs) struct Settings {
    /// For how many days events are kept; `None` for ever.
    pub(in crate::services::logs) retention_days: Option<i32>,
    pub(in crate::services::logs) kms_key_id: Option<String>,
    pub(in crate::services::logs) is_protected: bool,
    pub(in crate::services::logs) tags: BTreeMap<String, String>,
    /// By name.
    pub(in crate::services::logs) metric_filters: BTreeMap<String, types::MetricFilter>,
    /// By name.
    pub(in crate::services::logs) subscription_filters: BTreeMap<String, SubscriptionFilter>,
}

/// A filter whose events are told to somebody.
#[derive(Debug)]
pub(in crate::services::logs) struct SubscriptionFilter {
    /// As it is described.
    pub(in crate::services::logs) shown: types::SubscriptionFilter,
    /// What it lets through.
    pub(in crate::services::logs) pattern: Pattern,
}
