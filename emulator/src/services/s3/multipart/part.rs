//! A part is uploaded.

use super::part_number;
use super::state::Part;
use crate::gateway::Caller;
use crate::services::s3::answers::{claims, customer_key, set_checksum_text, set_encryption};
use crate::services::s3::{S3, S3Error, put};
use ruststack_models::s3::types::{UploadPartOutput, UploadPartRequest};
use std::sync::Arc;

impl S3 {
    /// Takes a part, in place of one of the same number. It counts when its last byte has come and every sum is right,
    /// and the upload is still under way.
    pub(in crate::services::s3) async fn upload_part(
        &self,
        caller: &Caller,
        mut input: UploadPartRequest,
    ) -> Result<UploadPartOutput, S3Error> {
        let key = input.key.take().unwrap_or_default();
        put::check_key(&key)?;
        let number = part_number(input.part_number)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let id = input.upload_id.take().unwrap_or_default();
        let claims = claims!(input)?;
        let known = bucket.uploads().open(&key, &id).map(|upload| (upload.scheme, upload.encryption.clone()));
        let (scheme, encryption) = known.ok_or_else(|| S3Error::NoSuchUpload(id.clone()))?;
        customer_key!(input).check_part(&encryption)?;
        scheme.check_part(claims.algorithm())?;

        let body = input.body.take().unwrap_or_default();
        let received = claims.keeping(scheme.algorithm).receive(body).await?;
        let part = Arc::new(Part {
            content: received.content,
            md5: received.md5,
            checksum: received.checksum,
            last_modified: caller.now.whole_seconds(),
        });
        {
            let mut uploads = bucket.uploads();
            let upload = uploads.open(&key, &id).ok_or(S3Error::NoSuchUpload(id))?;
            upload.parts.insert(number, part.clone());
        }
        let mut output = UploadPartOutput { etag: Some(part.quoted_etag()), ..Default::default() };
        set_encryption!(output, encryption);
        if scheme.is_declared {
            set_checksum_text!(output, scheme.algorithm, part.checksum.to_base64());
        }
        Ok(output)
    }
}
