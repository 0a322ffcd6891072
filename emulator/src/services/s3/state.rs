//! A bucket and what it holds.

use super::access::Access;
use super::multipart::Uploads;
use super::objects::{Objects, Versioning};
use super::settings::Settings;
use super::tags::Tags;
use ruststack_wire::Timestamp;
use std::sync::atomic::AtomicI64;
use std::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// A bucket.
pub(super) struct Bucket {
    pub(super) name: String,
    pub(super) region: String,
    /// The account that made it.
    pub(super) owner: String,
    pub(super) created: Timestamp,
    objects: RwLock<Objects>,
    uploads: Mutex<Uploads>,
    tags: Mutex<Tags>,
    settings: RwLock<Settings>,
    /// The day, counted from 1970, on which its lifecycle took place last.
    pub(super) aged: AtomicI64,
    access: RwLock<Access>,
}

impl Bucket {
    /// An empty bucket.
    pub(super) fn new(name: String, region: String, owner: String, created: Timestamp) -> Bucket {
        Bucket {
            name,
            region,
            owner,
            created,
            objects: RwLock::default(),
            uploads: Mutex::default(),
            tags: Mutex::default(),
            settings: RwLock::default(),
            aged: AtomicI64::default(),
            access: RwLock::default(),
        }
    }

    /// The objects, to be looked at. The guard is let go before anything awaits.
    pub(super) fn objects(&self) -> RwLockReadGuard<'_, Objects> {
        self.objects.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The objects, to be changed. The guard is let go before anything awaits.
    pub(super) fn objects_mut(&self) -> RwLockWriteGuard<'_, Objects> {
        self.objects.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The uploads in parts. The guard is let go before anything awaits; who takes the objects' as well takes them
    /// second.
    pub(super) fn uploads(&self) -> MutexGuard<'_, Uploads> {
        self.uploads.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The tags of the bucket itself.
    pub(super) fn tags(&self) -> MutexGuard<'_, Tags> {
        self.tags.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The configurations, to be looked at. The guard is let go before anything awaits.
    pub(super) fn settings(&self) -> RwLockReadGuard<'_, Settings> {
        self.settings.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The configurations, to be changed. The guard is let go before anything awaits.
    pub(super) fn settings_mut(&self) -> RwLockWriteGuard<'_, Settings> {
        self.settings.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Whether versions are kept of what is written.
    pub(super) fn has_versioning(&self) -> bool {
        self.objects().versioning == Versioning::Enabled
    }

    /// The same bucket, with this said about access to it.
    pub(super) fn with_access(self, access: Access) -> Bucket {
        Bucket { access: RwLock::new(access), ..self }
    }

    /// Who may do what, to be looked at. The guard is let go before anything awaits.
    pub(super) fn access(&self) -> RwLockReadGuard<'_, Access> {
        self.access.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Who may do what, to be changed. The guard is let go before anything awaits.
    pub(super) fn access_mut(&self) -> RwLockWriteGuard<'_, Access> {
        self.access.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The ARN of the bucket, or of an object in it.
    pub(super) fn arn(&self, key: Option<&str>) -> String {
        match key {
            Some(key) => format!("arn:aws:s3:::{}/{key}", self.name),
            None => format!("arn:aws:s3:::{}", self.name),
        }
    }
}
