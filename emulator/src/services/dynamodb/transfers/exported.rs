//! An export as it is kept and told.
//!
//! Source: aws-controllers-k8s/dynamodb-controller, DDB-EXPORT-008, 016 and 017, for the members in each state.

use super::failure::Failure;
use super::moment::Extent;
use ruststack_models::dynamodb::types::{ExportDescription, ExportSummary, ExportTableToPointInTimeInput};
use ruststack_wire::Timestamp;
use ruststack_wire::value::copy;

/// An export, from the moment that it is over; it is told as going on until then.
pub(in crate::services::dynamodb) struct Export {
    pub(super) arn: String,
    pub(super) table_arn: String,
    pub(super) table_id: String,
    pub(super) token: String,
    /// The whole request, to know it again, and what was asked for.
    pub(super) request: [u8; 32],
    pub(super) asked: ExportTableToPointInTimeInput,
    pub(super) extent: Extent,
    pub(super) started: Timestamp,
    pub(super) ended: Timestamp,
    /// Until when it is told as going on.
    pub(super) until: Timestamp,
    pub(super) outcome: Result<Written, Failure>,
}

/// What an export has put into its bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// The key of `manifest-summary.json`.
    pub(super) manifest: String,
    pub(super) items: i64,
    pub(super) billed_bytes: i64,
}

impl Export {
    /// The id at the end of its ARN.
    pub(super) fn id(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or_default()
    }

    /// The `ExportStatus`.
    fn status(&self, now: Timestamp) -> &'static str {
        match &self.outcome {
            _ if now < self.until => "IN_PROGRESS",
            Ok(_) => "COMPLETED",
            Err(_) => "FAILED",
        }
    }

    /// The export in a list.
    pub(super) fn summary(&self, now: Timestamp) -> ExportSummary {
        let kind = match self.extent {
            Extent::Full(_) => "FULL_EXPORT",
            Extent::Incremental(_) => "INCREMENTAL_EXPORT",
        };
        ExportSummary {
            export_arn: Some(self.arn.clone()),
            export_status: Some(self.status(now).to_owned()),
            export_type: Some(kind.to_owned()),
        }
    }

    /// The export as it has just begun. The type is told where the caller said it.
    pub(super) fn begun(&self) -> ExportDescription {
        let asked = copy(&self.asked);
        let (moment, window) = match &self.extent {
            Extent::Full(moment) => (Some(*moment), None),
            Extent::Incremental(window) => (None, Some(window.told())),
        };
        ExportDescription {
            export_arn: Some(self.arn.clone()),
            export_status: Some("IN_PROGRESS".to_owned()),
            start_time: Some(self.started),
            table_arn: Some(self.table_arn.clone()),
            table_id: Some(self.table_id.clone()),
            export_time: moment,
            client_token: Some(self.token.clone()),
            s3_bucket: asked.s3_bucket,
            s3_bucket_owner: asked.s3_bucket_owner,
            s3_prefix: asked.s3_prefix,
            s3_sse_algorithm: Some(asked.s3_sse_algorithm.unwrap_or_else(|| "AES256".to_owned())),
            s3_sse_kms_key_id: asked.s3_sse_kms_key_id,
            export_format: Some(asked.export_format.unwrap_or_else(|| "DYNAMODB_JSON".to_owned())),
            export_type: asked.export_type,
            incremental_export_specification: window,
            ..ExportDescription::default()
        }
    }

    /// The export as it is at this moment.
    pub(super) fn description(&self, now: Timestamp) -> ExportDescription {
        let begun = self.begun();
        if now < self.until {
            return begun;
        }
        let told = ExportDescription {
            export_status: Some(self.status(now).to_owned()),
            end_time: Some(self.ended),
            ..begun
        };
        match &self.outcome {
            Ok(written) => ExportDescription {
                export_manifest: Some(written.manifest.clone()),
                item_count: Some(written.items),
                billed_size_bytes: Some(written.billed_bytes),
                ..told
            },
            Err(failure) => ExportDescription {
                failure_code: Some(failure.code.clone()),
                failure_message: Some(failure.message.clone()),
                ..told
            },
        }
    }
}
