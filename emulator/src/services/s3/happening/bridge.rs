//! The message that EventBridge is sent.
//!
//! Source: S3 User Guide, "EventBridge event message structure".

use super::{Happening, source_ip};
use crate::gateway::Caller;
use crate::services::s3::state::Bucket;
use ruststack_wire::shape::TimestampFormat;
use serde_json::{Map, Value as Json, json};

/// The message.
pub(super) fn message(
    caller: &Caller,
    bucket: &Bucket,
    what: &Happening<'_>,
    sequencer: &str,
) -> Option<Json> {
    let (detail_type, reason) = what.kind.detail_type();
    let mut object = Map::new();
    object.insert("key".into(), what.key.into());
    if let Some(found) = what.object {
        if what.kind.tells_size() {
            object.insert("size".into(), found.content.len().into());
        }
        object.insert("etag".into(), found.etag.to_string().into());
    }
    if let Some(version_id) = what.version_id {
        object.insert("version-id".into(), version_id.into());
    }
    if what.kind.has_sequencer() {
        object.insert("sequencer".into(), sequencer.into());
    }
    let mut detail = Map::new();
    detail.insert("version".into(), "0".into());
    detail.insert("bucket".into(), json!({"name": bucket.name}));
    detail.insert("object".into(), object.into());
    detail.insert("request-id".into(), caller.ids.request_id.clone().into());
    if what.kind.is_own() {
        detail.insert("requester".into(), "s3.amazonaws.com".into());
    } else {
        detail.insert("requester".into(), caller.account.clone().into());
        detail.insert("source-ip-address".into(), source_ip(caller).into());
    }
    if let Some(reason) = reason {
        detail.insert("reason".into(), reason.into());
    }
    if let Some(deletion) = what.kind.deletion_type() {
        detail.insert("deletion-type".into(), deletion.into());
    }
    if matches!(what.kind, super::Kind::RestorePost) {
        let class = what.object.and_then(|object| object.storage_class)?;
        detail.insert("source-storage-class".into(), class.into());
    }
    Some(json!({
        "version": "0",
        "id": caller.fresh.uuid(),
        "detail-type": detail_type,
        "source": "aws.s3",
        "account": bucket.owner,
        "time": caller.now.whole_seconds().format(TimestampFormat::Iso8601),
        "region": bucket.region,
        "resources": [bucket.arn(None)],
        "detail": detail,
    }))
}
