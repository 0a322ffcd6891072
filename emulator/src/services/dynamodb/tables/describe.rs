//! DescribeTable.

use super::description::describe;
use crate::gateway::Caller;
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{DescribeTableInput, DescribeTableOutput};

impl DynamoDb {
    /// Tells a table.
    pub(in crate::services::dynamodb) async fn describe_table(
        &self,
        caller: &Caller,
        input: DescribeTableInput,
    ) -> Result<DescribeTableOutput, DynamoDbError> {
        let table = self.named(caller, input.table_name.as_deref())?;
        Ok(DescribeTableOutput { table: Some(describe(&table, caller)) })
    }
}
