//! Archived objects: not to be read before they are restored, and then for some days.
//!
//! Sources: S3 User Guide, "Working with archived objects" (tiers and how long they take); API reference, RestoreObject
//! and HeadObject (`x-amz-restore`); the sentences as S3's answers are quoted by APTrust's exchange
//! (`glacier_restorer.go`) and by Hadoop ("Troubleshooting the S3A connector").

use super::errors::{NOT_READABLE_WHILE_ARCHIVED, NOT_RESTORABLE, RESTORE_IN_PROGRESS, SOURCE_IS_ARCHIVED};
use super::expiry::midnight_after;
use super::happening::Kind;
use super::object::Object;
use super::{S3, S3Error, put};
use crate::gateway::Caller;
use crate::services::WithStatus;
use http::StatusCode;
use ruststack_models::s3::types::{RestoreObjectOutput, RestoreObjectRequest, RestoreStatus};
use ruststack_wire::Timestamp;
use ruststack_wire::shape::TimestampFormat;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// A restored copy of an archived object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Restore {
    /// When it can be read.
    ready: Timestamp,
    /// When it is gone again: a midnight, UTC.
    expires: Timestamp,
}

impl S3 {
    /// Begins to restore an archived object, or keeps a restored one for other days.
    ///
    /// It takes as long as S3 says that it takes at least, by the emulator's clock: a minute for the expedited tier,
    /// three hours for the standard one and five in bulk; twelve and 48 from the deep archive.
    pub(super) async fn restore_object(
        &self,
        caller: &Caller,
        input: RestoreObjectRequest,
    ) -> Result<WithStatus<RestoreObjectOutput>, S3Error> {
        let key = input.key.unwrap_or_default();
        put::check_key(&key)?;
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let request = input.restore_request.ok_or(S3Error::MalformedXml)?;
        if request.select_parameters.is_some() || request.output_location.is_some() {
            return Err(S3Error::NotImplemented("RestoreRequest.SelectParameters"));
        }
        let days = request.days.filter(|days| *days > 0).ok_or(S3Error::MalformedXml)?;
        let tier = request.glacier_job_parameters.and_then(|parameters| parameters.tier).or(request.tier);
        let (again, version_id) = bucket.amend(&key, input.version_id.as_deref(), "POST", |object| {
            let takes = takes(object.storage_class, tier.as_deref().unwrap_or("Standard"))?;
            let ready = match object.restore.filter(|restore| restore.expires > caller.now) {
                Some(restore) if restore.ready > caller.now => return Err(RESTORE_IN_PROGRESS.told()),
                Some(restore) => restore.ready,
                None => caller.now.plus_seconds(takes),
            };
            let is_ready = ready <= caller.now;
            let from = if is_ready { caller.now } else { ready };
            object.restore = Some(Restore { ready, expires: midnight_after(from, i64::from(days)) });
            Ok(is_ready)
        })?;
        if !again {
            self.described(caller, &bucket, Kind::RestorePost, &key, version_id.as_deref());
        }
        // 202 where it begins, 200 where there is a restored copy already (API reference, RestoreObject, "Responses").
        let status = if again { StatusCode::OK } else { StatusCode::ACCEPTED };
        Ok(WithStatus(status, RestoreObjectOutput::default()))
    }
}

/// How many seconds a restore takes at least.
fn takes(storage_class: Option<&str>, tier: &str) -> Result<i64, S3Error> {
    match (storage_class, tier) {
        (Some("GLACIER"), "Expedited") => Ok(MINUTE),
        (Some("GLACIER"), "Standard") => Ok(3 * HOUR),
        (Some("GLACIER"), "Bulk") => Ok(5 * HOUR),
        (Some("DEEP_ARCHIVE"), "Standard") => Ok(12 * HOUR),
        (Some("DEEP_ARCHIVE"), "Bulk") => Ok(48 * HOUR),
        (Some("DEEP_ARCHIVE"), "Expedited") => Err(S3Error::InvalidArgument {
            message: "Retrieval option is not supported by this storage class",
            name: "Tier",
            value: tier.to_owned(),
        }),
        (Some("GLACIER" | "DEEP_ARCHIVE"), _) => Err(S3Error::MalformedXml),
        _ => Err(NOT_RESTORABLE.told()),
    }
}

impl Object {
    /// Refuses to read what is archived and not restored.
    pub(super) fn check_readable(&self, now: Timestamp) -> Result<(), S3Error> {
        match self.archived(now) {
            Some(class) => Err(NOT_READABLE_WHILE_ARCHIVED.with([("StorageClass", class.to_owned())])),
            None => Ok(()),
        }
    }

    /// Refuses to copy what is archived and not restored.
    pub(super) fn check_copyable(&self, now: Timestamp) -> Result<(), S3Error> {
        match self.archived(now) {
            Some(class) => Err(SOURCE_IS_ARCHIVED.with([("StorageClass", class.to_owned())])),
            None => Ok(()),
        }
    }

    /// The class of an object that is archived and not restored.
    fn archived(&self, now: Timestamp) -> Option<&str> {
        let class = self.storage_class?;
        let is_archive = matches!(class, "GLACIER" | "DEEP_ARCHIVE");
        let is_restored = self.restore.is_some_and(|restore| restore.ready <= now && now < restore.expires);
        (is_archive && !is_restored).then_some(class)
    }

    /// The header `x-amz-restore`, where the object is being restored or has been.
    pub(super) fn restore_header(&self, now: Timestamp) -> Option<String> {
        let restore = self.restore.filter(|restore| now < restore.expires)?;
        Some(if restore.ready > now {
            "ongoing-request=\"true\"".to_owned()
        } else {
            let expires = restore.expires.format(TimestampFormat::HttpDate);
            format!("ongoing-request=\"false\", expiry-date=\"{expires}\"")
        })
    }

    /// The same as a listing tells it.
    pub(super) fn restore_status(&self, now: Timestamp) -> Option<RestoreStatus> {
        let restore = self.restore.filter(|restore| now < restore.expires)?;
        let is_ready = restore.ready <= now;
        Some(RestoreStatus {
            is_restore_in_progress: Some(!is_ready),
            restore_expiry_date: is_ready.then_some(restore.expires),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_there_for_some_days() {
        let at = |text| Timestamp::parse_any(text).expect("a moment");
        let restore = Restore { ready: at("2026-03-04T13:00:00Z"), expires: at("2026-03-06T00:00:00Z") };
        let class = Some("GLACIER");
        let object = Object { storage_class: class, restore: Some(restore), ..Object::default() };
        assert_eq!(midnight_after(at("2026-03-04T13:00:00Z"), 1), at("2026-03-06T00:00:00Z"));
        assert!(object.check_readable(at("2026-03-04T12:59:59Z")).is_err());
        assert!(object.check_readable(at("2026-03-04T13:00:00Z")).is_ok());
        assert!(object.check_copyable(at("2026-03-06T00:00:00Z")).is_err());
        let header = |text| object.restore_header(at(text));
        assert_eq!(header("2026-03-04T12:00:00Z").as_deref(), Some("ongoing-request=\"true\""));
        let done = "ongoing-request=\"false\", expiry-date=\"Fri, 06 Mar 2026 00:00:00 GMT\"";
        assert_eq!(header("2026-03-05T00:00:00Z").as_deref(), Some(done));
        assert_eq!(header("2026-03-06T00:00:00Z"), None);
    }
}
