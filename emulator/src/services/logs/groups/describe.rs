//! DescribeLogGroups.
//!
//! Source: API reference, DescribeLogGroups; which members an answer has: recordings of AWS in localstack's
//! test_logs_groups.snapshot.json.

use crate::gateway::Caller;
use crate::services::logs::identifier::Identifier;
use crate::services::logs::store::Group;
use crate::services::logs::{Logs, LogsError, page};
use ruststack_models::logs::types::{DescribeLogGroupsRequest, DescribeLogGroupsResponse, LogGroup};
use std::collections::BTreeSet;
use std::ops::Bound;

impl Logs {
    /// Tells the log groups of the caller, in the order of their names.
    pub(in crate::services::logs) async fn describe_log_groups(
        &self,
        caller: &Caller,
        input: DescribeLogGroupsRequest,
    ) -> Result<DescribeLogGroupsResponse, LogsError> {
        let (prefix, pattern) = (input.log_group_name_prefix, input.log_group_name_pattern);
        if prefix.is_some() && pattern.is_some() {
            return Err(LogsError::invalid(
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
            ));
        }
        let chosen: Option<BTreeSet<String>> = input.log_group_identifiers.map(|identifiers| {
            identifiers.iter().map(|identifier| Identifier::of(identifier).name.to_owned()).collect()
        });
        let is_wanted = |group: &Group| {
            prefix.as_deref().is_none_or(|prefix| group.name.starts_with(prefix))
                && pattern.as_deref().is_none_or(|pattern| group.name.contains(pattern))
                && input.log_group_class.as_deref().is_none_or(|class| group.class == class)
                && chosen.as_ref().is_none_or(|chosen| chosen.contains(&group.name))
        };

        let after = page::after(input.next_token.as_deref())?;
        let from = match (&after, &prefix) {
            (Some(after), _) => Bound::Excluded(after.as_str()),
            (None, Some(prefix)) => Bound::Included(prefix.as_str()),
            (None, None) => Bound::Unbounded,
        };
        let space = self.space(&caller.account, &caller.region);
        let groups = space.groups();
        let within = groups
            .range::<str, _>((from, Bound::Unbounded))
            .take_while(|(name, _)| prefix.as_deref().is_none_or(|prefix| name.starts_with(prefix)))
            .map(|(_, group)| group)
            .filter(|group| is_wanted(group));
        let (page, next_token) =
            page::cut(within, page::limit(input.limit, page::PAGE), |group| group.name.clone());
        // Found by a pattern, less is told of them.
        let tell = |group| described(group, caller.now.millis(), pattern.is_none());
        Ok(DescribeLogGroupsResponse {
            log_groups: Some(page.into_iter().map(|group| tell(group)).collect()),
            next_token,
        })
    }
}

/// What is told of a log group.
fn described(group: &Group, now: i64, is_whole: bool) -> LogGroup {
    let contents = group.read(now);
    let settings = &contents.settings;
    LogGroup {
        log_group_name: Some(group.name.clone()),
        creation_time: Some(group.created),
        retention_in_days: settings.retention_days,
        metric_filter_count: i32::try_from(settings.metric_filters.len()).ok(),
        arn: Some(format!("{}:*", group.arn())),
        stored_bytes: i64::try_from(contents.bytes).ok().filter(|_| is_whole),
        kms_key_id: settings.kms_key_id.clone(),
        log_group_class: Some(group.class.clone()),
        log_group_arn: Some(group.arn()),
        deletion_protection_enabled: is_whole.then_some(settings.is_protected),
        ..LogGroup::default()
    }
}
