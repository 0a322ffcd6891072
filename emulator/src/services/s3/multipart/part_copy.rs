//! A part is made of bytes that are there already, in an object. They are read for their sums, not copied.

use super::part_number;
use super::state::Part;
use crate::gateway::Caller;
use crate::services::s3::answers::{customer_key, set_checksum_text, set_encryption, source_customer_key};
use crate::services::s3::conditions::Conditions;
use crate::services::s3::copy::{Source, too_large_a_source};
use crate::services::s3::errors::COPY_RANGE_BEHIND_SOURCE;
use crate::services::s3::upload::LARGEST_PUT;
use crate::services::s3::{S3, S3Error, put};
use ruststack_models::s3::types::{CopyPartResult, UploadPartCopyOutput, UploadPartCopyRequest};
use ruststack_wire::sign::checksum::Algorithm;
use std::sync::Arc;

impl S3 {
    /// Makes an object, or a range of one, a part.
    pub(in crate::services::s3) async fn upload_part_copy(
        &self,
        caller: &Caller,
        input: UploadPartCopyRequest,
    ) -> Result<UploadPartCopyOutput, S3Error> {
        let key = input.key.unwrap_or_default();
        put::check_key(&key)?;
        let number = part_number(input.part_number)?;
        let source = Source::parse(input.copy_source.as_deref().unwrap_or_default())?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let id = input.upload_id.unwrap_or_default();
        let known = bucket.uploads().open(&key, &id).map(|upload| (upload.scheme, upload.encryption.clone()));
        let (scheme, encryption) = known.ok_or_else(|| S3Error::NoSuchUpload(id.clone()))?;
        customer_key!(input).check_part(&encryption)?;

        let source_bucket =
            self.bucket(caller, Some(&source.bucket), input.expected_source_bucket_owner.as_ref())?;
        let found = source.find(&source_bucket)?;
        source_customer_key!(input).check(&found.object.encryption)?;
        let original = found.object;
        original.check_copyable(caller.now)?;
        let source_conditions = Conditions {
            if_match: input.copy_source_if_match.as_deref(),
            if_none_match: input.copy_source_if_none_match.as_deref(),
            if_modified_since: input.copy_source_if_modified_since,
            if_unmodified_since: input.copy_source_if_unmodified_since,
        };
        source_conditions.check_copy(original.subject(), caller.now)?;
        let size = original.content.len();
        let (start, end) = match input.copy_source_range.as_deref() {
            Some(header) => range(header, size)?,
            None => (0, size),
        };
        if end - start > LARGEST_PUT {
            return Err(too_large_a_source());
        }
        let content = original.content.part(start, end);
        let [md5, checksum] = content.sums([Algorithm::Md5, scheme.algorithm]).await;
        let last_modified = caller.now.whole_seconds();
        let part = Arc::new(Part { content, md5, checksum, last_modified });
        {
            let mut uploads = bucket.uploads();
            let upload = uploads.open(&key, &id).ok_or(S3Error::NoSuchUpload(id))?;
            upload.parts.insert(number, part.clone());
        }
        let mut result = CopyPartResult {
            etag: Some(part.quoted_etag()),
            last_modified: Some(last_modified),
            ..Default::default()
        };
        if scheme.is_declared {
            set_checksum_text!(result, scheme.algorithm, part.checksum.to_base64());
        }
        let mut output = UploadPartCopyOutput {
            copy_part_result: Some(result),
            copy_source_version_id: found.version_id,
            ..Default::default()
        };
        set_encryption!(output, encryption);
        Ok(output)
    }
}

/// The bytes that `x-amz-copy-source-range` names: `bytes=first-last`, both given, within the source (s3proxy
/// issue 304, versitygw issue 610).
fn range(header: &str, size: u64) -> Result<(u64, u64), S3Error> {
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let parsed = header
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
        .and_then(|(first, last)| Some((number(first)?, number(last)?)))
        .filter(|(first, last)| first <= last);
    let Some((first, last)) = parsed else {
        return Err(S3Error::InvalidArgument {
            message: "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are \
                      the zero-based offsets of the first and last bytes to copy",
            name: "x-amz-copy-source-range",
            value: header.to_owned(),
        });
    };
    if first >= size {
        return Err(COPY_RANGE_BEHIND_SOURCE.told());
    }
    if last >= size {
        return Err(S3Error::InvalidCopyRange { requested: header.to_owned(), size });
    }
    Ok((first, last + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_both_ends_within_the_source() {
        assert_eq!(range("bytes=0-0", 1).ok(), Some((0, 1)));
        assert_eq!(range("bytes=3-9", 10).ok(), Some((3, 10)));
        for bad in
            ["0-1", "bytes=0-", "bytes=-5", "bytes=a-b", "bytes=0-1,3-4", "bytes=5-2", "bytes=+1-2", ""]
        {
            assert!(matches!(range(bad, 10), Err(S3Error::InvalidArgument { .. })), "{bad}");
        }
        for across in ["bytes=0-10", "bytes=0-99999999999999999999"] {
            assert!(matches!(range(across, 10), Err(S3Error::InvalidCopyRange { .. })), "{across}");
        }
        assert!(matches!(range("bytes=10-11", 10), Err(S3Error::Told { .. })));
    }
}
