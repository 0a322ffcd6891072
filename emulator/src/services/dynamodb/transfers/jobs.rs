//! DescribeExport, ListExports, DescribeImport and ListImports; and what all jobs have in common.
//!
//! Source: aws-controllers-k8s/dynamodb-controller, DDB-EXPORT-006, 017 and 020, DDB-IMPORT-008, 010 and 016. Developer
//! Guide, "Requesting a table export": what is older than 90 days is not listed.

use super::arn::{self, Kind};
use super::exported::Export;
use super::imported::Import;
use crate::gateway::Caller;
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::shapes;
use ruststack_models::dynamodb::types::{
    DescribeExportInput, DescribeExportOutput, DescribeImportInput, DescribeImportOutput, ListExportsInput,
    ListExportsOutput, ListImportsInput, ListImportsOutput,
};
use ruststack_wire::Timestamp;
use std::sync::Arc;

/// How many jobs are listed at once where the caller does not say it.
const PAGE: usize = 10;
/// How many bytes a token has, two digits each: the model demands as many.
const TOKEN_BYTES: usize = 56;
/// For how long jobs are listed, and tokens known.
const LISTED_FOR_MS: i64 = 90 * 24 * 3600 * 1000;
const TOKEN_KNOWN_FOR_MS: i64 = 8 * 3600 * 1000;

impl DynamoDb {
    /// Tells an export.
    pub(in crate::services::dynamodb) async fn describe_export(
        &self,
        caller: &Caller,
        input: DescribeExportInput,
    ) -> Result<DescribeExportOutput, DynamoDbError> {
        let arn = input.export_arn.unwrap_or_default();
        let not_found = |why: String| {
            let sentence = format!("Export not found: {why}");
            DynamoDbError::Modelled(&shapes::EXPORT_NOT_FOUND_EXCEPTION, sentence.into())
        };
        if !arn::job(caller, self.is_shared, &arn, Kind::Export)? {
            return Err(not_found("Invalid export arn".to_owned()));
        }
        let found = self.space(&caller.account, &caller.region).exports_mut().get(&arn).cloned();
        let export = found.ok_or_else(|| not_found(format!("Export not found: {arn}")))?;
        Ok(DescribeExportOutput { export_description: Some(export.description(caller.now)) })
    }

    /// Tells an import.
    pub(in crate::services::dynamodb) async fn describe_import(
        &self,
        caller: &Caller,
        input: DescribeImportInput,
    ) -> Result<DescribeImportOutput, DynamoDbError> {
        let arn = input.import_arn.unwrap_or_default();
        let not_found = |why: String| {
            let sentence = format!("Import not found: {why}");
            DynamoDbError::Modelled(&shapes::IMPORT_NOT_FOUND_EXCEPTION, sentence.into())
        };
        if !arn::job(caller, self.is_shared, &arn, Kind::Import)? {
            return Err(not_found("Invalid import arn".to_owned()));
        }
        let found = self.space(&caller.account, &caller.region).imports_mut().get(&arn).cloned();
        let import = found.ok_or_else(|| not_found(format!("Import not found: {arn}")))?;
        Ok(DescribeImportOutput { import_table_description: Some(import.description(caller.now)) })
    }

    /// Tells the exports, the newest first. Those of a table are told while that table is there.
    pub(in crate::services::dynamodb) async fn list_exports(
        &self,
        caller: &Caller,
        input: ListExportsInput,
    ) -> Result<ListExportsOutput, DynamoDbError> {
        let table = match &input.table_arn {
            Some(arn) => Some(self.exported_table(caller, arn)?.map(|table| table.id.clone())),
            None => None,
        };
        let space = self.space(&caller.account, &caller.region);
        let mut found: Vec<Arc<Export>> = space.exports_mut().values().cloned().collect();
        found.retain(|export| {
            let is_of_table = table.as_ref().is_none_or(|id| id.as_deref() == Some(&*export.table_id));
            is_of_table && is_listed(export.started, caller.now)
        });
        let limit = input.max_results.and_then(|limit| usize::try_from(limit).ok());
        let id = |export: &Arc<Export>| export.id().to_owned();
        let next_token = page(&mut found, id, limit, input.next_token.as_deref(), Kind::Export)?;
        let summaries = found.iter().map(|export| export.summary(caller.now)).collect();
        Ok(ListExportsOutput { export_summaries: Some(summaries), next_token })
    }

