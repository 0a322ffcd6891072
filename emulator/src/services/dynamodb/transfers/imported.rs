//! An import as it is kept and told.
//!
//! Source: aws-controllers-k8s/dynamodb-controller, DDB-IMPORT-003, 004, 012 and 013: what the caller did not say is told
//! with its default, what the caller said as it was.

use super::failure::Failure;
use super::source::Counts;
use crate::gateway::Caller;
use ruststack_models::dynamodb::types::{ImportSummary, ImportTableDescription, ImportTableInput};
use ruststack_wire::Timestamp;
use ruststack_wire::value::copy;

/// An import, from the moment that it is over; it is told as going on until then.
pub(in crate::services::dynamodb) struct Import {
    pub(super) arn: String,
    pub(super) table_arn: String,
    pub(super) table_id: String,
    pub(super) token: String,
    /// What was asked for, with the defaults of what was not.
    pub(super) asked: ImportTableInput,
    log_group: String,
    pub(super) started: Timestamp,
    pub(super) ended: Timestamp,
    /// Until when it is told as going on.
    pub(super) until: Timestamp,
    pub(super) counts: Counts,
    pub(super) failure: Option<Failure>,
}

impl Import {
    /// An import that begins now and has imported nothing.
    pub(super) fn new(
        caller: &Caller,
        arn: String,
        (table_arn, table_id): (String, String),
        (until, ended): (Timestamp, Timestamp),
        asked: ImportTableInput,
    ) -> Import {
        Import {
            arn,
            table_arn,
            table_id,
            token: asked.client_token.clone().unwrap_or_else(|| caller.fresh.uuid()),
            log_group: format!(
                "arn:aws:logs:{}:{}:log-group:/aws-dynamodb/imports:*",
                caller.region, caller.account
            ),
            asked,
            started: caller.now,
            ended,
            until,
            counts: Counts::default(),
            failure: None,
        }
    }

    /// The id at the end of its ARN.
    pub(super) fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it is told as going on.
    pub(super) fn goes_on(&self, now: Timestamp) -> bool {
        now < self.until
    }

    /// The name of the table that it made.
    pub(super) fn table_name(&self) -> Option<&str> {
        self.asked.table_creation_parameters.as_ref()?.table_name.as_deref()
    }

    /// The `ImportStatus`.
    fn status(&self, now: Timestamp) -> &'static str {
        match &self.failure {
            _ if self.goes_on(now) => "IN_PROGRESS",
            None => "COMPLETED",
            Some(_) => "FAILED",
        }
    }

    /// The import in a list.
    pub(super) fn summary(&self, now: Timestamp) -> ImportSummary {
        ImportSummary {
            import_arn: Some(self.arn.clone()),
            import_status: Some(self.status(now).to_owned()),
            table_arn: Some(self.table_arn.clone()),
            s3_bucket_source: self.asked.s3_bucket_source.as_ref().map(copy),
            cloud_watch_log_group_arn: Some(self.log_group.clone()),
            input_format: self.asked.input_format.clone(),
            start_time: Some(self.started),
            end_time: Some(self.ended).filter(|_| !self.goes_on(now)),
        }
    }

    /// The import as it has just begun.
    pub(super) fn begun(&self) -> ImportTableDescription {
        let asked = copy(&self.asked);
        ImportTableDescription {
            import_arn: Some(self.arn.clone()),
            import_status: Some("IN_PROGRESS".to_owned()),
            table_arn: Some(self.table_arn.clone()),
            table_id: Some(self.table_id.clone()),
            client_token: Some(self.token.clone()),
            s3_bucket_source: asked.s3_bucket_source,
            cloud_watch_log_group_arn: Some(self.log_group.clone()),
            input_format: asked.input_format,
            input_format_options: asked.input_format_options,
            input_compression_type: asked.input_compression_type,
            table_creation_parameters: asked.table_creation_parameters,
            start_time: Some(self.started),
            ..ImportTableDescription::default()
        }
    }

    /// The import as it is at this moment.
    pub(super) fn description(&self, now: Timestamp) -> ImportTableDescription {
        let begun = self.begun();
        if self.goes_on(now) {
            return begun;
        }
        ImportTableDescription {
            import_status: Some(self.status(now).to_owned()),
            end_time: Some(self.ended),
            error_count: Some(self.counts.errors),
            processed_size_bytes: Some(self.counts.bytes),
            processed_item_count: Some(self.counts.processed),
            imported_item_count: Some(self.counts.imported),
            failure_code: self.failure.as_ref().map(|failure| failure.code.clone()),
            failure_message: self.failure.as_ref().map(|failure| failure.message.clone()),
            ..begun
        }
    }
}
