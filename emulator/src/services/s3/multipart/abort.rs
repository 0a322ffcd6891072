//! An upload is given up.

use super::state::Known;
use crate::gateway::Caller;
use crate::services::s3::{S3, S3Error};
use ruststack_models::s3::types::{AbortMultipartUploadOutput, AbortMultipartUploadRequest};

impl S3 {
    /// Gives an upload up and lets go of its parts. One that has ended already is as the caller wants it, as long as it
    /// is remembered.
    pub(in crate::services::s3) async fn abort_multipart_upload(
        &self,
        caller: &Caller,
        input: AbortMultipartUploadRequest,
    ) -> Result<AbortMultipartUploadOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        if input.if_match_initiated_time.is_some() {
            return Err(S3Error::NotImplemented("x-amz-if-match-initiated-time"));
        }
        let (key, id) = (input.key.unwrap_or_default(), input.upload_id.unwrap_or_default());
        let freed = {
            let mut uploads = bucket.uploads();
            match uploads.find(&key, &id) {
                Known::Open(_) => uploads.end(&id, None, caller.now),
                Known::Ended(_) => None,
                Known::Not => return Err(S3Error::NoSuchUpload(id)),
            }
        };
        // The bytes are let go of after the lock.
        drop(freed);
        Ok(AbortMultipartUploadOutput::default())
    }
}
