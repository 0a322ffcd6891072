//! One object: its bytes, what is known of them, and what its writer said of it.

use super::access::ObjectAccess;
use super::conditions::Subject;
use super::content::Content;
use super::encryption::Encryption;
use super::etag::ETag;
use super::lock::{Lock, Retention};
use super::restore::Restore;
use super::sum::Sum;
use super::tags::Tags;
use super::version::VersionId;
use ruststack_wire::IndexMap;
use ruststack_wire::Timestamp;
use ruststack_wire::sign::checksum::Checksum;
use std::sync::{Arc, LazyLock};

/// An object. What never changes after the write is shared by all who read it.
#[derive(Debug, Clone, Default)]
pub(super) struct Object {
    pub(super) content: Content,
    /// `null` where it was written without versioning.
    pub(super) version_id: VersionId,
    pub(super) etag: ETag,
    /// When it was written, to the second.
    pub(super) last_modified: Timestamp,
    /// The checksum that is kept with it; objects of old have none.
    pub(super) checksum: Option<Sum>,
    /// The parts it was uploaded in, in order; none where it came in one request.
    pub(super) parts: Arc<[ObjectPart]>,
    /// One of the model's; none is the standard one.
    pub(super) storage_class: Option<&'static str>,
    pub(super) tags: Tags,
    /// Whose it is and who may do what with it, where it is not the bucket owner's alone.
    pub(super) access: Option<Arc<ObjectAccess>>,
    pub(super) described: Arc<Description>,
    pub(super) encryption: Encryption,
    /// The copy that was restored of it, where it is archived.
    pub(super) restore: Option<Restore>,
    /// Its lock; none where it has none and never had.
    pub(super) lock: Option<Box<Lock>>,
}

/// A part of an object that was uploaded in parts.
#[derive(Debug, Clone)]
pub(super) struct ObjectPart {
    /// The byte after its last one, counted from the object's first.
    pub(super) end: u64,
    pub(super) size: u64,
    pub(super) checksum: Checksum,
}

/// What the writer said of an object, which every reader is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Description {
    pub(super) content_type: Option<String>,
    pub(super) cache_control: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_language: Option<String>,
    pub(super) expires: Option<String>,
    pub(super) website_redirect_location: Option<String>,
    pub(super) metadata: IndexMap<String, String>,
}

impl Object {
    /// The ETag as it stands in answers, in quotes.
    pub(super) fn quoted_etag(&self) -> String {
        self.etag.quoted()
    }

    /// Until when it is retained.
    pub(super) fn retention(&self) -> Option<&Retention> {
        self.lock.as_ref()?.retention.as_ref()
    }

    /// What conditions are held against.
    pub(super) fn subject(&self) -> Subject {
        Subject { etag: self.etag, last_modified: self.last_modified }
    }
}

impl Description {
    /// The description, to be shared: of all objects of which nobody said anything it is one.
    pub(super) fn shared(self) -> Arc<Description> {
        static NOTHING: LazyLock<Arc<Description>> = LazyLock::new(Arc::default);
        if self == Description::default() { NOTHING.clone() } else { Arc::new(self) }
    }

    /// The content type that readers see: what nobody named is a stream of bytes, and what was named with an
    /// empty value stays empty (go-cloud recordings, TestWrite).
    pub(super) fn content_type(&self) -> String {
        self.content_type.clone().unwrap_or_else(|| "binary/octet-stream".into())
    }
}
