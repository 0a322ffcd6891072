//! CreateBackup, DescribeBackup, ListBackups and DeleteBackup.

use super::Backup;
use crate::gateway::Caller;
use crate::services::dynamodb::name::TableName;
use crate::services::dynamodb::store::Table;
use crate::services::dynamodb::{DynamoDb, DynamoDbError, Space};
use ruststack_models::dynamodb::shapes;
use ruststack_models::dynamodb::types::{
    CreateBackupInput, CreateBackupOutput, DeleteBackupInput, DeleteBackupOutput, DescribeBackupInput,
    DescribeBackupOutput, ListBackupsInput, ListBackupsOutput,
};
use std::sync::Arc;

/// How many backups are listed at once.
const PAGE: usize = 100;

impl DynamoDb {
    /// Makes a backup of a table.
    pub(in crate::services::dynamodb) async fn create_backup(
        &self,
        caller: &Caller,
        input: CreateBackupInput,
    ) -> Result<CreateBackupOutput, DynamoDbError> {
        let table = self.backed_up(caller, input.table_name.as_deref().unwrap_or_default())?;
        let backup = Backup::new(caller, &table, input.backup_name.as_deref().unwrap_or_default(), false);
        let details = backup.details("CREATING");
        self.space_of(&table).backups_mut().insert(backup.arn.clone(), Arc::new(backup));
        Ok(CreateBackupOutput { backup_details: Some(details) })
    }

    /// Tells a backup.
    pub(in crate::services::dynamodb) async fn describe_backup(
        &self,
        caller: &Caller,
        input: DescribeBackupInput,
    ) -> Result<DescribeBackupOutput, DynamoDbError> {
        let backup = self.backup(caller, input.backup_arn.as_deref().unwrap_or_default())?;
        Ok(DescribeBackupOutput { backup_description: Some(backup.description("AVAILABLE")) })
    }

    /// Deletes a backup.
    pub(in crate::services::dynamodb) async fn delete_backup(
        &self,
        caller: &Caller,
        input: DeleteBackupInput,
    ) -> Result<DeleteBackupOutput, DynamoDbError> {
        let arn = input.backup_arn.unwrap_or_default();
        let backup = self.backup(caller, &arn)?;
        if let Some(expires) = backup.expires {
            return Err(DynamoDbError::validation(format!(
                "Invalid Request: User is not allowed to delete the system backup with arn {arn}. It will automatically expire on {}",
                expires.iso8601_millis()
            )));
        }
        self.space(&caller.account, &caller.region).backups_mut().remove(&backup.arn);
        Ok(DeleteBackupOutput { backup_description: Some(backup.description("DELETED")) })
    }

    /// Tells the backups of a table, or of all, the oldest first.
    pub(in crate::services::dynamodb) async fn list_backups(
        &self,
        caller: &Caller,
        input: ListBackupsInput,
    ) -> Result<ListBackupsOutput, DynamoDbError> {
        if let (Some(lower), Some(upper)) = (input.time_range_lower_bound, input.time_range_upper_bound)
            && lower > upper
        {
            return Err(DynamoDbError::parameter(
                "Time range lower bound must be less than or equal to upper bound",
            ));
        }
        let wanted = input.table_name.as_deref().map(TableName::of).transpose()?.map(|said| said.name);
        let kind = input.backup_type.as_deref().unwrap_or("USER");
        let space = self.space(&caller.account, &caller.region);
        let mut found: Vec<Arc<Backup>> = space.backups_mut().values().cloned().collect();
        found.retain(|backup| {
            wanted.is_none_or(|name| backup.snapshot.table_name == name)
                && (kind == "ALL" || backup.kind() == kind)
                && input.time_range_lower_bound.is_none_or(|lower| backup.created >= lower)
                && input.time_range_upper_bound.is_none_or(|upper| backup.created < upper)
                && backup.expires.is_none_or(|expires| caller.now < expires)
        });
        let place = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
        found.sort_by_key(|backup| place(&backup.arn));
        if let Some(start) = &input.exclusive_start_backup_arn {
            found.retain(|backup| place(&backup.arn) > place(start));
        }
        let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE);
        let has_more = found.len() > limit;
        found.truncate(limit);
        Ok(ListBackupsOutput {
            last_evaluated_backup_arn: found.last().filter(|_| has_more).map(|backup| backup.arn.clone()),
            backup_summaries: Some(found.iter().map(|backup| backup.summary()).collect()),
        })
    }

    /// The backup of this ARN.
    pub(super) fn backup(&self, caller: &Caller, arn: &str) -> Result<Arc<Backup>, DynamoDbError> {
        if !arn.starts_with("arn:") || !arn.contains("/backup/") {
            return Err(DynamoDbError::validation("Invalid Backup ARN"));
        }
        let found = self.space(&caller.account, &caller.region).backups_mut().get(arn).cloned();
        found.ok_or_else(|| {
            DynamoDbError::Modelled(
                &shapes::BACKUP_NOT_FOUND_EXCEPTION,
                format!("Backup not found: {arn}").into(),
            )
        })
    }

    /// Keeps a table that is deleted for 35 days, where every moment of it was kept.
    pub(in crate::services::dynamodb) fn keep_deleted(&self, caller: &Caller, table: &Table, space: &Space) {
        let is_kept = table.settings().recovery.is_some();
        if is_kept {
            let name = format!("{}$DeletedTableBackup", table.name);
            let backup = Backup::new(caller, table, &name, true);
            space.backups_mut().insert(backup.arn.clone(), Arc::new(backup));
        }
    }
}
