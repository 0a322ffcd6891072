//! The moment, or the time between two, that an export is of.
//!
//! Source: aws-controllers-k8s/dynamodb-controller, DDB-EXPORT-001, 003, 004 and 019. Developer Guide, "Requesting a table
//! export": between 15 minutes and 24 hours.

use crate::gateway::Caller;
use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::store::Table;
use ruststack_models::dynamodb::shapes;
use ruststack_models::dynamodb::types::{ExportTableToPointInTimeInput, IncrementalExportSpecification};
use ruststack_wire::Timestamp;
use ruststack_wire::shape::TimestampFormat;

/// The shortest and the longest time of an incremental export, in seconds.
const SHORTEST_S: i64 = 15 * 60;
const LONGEST_S: i64 = 24 * 3600;
/// What an incremental export shows where the caller does not say it.
const BOTH_IMAGES: &str = "NEW_AND_OLD_IMAGES";

/// What of a table is exported.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Extent {
    /// All of it, as it was at this moment.
    Full(Timestamp),
    /// What has changed.
    Incremental(Window),
}

/// What has changed from one moment on and before another.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Window {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    /// The `ExportViewType`.
    pub(super) view: String,
}

impl Window {
    /// Whether items are shown as they were, too.
    pub(super) fn shows_old(&self) -> bool {
        self.view == BOTH_IMAGES
    }

    /// As it is told.
    pub(super) fn told(&self) -> IncrementalExportSpecification {
        IncrementalExportSpecification {
            export_from_time: Some(self.from),
            export_to_time: Some(self.to),
            export_view_type: Some(self.view.clone()),
        }
    }
}

/// Refuses a type and a specification that do not go together.
pub(super) fn check_type(input: &ExportTableToPointInTimeInput) -> Result<(), DynamoDbError> {
    let wrong = match (input.export_type.as_deref(), &input.incremental_export_specification) {
        (None, Some(_)) => {
            "Export Type expected to be Incremental Export when incremental export specification is provided"
        }
        (Some("FULL_EXPORT"), Some(_)) => {
            "When Export Type is Full Export , Incremental Export Specification should not be provided"
        }
        (Some("INCREMENTAL_EXPORT"), None) => {
            "Incremental Export Specification expected when export type is set as Incremental Export"
        }
        (Some("INCREMENTAL_EXPORT"), Some(said)) if said.export_from_time.is_none() => {
            "ExportFromTime must be provided in IncrementalExportSpecification"
        }
        _ => return Ok(()),
    };
    Err(DynamoDbError::validation(format!("Invalid Request: {wrong}")))
}

/// What of the table a request means. Mistakes in the time between two moments are told before that nothing is kept.
pub(super) fn extent(
    caller: &Caller,
    table: &Table,
    input: &ExportTableToPointInTimeInput,
) -> Result<Extent, DynamoDbError> {
    let specification = input.incremental_export_specification.as_ref();
    let window = specification.map(|said| window(caller, table, said)).transpose()?;
    let (recovery, created) = {
        let settings = table.settings();
        (settings.recovery, settings.created.unwrap_or(table.created))
    };
    let Some(recovery) = recovery else {
        return Err(DynamoDbError::Modelled(
            &shapes::POINT_IN_TIME_RECOVERY_UNAVAILABLE_EXCEPTION,
            format!("Point in time recovery is not enabled for table '{}'", table.name).into(),
        ));
    };
    let earliest = recovery.earliest(caller.now).whole_seconds();
    let not_kept = || invalid_time("Point in Time Recovery is not available for specified export time");
    if let Some(window) = window {
        return if window.from < earliest { Err(not_kept()) } else { Ok(Extent::Incremental(window)) };
    }
    let moment = input.export_time.unwrap_or(caller.now);
    if moment > caller.now || moment < created.whole_seconds().min(earliest) {
        return Err(invalid_time("Export Time is invalid"));
    }
    if moment < earliest { Err(not_kept()) } else { Ok(Extent::Full(moment)) }
}

fn window(
    caller: &Caller,
    table: &Table,
    said: &IncrementalExportSpecification,
) -> Result<Window, DynamoDbError> {
    let now = caller.now.whole_seconds();
    let from = said.export_from_time.unwrap_or(now);
    let to = said.export_to_time.unwrap_or(now);
    let created = table.settings().created.unwrap_or(table.created).whole_seconds();
    let told = |moment: Timestamp| moment.whole_seconds().format(TimestampFormat::Iso8601);
    if from < created {
        return Err(invalid_time(format!(
            "Incremental export period from time cannot be less than the table creation time : {}",
            told(from)
        )));
    }
    if to > caller.now {
        return Err(invalid_time(format!(
            "Incremental export period to time cannot be greater than the current time : {}",
            told(to)
        )));
    }
    let length = to.seconds() - from.seconds();
    let wrong = if length < SHORTEST_S {
        "less than 15 minutes"
    } else if length > LONGEST_S {
        "greater than 24 hours"
    } else {
        let view = said.export_view_type.clone().unwrap_or_else(|| BOTH_IMAGES.to_owned());
        return Ok(Window { from, to, view });
    };
    Err(invalid_time(format!(
        "Difference between export period from time and export period to time is {wrong}"
    )))
}

fn invalid_time(sentence: impl Into<std::borrow::Cow<'static, str>>) -> DynamoDbError {
    DynamoDbError::Modelled(&shapes::INVALID_EXPORT_TIME_EXCEPTION, sentence.into())
}
