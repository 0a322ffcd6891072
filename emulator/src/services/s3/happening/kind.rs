//! What can happen to an object.

/// What can happen to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::services::s3) enum Kind {
    Put,
    /// A form was sent.
    Post,
    Copy,
    CompleteMultipartUpload,
    /// A version was removed for good.
    Delete,
    DeleteMarkerCreated,
    /// A restore began.
    RestorePost,
    TaggingPut,
    TaggingDelete,
    AclPut,
    /// A rule of the lifecycle removed a version for good.
    LifecycleDelete,
    LifecycleDeleteMarkerCreated,
    LifecycleTransition,
}

impl Kind {
    /// The event's type, without the `s3:` in front.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Put => "ObjectCreated:Put",
            Kind::Post => "ObjectCreated:Post",
            Kind::Copy => "ObjectCreated:Copy",
            Kind::CompleteMultipartUpload => "ObjectCreated:CompleteMultipartUpload",
            Kind::Delete => "ObjectRemoved:Delete",
            Kind::DeleteMarkerCreated => "ObjectRemoved:DeleteMarkerCreated",
            Kind::RestorePost => "ObjectRestore:Post",
            Kind::TaggingPut => "ObjectTagging:Put",
            Kind::TaggingDelete => "ObjectTagging:Delete",
            Kind::AclPut => "ObjectAcl:Put",
            Kind::LifecycleDelete => "LifecycleExpiration:Delete",
            Kind::LifecycleDeleteMarkerCreated => "LifecycleExpiration:DeleteMarkerCreated",
            Kind::LifecycleTransition => "LifecycleTransition",
        }
    }

    /// The version of the event's form: those of old have 2.1.
    pub(super) fn version(self) -> &'static str {
        match self {
            Kind::Put | Kind::Post | Kind::Copy | Kind::CompleteMultipartUpload => "2.1",
            Kind::Delete | Kind::DeleteMarkerCreated | Kind::RestorePost => "2.1",
            _ => "2.3",
        }
    }

    /// Whether the event tells how large the object is.
    pub(super) fn tells_size(self) -> bool {
        self.is_created() || matches!(self, Kind::RestorePost | Kind::LifecycleTransition)
    }

    /// Whether the event has a place in the order of what happens to the key.
    pub(super) fn has_sequencer(self) -> bool {
        !matches!(self, Kind::TaggingPut | Kind::TaggingDelete | Kind::AclPut | Kind::RestorePost)
    }

    /// Whether S3 itself does it, by a rule of the lifecycle.
    pub(super) fn is_own(self) -> bool {
        matches!(self, Kind::LifecycleDelete | Kind::LifecycleDeleteMarkerCreated | Kind::LifecycleTransition)
    }

    fn is_created(self) -> bool {
        matches!(self, Kind::Put | Kind::Post | Kind::Copy | Kind::CompleteMultipartUpload)
    }

    /// The detail type of EventBridge, and why it happened where that is told.
    pub(super) fn detail_type(self) -> (&'static str, Option<&'static str>) {
        match self {
            Kind::Put => ("Object Created", Some("PutObject")),
            Kind::Post => ("Object Created", Some("POST Object")),
            Kind::Copy => ("Object Created", Some("CopyObject")),
            Kind::CompleteMultipartUpload => ("Object Created", Some("CompleteMultipartUpload")),
            Kind::Delete | Kind::DeleteMarkerCreated => ("Object Deleted", Some("DeleteObject")),
            Kind::RestorePost => ("Object Restore Initiated", None),
            Kind::TaggingPut => ("Object Tags Added", None),
            Kind::TaggingDelete => ("Object Tags Deleted", None),
            Kind::AclPut => ("Object ACL Updated", None),
            Kind::LifecycleDelete | Kind::LifecycleDeleteMarkerCreated => {
                ("Object Deleted", Some("Lifecycle Expiration"))
            }
            Kind::LifecycleTransition => ("Object Storage Class Changed", None),
        }
    }

    /// How an object was deleted, as EventBridge is told.
    pub(super) fn deletion_type(self) -> Option<&'static str> {
        match self {
            Kind::Delete | Kind::LifecycleDelete => Some("Permanently Deleted"),
            Kind::DeleteMarkerCreated | Kind::LifecycleDeleteMarkerCreated => Some("Delete Marker Created"),
            _ => None,
        }
    }
}
