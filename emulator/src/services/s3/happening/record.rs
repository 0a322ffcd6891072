//! The message that queues, topics and functions are sent: a list of one record.

use super::{Happening, source_ip};
use crate::gateway::Caller;
use crate::services::s3::S3;
use crate::services::s3::listing::url_encode;
use crate::services::s3::state::Bucket;
use serde_json::{Map, Value as Json, json};

/// Who acts where S3 itself does.
const OWN: &str = "s3.amazonaws.com";

/// The message, for the configuration of this id.
pub(super) fn message(
    s3: &S3,
    caller: &Caller,
    bucket: &Bucket,
    what: &Happening<'_>,
    configuration_id: &str,
    sequencer: &str,
) -> Json {
    let is_own = what.kind.is_own();
    let record = json!({
        "eventVersion": what.kind.version(),
        "eventSource": "aws:s3",
        "awsRegion": bucket.region,
        "eventTime": caller.now.iso8601_millis(),
        "eventName": what.kind.name(),
        "userIdentity": {"principalId": if is_own { OWN.to_owned() } else { s3.principal_id(&caller.account) }},
        "requestParameters": {"sourceIPAddress": if is_own { OWN.to_owned() } else { source_ip(caller) }},
        "responseElements": {"x-amz-request-id": caller.ids.request_id, "x-amz-id-2": caller.ids.host_id},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {
                "name": bucket.name,
                "ownerIdentity": {"principalId": s3.principal_id(&bucket.owner)},
                "arn": bucket.arn(None),
            },
            "object": object(what, sequencer),
        },
    });
    json!({"Records": [record]})
}

/// The object: its key is URL-encoded, with `+` for blanks.
fn object(what: &Happening<'_>, sequencer: &str) -> Map<String, Json> {
    let mut shown = Map::new();
    shown.insert("key".into(), url_encode(what.key).into());
    if let Some(object) = what.object {
        if what.kind.tells_size() {
            shown.insert("size".into(), object.content.len().into());
        }
        shown.insert("eTag".into(), object.etag.to_string().into());
    }
    if let Some(version_id) = what.version_id {
        shown.insert("versionId".into(), version_id.into());
    }
    if what.kind.has_sequencer() {
        shown.insert("sequencer".into(), sequencer.into());
    }
    shown
}
