//! Contributor Insights: whether it is on, of a table and of each index. What it would find is not kept.
//!
//! Sources: Developer Guide, "Amazon CloudWatch Contributor Insights for DynamoDB"; aws-controllers-k8s/
//! dynamodb-controller, docs/api-quirks/table-subresources.md (DDB-TABLE-089 to 097, 341, 343).

use crate::gateway::Caller;
use crate::services::dynamodb::settings::Insights;
use crate::services::dynamodb::store::{IndexKind, Table};
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{
    ContributorInsightsSummary, DescribeContributorInsightsInput, DescribeContributorInsightsOutput,
    ListContributorInsightsInput, ListContributorInsightsOutput, UpdateContributorInsightsInput,
    UpdateContributorInsightsOutput,
};

/// The mode where the caller does not say it.
const ALL_KEYS: &str = "ACCESSED_AND_THROTTLED_KEYS";
/// How many are listed at once.
const PAGE: usize = 100;

impl DynamoDb {
    /// Switches Contributor Insights on or off.
    pub(in crate::services::dynamodb) async fn update_contributor_insights(
        &self,
        caller: &Caller,
        input: UpdateContributorInsightsInput,
    ) -> Result<UpdateContributorInsightsOutput, DynamoDbError> {
        let table = self.named(caller, input.table_name.as_deref())?;
        check_index(&table, input.index_name.as_deref())?;
        let index = input.index_name.clone().unwrap_or_default();
        let mut settings = table.settings();
        let current = settings.insights.get(&index).cloned();
        let is_wanted = input.contributor_insights_action.as_deref() == Some("ENABLE");
        let was_on = current.as_ref().is_some_and(|current| current.is_on);
        let known_mode = current.as_ref().map(|current| current.mode.clone());
        let mode = input.contributor_insights_mode.or(known_mode.clone());
        let mode = mode.unwrap_or_else(|| ALL_KEYS.to_owned());
        let is_same = is_wanted == was_on && (!is_wanted || known_mode.as_ref() == Some(&mode));
        let status = match (is_wanted, is_same) {
            (true, true) => "ENABLED",
            (true, false) => "ENABLING",
            (false, true) => "DISABLED",
            (false, false) => "DISABLING",
        };
        if !is_same {
            let insights = Insights { is_on: is_wanted, mode: mode.clone(), since: caller.now };
            settings.insights.insert(index, insights);
        }
        Ok(UpdateContributorInsightsOutput {
            table_name: Some(table.name.clone()),
            index_name: input.index_name,
            contributor_insights_status: Some(status.to_owned()),
            contributor_insights_mode: (is_wanted || known_mode.is_some()).then_some(mode),
        })
    }

    /// Tells whether Contributor Insights is on.
    pub(in crate::services::dynamodb) async fn describe_contributor_insights(
        &self,
        caller: &Caller,
        input: DescribeContributorInsightsInput,
    ) -> Result<DescribeContributorInsightsOutput, DynamoDbError> {
        let table = self.named(caller, input.table_name.as_deref())?;
        check_index(&table, input.index_name.as_deref())?;
        let current = table.settings().insights.get(input.index_name.as_deref().unwrap_or_default()).cloned();
        let is_on = current.as_ref().is_some_and(|current| current.is_on);
        let status = if is_on { "ENABLED" } else { "DISABLED" };
        Ok(DescribeContributorInsightsOutput {
            table_name: Some(table.name.clone()),
            contributor_insights_rule_list: current
                .as_ref()
                .filter(|_| is_on)
                .map(|current| rules(&table, input.index_name.as_deref(), current)),
            index_name: input.index_name,
            contributor_insights_status: Some(status.to_owned()),
            last_update_date_time: current.as_ref().map(|current| current.since),
            failure_exception: None,
            contributor_insights_mode: current.map(|current| current.mode),
        })
    }

    /// Tells of which tables and indexes it is on.
    pub(in crate::services::dynamodb) async fn list_contributor_insights(
        &self,
        caller: &Caller,
        input: ListContributorInsightsInput,
    ) -> Result<ListContributorInsightsOutput, DynamoDbError> {
        let tables = match input.table_name.as_deref() {
            Some(name) => vec![self.named(caller, Some(name))?],
            None => self.space(&caller.account, &caller.region).tables().values().cloned().collect(),
        };
        let limit =
            input.max_results.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
        let limit = limit.unwrap_or(PAGE);
        let from = input.next_token.and_then(|token| token.parse::<usize>().ok()).unwrap_or_default();
        let mut all = Vec::new();
        for table in tables {
            for (index, insights) in &table.settings().insights {
                if insights.is_on {
                    all.push(ContributorInsightsSummary {
                        table_name: Some(table.name.clone()),
                        index_name: (!index.is_empty()).then(|| index.clone()),
                        contributor_insights_status: Some("ENABLED".to_owned()),
                        contributor_insights_mode: Some(insights.mode.clone()),
                    });
                }
            }
        }
        let next = from.saturating_add(limit);
        Ok(ListContributorInsightsOutput {
            next_token: (next < all.len()).then(|| next.to_string()),
            contributor_insights_summaries: Some(all.into_iter().skip(from).take(limit).collect()),
        })
    }
}

/// Refuses an index that the table has not.
fn check_index(table: &Table, index: Option<&str>) -> Result<(), DynamoDbError> {
    let Some(name) = index else { return Ok(()) };
    let definition = table.definition();
    if definition.index(name).is_some_and(|index| index.kind == IndexKind::Global) {
        return Ok(());
    }
    Err(DynamoDbError::ResourceNotFound(
        format!("Requested resource not found: Index: {name} not found for table: {}", table.name).into(),
    ))
}

/// The rules in CloudWatch: of partition keys and, where there are any, of sort keys; accessed (C) and throttled (T).
fn rules(table: &Table, index: Option<&str>, insights: &Insights) -> Vec<String> {
    let definition = table.definition();
    let keys = index.and_then(|name| definition.index(name)).map_or(&table.keys, |index| &index.keys);
    let of = index.map_or_else(|| table.name.clone(), |index| format!("{}-{index}", table.name));
    let whats: &[&str] = if insights.mode == ALL_KEYS { &["C", "T"] } else { &["T"] };
    let whoses: &[&str] = if keys.range.is_empty() { &["PK"] } else { &["PK", "SK"] };
    let mut rules = Vec::new();
    for what in whats {
        for whose in whoses {
            let since = insights.since.millis();
            rules.push(format!("DynamoDBContributorInsights-{whose}{what}-{of}-{since}"));
        }
    }
    rules
}
