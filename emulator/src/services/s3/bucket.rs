//! Buckets: made, found, listed, deleted.

use super::access::acl_headers;
use super::state::Bucket;
use super::{S3, S3Error, name, token};
use crate::gateway::Caller;
use dashmap::mapref::entry::Entry;
use ruststack_models::s3::types::{
    CreateBucketOutput, CreateBucketRequest, DeleteBucketRequest, GetBucketLocationOutput,
    GetBucketLocationRequest, HeadBucketOutput, HeadBucketRequest, ListBucketsOutput, ListBucketsRequest,
};
use ruststack_models::s3::{shapes, types};
use ruststack_wire::shape::Kind;
use ruststack_wire::value::Unit;
use std::sync::Arc;

/// The region that a bucket without a location constraint lives in, and that no constraint names.
const CLASSIC_REGION: &str = "us-east-1";
/// The most buckets that one answer lists.
const MOST_BUCKETS: i32 = 10_000;

impl S3 {
    /// Makes a bucket. In us-east-1 making one's own again succeeds and changes nothing.
    pub(super) async fn create_bucket(
        &self,
        caller: &Caller,
        input: CreateBucketRequest,
    ) -> Result<CreateBucketOutput, S3Error> {
        let bucket = input.bucket.unwrap_or_default();
        name::check(&bucket).map_err(|_| S3Error::InvalidBucketName(bucket.clone()))?;
        let access =
            self.new_access(caller, input.object_ownership.as_deref(), &acl_headers!(input with write))?;
        let has_lock = input.object_lock_enabled_for_bucket == Some(true);
        let constraint =
            input.create_bucket_configuration.and_then(|configuration| configuration.location_constraint);
        let region = place(caller, constraint.filter(|constraint| !constraint.is_empty()))?;
        let location = if region == CLASSIC_REGION {
            format!("/{bucket}")
        } else {
            format!("http://{bucket}.s3.amazonaws.com/")
        };
        match self.buckets.entry(bucket) {
            Entry::Vacant(free) => {
                let new = Bucket::new(
                    free.key().clone(),
                    region,
                    caller.account.clone(),
                    caller.now.whole_seconds(),
                );
                if has_lock {
                    new.objects_mut().enable_lock();
                }
                free.insert(Arc::new(new.with_access(access)));
            }
            Entry::Occupied(taken) => {
                let existing = taken.get();
                let again = existing.owner == caller.account
                    && existing.region == CLASSIC_REGION
                    && region == CLASSIC_REGION;
                if !again {
                    let name = existing.name.clone();
                    return Err(if existing.owner == caller.account {
                        S3Error::BucketAlreadyOwnedByYou(name)
                    } else {
                        S3Error::BucketAlreadyExists(name)
                    });
                }
            }
        }
        Ok(CreateBucketOutput { location: Some(location), ..Default::default() })
    }

