//! Simple Storage Service: buckets and the objects in them.
//!
//! `access` says who may do what. `bucket`, `listing`, `versions` and `versioning` answer for buckets, `put`, `get`,
//! `attributes`, `copy`, `delete`, `restore` and `reencrypt` for objects, `multipart` for uploads in parts, `form` for those
//! of browsers, `tagging` and `locking` for what is said of both. `settings` keeps the configurations of a bucket; `cors`,
//! `website`, `expiry` and `happening` do as four of them say.
//!
//! `state` is a bucket, `objects` what is in it by key and version, `store` how versions get there and back, `object` one
//! of them, `content` its bytes, `sum` its checksum, `upload` receives a body and hashes it while it passes. `name`,
//! `conditions`, `range`, `encryption`, `etag`, `lock`, `version`, `encoded_word` and `token` are rules on their own;
//! `answers` is what several answers have in common, `within` the door for the other services.

mod access;
mod answers;
mod attributes;
mod bucket;
mod conditions;
mod content;
mod copy;
pub(crate) mod cors;
mod delete;
mod encoded_word;
mod encryption;
mod errors;
mod etag;
mod expiry;
pub(crate) mod form;
mod get;
mod happening;
mod listing;
mod lock;
mod locking;
mod multipart;
mod name;
mod object;
mod objects;
mod place;
mod put;
mod range;
mod reencrypt;
mod restore;
mod settings;
mod state;
mod store;
mod sum;
mod tagging;
mod tags;
#[cfg(test)]
mod tests;
mod token;
mod upload;
mod version;
mod versioning;
mod versions;
pub(crate) mod website;
mod within;

pub use errors::S3Error;
pub(crate) use within::{Source, Stored};

use super::operations;
use crate::events::Events;
use crate::gateway::Caller;
use dashmap::DashMap;
use ruststack_models::s3::types::Owner;
use sha2::{Digest, Sha256};
use state::Bucket;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, RwLock};

/// What an account is known by.
#[derive(Debug, Clone)]
struct Identity {
    canonical_id: String,
    /// The name that S3 told of old.
    display_name: Option<String>,
}

/// S3 as all accounts share it: bucket names are unique among them.
#[derive(Default)]
pub struct S3 {
    buckets: DashMap<String, Arc<Bucket>>,
    /// What every account is known by, where a replay wants certain words.
    identity: RwLock<Option<Identity>>,
    /// Who hears what happens.
    events: Arc<Events>,
    /// How much has happened.
    happenings: AtomicI64,
}