    /// Tells the imports, the newest first, whether or not their tables are still there.
    pub(in crate::services::dynamodb) async fn list_imports(
        &self,
        caller: &Caller,
        input: ListImportsInput,
    ) -> Result<ListImportsOutput, DynamoDbError> {
        if let Some(arn) = &input.table_arn {
            arn::table(caller, self.is_shared, arn)?;
        }
        let space = self.space(&caller.account, &caller.region);
        let mut found: Vec<Arc<Import>> = space.imports_mut().values().cloned().collect();
        found.retain(|import| {
            input.table_arn.as_ref().is_none_or(|arn| import.table_arn == *arn)
                && is_listed(import.started, caller.now)
        });
        let limit = input.page_size.and_then(|limit| usize::try_from(limit).ok());
        let id = |import: &Arc<Import>| import.id().to_owned();
        let next_token = page(&mut found, id, limit, input.next_token.as_deref(), Kind::Import)?;
        let summaries = found.iter().map(|import| import.summary(caller.now)).collect();
        Ok(ListImportsOutput { import_summary_list: Some(summaries), next_token })
    }
}

/// Leaves one page of jobs, the newest first, and gives the token of the next.
fn page<T>(
    found: &mut Vec<T>,
    id: impl Fn(&T) -> String,
    limit: Option<usize>,
    token: Option<&str>,
    kind: Kind,
) -> Result<Option<String>, DynamoDbError> {
    found.sort_by_key(|job| std::cmp::Reverse(id(job)));
    if let Some(token) = token {
        let after = of_token(token, kind).ok_or_else(|| {
            DynamoDbError::validation(format!("Invalid Request: Provided nextToken is invalid: {token}"))
        })?;
        found.retain(|job| id(job) < after);
    }
    let limit = limit.unwrap_or(PAGE);
    let has_more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| has_more).map(id);
    Ok(last.map(|id| {
        let text = format!("{:TOKEN_BYTES$}", format!("{}{id}", kind.segment()));
        text.bytes().map(|byte| format!("{byte:02x}")).collect()
    }))
}

/// The id of the last job that was told, by the token of the page behind it.
fn of_token(token: &str, kind: Kind) -> Option<String> {
    let digits = token.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    let bytes: Option<Vec<u8>> = digits.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect();
    Some(String::from_utf8(bytes?).ok()?.trim_end().strip_prefix(kind.segment())?.to_owned())
}

fn is_listed(started: Timestamp, now: Timestamp) -> bool {
    now.millis() - started.millis() < LISTED_FOR_MS
}

/// Whether the token of a job that is over is still known.
pub(super) fn knows_token(ended: Timestamp, now: Timestamp) -> bool {
    now.millis() - ended.millis() < TOKEN_KNOWN_FOR_MS
}

/// The ARN of a new job of a table: its id begins with the moment.
pub(super) fn new_arn(caller: &Caller, table: &str, kind: Kind) -> String {
    let id = caller.fresh.text(8, b"0123456789abcdef");
    format!("{table}{}{:014}-{id}", kind.segment(), caller.now.millis())
}

/// Until when a job that begins now is told as going on, and when it ends. What takes no time is over whatever the clock
/// says afterwards.
pub(super) fn end(caller: &Caller, transition_ms: i64) -> (Timestamp, Timestamp) {
    let ended = Timestamp::from_millis(caller.now.millis() + transition_ms);
    (if transition_ms == 0 { Timestamp::from_millis(0) } else { ended }, ended)
}
