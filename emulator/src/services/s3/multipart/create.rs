//! An upload begins.

use super::scheme::Scheme;
use super::state::Pending;
use crate::gateway::Caller;
use crate::services::s3::access::acl_headers;
use crate::services::s3::answers::{customer_key, describe, encryption, lock, set_encryption};
use crate::services::s3::object::Description;
use crate::services::s3::tags::Tags;
use crate::services::s3::{S3, S3Error, put};
use ruststack_models::s3::types::{CreateMultipartUploadOutput, CreateMultipartUploadRequest};
use std::collections::BTreeMap;

/// What ids of uploads are made of: 128 characters of these, as S3's are.
const ID_CHARACTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

impl S3 {
    /// Begins an upload in parts, with what its object will be described by.
    pub(in crate::services::s3) async fn create_multipart_upload(
        &self,
        caller: &Caller,
        mut input: CreateMultipartUploadRequest,
    ) -> Result<CreateMultipartUploadOutput, S3Error> {
        let key = input.key.take().unwrap_or_default();
        put::check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let access =
            self.object_access(caller, &bucket, "s3:CreateMultipartUpload", &key, &acl_headers!(input))?;
        let encryption = encryption!(input).read(caller, &bucket)?;
        let lock = lock!(input).read(caller.now)?;
        bucket.check_lock(lock.as_ref())?;
        let scheme = Scheme::parse(input.checksum_algorithm.as_deref(), input.checksum_type.as_deref())?;
        let upload = Pending {
            id: caller.fresh.text(128, ID_CHARACTERS),
            initiated: caller.now.whole_seconds(),
            initiator: caller.account.clone(),
            scheme,
            storage_class: put::storage_class(input.storage_class.as_deref())?,
            tags: Tags::of_header(input.tagging.as_deref())?,
            access,
            described: describe(&mut input)?.shared(),
            encryption,
            lock,
            parts: BTreeMap::new(),
            is_disturbed: false,
        };
        let (checksum_algorithm, checksum_type) = scheme.shown();
        let (abort_date, abort_rule_id) = bucket.abortion(&key, upload.initiated).unzip();
        let mut output = CreateMultipartUploadOutput {
            abort_date,
            abort_rule_id,
            bucket: Some(bucket.name.clone()),
            key: Some(key.clone()),
            upload_id: Some(upload.id.clone()),
            checksum_algorithm,
            checksum_type,
            ..Default::default()
        };
        set_encryption!(output, upload.encryption);
        bucket.uploads().begin(key, upload);
        Ok(output)
    }
}

fn describe(input: &mut CreateMultipartUploadRequest) -> Result<Description, S3Error> {
    let redirect = put::redirect_location(input.website_redirect_location.take())?;
    Ok(describe!(input, redirect))
}
