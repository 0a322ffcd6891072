//! Objects deleted, one or up to a thousand at once.

use super::errors::NOTHING_TO_BYPASS;
use super::etag::ETag;
use super::happening::{Happening, Kind};
use super::object::Object;
use super::state::Bucket;
use super::store::{self, Deleting, Deletion};
use super::{S3, S3Error, put};
use crate::gateway::Caller;
use ruststack_models::s3::types::{
    self, DeleteObjectOutput, DeleteObjectRequest, DeleteObjectsOutput, DeleteObjectsRequest, DeletedObject,
    ObjectIdentifier,
};
use ruststack_wire::Fault;
use ruststack_wire::sign::checksum::Algorithm;

/// The most keys that one request may delete.
const MOST_KEYS: usize = 1000;

impl S3 {
    /// Deletes an object. That there is none is no error.
    pub(super) async fn delete_object(
        &self,
        caller: &Caller,
        input: DeleteObjectRequest,
    ) -> Result<DeleteObjectOutput, S3Error> {
        let key = input.key.unwrap_or_default();
        put::check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        if input.if_match_size.is_some() {
            return Err(S3Error::NotImplemented("x-amz-if-match-size"));
        }
        if input.if_match_last_modified_time.is_some() {
            return Err(S3Error::NotImplemented("x-amz-if-match-last-modified-time"));
        }
        let bypasses_governance = bypass(&bucket, input.bypass_governance_retention)?;
        let what = Deleting {
            key: &key,
            version_id: input.version_id.as_deref(),
            if_match: input.if_match.as_deref(),
            bypasses_governance,
        };
        let deletion = bucket.delete(caller, &what)?;
        self.deleted(caller, &bucket, &what, &deletion);
        Ok(DeleteObjectOutput {
            version_id: deletion.version_id,
            delete_marker: deletion.is_marker.then_some(true),
            ..Default::default()
        })
    }

    /// Deletes many objects, each by itself: an error with one does not keep the others.
    pub(super) async fn delete_objects(
        &self,
        caller: &Caller,
        input: DeleteObjectsRequest,
    ) -> Result<DeleteObjectsOutput, S3Error> {
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let delete = input.delete.ok_or(S3Error::MalformedXml)?;
        let identifiers = delete.objects.unwrap_or_default();
        let has_keys =
            identifiers.iter().all(|identifier| identifier.key.as_ref().is_some_and(|key| !key.is_empty()));
        if identifiers.is_empty() || identifiers.len() > MOST_KEYS || !has_keys {
            return Err(S3Error::MalformedXml);
        }
        let is_quiet = delete.quiet == Some(true);
        let bypasses_governance = bypass(&bucket, input.bypass_governance_retention)?;
        let mut output = DeleteObjectsOutput::default();
        let mut refused = self.refused(caller, &bucket, &identifiers);
        for (index, identifier) in identifiers.into_iter().enumerate() {
            let deleted_one = match refused.remove(&index) {
                Some(error) => Err(error),
                None => self.delete_one(caller, &bucket, &identifier, bypasses_governance),
            };
            match deleted_one {
                Ok(deletion) => {
                    if !is_quiet {
                        output.deleted.get_or_insert_default().push(deleted(deletion, identifier));
                    }
                }
                Err(error) => output.errors.get_or_insert_default().push(told(error, identifier)),
            }
        }
        Ok(output)
    }

    fn delete_one(
        &self,
        caller: &Caller,
        bucket: &Bucket,
        identifier: &ObjectIdentifier,
        bypasses_governance: bool,
    ) -> Result<Deletion, S3Error> {
        let key = identifier.key.as_deref().unwrap_or_default();
        put::check_key(key)?;
        let version_id = identifier.version_id.as_deref();
        let what = Deleting { key, version_id, if_match: identifier.etag.as_deref(), bypasses_governance };
        let deletion = bucket.delete(caller, &what).map_err(|error| match (error, version_id) {
            // An id that is none is told as one that is not there, here alone (the snapshots named in `lock`).
            (S3Error::InvalidArgument { name: "versionId", .. }, Some(id)) => store::no_such_version(key, id),
            (other, _) => other,
        })?;
        self.deleted(caller, bucket, &what, &deletion);
        Ok(deletion)
    }

    /// Tells that something was deleted, if it was.
    fn deleted(&self, caller: &Caller, bucket: &Bucket, what: &Deleting<'_>, deletion: &Deletion) {
        let is_new_marker = deletion.is_marker && what.version_id.is_none();
        let kind = if is_new_marker { Kind::DeleteMarkerCreated } else { Kind::Delete };
        let version_id = deletion.version_id.as_deref();
        // A delete marker is told with the ETag of no bytes.
        let empty = || Object { etag: ETag::of(&Algorithm::Md5.digest(b"")), ..Object::default() };
        let object = is_new_marker.then(empty);
        if deletion.is_change {
            let what = Happening { kind, key: what.key, object: object.as_ref(), version_id };
            self.happened(caller, bucket, &what);
        }
    }
}

/// Whether the caller bypasses governance, which is for buckets with an object lock alone.
fn bypass(bucket: &Bucket, header: Option<bool>) -> Result<bool, S3Error> {
    match header {
        Some(_) if bucket.objects().lock.is_none() => {
            Err(NOTHING_TO_BYPASS.with([("ArgumentName", "x-amz-bypass-governance-retention".to_owned())]))
        }
        header => Ok(header == Some(true)),
    }
}

/// What became of one key among many: the version it was asked for by, and the delete marker that was made or removed.
fn deleted(deletion: Deletion, identifier: ObjectIdentifier) -> DeletedObject {
    DeletedObject {
        key: identifier.key,
        version_id: identifier.version_id,
        delete_marker: deletion.is_marker.then_some(true),
        delete_marker_version_id: deletion.version_id.filter(|_| deletion.is_marker),
    }
}

/// An error with one key among many.
fn told(error: S3Error, identifier: ObjectIdentifier) -> types::Error {
    let fault = Fault::from(error);
    types::Error {
        key: identifier.key,
        version_id: identifier.version_id,
        code: Some(fault.code.into_owned()),
        message: fault.message.map(|message| message.into_owned()),
    }
}
