//! A bucket and what it holds.

use super::S3Error;
use super::encryption::{DefaultEncryption, Encryption};
use super::multipart::Uploads;
use super::objects::Objects;
use super::tags::Tags;
use ruststack_wire::Timestamp;
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

    /// What the bucket does with objects whose writer says nothing of encryption.
    pub(super) fn default_encryption(&self) -> DefaultEncryption {
        DefaultEncryption { blocks_customer_keys: true, ..DefaultEncryption::default() }
    }

    /// Refuses keys that callers bring where the bucket does (User Guide, "Blocking or unblocking SSE-C for a general
    /// purpose bucket").
    pub(super) fn check_encryption(&self, encryption: &Encryption) -> Result<(), S3Error> {
        let is_blocked = self.default_encryption().blocks_customer_keys;
        match encryption {
            Encryption::Customer(_) if is_blocked => Err(S3Error::AccessDenied),
            _ => Ok(()),
        }
    }

    /// The tags of the bucket itself.
    pub(super) fn tags(&self) -> MutexGuard<'_, Tags> {
        self.tags.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
