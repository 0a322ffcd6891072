//! Objects deleted, one or up to a thousand at once.

use super::conditions::check_write;
use super::object::Object;
use super::{S3, S3Error, get, put};
use crate::gateway::Caller;
use ruststack_models::s3::types::{
    self, DeleteObjectOutput, DeleteObjectRequest, DeleteObjectsOutput, DeleteObjectsRequest, DeletedObject,
    ObjectIdentifier,
};
use ruststack_wire::Fault;

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
        get::check_version(input.version_id.as_deref())?;
        if input.if_match_size.is_some() {
            return Err(S3Error::NotImplemented("x-amz-if-match-size"));
        }
        if input.if_match_last_modified_time.is_some() {
            return Err(S3Error::NotImplemented("x-amz-if-match-last-modified-time"));
        }
        let mut objects = bucket.objects_mut();
        let existing = objects.get(&key).map(|object| object.subject());
        check_write(input.if_match.as_deref(), None, &key, existing)?;
        objects.remove(&key);
        Ok(DeleteObjectOutput::default())
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
        let mut output = DeleteObjectsOutput::default();
        let mut refused = self.refused(caller, &bucket, &identifiers);
        let mut objects = bucket.objects_mut();
        for (index, identifier) in identifiers.into_iter().enumerate() {
            let key = identifier.key.clone().unwrap_or_default();
            let checked = match refused.remove(&index) {
                Some(error) => Err(error),
                None => check(&identifier, objects.get(&key).map(|object| &**object)),
            };
            match checked {
                Ok(()) => {
                    objects.remove(&key);
                    if !is_quiet {
                        let deleted = DeletedObject {
                            key: Some(key),
                            version_id: identifier.version_id,
                            ..Default::default()
                        };
                        output.deleted.get_or_insert_default().push(deleted);
                    }
                }
                Err(error) => output.errors.get_or_insert_default().push(told(error, identifier)),
            }
        }
        Ok(output)
    }
}

fn check(identifier: &ObjectIdentifier, existing: Option<&Object>) -> Result<(), S3Error> {
    let key = identifier.key.as_deref().unwrap_or_default();
    put::check_key(key)?;
    get::check_version(identifier.version_id.as_deref())?;
    check_write(identifier.etag.as_deref(), None, key, existing.map(Object::subject))
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
