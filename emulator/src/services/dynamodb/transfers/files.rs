//! The objects that an export is: the items in gzip, and two manifests, each with its checksum.
//!
//! Sources: Developer Guide, "DynamoDB table export output format"; the names `.md5` and the checksums within are those that
//! the tests of scylladb/scylladb (test/alternator/test_export.py) found in a bucket of AWS. A table that is billed by the
//! request has four partitions, with a file each (DDB-IMPORT-020: nine objects for three items).

use super::exported::{Export, Written};
use super::failure::Failure;
use super::ion;
use super::json;
use super::moment::Extent;
use crate::gateway::Caller;
use crate::services::dynamodb::store::Place;
use crate::services::dynamodb::value::{Attributes, Number};
use crate::services::s3::S3;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use md5::{Digest, Md5};
use ruststack_models::s3::types::PutObjectRequest;
use serde_json::json;
use std::io::Write;

/// How many files a table has that is billed by the request.
const PARTITIONS: usize = 4;

/// A line of a file.
pub(super) enum Row {
    /// An item of a full export.
    Item(Attributes),
    /// A change of an incremental one: when it was made last, the keys of the item, what was there and what is.
    Change { micros: i64, keys: Attributes, old: Option<Attributes>, new: Option<Attributes> },
}

/// Where objects of one export go.
struct Bucket<'a> {
    s3: &'a S3,
    caller: &'a Caller,
    export: &'a Export,
}

/// Writes an export, as a caller who may put objects there.
pub(super) async fn write(
    s3: &S3,
    caller: &Caller,
    export: &Export,
    rows: Vec<(Place, Row)>,
    is_on_demand: bool,
    billed_bytes: i64,
) -> Result<Written, Failure> {
    let bucket = Bucket { s3, caller, export };
    let prefix = match export.asked.s3_prefix.as_deref() {
        None => "AWSDynamoDB".to_owned(),
        Some(prefix) if prefix.ends_with('/') => format!("{prefix}AWSDynamoDB"),
        Some(prefix) => format!("{prefix}/AWSDynamoDB"),
    };
    let folder = format!("{prefix}/{}", export.id());
    // The files of incremental exports to one place share a folder.
    let data = match export.extent {
        Extent::Full(_) => format!("{folder}/data"),
        Extent::Incremental(_) => format!("{prefix}/data"),
    };
    bucket.put(format!("{folder}/_started"), Vec::new()).await?;
    let items = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let is_ion = export.asked.export_format.as_deref() == Some("ION");
    let files = packed(rows, if is_on_demand { PARTITIONS } else { 1 }, is_ion);
    let mut manifest = Vec::new();
    for (count, bytes) in files {
        let name = caller.fresh.text(26, b"abcdefghijklmnopqrstuvwxyz234567");
        let key = format!("{data}/{name}.{}.gz", if is_ion { "ion" } else { "json" });
        let checksum = md5(&bytes);
        let etag = bucket.put(key.clone(), bytes).await?;
        let line = json!({
            "itemCount": count, "md5Checksum": checksum, "etag": etag.trim_matches('"'), "dataFileS3Key": key,
        });
        manifest.extend_from_slice(line.to_string().as_bytes());
        manifest.push(b'\n');
    }
    let manifest_files = format!("{folder}/manifest-files.json");
    bucket.put(format!("{folder}/manifest-files.md5"), md5(&manifest).into_bytes()).await?;
    bucket.put(manifest_files.clone(), manifest).await?;
    let summary = summary(export, &manifest_files, items, billed_bytes).into_bytes();
    let manifest = format!("{folder}/manifest-summary.json");
    bucket.put(format!("{folder}/manifest-summary.md5"), md5(&summary).into_bytes()).await?;
    bucket.put(manifest.clone(), summary).await?;
    Ok(Written { manifest, items, billed_bytes })
}

impl Bucket<'_> {
    /// Puts an object as the export wants it encrypted, and gives its entity tag.
    async fn put(&self, key: String, bytes: Vec<u8>) -> Result<String, Failure> {
        let asked = &self.export.asked;
        let algorithm = asked.s3_sse_algorithm.as_deref().map(|said| match said {
            "KMS" => "aws:kms".to_owned(),
            other => other.to_owned(),
        });
        let input = PutObjectRequest {
            bucket: asked.s3_bucket.clone(),
            key: Some(key),
            body: Some(bytes.into()),
            expected_bucket_owner: asked.s3_bucket_owner.clone(),
            server_side_encryption: algorithm,
            ssekms_key_id: asked.s3_sse_kms_key_id.clone(),
            ..PutObjectRequest::default()
        };
        let put = self.s3.put_for(self.caller, input).await;
        let put = put.map_err(|fault| Failure::of_s3(self.caller, &fault))?;
        Ok(put.etag.unwrap_or_default())
    }
}

