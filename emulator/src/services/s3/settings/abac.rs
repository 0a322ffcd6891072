//! Whether the tags of a bucket count when access to it is decided.
//!
//! Source: API reference, PutBucketAbac and GetBucketAbac: disabled unless enabled.

use super::schema;
use crate::gateway::Caller;
use crate::services::s3::{S3, S3Error};
use ruststack_models::s3::types::{
    AbacStatus, GetBucketAbacOutput, GetBucketAbacRequest, PutBucketAbacRequest,
};
use ruststack_wire::value::Unit;

impl S3 {
    /// Lets the tags count, or not.
    pub(in crate::services::s3) async fn put_bucket_abac(
        &self,
        caller: &Caller,
        input: PutBucketAbacRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let status = schema::read(input.abac_status)?.status.ok_or(S3Error::MalformedXml)?;
        bucket.settings_mut().abac = Some(status);
        Ok(Unit {})
    }

    /// Tells whether the tags count.
    pub(in crate::services::s3) async fn get_bucket_abac(
        &self,
        caller: &Caller,
        input: GetBucketAbacRequest,
    ) -> Result<GetBucketAbacOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let status = bucket.settings().abac.clone().unwrap_or_else(|| "Disabled".into());
        Ok(GetBucketAbacOutput { abac_status: Some(AbacStatus { status: Some(status) }) })
    }
}
