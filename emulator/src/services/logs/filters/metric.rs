//! PutMetricFilter, DescribeMetricFilters and DeleteMetricFilter. The filters are kept and told; no metric comes of them.
//!
//! Source: recordings of AWS in localstack's test_logs_metric_filters.snapshot.json.

use crate::gateway::Caller;
use crate::services::logs::pattern::{INVALID, Pattern};
use crate::services::logs::{Logs, LogsError, page};
use ruststack_models::logs::types::{
    DeleteMetricFilterRequest, DescribeMetricFiltersRequest, DescribeMetricFiltersResponse, MetricFilter,
    PutMetricFilterRequest,
};
use ruststack_wire::value::{Unit, copy};

/// The most metric filters of a log group (User Guide, "CloudWatch Logs quotas").
const MOST_FILTERS: usize = 100;

impl Logs {
    /// Makes a metric filter, or changes the one of the same name.
    pub(in crate::services::logs) async fn put_metric_filter(
        &self,
        caller: &Caller,
        input: PutMetricFilterRequest,
    ) -> Result<Unit, LogsError> {
        let pattern = input.filter_pattern.unwrap_or_default();
        let read = Pattern::parse(&pattern).map_err(|error| match error.0 {
            // github.com/aws/aws-cdk, issue 16278.
            sentence if sentence == INVALID => LogsError::invalid("Invalid metric filter pattern"),
            sentence => LogsError::invalid(sentence),
        })?;
        let transformations = input.metric_transformations.unwrap_or_default();
        let has_dimensions = transformations.iter().any(|each| each.dimensions.is_some());
        if has_dimensions && !matches!(read, Pattern::Json(_) | Pattern::Columns(_)) {
            // github.com/hashicorp/terraform-provider-aws, issue 28881.
            return Err(LogsError::invalid("The specified filter pattern does not support dimensions"));
        }
        let group = self.named(caller, input.log_group_name.as_deref())?;
        let mut contents = group.write(caller.now.millis());
        let filters = &mut contents.settings.metric_filters;
        let name = input.filter_name.unwrap_or_default();
        let earlier = filters.get(&name);
        if earlier.is_none() && filters.len() >= MOST_FILTERS {
            return Err(LogsError::LimitExceeded);
        }
        let creation_time = earlier.and_then(|filter| filter.creation_time).unwrap_or(caller.now.millis());
        let filter = MetricFilter {
            filter_name: Some(name.clone()),
            filter_pattern: Some(pattern),
            metric_transformations: Some(transformations),
            creation_time: Some(creation_time),
            log_group_name: input.log_group_name,
            apply_on_transformed_logs: Some(input.apply_on_transformed_logs.unwrap_or_default()),
            field_selection_criteria: input.field_selection_criteria,
            emit_system_field_dimensions: input.emit_system_field_dimensions,
        };
        filters.insert(name, filter);
        Ok(Unit::default())
    }

    /// Deletes a metric filter.
    pub(in crate::services::logs) async fn delete_metric_filter(
        &self,
        caller: &Caller,
        input: DeleteMetricFilterRequest,
    ) -> Result<Unit, LogsError> {
        let group = self.named(caller, input.log_group_name.as_deref())?;
        let mut contents = group.write(caller.now.millis());
        let name = input.filter_name.unwrap_or_default();
        let removed = contents.settings.metric_filters.remove(&name);
        let missing = || LogsError::NotFound("The specified metric filter does not exist.".into());
        removed.map(|_| Unit::default()).ok_or_else(missing)
    }

    /// Tells the metric filters of a log group, or of all.
    pub(in crate::services::logs) async fn describe_metric_filters(
        &self,
        caller: &Caller,
        input: DescribeMetricFiltersRequest,
    ) -> Result<DescribeMetricFiltersResponse, LogsError> {
        let groups = match input.log_group_name.as_deref() {
            Some(name) => vec![self.named(caller, Some(name))?],
            None => self.space(&caller.account, &caller.region).groups().values().cloned().collect(),
        };
        let prefix = input.filter_name_prefix.unwrap_or_default();
        let has_metric = |filter: &MetricFilter| {
            filter.metric_transformations.iter().flatten().any(|each| {
                input.metric_name.as_ref().is_none_or(|name| each.metric_name.as_ref() == Some(name))
                    && (input.metric_namespace.as_ref())
                        .is_none_or(|space| each.metric_namespace.as_ref() == Some(space))
            })
        };
        let mut found = Vec::new();
        for group in &groups {
            let contents = group.read(caller.now.millis());
            let named = contents.settings.metric_filters.iter().filter(|(name, _)| name.starts_with(&prefix));
            found.extend(named.filter(|(_, filter)| has_metric(filter)).map(|(_, filter)| copy(filter)));
        }
        found.sort_by_cached_key(key);
        let after = page::after(input.next_token.as_deref())?;
        let rest = found.into_iter().filter(|filter| after.as_ref().is_none_or(|after| key(filter) > *after));
        let (filters, next_token) = page::cut(rest, page::limit(input.limit, page::PAGE), key);
        Ok(DescribeMetricFiltersResponse { metric_filters: Some(filters), next_token })
    }
}

/// The order of metric filters: by their names, then by their log groups. A name has no colon.
fn key(filter: &MetricFilter) -> String {
    let name = filter.filter_name.as_deref().unwrap_or_default();
    format!("{name}:{}", filter.log_group_name.as_deref().unwrap_or_default())
}