/// The files, each with the rows of one part of the hashes of keys: how many those are, and the bytes.
fn packed(rows: Vec<(Place, Row)>, partitions: usize, is_ion: bool) -> Vec<(usize, Vec<u8>)> {
    let mut files: Vec<(usize, Vec<u8>)> = vec![Default::default(); partitions];
    for (place, row) in rows {
        // The hash is spread evenly over all 64 bits.
        let part = (u128::from(place.partition) * partitions as u128) >> 64;
        let Some((count, text)) = files.get_mut(part as usize) else { continue };
        *count += 1;
        if is_ion {
            row.write_ion(text)
        } else {
            row.write_json(text)
        }
        text.push(b'\n');
    }
    files.into_iter().map(|(count, text)| (count, gzip(&text))).collect()
}

impl Row {
    fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Row::Item(item) => {
                out.extend_from_slice(b"{\"Item\":");
                json::write_attributes(out, item);
            }
            Row::Change { micros, keys, old, new } => {
                let start =
                    format!("{{\"Metadata\":{{\"WriteTimestampMicros\":{{\"N\":\"{micros}\"}}}},\"Keys\":");
                out.extend_from_slice(start.as_bytes());
                json::write_attributes(out, keys);
                for (name, image) in [("OldImage", old), ("NewImage", new)] {
                    let Some(image) = image else { continue };
                    out.extend_from_slice(format!(",\"{name}\":").as_bytes());
                    json::write_attributes(out, image);
                }
            }
        }
        out.push(b'}');
    }

    fn write_ion(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(ion::VERSION);
        match self {
            Row::Item(item) => {
                out.extend_from_slice(b" {Item:");
                ion::write_attributes(out, item);
            }
            Row::Change { micros, keys, old, new } => {
                out.extend_from_slice(b" {Metadata:{WriteTimestampMicros:");
                ion::write_number(out, &Number::from(micros.unsigned_abs()));
                out.extend_from_slice(b"},Keys:");
                ion::write_attributes(out, keys);
                for (name, image) in [("OldImage", old), ("NewImage", new)] {
                    let Some(image) = image else { continue };
                    out.extend_from_slice(format!(",{name}:").as_bytes());
                    ion::write_attributes(out, image);
                }
            }
        }
        out.push(b'}');
    }
}

/// The text of `manifest-summary.json`, which has other members for what has changed.
fn summary(export: &Export, manifest_files: &str, items: i64, billed_bytes: i64) -> String {
    let told = export.begun();
    let mut summary = json!({
        "version": "2020-06-30",
        "exportArn": export.arn,
        "startTime": export.started.iso8601_millis(),
        "endTime": export.ended.iso8601_millis(),
        "tableArn": export.table_arn,
        "tableId": export.table_id,
    });
    match &export.extent {
        Extent::Full(moment) => summary["exportTime"] = moment.iso8601_millis().into(),
        Extent::Incremental(window) => {
            summary["version"] = "2023-08-01".into();
            summary["exportFromTime"] = window.from.iso8601_millis().into();
            summary["exportToTime"] = window.to.iso8601_millis().into();
        }
    }
    summary["s3Bucket"] = told.s3_bucket.into();
    summary["s3Prefix"] = told.s3_prefix.into();
    summary["s3SseAlgorithm"] = told.s3_sse_algorithm.into();
    summary["s3SseKmsKeyId"] = told.s3_sse_kms_key_id.into();
    summary["manifestFilesS3Key"] = manifest_files.into();
    summary["billedSizeBytes"] = billed_bytes.into();
    summary["itemCount"] = items.into();
    summary["outputFormat"] = told.export_format.into();
    if let Extent::Incremental(window) = &export.extent {
        summary["outputView"] = window.view.clone().into();
        summary["exportType"] = "INCREMENTAL_EXPORT".into();
    }
    summary.to_string()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Memory takes all that is written.
    let written = encoder.write_all(text);
    debug_assert!(written.is_ok());
    encoder.finish().unwrap_or_default()
}

fn md5(bytes: &[u8]) -> String {
    STANDARD.encode(Md5::digest(bytes))
}
