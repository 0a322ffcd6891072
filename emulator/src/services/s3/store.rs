//! Where versions are found, written and removed: what every operation on objects has in common.

use super::S3Error;
use super::conditions::{self, WriteConditions};
use super::errors::{BUCKET_HAS_VERSIONS, LOCK_MISSING_FOR_WRITE, NO_SUCH_VERSION};
use super::happening::{Happening, Kind};
use super::lock::Lock;
use super::object::Object;
use super::objects::{DeleteMarker, Objects, Version, Versioning};
use super::state::Bucket;
use super::version::VersionId;
use crate::gateway::Caller;
use ruststack_wire::shape::TimestampFormat;
use std::sync::Arc;

/// A version that was found or written.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) object: Arc<Object>,
    /// When it expires, where a rule says that it does: the header `x-amz-expiration`.
    pub(super) expiration: Option<String>,
    /// Its id as answers tell it: a bucket that never kept versions tells none.
    pub(super) version_id: Option<String>,
}

impl Found {
    /// What happened to it.
    pub(super) fn happening<'a>(&'a self, kind: Kind, key: &'a str) -> Happening<'a> {
        Happening { kind, key, object: Some(&self.object), version_id: self.version_id.as_deref() }
    }
}

/// What became of a key that was to be deleted.
#[derive(Debug, Default)]
pub(super) struct Deletion {
    /// Whether anything was removed or made.
    pub(super) is_change: bool,
    /// The version that was removed, or the delete marker that was made.
    pub(super) version_id: Option<String>,
    /// Whether that is a delete marker.
    pub(super) is_marker: bool,
}

/// What is to be deleted.
pub(super) struct Deleting<'a> {
    pub(super) key: &'a str,
    pub(super) version_id: Option<&'a str>,
    pub(super) if_match: Option<&'a str>,
    pub(super) bypasses_governance: bool,
}

impl Bucket {
    /// The version that a request is about: the one that it names, or the latest. `method` is the request's, which the
    /// error with a delete marker tells.
    pub(super) fn find(
        &self,
        key: &str,
        version_id: Option<&str>,
        method: &'static str,
    ) -> Result<Found, S3Error> {
        let objects = self.objects();
        match described(&objects, key, version_id)? {
            Version::Object(object) => {
                let is_latest = objects.get(key).is_some_and(|latest| Arc::ptr_eq(latest, &object));
                let expiration = if is_latest { self.expiration(key, &object) } else { None };
                Ok(Found { version_id: objects.told(&object.version_id), expiration, object })
            }
            Version::Marker(marker) if version_id.is_none() => {
                Err(S3Error::NoSuchKeyButMarker { key: key.to_owned(), version_id: marker.id.to_string() })
            }
            Version::Marker(marker) => Err(is_marker(&marker, method)),
        }
    }

    /// The version whose tags, lock or access control list a request is about: a delete marker has none, the latest
    /// neither (the snapshots of S3's answers named in `lock`).
    pub(super) fn find_described(
        &self,
        key: &str,
        version_id: Option<&str>,
        method: &'static str,
    ) -> Result<Found, S3Error> {
        let objects = self.objects();
        match described(&objects, key, version_id)? {
            Version::Object(object) => {
                let version_id = objects.told(&object.version_id);
                Ok(Found { object, version_id, expiration: None })
            }
            Version::Marker(marker) => Err(is_marker(&marker, method)),
        }
    }

    /// Changes what is said of a version, and tells its id. What was there before is shared by who reads it.
    pub(super) fn amend<T>(
        &self,
        key: &str,
        version_id: Option<&str>,
        method: &'static str,
        change: impl FnOnce(&mut Object) -> Result<T, S3Error>,
    ) -> Result<(T, Option<String>), S3Error> {
        let mut objects = self.objects_mut();
        let id = match described(&objects, key, version_id)? {
            Version::Object(object) => object.version_id.clone(),
            Version::Marker(marker) => return Err(is_marker(&marker, method)),
        };
        let told = objects.told(&id);
        let changed = objects.amend(key, Some(&id), change);
        Ok((changed.ok_or_else(|| S3Error::NoSuchKey(key.to_owned()))??, told))
    }

    /// Whether a key may be written under these conditions, as things are now.
    pub(super) fn check_write(&self, key: &str, conditions: &WriteConditions<'_>) -> Result<(), S3Error> {
        conditions.check(key, self.objects().get(key).map(|object| object.subject()))
    }

    /// Whether what is written may say how it is locked.
    pub(super) fn check_lock(&self, lock: Option<&Lock>) -> Result<(), S3Error> {
        if lock.is_some() && self.objects().lock.is_none() {
            Err(LOCK_MISSING_FOR_WRITE.told())
        } else {
            Ok(())
        }
    }

    /// Stores an object as the latest version of its key, if the conditions hold. It is given its version id and, where
    /// it has no retention, the bucket's.
    pub(super) fn store(
        &self,
        caller: &Caller,
        key: &str,
        object: Object,
        conditions: &WriteConditions<'_>,
    ) -> Result<Found, S3Error> {
        let (found, replaced) = self.put(caller, key, object, conditions)?;
        self.uploads().disturb(key);
        // What has been replaced is let go of after the locks.
        drop(replaced);
        Ok(found)
    }

