//! Another key for an object that is there.
//!
//! Source: API reference, UpdateObjectEncryption: from keys of S3 or of KMS to a key of KMS, named by its ARN; everything
//! else of the object stays, its ETag and its date too. What a caller's key or two layers encrypt cannot be updated.

use super::encryption::{Encryption, Kms};
use super::errors::ENCRYPTION_NOT_UPDATABLE;
use super::{S3, S3Error, put};
use crate::gateway::Caller;
use ruststack_models::s3::types::{UpdateObjectEncryptionRequest, UpdateObjectEncryptionResponse};
use std::sync::Arc;

impl S3 {
    /// Has a key of KMS encrypt a version.
    pub(super) async fn update_object_encryption(
        &self,
        caller: &Caller,
        input: UpdateObjectEncryptionRequest,
    ) -> Result<UpdateObjectEncryptionResponse, S3Error> {
        let key = input.key.unwrap_or_default();
        put::check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let wanted = input.object_encryption.and_then(|encryption| encryption.ssekms);
        let wanted = wanted.ok_or(S3Error::MalformedXml)?;
        let arn = wanted.kms_key_arn.filter(|arn| is_key(arn)).ok_or(S3Error::MalformedXml)?;
        let has_bucket_key = wanted.bucket_key_enabled == Some(true);
        bucket.amend(&key, input.version_id.as_deref(), "PUT", |object| {
            let is_supported = match &object.encryption {
                Encryption::S3 => true,
                Encryption::Kms(kms) => kms.method == "aws:kms",
                Encryption::Customer(_) => false,
            };
            if !is_supported {
                return Err(ENCRYPTION_NOT_UPDATABLE.told());
            }
            let kms = Kms { method: "aws:kms".into(), key: arn, has_bucket_key };
            object.encryption = Encryption::Kms(Arc::new(kms));
            Ok(())
        })?;
        Ok(UpdateObjectEncryptionResponse::default())
    }
}

/// Whether a text is the ARN of a key of KMS.
fn is_key(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts[..] {
        ["arn", partition, "kms", region, account, resource] => {
            let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
            let is_named = resource.strip_prefix("key/").is_some_and(|id| !id.is_empty());
            partition.starts_with("aws") && !region.is_empty() && is_account && is_named
        }
        _ => false,
    }
}