operations! { S3: s3 of s3 {
    ABORT_MULTIPART_UPLOAD => abort_multipart_upload,
    COMPLETE_MULTIPART_UPLOAD => complete_multipart_upload,
    COPY_OBJECT => copy_object,
    CREATE_BUCKET => create_bucket,
    CREATE_MULTIPART_UPLOAD => create_multipart_upload,
    DELETE_BUCKET => delete_bucket,
    DELETE_BUCKET_ANALYTICS_CONFIGURATION => delete_bucket_analytics_configuration,
    DELETE_BUCKET_CORS => delete_bucket_cors,
    DELETE_BUCKET_ENCRYPTION => delete_bucket_encryption,
    DELETE_BUCKET_INTELLIGENT_TIERING_CONFIGURATION => delete_bucket_intelligent_tiering_configuration,
    DELETE_BUCKET_INVENTORY_CONFIGURATION => delete_bucket_inventory_configuration,
    DELETE_BUCKET_LIFECYCLE => delete_bucket_lifecycle,
    DELETE_BUCKET_METRICS_CONFIGURATION => delete_bucket_metrics_configuration,
    DELETE_BUCKET_OWNERSHIP_CONTROLS => delete_bucket_ownership_controls,
    DELETE_BUCKET_POLICY => delete_bucket_policy,
    DELETE_BUCKET_REPLICATION => delete_bucket_replication,
    DELETE_BUCKET_TAGGING => delete_bucket_tagging,
    DELETE_BUCKET_WEBSITE => delete_bucket_website,
    DELETE_OBJECT => delete_object,
    DELETE_OBJECTS => delete_objects,
    DELETE_OBJECT_TAGGING => delete_object_tagging,
    DELETE_PUBLIC_ACCESS_BLOCK => delete_public_access_block,
    GET_BUCKET_ABAC => get_bucket_abac,
    GET_BUCKET_ACCELERATE_CONFIGURATION => get_bucket_accelerate_configuration,
    GET_BUCKET_ACL => get_bucket_acl,
    GET_BUCKET_ANALYTICS_CONFIGURATION => get_bucket_analytics_configuration,
    GET_BUCKET_CORS => get_bucket_cors,
    GET_BUCKET_ENCRYPTION => get_bucket_encryption,
    GET_BUCKET_INTELLIGENT_TIERING_CONFIGURATION => get_bucket_intelligent_tiering_configuration,
    GET_BUCKET_INVENTORY_CONFIGURATION => get_bucket_inventory_configuration,
    GET_BUCKET_LIFECYCLE_CONFIGURATION => get_bucket_lifecycle_configuration,
    GET_BUCKET_LOCATION => get_bucket_location,
    GET_BUCKET_LOGGING => get_bucket_logging,
    GET_BUCKET_METRICS_CONFIGURATION => get_bucket_metrics_configuration,
    GET_BUCKET_NOTIFICATION_CONFIGURATION => get_bucket_notification_configuration,
    GET_BUCKET_OWNERSHIP_CONTROLS => get_bucket_ownership_controls,
    GET_BUCKET_POLICY => get_bucket_policy,
    GET_BUCKET_POLICY_STATUS => get_bucket_policy_status,
    GET_BUCKET_REPLICATION => get_bucket_replication,
    GET_BUCKET_REQUEST_PAYMENT => get_bucket_request_payment,
    GET_BUCKET_TAGGING => get_bucket_tagging,
    GET_BUCKET_VERSIONING => get_bucket_versioning,
    GET_BUCKET_WEBSITE => get_bucket_website,
    GET_OBJECT => get_object,
    GET_OBJECT_ACL => get_object_acl,
    GET_OBJECT_ATTRIBUTES => get_object_attributes,
    GET_OBJECT_LEGAL_HOLD => get_object_legal_hold,
    GET_OBJECT_LOCK_CONFIGURATION => get_object_lock_configuration,
    GET_OBJECT_RETENTION => get_object_retention,
    GET_OBJECT_TAGGING => get_object_tagging,
    GET_PUBLIC_ACCESS_BLOCK => get_public_access_block,
    HEAD_BUCKET => head_bucket,
    HEAD_OBJECT => head_object,
    LIST_BUCKETS => list_buckets,
    LIST_BUCKET_ANALYTICS_CONFIGURATIONS => list_bucket_analytics_configurations,
    LIST_BUCKET_INTELLIGENT_TIERING_CONFIGURATIONS => list_bucket_intelligent_tiering_configurations,
    LIST_BUCKET_INVENTORY_CONFIGURATIONS => list_bucket_inventory_configurations,
    LIST_BUCKET_METRICS_CONFIGURATIONS => list_bucket_metrics_configurations,
    LIST_MULTIPART_UPLOADS => list_multipart_uploads,
    LIST_OBJECTS => list_objects,
    LIST_OBJECTS_V2 => list_objects_v2,
    LIST_OBJECT_VERSIONS => list_object_versions,
    LIST_PARTS => list_parts,
    PUT_BUCKET_ABAC => put_bucket_abac,
    PUT_BUCKET_ACCELERATE_CONFIGURATION => put_bucket_accelerate_configuration,
    PUT_BUCKET_ACL => put_bucket_acl,
    PUT_BUCKET_ANALYTICS_CONFIGURATION => put_bucket_analytics_configuration,
    PUT_BUCKET_CORS => put_bucket_cors,
    PUT_BUCKET_ENCRYPTION => put_bucket_encryption,
    PUT_BUCKET_INTELLIGENT_TIERING_CONFIGURATION => put_bucket_intelligent_tiering_configuration,
    PUT_BUCKET_INVENTORY_CONFIGURATION => put_bucket_inventory_configuration,
    PUT_BUCKET_LIFECYCLE_CONFIGURATION => put_bucket_lifecycle_configuration,
    PUT_BUCKET_LOGGING => put_bucket_logging,
    PUT_BUCKET_METRICS_CONFIGURATION => put_bucket_metrics_configuration,
    PUT_BUCKET_NOTIFICATION_CONFIGURATION => put_bucket_notification_configuration,
    PUT_BUCKET_OWNERSHIP_CONTROLS => put_bucket_ownership_controls,
    PUT_BUCKET_POLICY => put_bucket_policy,
    PUT_BUCKET_REPLICATION => put_bucket_replication,
    PUT_BUCKET_REQUEST_PAYMENT => put_bucket_request_payment,
    PUT_BUCKET_TAGGING => put_bucket_tagging,
    PUT_BUCKET_VERSIONING => put_bucket_versioning,
    PUT_BUCKET_WEBSITE => put_bucket_website,
    PUT_OBJECT => put_object,
    PUT_OBJECT_ACL => put_object_acl,
    PUT_OBJECT_LEGAL_HOLD => put_object_legal_hold,
    PUT_OBJECT_LOCK_CONFIGURATION => put_object_lock_configuration,
    PUT_OBJECT_RETENTION => put_object_retention,
    PUT_OBJECT_TAGGING => put_object_tagging,
    PUT_PUBLIC_ACCESS_BLOCK => put_public_access_block,
    RESTORE_OBJECT => restore_object,
    UPDATE_OBJECT_ENCRYPTION => update_object_encryption,
    UPLOAD_PART => upload_part,
    UPLOAD_PART_COPY => upload_part_copy,
}}

