//! PutSubscriptionFilter, DescribeSubscriptionFilters and DeleteSubscriptionFilter.
//!
//! Sources: API reference, PutSubscriptionFilter ("up to two subscription filters"); recordings of AWS in localstack's
//! test_logs_subscription_filters.snapshot.json.

use crate::gateway::Caller;
use crate::services::logs::pattern::Pattern;
use crate::services::logs::store::SubscriptionFilter;
use crate::services::logs::{Logs, LogsError, page};
use ruststack_models::logs::types;
use ruststack_models::logs::types::{
    DeleteSubscriptionFilterRequest, DescribeSubscriptionFiltersRequest, DescribeSubscriptionFiltersResponse,
    PutSubscriptionFilterRequest,
};
use ruststack_wire::value::{Unit, copy};
use std::ops::Bound;

/// The most subscription filters of a log group.
const MOST_FILTERS: usize = 2;

impl Logs {
    /// Makes a subscription filter, or changes the one of the same name.
    pub(in crate::services::logs) async fn put_subscription_filter(
        &self,
        caller: &Caller,
        input: PutSubscriptionFilterRequest,
    ) -> Result<Unit, LogsError> {
        let destination = input.destination_arn.unwrap_or_default();
        check_destination(caller, &destination, input.role_arn.as_deref())?;
        let pattern = input.filter_pattern.unwrap_or_default();
        let read = Pattern::parse(&pattern).map_err(|error| LogsError::invalid(error.0))?;
        let group = self.named(caller, input.log_group_name.as_deref())?;
        let mut contents = group.write(caller.now.millis());
        let filters = &mut contents.settings.subscription_filters;
        let name = input.filter_name.unwrap_or_default();
        let earlier = filters.get(&name);
        if earlier.is_none() && filters.len() >= MOST_FILTERS {
            return Err(LogsError::LimitExceeded);
        }
        let created = earlier.and_then(|filter| filter.shown.creation_time).unwrap_or(caller.now.millis());
        let shown = types::SubscriptionFilter {
            filter_name: Some(name.clone()),
            log_group_name: input.log_group_name,
            filter_pattern: Some(pattern),
            destination_arn: Some(destination),
            role_arn: input.role_arn,
            distribution: Some(input.distribution.unwrap_or_else(|| "ByLogStream".to_owned())),
            apply_on_transformed_logs: Some(input.apply_on_transformed_logs.unwrap_or_default()),
            creation_time: Some(created),
            field_selection_criteria: input.field_selection_criteria,
            emit_system_fields: input.emit_system_fields,
        };
        filters.insert(name, SubscriptionFilter { shown, pattern: read });
        Ok(Unit::default())
    }

    /// Deletes a subscription filter.
    pub(in crate::services::logs) async fn delete_subscription_filter(
        &self,
        caller: &Caller,
        input: DeleteSubscriptionFilterRequest,
    ) -> Result<Unit, LogsError> {
        let group = self.named(caller, input.log_group_name.as_deref())?;
        let mut contents = group.write(caller.now.millis());
        let name = input.filter_name.unwrap_or_default();
        let removed = contents.settings.subscription_filters.remove(&name);
        let missing = || LogsError::NotFound("The specified subscription filter does not exist.".into());
        removed.map(|_| Unit::default()).ok_or_else(missing)
    }

    /// Tells the subscription filters of a log group.
    pub(in crate::services::logs) async fn describe_subscription_filters(
        &self,
        caller: &Caller,
        input: DescribeSubscriptionFiltersRequest,
    ) -> Result<DescribeSubscriptionFiltersResponse, LogsError> {
        let group = self.named(caller, input.log_group_name.as_deref())?;
        let contents = group.read(caller.now.millis());
        let prefix = input.filter_name_prefix.unwrap_or_default();
        let after = page::after(input.next_token.as_deref())?;
        let from = after.as_deref().map_or(Bound::Included(prefix.as_str()), Bound::Excluded);
        let filters = contents.settings.subscription_filters.range::<str, _>((from, Bound::Unbounded));
        let within = filters.take_while(|(name, _)| name.starts_with(&prefix));
        let (page, next_token) =
            page::cut(within, page::limit(input.limit, page::PAGE), |(name, _)| (*name).clone());
        let shown = page.into_iter().map(|(_, filter)| copy(&filter.shown));
        Ok(DescribeSubscriptionFiltersResponse { subscription_filters: Some(shown.collect()), next_token })
    }
}

/// Refuses destinations that cannot be.
fn check_destination(caller: &Caller, destination: &str, role: Option<&str>) -> Result<(), LogsError> {
    let parts: Vec<&str> = destination.splitn(6, ':').collect();
    let [_, _, service, _, account, _] = parts.as_slice() else {
        return Err(LogsError::invalid("Invalid destinationArn"));
    };
    match *service {
        "lambda" if *account != caller.account => Err(LogsError::AccessDenied(
            "Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create \
             cross account lambda triggers.",
        )),
        vendor @ ("kinesis" | "firehose") if role.is_none() => Err(LogsError::invalid(format!(
            "destinationArn for vendor {vendor} cannot be used without roleArn"
        ))),
        _ => Ok(()),
    }
}