    /// Does what [`Bucket::store`] does for who holds the uploads of the bucket, and gives what has been replaced.
    pub(super) fn put(
        &self,
        caller: &Caller,
        key: &str,
        mut object: Object,
        conditions: &WriteConditions<'_>,
    ) -> Result<(Found, Option<Version>), S3Error> {
        let mut objects = self.objects_mut();
        conditions.check(key, objects.get(key).map(|object| object.subject()))?;
        object.version_id = objects.next_id(caller);
        if let Some(default) = objects.lock.as_ref().and_then(|lock| lock.default) {
            let lock = object.lock.get_or_insert_default();
            lock.retention.get_or_insert(default.from(caller.now));
        }
        let object = Arc::new(object);
        // Nobody is told the id of what is written while versioning is suspended (API reference, PutObject).
        let version_id = Some(object.version_id.to_string()).filter(|_| !object.version_id.is_null());
        let replaced = objects.put(key.to_owned(), object.clone());
        let expiration = self.expiration(key, &object);
        Ok((Found { object, version_id, expiration }, replaced))
    }

    /// Deletes a version for good, or the object by a delete marker. That there is none is no error.
    pub(super) fn delete(&self, caller: &Caller, what: &Deleting<'_>) -> Result<Deletion, S3Error> {
        let (deletion, removed) = {
            let mut objects = self.objects_mut();
            let existing = objects.get(what.key).map(|object| object.subject());
            conditions::check_delete(what.if_match, what.key, existing)?;
            match what.version_id {
                Some(text) => remove(&mut objects, caller, what, text)?,
                None if objects.versioning == Versioning::Never => {
                    let removed = objects.remove(what.key, &VersionId::NULL);
                    (Deletion { is_change: removed.is_some(), ..Deletion::default() }, removed)
                }
                None => {
                    let id = objects.next_id(caller);
                    let version_id = Some(id.to_string());
                    let marker = DeleteMarker { id, last_modified: caller.now.whole_seconds() };
                    (
                        Deletion { is_change: true, version_id, is_marker: true },
                        objects.mark(what.key, marker),
                    )
                }
            }
        };
        self.uploads().disturb(what.key);
        drop(removed);
        Ok(deletion)
    }

    /// Whether the bucket may be deleted: there is nothing in it.
    pub(super) fn check_empty(&self) -> Result<(), S3Error> {
        let objects = self.objects();
        match (objects.is_empty(), objects.versioning) {
            (true, _) => Ok(()),
            (false, Versioning::Never) => Err(S3Error::BucketNotEmpty(self.name.clone())),
            (false, _) => Err(BUCKET_HAS_VERSIONS.of_bucket(&self.name)),
        }
    }
}

/// The version that a request names, or the latest.
fn described(objects: &Objects, key: &str, version_id: Option<&str>) -> Result<Version, S3Error> {
    match version_id {
        None => objects.latest(key).ok_or_else(|| S3Error::NoSuchKey(key.to_owned())),
        Some(text) => named(objects, key, text),
    }
}

/// The version that a request names by its id. A bucket that never kept versions knows of `null` alone.
fn named(objects: &Objects, key: &str, text: &str) -> Result<Version, S3Error> {
    let id = parse(objects, text)?;
    match objects.version(key, &id) {
        Some(version) => Ok(version),
        None if objects.versioning == Versioning::Never => Err(S3Error::NoSuchKey(key.to_owned())),
        None => Err(no_such_version(key, text)),
    }
}

fn parse(objects: &Objects, text: &str) -> Result<VersionId, S3Error> {
    match VersionId::parse(text) {
        Ok(id) if objects.versioning == Versioning::Never && !id.is_null() => {
            let message = "Invalid version id specified";
            Err(S3Error::InvalidArgument { message, name: "versionId", value: text.to_owned() })
        }
        parsed => parsed,
    }
}

/// Removes a version for good.
fn remove(
    objects: &mut Objects,
    caller: &Caller,
    what: &Deleting<'_>,
    text: &str,
) -> Result<(Deletion, Option<Version>), S3Error> {
    let id = parse(objects, text)?;
    if let Some(Version::Object(object)) = objects.version(what.key, &id) {
        let lock = object.lock.as_deref();
        lock.map_or(Ok(()), |lock| lock.check_removal(what.bypasses_governance, caller.now))?;
    }
    let removed = objects.remove(what.key, &id);
    let version_id = objects.told(&id);
    let is_marker = matches!(removed, Some(Version::Marker(_)));
    Ok((Deletion { is_change: removed.is_some(), version_id, is_marker }, removed))
}

pub(super) fn no_such_version(key: &str, version_id: &str) -> S3Error {
    NO_SUCH_VERSION.with([("Key", key.to_owned()), ("VersionId", version_id.to_owned())])
}

fn is_marker(marker: &DeleteMarker, method: &'static str) -> S3Error {
    S3Error::IsDeleteMarker {
        method,
        version_id: marker.id.to_string(),
        last_modified: marker.last_modified.format(TimestampFormat::HttpDate),
    }
}