impl S3 {
    /// S3 without buckets, which tells this bus what happens.
    pub(super) fn new(events: Arc<Events>) -> S3 {
        S3 { events, ..S3::default() }
    }

    /// Forgets every bucket.
    pub(super) fn reset(&self) {
        self.buckets.clear();
        *self.identity.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = None;
    }

    /// The bucket of this name, if the caller may use it: it lives in the region that was asked, and its owner
    /// is the one that the caller expects.
    fn bucket(
        &self,
        caller: &Caller,
        name: Option<&String>,
        expected_owner: Option<&String>,
    ) -> Result<Arc<Bucket>, S3Error> {
        let name = name.map(String::as_str).unwrap_or_default();
        let Some(bucket) = self.buckets.get(name).map(|bucket| bucket.clone()) else {
            return Err(match name::check(name) {
                Ok(()) => S3Error::NoSuchBucket(name.to_owned()),
                Err(_) => S3Error::InvalidBucketName(name.to_owned()),
            });
        };
        if caller.region_is_named && caller.region != bucket.region {
            let region = bucket.region.clone();
            return Err(S3Error::PermanentRedirect {
                bucket: name.to_owned(),
                region,
                asked: caller.region.clone(),
            });
        }
        if expected_owner.is_some_and(|owner| *owner != bucket.owner) {
            return Err(S3Error::AccessDenied);
        }
        self.age(caller, &bucket);
        Ok(bucket)
    }

    /// Where a bucket is.
    pub(crate) fn region_of(&self, bucket: &str) -> Option<String> {
        self.buckets.get(bucket).map(|bucket| bucket.region.clone())
    }

    /// The canonical user id of an account: 64 hexadecimal digits.
    fn canonical_id(&self, account: &str) -> String {
        self.identity().map(|identity| identity.canonical_id).unwrap_or_else(|| {
            let digest = Sha256::digest(format!("canonical user id of {account}"));
            digest.iter().map(|byte| format!("{byte:02x}")).collect()
        })
    }

    /// An account as answers tell it: by its id alone, since November 2025.
    fn owner(&self, account: &str) -> Owner {
        let display_name = self.identity().and_then(|identity| identity.display_name);
        Owner { id: Some(self.canonical_id(account)), display_name }
    }

    fn identity(&self) -> Option<Identity> {
        self.identity.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}
