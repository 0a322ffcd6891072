//! CloudWatch Logs: log groups, the streams in them, and their events.
//!
//! `groups` answers for log groups, `streams` for streams, `events` for what is in them, `filters` for metric and
//! subscription filters, `insights` for queries, `policies` and `destinations` for who may send logs where.
//!
//! `pattern` is the language of filters, `store` where events are, `deliver` the door for other services, `identifier` how
//! a log group is called, `page` how lists are cut.

mod deliver;
mod destinations;
mod errors;
mod events;
mod filters;
mod groups;
mod identifier;
mod insights;
mod page;
mod pattern;
mod policies;
mod store;
mod streams;
#[cfg(test)]
mod tests;

pub(crate) use errors::LogsError;

use super::{Authorize, operations};
use crate::events::Events;
use crate::gateway::Caller;
use dashmap::DashMap;
use destinations::Destination;
use identifier::Identifier;
use insights::Query;
use ruststack_models::logs::types::{QueryDefinition, ResourcePolicy};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
use store::Group;

/// CloudWatch Logs as all accounts and regions share it.
pub struct Logs {
    /// What each account has in each region.
    spaces: DashMap<String, Arc<Space>>,
    /// Who hears what subscription filters let through.
    events: Arc<Events>,
}

/// What one account has in one region.
#[derive(Default)]
struct Space {
    groups: RwLock<BTreeMap<String, Arc<Group>>>,
    destinations: RwLock<BTreeMap<String, Destination>>,
    /// The latest first.
    queries: Mutex<VecDeque<Arc<Query>>>,
    /// Queries that are kept, by id.
    definitions: Mutex<BTreeMap<String, QueryDefinition>>,
    /// By their scope, and their name or their resource.
    policies: Mutex<BTreeMap<(&'static str, String), ResourcePolicy>>,
}

operations! { Logs: logs of logs {
    ASSOCIATE_KMS_KEY => associate_kms_key,
    CREATE_LOG_GROUP => create_log_group,
    CREATE_LOG_STREAM => create_log_stream,
    DELETE_DESTINATION => delete_destination,
    DELETE_LOG_GROUP => delete_log_group,
    DELETE_LOG_STREAM => delete_log_stream,
    DELETE_METRIC_FILTER => delete_metric_filter,
    DELETE_QUERY_DEFINITION => delete_query_definition,
    DELETE_RESOURCE_POLICY => delete_resource_policy,
    DELETE_RETENTION_POLICY => delete_retention_policy,
    DELETE_SUBSCRIPTION_FILTER => delete_subscription_filter,
    DESCRIBE_DESTINATIONS => describe_destinations,
    DESCRIBE_LOG_GROUPS => describe_log_groups,
    DESCRIBE_LOG_STREAMS => describe_log_streams,
    DESCRIBE_METRIC_FILTERS => describe_metric_filters,
    DESCRIBE_QUERIES => describe_queries,
    DESCRIBE_QUERY_DEFINITIONS => describe_query_definitions,
    DESCRIBE_RESOURCE_POLICIES => describe_resource_policies,
    DESCRIBE_SUBSCRIPTION_FILTERS => describe_subscription_filters,
    DISASSOCIATE_KMS_KEY => disassociate_kms_key,
    FILTER_LOG_EVENTS => filter_log_events,
    GET_LOG_EVENTS => get_log_events,
    GET_LOG_GROUP_FIELDS => get_log_group_fields,
    GET_LOG_RECORD => get_log_record,
    GET_QUERY_RESULTS => get_query_results,
    LIST_LOG_GROUPS => list_log_groups,
    LIST_TAGS_FOR_RESOURCE => list_tags_for_resource,
    LIST_TAGS_LOG_GROUP => list_tags_log_group,
    PUT_DESTINATION => put_destination,
    PUT_DESTINATION_POLICY => put_destination_policy,
    PUT_LOG_EVENTS => put_log_events,
    PUT_LOG_GROUP_DELETION_PROTECTION => put_log_group_deletion_protection,
    PUT_METRIC_FILTER => put_metric_filter,
    PUT_QUERY_DEFINITION => put_query_definition,
    PUT_RESOURCE_POLICY => put_resource_policy,
    PUT_RETENTION_POLICY => put_retention_policy,
    PUT_SUBSCRIPTION_FILTER => put_subscription_filter,
    START_QUERY => start_query,
    STOP_QUERY => stop_query,
    TAG_LOG_GROUP => tag_log_group,
    TAG_RESOURCE => tag_resource,
    TEST_METRIC_FILTER => test_metric_filter,
    UNTAG_LOG_GROUP => untag_log_group,
    UNTAG_RESOURCE => untag_resource,
}}

impl Authorize for Logs {}

impl Logs {
    /// CloudWatch Logs without log groups, which tells this bus what filters let through.
    pub(super) fn new(events: Arc<Events>) -> Logs {
        Logs { spaces: DashMap::new(), events }
    }

    /// Forgets everything.
    pub(super) fn reset(&self) {
        self.spaces.clear();
    }

    /// What an account has in a region.
    fn space(&self, account: &str, region: &str) -> Arc<Space> {
        let name = format!("{account}/{region}");
        if let Some(space) = self.spaces.get(&name) {
            return space.clone();
        }
        self.spaces.entry(name).or_default().clone()
    }

    /// The log group that a request names.
    fn group(&self, caller: &Caller, identifier: Identifier<'_>) -> Result<Arc<Group>, LogsError> {
        let (account, region) = identifier.place.unwrap_or((&caller.account, &caller.region));
        self.space(account, region).group(identifier.name).ok_or(LogsError::NoGroup)
    }

    /// The caller's log group of this name.
    fn named(&self, caller: &Caller, name: Option<&str>) -> Result<Arc<Group>, LogsError> {
        self.group(caller, Identifier { place: None, name: name.unwrap_or_default() })
    }
}

impl Space {
    /// The log group of this name.
    fn group(&self, name: &str) -> Option<Arc<Group>> {
        self.groups().get(name).cloned()
    }

    /// The log groups, to be looked at. The guard is let go before anything awaits.
    fn groups(&self) -> RwLockReadGuard<'_, BTreeMap<String, Arc<Group>>> {
        self.groups.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The log groups, to be changed. The guard is let go before anything awaits.
    fn groups_mut(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Arc<Group>>> {
        self.groups.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The resource policies. The guard is let go before anything awaits.
    fn policies(&self) -> MutexGuard<'_, BTreeMap<(&'static str, String), ResourcePolicy>> {
        self.policies.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
