//! Tables that go to S3, and tables that are made of what is there.
//!
//! `export` answers ExportTableToPointInTime, `import` ImportTable; `jobs` describes and lists both. `moment` says which time
//! an export is of, `exported` and `imported` what is kept of each, `files` writes what an export is, `source` reads what an
//! import is made of. `json`, `ion` and `csv` are the formats, `failure` is why S3 would not.
//!
//! Sources: Developer Guide, "DynamoDB table export output format" and "Amazon S3 import formats for DynamoDB";
//! aws-controllers-k8s/dynamodb-controller, docs/api-quirks/export.md and import.md, which show answers of October 2026;
//! what the tests of scylladb/scylladb (test/alternator/test_export.py) and getmoto/moto
//! (tests/test_dynamodb/test_dynamodb_export_table.py) saw AWS do.

mod arn;
mod csv;
mod export;
mod exported;
mod failure;
mod files;
mod import;
mod imported;
mod ion;
mod jobs;
mod json;
mod moment;
mod source;
#[cfg(test)]
mod tests;

pub(super) use exported::Export;
pub(super) use imported::Import;
