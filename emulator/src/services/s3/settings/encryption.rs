//! How objects are encrypted whose writer does not say.
//!
//! Sources: API reference, PutBucketEncryption, GetBucketEncryption, DeleteBucketEncryption and
//! ServerSideEncryptionRule; localstack's recordings of S3 (tests/aws/services/s3/test_s3_api.snapshot.json,
//! TestS3BucketEncryption); User Guide, "Blocking or unblocking SSE-C for a general purpose bucket": since April of
//! 2026 a bucket refuses SSE-C unless told otherwise, as seen in turnerlabs/terraform-remote-state pull request 19.

use super::schema;
use crate::gateway::Caller;
use crate::services::s3::{S3, S3Error};
use ruststack_models::s3::types::{
    BlockedEncryptionTypes, DeleteBucketEncryptionRequest, GetBucketEncryptionOutput,
    GetBucketEncryptionRequest, PutBucketEncryptionRequest, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};
use ruststack_wire::value::{Unit, copy};
use std::sync::Arc;

impl S3 {
    /// Sets how a bucket encrypts.
    pub(in crate::services::s3) async fn put_bucket_encryption(
        &self,
        caller: &Caller,
        input: PutBucketEncryptionRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let mut configuration = schema::read(input.server_side_encryption_configuration)?;
        match configuration.rules.as_deref_mut() {
            Some([rule]) => complete(rule)?,
            _ => return Err(S3Error::MalformedXml),
        }
        bucket.settings_mut().encryption = Some(Arc::new(configuration));
        Ok(Unit {})
    }

    /// Tells how a bucket encrypts: with keys of S3's own where nothing else was set.
    pub(in crate::services::s3) async fn get_bucket_encryption(
        &self,
        caller: &Caller,
        input: GetBucketEncryptionRequest,
    ) -> Result<GetBucketEncryptionOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let kept = bucket.settings().encryption.clone();
        let configuration = kept.map_or_else(of_a_new_bucket, |kept| copy(&*kept));
        Ok(GetBucketEncryptionOutput { server_side_encryption_configuration: Some(configuration) })
    }

    /// Lets a bucket encrypt as a new one does.
    pub(in crate::services::s3) async fn delete_bucket_encryption(
        &self,
        caller: &Caller,
        input: DeleteBucketEncryptionRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        bucket.settings_mut().encryption = None;
        Ok(Unit {})
    }
}

/// Checks a rule, and adds what S3 adds.
fn complete(rule: &mut ServerSideEncryptionRule) -> Result<(), S3Error> {
    let default = rule.apply_server_side_encryption_by_default.get_or_insert_with(with_keys_of_s3);
    let is_kms = matches!(default.sse_algorithm.as_deref(), Some("aws:kms" | "aws:kms:dsse"));
    if default.kms_master_key_id.is_some() && !is_kms {
        return Err(S3Error::InvalidSetting {
            message: "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or \
                      aws:kms:dsse"
                .into(),
            name: Some("ApplyServerSideEncryptionByDefault"),
            value: None,
        });
    }
    rule.bucket_key_enabled.get_or_insert(false);
    rule.blocked_encryption_types.get_or_insert_with(blocking_sse_c);
    Ok(())
}

fn of_a_new_bucket() -> ServerSideEncryptionConfiguration {
    let rule = ServerSideEncryptionRule {
        apply_server_side_encryption_by_default: Some(with_keys_of_s3()),
        bucket_key_enabled: Some(false),
        blocked_encryption_types: Some(blocking_sse_c()),
    };
    ServerSideEncryptionConfiguration { rules: Some(vec![rule]) }
}

fn with_keys_of_s3() -> ServerSideEncryptionByDefault {
    ServerSideEncryptionByDefault { sse_algorithm: Some("AES256".into()), ..Default::default() }
}

fn blocking_sse_c() -> BlockedEncryptionTypes {
    BlockedEncryptionTypes { encryption_type: Some(vec!["SSE-C".into()]) }
}
