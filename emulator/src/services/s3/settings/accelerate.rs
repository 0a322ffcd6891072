//! Whether a bucket may be reached by Transfer Acceleration.
//!
//! Sources: API reference, PutBucketAccelerateConfiguration and GetBucketAccelerateConfiguration; the sentence for names
//! with periods from the User Guide, "Configuring fast, secure file transfers using Amazon S3 Transfer Acceleration".

use super::schema;
use crate::gateway::Caller;
use crate::services::s3::errors::DOTTED_ACCELERATION;
use crate::services::s3::{S3, S3Error};
use ruststack_models::s3::types::{
    GetBucketAccelerateConfigurationOutput, GetBucketAccelerateConfigurationRequest,
    PutBucketAccelerateConfigurationRequest,
};
use ruststack_wire::value::Unit;

impl S3 {
    /// Turns acceleration on, or off again.
    pub(in crate::services::s3) async fn put_bucket_accelerate_configuration(
        &self,
        caller: &Caller,
        input: PutBucketAccelerateConfigurationRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let status = schema::read(input.accelerate_configuration)?.status.ok_or(S3Error::MalformedXml)?;
        if bucket.name.contains('.') {
            return Err(DOTTED_ACCELERATION.told());
        }
        bucket.settings_mut().accelerate = Some(status);
        Ok(Unit {})
    }

    /// Tells whether acceleration is on or off; nothing where it never was set.
    pub(in crate::services::s3) async fn get_bucket_accelerate_configuration(
        &self,
        caller: &Caller,
        input: GetBucketAccelerateConfigurationRequest,
    ) -> Result<GetBucketAccelerateConfigurationOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let status = bucket.settings().accelerate.clone();
        Ok(GetBucketAccelerateConfigurationOutput { status, ..Default::default() })
    }
}
