//! DeleteTable.

use super::description::describe;
use crate::gateway::Caller;
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{DeleteTableInput, DeleteTableOutput, TableDescription};

impl DynamoDb {
    /// Deletes a table with all items, unless it is protected.
    pub(in crate::services::dynamodb) async fn delete_table(
        &self,
        caller: &Caller,
        input: DeleteTableInput,
    ) -> Result<DeleteTableOutput, DynamoDbError> {
        let table = self.named(caller, input.table_name.as_deref())?;
        if table.settings().is_protected {
            return Err(DynamoDbError::validation(
                "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
            ));
        }
        self.space_of(&table).tables_mut().remove(&table.name);
        let whole = describe(&table);
        Ok(DeleteTableOutput {
            table_description: Some(TableDescription {
                table_name: whole.table_name,
                table_status: Some("DELETING".to_owned()),
                provisioned_throughput: whole.provisioned_throughput,
                table_size_bytes: whole.table_size_bytes,
                item_count: whole.item_count,
                table_arn: whole.table_arn,
                table_id: whole.table_id,
                billing_mode_summary: whole.billing_mode_summary,
                deletion_protection_enabled: whole.deletion_protection_enabled,
                ..TableDescription::default()
            }),
        })
    }
}
