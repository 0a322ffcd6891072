//! ListTables.

use crate::gateway::Caller;
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{ListTablesInput, ListTablesOutput};
use std::ops::Bound;

/// How many names are told where the caller does not say it.
const NAMES: usize = 100;

impl DynamoDb {
    /// Tells the names of the caller's tables, in order.
    pub(in crate::services::dynamodb) async fn list_tables(
        &self,
        caller: &Caller,
        input: ListTablesInput,
    ) -> Result<ListTablesOutput, DynamoDbError> {
        let space = self.space(&caller.account, &caller.region);
        let tables = space.tables();
        let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(NAMES);
        let from = input.exclusive_start_table_name.map_or(Bound::Unbounded, Bound::Excluded);
        let living = tables
            .range((from, Bound::Unbounded))
            .filter(|(_, table)| !table.settings().is_gone(caller.now))
            .map(|(name, _)| name.clone());
        let mut names: Vec<String> = living.take(limit + 1).collect();
        let has_more = names.len() > limit;
        names.truncate(limit);
        Ok(ListTablesOutput {
            last_evaluated_table_name: names.last().filter(|_| has_more).cloned(),
            table_names: Some(names),
        })
    }
}
