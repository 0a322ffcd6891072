//! UpdateContinuousBackups and DescribeContinuousBackups.
//!
//! Sources: Developer Guide, "Point-in-time backups for DynamoDB"; aws-controllers-k8s/dynamodb-controller,
//! docs/api-quirks/table-subresources.md (DDB-TABLE-083, 084) and details/DDB-TABLE-447.md.

use crate::gateway::Caller;
use crate::services::dynamodb::name::TableName;
use crate::services::dynamodb::settings::{Recovery, Settings, Work};
use crate::services::dynamodb::store::{History, Table};
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{
    ContinuousBackupsDescription, DescribeContinuousBackupsInput, DescribeContinuousBackupsOutput,
    PointInTimeRecoveryDescription, UpdateContinuousBackupsInput, UpdateContinuousBackupsOutput,
};
use ruststack_wire::Timestamp;
use std::sync::Arc;

/// How far back one can go where the caller does not say it.
const DAYS: i32 = 35;
const DAY_S: i64 = 24 * 3600;

impl DynamoDb {
    /// Begins or ends to keep backups of every moment.
    pub(in crate::services::dynamodb) async fn update_continuous_backups(
        &self,
        caller: &Caller,
        input: UpdateContinuousBackupsInput,
    ) -> Result<UpdateContinuousBackupsOutput, DynamoDbError> {
        let said = input.point_in_time_recovery_specification.unwrap_or_default();
        let is_wanted = said.point_in_time_recovery_enabled == Some(true);
        if !is_wanted && said.recovery_period_in_days.is_some() {
            return Err(DynamoDbError::validation(
                "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.",
            ));
        }
        let table = self.backed_up(caller, input.table_name.as_deref().unwrap_or_default())?;
        let current = table.settings().recovery;
        let days = said.recovery_period_in_days;
        let recovery = is_wanted.then(|| Recovery {
            since: current.map_or(caller.now, |current| current.since),
            days: days.or(current.map(|current| current.days)).unwrap_or(DAYS),
        });
        if is_wanted != current.is_some() {
            let history = is_wanted.then(|| Arc::new(History::default()));
            table.redefine(|definition| definition.history = history);
        }
        let mut settings = table.settings();
        settings.recovery = recovery;
        Ok(UpdateContinuousBackupsOutput {
            continuous_backups_description: Some(describe(&settings, caller.now)),
        })
    }

    /// Tells whether backups of every moment are kept.
    pub(in crate::services::dynamodb) async fn describe_continuous_backups(
        &self,
        caller: &Caller,
        input: DescribeContinuousBackupsInput,
    ) -> Result<DescribeContinuousBackupsOutput, DynamoDbError> {
        let table = self.backed_up(caller, input.table_name.as_deref().unwrap_or_default())?;
        let described = describe(&table.settings(), caller.now);
        Ok(DescribeContinuousBackupsOutput { continuous_backups_description: Some(described) })
    }

    /// The table of an operation on backups.
    pub(in crate::services::dynamodb) fn backed_up(
        &self,
        caller: &Caller,
        name: &str,
    ) -> Result<Arc<Table>, DynamoDbError> {
        let said = TableName::of(name)?;
        let is_made = |table: &Arc<Table>| table.settings().doing(caller.now) != Some(Work::Creating);
        self.find(caller, said)
            .filter(is_made)
            .ok_or_else(|| DynamoDbError::TableNotFound(format!("Table not found: {}", said.name).into()))
    }
}

impl Recovery {
    /// The first moment that the table can be put back to.
    pub(in crate::services::dynamodb) fn earliest(&self, now: Timestamp) -> Timestamp {
        self.since.max(now.plus_seconds(-i64::from(self.days) * DAY_S))
    }
}

fn describe(settings: &Settings, now: Timestamp) -> ContinuousBackupsDescription {
    let recovery = settings.recovery;
    let status = if recovery.is_some() { "ENABLED" } else { "DISABLED" };
    ContinuousBackupsDescription {
        continuous_backups_status: Some("ENABLED".to_owned()),
        point_in_time_recovery_description: Some(PointInTimeRecoveryDescription {
            point_in_time_recovery_status: Some(status.to_owned()),
            recovery_period_in_days: recovery.map(|recovery| recovery.days),
            earliest_restorable_date_time: recovery.map(|recovery| recovery.earliest(now)),
            latest_restorable_date_time: recovery.map(|_| now),
        }),
    }
}
