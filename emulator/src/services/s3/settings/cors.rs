//! Which pages of other origins may use a bucket.
//!
//! Sources: API reference, PutBucketCors, GetBucketCors, DeleteBucketCors and CORSRule; the sentences as reported of S3
//! itself: versitygw issues 1863 and 1870, scality/cloudserver pull request 497, noobaa-core pull request 8901.

use super::schema;
use crate::gateway::Caller;
use crate::services::s3::errors::NO_SUCH_CORS;
use crate::services::s3::{S3, S3Error};
use ruststack_models::s3::types::{
    CORSRule, DeleteBucketCorsRequest, GetBucketCorsOutput, GetBucketCorsRequest, PutBucketCorsRequest,
};
use ruststack_wire::value::{Unit, copy};
use std::sync::Arc;

/// The most rules of a bucket.
const MOST_RULES: usize = 100;
/// The methods that a rule may allow.
const METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];
/// The longest id of a rule, in characters.
const LONGEST_ID: usize = 255;

impl S3 {
    /// Gives a bucket these rules instead of those it has.
    pub(in crate::services::s3) async fn put_bucket_cors(
        &self,
        caller: &Caller,
        input: PutBucketCorsRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let configuration = schema::read(input.cors_configuration)?;
        let rules = configuration.cors_rules.as_deref().unwrap_or_default();
        if rules.is_empty() || rules.len() > MOST_RULES {
            return Err(S3Error::MalformedXml);
        }
        rules.iter().try_for_each(check)?;
        bucket.settings_mut().cors = Some(Arc::new(configuration));
        Ok(Unit {})
    }

    /// Tells the rules of a bucket, which must have some.
    pub(in crate::services::s3) async fn get_bucket_cors(
        &self,
        caller: &Caller,
        input: GetBucketCorsRequest,
    ) -> Result<GetBucketCorsOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let kept = bucket.settings().cors.clone().ok_or_else(|| NO_SUCH_CORS.of_bucket(&bucket.name))?;
        Ok(GetBucketCorsOutput { cors_rules: copy(&*kept).cors_rules })
    }

    /// Takes the rules off a bucket.
    pub(in crate::services::s3) async fn delete_bucket_cors(
        &self,
        caller: &Caller,
        input: DeleteBucketCorsRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        bucket.settings_mut().cors = None;
        Ok(Unit {})
    }
}

fn check(rule: &CORSRule) -> Result<(), S3Error> {
    let refuse = |message: String| Err(S3Error::InvalidRequest(message));
    let texts = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    if rule.id.as_ref().is_some_and(|id| id.chars().count() > LONGEST_ID) {
        return Err(S3Error::MalformedXml);
    }
    for method in texts(&rule.allowed_methods) {
        if !METHODS.contains(&method.as_str()) {
            return refuse(format!(
                "Found unsupported HTTP method in CORS config. Unsupported method is {method}"
            ));
        }
    }
    for origin in texts(&rule.allowed_origins) {
        if origin.matches('*').count() > 1 {
            return refuse(format!("AllowedOrigin \"{origin}\" can not have more than one wildcard."));
        }
    }
    for header in texts(&rule.allowed_headers) {
        if header.matches('*').count() > 1 {
            return refuse(format!("AllowedHeader \"{header}\" can not have more than one wildcard."));
        }
    }
    for header in texts(&rule.expose_headers) {
        if header.contains('*') {
            return refuse(format!(
                "ExposeHeader \"{header}\" contains wildcard. We currently do not support wildcard for ExposeHeader."
            ));
        }
        if !header.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            // S3 does call it an AllowedHeader (cloudserver pull request 497).
            return refuse(format!("AllowedHeader \"{header}\" contains invalid character."));
        }
    }
    Ok(())
}
