//! PutDestination, PutDestinationPolicy, DescribeDestinations and DeleteDestination: where subscription filters of other
//! accounts may send events.
//!
//! Source: recordings of AWS in localstack's test_logs_destinations.snapshot.json.

use super::store::Group;
use super::{Logs, LogsError, Space, identifier, page};
use crate::gateway::Caller;
use ruststack_models::logs::types;
use ruststack_models::logs::types::{
    DeleteDestinationRequest, DescribeDestinationsRequest, DescribeDestinationsResponse,
    PutDestinationPolicyRequest, PutDestinationRequest, PutDestinationResponse,
};
use ruststack_wire::value::{Unit, copy};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, RwLockWriteGuard};

/// A destination as it is told, and its tags.
#[derive(Default)]
pub(super) struct Destination {
    shown: types::Destination,
    pub(super) tags: BTreeMap<String, String>,
}

impl Logs {
    /// Makes a destination, or changes the one of this name.
    pub(super) async fn put_destination(
        &self,
        caller: &Caller,
        input: PutDestinationRequest,
    ) -> Result<PutDestinationResponse, LogsError> {
        let space = self.space(&caller.account, &caller.region);
        let name = input.destination_name.unwrap_or_default();
        let mut destinations = space.destinations();
        let destination = destinations.entry(name.clone()).or_default();
        let shown = &mut destination.shown;
        shown.target_arn = input.target_arn;
        shown.role_arn = input.role_arn;
        shown.arn = Some(format!("arn:aws:logs:{}:{}:destination:{name}", caller.region, caller.account));
        shown.creation_time.get_or_insert(caller.now.millis());
        shown.destination_name = Some(name);
        destination.tags.extend(input.tags.unwrap_or_default());
        Ok(PutDestinationResponse { destination: Some(copy(&destination.shown)) })
    }

    /// Says who may use a destination.
    pub(super) async fn put_destination_policy(
        &self,
        caller: &Caller,
        input: PutDestinationPolicyRequest,
    ) -> Result<Unit, LogsError> {
        let space = self.space(&caller.account, &caller.region);
        let mut destinations = space.destinations();
        let name = input.destination_name.unwrap_or_default();
        let destination = destinations.get_mut(&name).ok_or_else(missing)?;
        destination.shown.access_policy = input.access_policy;
        Ok(Unit::default())
    }

    /// Tells destinations, in the order of their names.
    pub(super) async fn describe_destinations(
        &self,
        caller: &Caller,
        input: DescribeDestinationsRequest,
    ) -> Result<DescribeDestinationsResponse, LogsError> {
        let space = self.space(&caller.account, &caller.region);
        let destinations = space.destinations();
        let prefix = input.destination_name_prefix.unwrap_or_default();
        let after = page::after(input.next_token.as_deref())?;
        let from = after.as_deref().map_or(Bound::Included(prefix.as_str()), Bound::Excluded);
        let within = destinations
            .range::<str, _>((from, Bound::Unbounded))
            .take_while(|(name, _)| name.starts_with(&prefix));
        let (page, next_token) =
            page::cut(within, page::limit(input.limit, page::PAGE), |(name, _)| (*name).clone());
        let told = page.into_iter().map(|(_, destination)| copy(&destination.shown));
        Ok(DescribeDestinationsResponse { destinations: Some(told.collect()), next_token })
    }

    /// Deletes a destination.
    pub(super) async fn delete_destination(
        &self,
        caller: &Caller,
        input: DeleteDestinationRequest,
    ) -> Result<Unit, LogsError> {
        let space = self.space(&caller.account, &caller.region);
        let removed = space.destinations().remove(&input.destination_name.unwrap_or_default());
        removed.map(|_| Unit::default()).ok_or_else(missing)
    }

    /// Who is told of what a filter lets through: the target of a destination, or whom the filter names.
    pub(super) fn target(&self, group: &Group, destination: &str) -> String {
        let found = identifier::resource(destination, "destination").and_then(|(region, account, name)| {
            let region = if region.is_empty() { &group.region } else { region };
            self.space(account, region)
                .destinations()
                .get(name)
                .and_then(|found| found.shown.target_arn.clone())
        });
        found.unwrap_or_else(|| destination.to_owned())
    }

    /// The place and the name of the destination that an ARN names.
    pub(super) fn destination<'a>(&self, arn: &'a str) -> Option<(Arc<Space>, &'a str)> {
        let (region, account, name) = identifier::resource(arn, "destination")?;
        Some((self.space(account, region), name))
    }
}

impl Space {
    /// The destinations. The guard is let go before anything awaits.
    pub(super) fn destinations(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Destination>> {
        self.destinations.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// What is said where there is no such destination.
pub(super) fn missing() -> LogsError {
    LogsError::NotFound("The specified destination does not exist.".into())
}
