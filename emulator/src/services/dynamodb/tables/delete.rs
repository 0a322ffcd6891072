//! DeleteTable.
//!
//! Sources of the sentences: AWS's answers that aws-controllers-k8s/dynamodb-controller lists
//! (docs/api-quirks/details/DDB-TABLE-444.md).

use super::description::describe;
use crate::gateway::Caller;
use crate::services::dynamodb::name::TableName;
use crate::services::dynamodb::settings::Work;
use crate::services::dynamodb::store::Table;
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{DeleteTableInput, DeleteTableOutput, TableDescription};
use std::sync::Arc;

impl DynamoDb {
    /// Deletes a table with all items, unless it is protected.
    pub(in crate::services::dynamodb) async fn delete_table(
        &self,
        caller: &Caller,
        input: DeleteTableInput,
    ) -> Result<DeleteTableOutput, DynamoDbError> {
        let said = TableName::of(input.table_name.as_deref().unwrap_or_default())?;
        let table = self.named(caller, input.table_name.as_deref())?;
        let region = said.region.unwrap_or(&caller.region);
        self.check_deletable(caller, &table)?;
        let whole = describe(&table, caller);
        let space = self.space(said.account.unwrap_or(&caller.account), region);
        let is_last = {
            let mut settings = table.settings();
            settings.regions.remove(region);
            if settings.regions.len() == 1 && table.region() != region {
                settings.regions.clear();
            }
            settings.regions.is_empty()
        };
        if is_last {
            self.keep_deleted(caller, &table, &space);
            if let Some(stream) = table.settings().stream.clone() {
                stream.close(caller.now);
            }
            table.settings().doing = Some(self.work(Work::Deleting, caller));
        }
        if !is_last || self.transition_ms == 0 {
            space.tables_mut().remove(&table.name);
        }
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

    /// Refuses to delete what is protected or is being changed.
    fn check_deletable(&self, caller: &Caller, table: &Arc<Table>) -> Result<(), DynamoDbError> {
        let settings = table.settings();
        if settings.is_protected {
            return Err(DynamoDbError::validation(
                "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
            ));
        }
        let is_index_busy = settings.index_doing.values().any(|doing| caller.now < doing.until);
        let why = match settings.doing(caller.now) {
            Some(Work::Creating) => format!("Table is being created: {}", table.name),
            Some(Work::Deleting) => format!("Table is being deleted: {}", table.name),
            Some(Work::Stream) => "Cannot delete table while stream is being enabled/disabled.".to_owned(),
            _ if is_index_busy => {
                "Cannot delete table while indexes are being created, updated, or deleted.".to_owned()
            }
            Some(_) => format!("Table: {} is in the process of being updated.", table.name),
            None => return Ok(()),
        };
        Err(DynamoDbError::in_use(why))
    }
}
