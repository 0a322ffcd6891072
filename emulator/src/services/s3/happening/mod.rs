//! What happens in a bucket is told to whom its notification configuration names.
//!
//! `kind` is what can happen, `record` the message that queues, topics and functions are sent, `bridge` the one of
//! EventBridge. Everything goes onto the emulator's event bus.
//!
//! Sources: S3 User Guide, "Amazon S3 Event Notifications" (event types, message structure) and "Using EventBridge"; the
//! order and presence of members as localstack's recordings of S3 show them
//! (tests/aws/services/s3/test_s3_notifications_{sqs,sns,eventbridge}.snapshot.json).

mod bridge;
mod kind;
mod record;

pub(super) use kind::Kind;

use super::S3;
use super::object::Object;
use super::state::Bucket;
use crate::events::Event;
use crate::gateway::Caller;
use ruststack_models::s3::types::{NotificationConfiguration, NotificationConfigurationFilter};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::sync::atomic::Ordering;

/// What happened to an object.
pub(super) struct Happening<'a> {
    pub(super) kind: Kind,
    pub(super) key: &'a str,
    /// The object, as far as it is there.
    pub(super) object: Option<&'a Object>,
    /// The version, where the bucket keeps them.
    pub(super) version_id: Option<&'a str>,
}

/// One who is to be told, by the configuration of this id.
struct Receiver<'a> {
    arn: &'a str,
    id: &'a str,
    events: &'a [String],
    filter: Option<&'a NotificationConfigurationFilter>,
}

impl S3 {
    /// Tells whom the bucket's configuration names.
    pub(super) fn happened(&self, caller: &Caller, bucket: &Bucket, what: &Happening<'_>) {
        let Some(configuration) = bucket.settings().notification.clone() else { return };
        let sequencer = self.sequencer(caller);
        for receiver in receivers(&configuration).filter(|receiver| receiver.wants(what)) {
            let body = record::message(self, caller, bucket, what, receiver.id, &sequencer);
            self.events.publish(event(caller, bucket, receiver.arn, body));
        }
        if configuration.event_bridge_configuration.is_some()
            && let Some(body) = bridge::message(caller, bucket, what, &sequencer)
        {
            let arn = format!("arn:aws:events:{}:{}:event-bus/default", bucket.region, bucket.owner);
            self.events.publish(event(caller, bucket, &arn, body));
        }
    }

    /// Tells that something else is said of a version, or happens to it.
    pub(super) fn described(
        &self,
        caller: &Caller,
        bucket: &Bucket,
        kind: Kind,
        key: &str,
        version_id: Option<&str>,
    ) {
        if let Ok(found) = bucket.find_described(key, version_id, "GET") {
            self.happened(caller, bucket, &found.happening(kind, key));
        }
    }

    /// Tells queues and topics of a new configuration that they will be told, which is how S3 tries them.
    pub(super) fn announce(
        &self,
        caller: &Caller,
        bucket: &Bucket,
        configuration: &NotificationConfiguration,
    ) {
        for receiver in receivers(configuration).filter(|receiver| !receiver.arn.contains(":lambda:")) {
            let body = json!({
                "Service": "Amazon S3",
                "Event": "s3:TestEvent",
                "Time": caller.now.iso8601_millis(),
                "Bucket": bucket.name,
                "RequestId": caller.ids.request_id,
                "HostId": caller.ids.host_id,
            });
            self.events.publish(event(caller, bucket, receiver.arn, body));
        }
    }

    /// What orders the events of a key: hexadecimal digits, greater with each event.
    fn sequencer(&self, caller: &Caller) -> String {
        let count = self.happenings.fetch_add(1, Ordering::Relaxed);
        format!("00{:08X}{:08X}", caller.now.seconds() & 0xFFFF_FFFF, count & 0xFFFF_FFFF)
    }

    /// The id by which events name an account, or who acts in it.
    fn principal_id(&self, account: &str) -> String {
        const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let digest = Sha256::digest(format!("principal of {account}"));
        let text =
            digest.iter().take(13).map(|byte| char::from(CAPITALS[usize::from(*byte) % CAPITALS.len()]));
        format!("A{}", text.collect::<String>())
    }
}

fn event(caller: &Caller, bucket: &Bucket, target: &str, body: serde_json::Value) -> Event {
    Event {
        source: "s3",
        account: bucket.owner.clone(),
        region: bucket.region.clone(),
        target: target.to_owned(),
        at: caller.now,
        subject: target.contains(":sns:").then_some("Amazon S3 Notification"),
        body,
    }
}

/// Everybody whom a configuration names.
fn receivers(configuration: &NotificationConfiguration) -> impl Iterator<Item = Receiver<'_>> {
    macro_rules! of {
        ($list:ident, $arn:ident) => {
            configuration.$list.iter().flatten().map(|one| Receiver {
                arn: one.$arn.as_deref().unwrap_or_default(),
                id: one.id.as_deref().unwrap_or_default(),
                events: one.events.as_deref().unwrap_or_default(),
                filter: one.filter.as_ref(),
            })
        };
    }
    of!(topic_configurations, topic_arn)
        .chain(of!(queue_configurations, queue_arn))
        .chain(of!(lambda_function_configurations, lambda_function_arn))
}

impl Receiver<'_> {
    fn wants(&self, what: &Happening<'_>) -> bool {
        let name = what.kind.name();
        let is_named = self.events.iter().any(|event| {
            let event = event.strip_prefix("s3:").unwrap_or(event);
            event == name || event.strip_suffix('*').is_some_and(|start| name.starts_with(start))
        });
        is_named && self.filter.is_none_or(|filter| passes(filter, what.key))
    }
}

/// Whether a key begins and ends as a filter says.
fn passes(filter: &NotificationConfigurationFilter, key: &str) -> bool {
    let rules = filter.key.as_ref().and_then(|key| key.filter_rules.as_deref()).unwrap_or_default();
    rules.iter().all(|rule| {
        let value = rule.value.as_deref().unwrap_or_default();
        match rule.name.as_deref() {
            Some(name) if name.eq_ignore_ascii_case("prefix") => key.starts_with(value),
            Some(name) if name.eq_ignore_ascii_case("suffix") => key.ends_with(value),
            _ => true,
        }
    })
}

/// Where the request came from.
fn source_ip(caller: &Caller) -> String {
    let address = caller.standing.as_ref().and_then(|standing| standing.source_ip);
    address.map_or_else(|| "127.0.0.1".to_owned(), |address| address.to_string())
}
