//! Who pays for the requests to a bucket.
//!
//! Source: API reference, PutBucketRequestPayment and GetBucketRequestPayment.

use super::schema;
use crate::gateway::Caller;
use crate::services::s3::{S3, S3Error};
use ruststack_models::s3::types::{
    GetBucketRequestPaymentOutput, GetBucketRequestPaymentRequest, PutBucketRequestPaymentRequest,
};
use ruststack_wire::value::Unit;

impl S3 {
    /// Sets who pays.
    pub(in crate::services::s3) async fn put_bucket_request_payment(
        &self,
        caller: &Caller,
        input: PutBucketRequestPaymentRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        bucket.settings_mut().payer = schema::read(input.request_payment_configuration)?.payer;
        Ok(Unit {})
    }

    /// Tells who pays: the owner where nothing else was set.
    pub(in crate::services::s3) async fn get_bucket_request_payment(
        &self,
        caller: &Caller,
        input: GetBucketRequestPaymentRequest,
    ) -> Result<GetBucketRequestPaymentOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let payer = bucket.settings().payer.clone().unwrap_or_else(|| "BucketOwner".into());
        Ok(GetBucketRequestPaymentOutput { payer: Some(payer) })
    }
}
