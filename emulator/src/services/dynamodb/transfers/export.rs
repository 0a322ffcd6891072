//! ExportTableToPointInTime.
//!
//! Sources: aws-controllers-k8s/dynamodb-controller, DDB-EXPORT-001 to 012; API reference, ExportTableToPointInTime,
//! `ClientToken`: known for eight hours.

use super::arn::{self, Kind};
use super::exported::{Export, Written};
use super::failure::Failure;
use super::files::{self, Row};
use super::jobs;
use super::moment::{self, Extent, Window};
use crate::gateway::Caller;
use crate::services::dynamodb::store::{Place, Table};
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::shapes;
use ruststack_models::dynamodb::types::{ExportTableToPointInTimeInput, ExportTableToPointInTimeOutput};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The least that an incremental export is billed for (DDB-EXPORT-019).
const LEAST_BILLED: i64 = 10_000_000;

impl DynamoDb {
    /// Writes a table, as it was at a moment or as it has changed, into a bucket.
    pub(in crate::services::dynamodb) async fn export_table_to_point_in_time(
        &self,
        caller: &Caller,
        input: ExportTableToPointInTimeInput,
    ) -> Result<ExportTableToPointInTimeOutput, DynamoDbError> {
        check(&input)?;
        let arn = input.table_arn.as_deref().unwrap_or_default();
        let table = self.exported_table(caller, arn)?;
        let table =
            table.ok_or_else(|| DynamoDbError::TableNotFound(format!("Table not found: {arn}").into()))?;
        let output =
            |export: &Export| ExportTableToPointInTimeOutput { export_description: Some(export.begun()) };
        let told = |export: &Arc<Export>| ExportTableToPointInTimeOutput {
            export_description: Some(export.description(caller.now)),
        };
        if let Some(known) = self.exported_before(caller, &input)? {
            return Ok(told(&known));
        }
        let extent = moment::extent(caller, &table, &input)?;
        let (until, ended) = jobs::end(caller, self.transition_ms);
        let mut export = Export {
            arn: jobs::new_arn(caller, &table.arn, Kind::Export),
            table_arn: table.arn.clone(),
            table_id: table.id.clone(),
            token: input.client_token.clone().unwrap_or_else(|| caller.fresh.uuid()),
            request: digest(&input),
            asked: input,
            extent,
            started: caller.now,
            ended,
            until,
            outcome: Err(Failure { code: String::new(), message: String::new() }),
        };
        export.outcome = self.write_export(caller, &table, &export).await;
        if let Some(known) = self.exported_before(caller, &export.asked)? {
            // The same request came while this one was at work.
            return Ok(told(&known));
        }
        let output = output(&export);
        self.space_of(&table).exports_mut().insert(export.arn.clone(), Arc::new(export));
        Ok(output)
    }

    /// The caller's table of this ARN, where it is there.
    pub(super) fn exported_table(
        &self,
        caller: &Caller,
        arn: &str,
    ) -> Result<Option<Arc<Table>>, DynamoDbError> {
        let name = arn::table(caller, self.is_shared, arn)?;
        let space = self.space(&caller.account, &caller.region);
        let table = name.and_then(|name| self.living(&space, name, caller.now));
        if let Some(table) = &table {
            table.expire(caller.now);
        }
        Ok(table)
    }

    /// The export that a request with the same token has begun; the rest of it has to be the same, too.
    fn exported_before(
        &self,
        caller: &Caller,
        input: &ExportTableToPointInTimeInput,
    ) -> Result<Option<Arc<Export>>, DynamoDbError> {
        let Some(token) = &input.client_token else { return Ok(None) };
        let space = self.space(&caller.account, &caller.region);
        let known = space
            .exports_mut()
            .values()
            .find(|export| export.token == *token && jobs::knows_token(export.ended, caller.now))
            .cloned();
        match known {
            Some(export) if export.request != digest(input) => Err(DynamoDbError::Modelled(
                &shapes::EXPORT_CONFLICT_EXCEPTION,
                "Export conflict: Duplicate request detected with conflicting parameters".into(),
            )),
            known => Ok(known),
        }
    }

    async fn write_export(
        &self,
        caller: &Caller,
        table: &Table,
        export: &Export,
    ) -> Result<Written, Failure> {
        let (rows, billed_bytes) = match &export.extent {
            Extent::Full(moment) => {
                let items = table.items_at(*moment);
                let rows = items.into_iter().map(|(place, item)| (place, Row::Item(item.attributes())));
                (rows.collect(), table.bytes.load(Ordering::Relaxed))
            }
            Extent::Incremental(window) => {
                let rows = changes(table, window);
                (rows, table.bytes.load(Ordering::Relaxed).max(LEAST_BILLED))
            }
        };
        let is_on_demand = table.settings().is_on_demand;
        files::write(&self.s3, caller, export, rows, is_on_demand, billed_bytes).await
    }
}

/// The items that have changed in a window and are not as they were: those put and deleted again leave nothing.
fn changes(table: &Table, window: &Window) -> Vec<(Place, Row)> {
    let changes = table.changes_between(window.from, window.to).into_iter();
    let rows = changes.filter(|(_, change)| change.old.is_some() || change.new.is_some());
    let rows = rows.map(|(place, change)| {
        let new = change.new.map(|item| item.attributes());
        let old = change.old.map(|item| item.attributes());
        let mut keys = new.clone().or_else(|| old.clone()).unwrap_or_default();
        let others: Vec<String> =
            keys.iter().map(|(name, _)| name.to_owned()).filter(|name| !table.keys.has(name)).collect();
        for name in others {
            keys.remove(&name);
        }
        let old = old.filter(|_| window.shows_old());
        (place, Row::Change { micros: change.at.millis().saturating_mul(1000), keys, old, new })
    });
    rows.collect()
}

/// What a request is known by.
fn digest(input: &ExportTableToPointInTimeInput) -> [u8; 32] {
    Sha256::digest(format!("{input:?}")).into()
}

/// Refuses what a request may not say whatever the table.
fn check(input: &ExportTableToPointInTimeInput) -> Result<(), DynamoDbError> {
    if input.s3_prefix.as_deref() == Some("") {
        return Err(DynamoDbError::validation(
            "1 validation error detected: Value '' at 's3Prefix' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ));
    }
    if input.s3_sse_kms_key_id.is_some() && input.s3_sse_algorithm.as_deref() != Some("KMS") {
        return Err(DynamoDbError::validation(
            "Invalid Request: KMS Key Id is not supported for this encryption type",
        ));
    }
    moment::check_type(input)
}