    /// Deletes a bucket without objects.
    pub(super) async fn delete_bucket(
        &self,
        caller: &Caller,
        input: DeleteBucketRequest,
    ) -> Result<Unit, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        // Asked under the entry's lock, so that the bucket that is removed is the one that is empty.
        let removed = self.buckets.remove_if(&bucket.name, |_, bucket| bucket.check_empty().is_ok());
        if removed.is_some() { Ok(Unit {}) } else { bucket.check_empty().map(|()| Unit {}) }
    }

    /// Tells whether a bucket is there, and where.
    pub(super) async fn head_bucket(
        &self,
        caller: &Caller,
        input: HeadBucketRequest,
    ) -> Result<HeadBucketOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        Ok(HeadBucketOutput {
            bucket_region: Some(bucket.region.clone()),
            access_point_alias: Some(false),
            ..Default::default()
        })
    }

    /// Tells the region of a bucket; for us-east-1 nothing.
    pub(super) async fn get_bucket_location(
        &self,
        caller: &Caller,
        input: GetBucketLocationRequest,
    ) -> Result<GetBucketLocationOutput, S3Error> {
        // Answered from every region: this is how a caller finds out which one to ask.
        let anywhere = Caller { region_is_named: false, ..caller.clone() };
        let bucket = self.bucket(&anywhere, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let constraint = Some(bucket.region.clone()).filter(|region| region != CLASSIC_REGION);
        Ok(GetBucketLocationOutput { location_constraint: constraint })
    }

    /// Lists the caller's buckets by name.
    pub(super) async fn list_buckets(
        &self,
        caller: &Caller,
        input: ListBucketsRequest,
    ) -> Result<ListBucketsOutput, S3Error> {
        let most = match input.max_buckets {
            None => MOST_BUCKETS,
            Some(most @ 1..=MOST_BUCKETS) => most,
            Some(other) => {
                return Err(S3Error::InvalidArgument {
                    message: "Argument max-buckets must be an integer between 1 and 10000",
                    name: "max-buckets",
                    value: other.to_string(),
                });
            }
        };
        if let Some(region) = input.bucket_region.as_deref().filter(|region| !is_region(region)) {
            return Err(S3Error::InvalidSetting {
                message: format!("Argument value {region} is not a valid AWS Region"),
                name: Some("bucket-region"),
                value: None,
            });
        }
        let after = input.continuation_token.as_deref().map(token::read).transpose()?;
        // An answer to a request with any parameter says where each bucket is (API reference, Bucket).
        let is_detailed = input.max_buckets.is_some()
            || after.is_some()
            || input.prefix.is_some()
            || input.bucket_region.is_some();
        let is_wanted = |bucket: &Bucket| {
            bucket.owner == caller.account
                && input.prefix.as_ref().is_none_or(|prefix| bucket.name.starts_with(prefix))
                && input.bucket_region.as_ref().is_none_or(|region| bucket.region == *region)
                && after.as_ref().is_none_or(|after| bucket.name > *after)
        };
        let mut found: Vec<Arc<Bucket>> =
            self.buckets.iter().filter(|bucket| is_wanted(bucket)).map(|bucket| bucket.clone()).collect();
        found.sort_by(|one, other| one.name.cmp(&other.name));
        let is_truncated = found.len() > most as usize;
        found.truncate(most as usize);
        let next = found.last().filter(|_| is_truncated).map(|last| token::write(&last.name));
        let buckets = found.iter().map(|bucket| types::Bucket {
            name: Some(bucket.name.clone()),
            creation_date: Some(bucket.created),
            bucket_region: is_detailed.then(|| bucket.region.clone()),
            ..Default::default()
        });
        Ok(ListBucketsOutput {
            buckets: Some(buckets.collect()),
            owner: Some(self.owner(&caller.account)),
            continuation_token: next,
            prefix: input.prefix,
        })
    }
}

/// Whether a bucket can be in this region.
fn is_region(name: &str) -> bool {
    name == CLASSIC_REGION || (name != "EU" && is_constraint(name))
}

/// Whether a new bucket can be told to live there.
fn is_constraint(name: &str) -> bool {
    match &shapes::BUCKET_LOCATION_CONSTRAINT.kind {
        Kind::String(regions) => regions.contains(&name),
        _ => true,
    }
}

/// The region that a new bucket lives in.
///
/// us-east-1 makes buckets anywhere; any other region only its own, and wants it named.
fn place(caller: &Caller, constraint: Option<String>) -> Result<String, S3Error> {
    let constraint = match constraint.as_deref() {
        Some("EU") => Some("eu-west-1".to_owned()),
        _ => constraint,
    };
    if let Some(constraint) = constraint.as_ref().filter(|constraint| !is_constraint(constraint)) {
        return Err(S3Error::InvalidLocationConstraint(constraint.clone()));
    }
    match constraint {
        None if caller.region == CLASSIC_REGION => Ok(CLASSIC_REGION.to_owned()),
        Some(constraint) if caller.region == CLASSIC_REGION || caller.region == constraint => Ok(constraint),
        constraint => Err(S3Error::IllegalLocationConstraint(constraint)),
    }
}
