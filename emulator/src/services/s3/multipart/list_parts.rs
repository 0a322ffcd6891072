//! The parts of an upload, page by page.

use super::page_size;
use super::state::Part;
use crate::gateway::Caller;
use crate::services::s3::answers::set_checksum_text;
use crate::services::s3::{S3, S3Error};
use ruststack_models::s3::types::{self, Initiator, ListPartsOutput, ListPartsRequest};
use std::ops::Bound;
use std::sync::Arc;

impl S3 {
    /// Lists the parts of an upload by number.
    pub(in crate::services::s3) async fn list_parts(
        &self,
        caller: &Caller,
        input: ListPartsRequest,
    ) -> Result<ListPartsOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let (key, id) = (input.key.unwrap_or_default(), input.upload_id.unwrap_or_default());
        let message = "Argument max-parts must be an integer between 0 and 2147483647";
        let max_parts = page_size(input.max_parts, "max-parts", message)?;
        let marker = input.part_number_marker.unwrap_or_default();
        if marker < 0 {
            return Err(S3Error::InvalidArgument {
                message: "Argument part-number-marker must be an integer between 0 and 2147483647",
                name: "part-number-marker",
                value: marker.to_string(),
            });
        }
        let mut uploads = bucket.uploads();
        let upload = uploads.open(&key, &id).ok_or_else(|| S3Error::NoSuchUpload(id.clone()))?;
        let mut after = upload.parts.range((Bound::Excluded(marker), Bound::Unbounded));
        let page: Vec<(i32, Arc<Part>)> =
            after.by_ref().take(max_parts as usize).map(|(number, part)| (*number, part.clone())).collect();
        let (checksum_algorithm, checksum_type) = upload.scheme.shown();
        let (abort_date, abort_rule_id) = bucket.abortion(&key, upload.initiated).unzip();
        Ok(ListPartsOutput {
            abort_date,
            abort_rule_id,
            bucket: Some(bucket.name.clone()),
            key: Some(key),
            upload_id: Some(id),
            initiator: Some(Initiator {
                id: Some(self.canonical_id(&upload.initiator)),
                ..Default::default()
            }),
            owner: Some(self.owner(&bucket.owner)),
            storage_class: Some(upload.storage_class.unwrap_or("STANDARD").into()),
            part_number_marker: Some(marker),
            next_part_number_marker: Some(page.last().map_or(0, |(number, _)| *number)),
            max_parts: Some(max_parts),
            is_truncated: Some(max_parts > 0 && after.next().is_some()),
            checksum_algorithm,
            checksum_type,
            parts: Some(
                page.iter().map(|(number, part)| shown(*number, part, upload.scheme.is_declared)).collect(),
            )
            .filter(|parts: &Vec<_>| !parts.is_empty()),
            ..Default::default()
        })
    }
}

fn shown(number: i32, part: &Part, with_checksum: bool) -> types::Part {
    let mut output = types::Part {
        part_number: Some(number),
        last_modified: Some(part.last_modified),
        etag: Some(part.quoted_etag()),
        size: i64::try_from(part.content.len()).ok(),
        ..Default::default()
    };
    if with_checksum {
        set_checksum_text!(output, part.checksum.algorithm(), part.checksum.to_base64());
    }
    output
}
