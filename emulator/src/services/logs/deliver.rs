//! How events come in, whoever sends them, and how subscription filters tell of them.
//!
//! Source of what is told: User Guide, "Log group-level subscription filters", "Example 2: Subscription filters with AWS
//! Lambda" (`awslogs`, `data`, and what that is when it is decoded).

use super::Logs;
use super::groups::STANDARD;
use super::store::{Contents, Draft, Group, Position, Settings};
use crate::events::Event;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::write::GzEncoder;
use ruststack_wire::Timestamp;
use serde_json::{Value as Json, json};
use std::io::Write;
use std::sync::Arc;

/// What a subscription filter lets through: its name, its destination, and the events in AWS's form.
struct Told {
    filter: String,
    target: String,
    events: Vec<Json>,
}

impl Logs {
    /// Writes the lines of another service into a stream, and makes the log group and the stream where they are not there.
    /// The times are milliseconds since 1970.
    pub fn deliver(
        &self,
        account: &str,
        region: &str,
        group: &str,
        stream: &str,
        events: Vec<(i64, String)>,
        now: Timestamp,
    ) {
        let found = self.space(account, region).group(group);
        let group = found.unwrap_or_else(|| {
            let space = self.space(account, region);
            let made =
                || Arc::new(Group::new(account, region, group, STANDARD, now.millis(), Settings::default()));
            space.groups_mut().entry(group.to_owned()).or_insert_with(made).clone()
        });
        group.write(now.millis()).make_stream(stream, now.millis());
        let drafts = events.into_iter().filter(|(_, message)| !message.is_empty());
        let drafts = drafts.map(|(timestamp, message)| Draft { timestamp: timestamp.max(0), message });
        // That somebody has deleted the stream in between is no matter: the lines go with it.
        let _ = self.store(&group, stream, drafts.collect(), now);
    }

    /// Adds events to a stream and tells those who have subscribed; `None` where the stream is not there.
    pub(super) fn store(
        &self,
        group: &Group,
        stream: &str,
        events: Vec<Draft>,
        now: Timestamp,
    ) -> Option<()> {
        let told = {
            let mut contents = group.write(now.millis());
            let places = contents.add(stream, events, now.millis())?;
            told(&contents, stream, &places)
        };
        for told in told {
            self.tell(group, stream, told, now);
        }
        Some(())
    }

    /// Publishes what a filter let through.
    fn tell(&self, group: &Group, stream: &str, told: Told, now: Timestamp) {
        let body = json!({
            "messageType": "DATA_MESSAGE",
            "owner": group.account,
            "logGroup": group.name,
            "logStream": stream,
            "subscriptionFilters": [told.filter],
            "logEvents": told.events,
        });
        self.events.publish(Event {
            source: "logs",
            account: group.account.clone(),
            region: group.region.clone(),
            target: self.target(group, &told.target),
            at: now,
            subject: None,
            body: json!({ "awslogs": { "data": BASE64.encode(zipped(&body)) } }),
        });
    }
}

/// What the subscription filters of a log group let through of the events that have just come.
fn told(contents: &Contents, stream: &str, places: &[Position]) -> Vec<Told> {
    let Some(stream) = contents.streams.get(stream) else { return Vec::new() };
    let filters = contents.settings.subscription_filters.iter();
    let told = filters.map(|(name, filter)| {
        let entries = places.iter().filter_map(|at| stream.at(*at).map(|entry| (at, entry)));
        let through = entries.filter(|(_, entry)| filter.pattern.matches(&entry.message));
        let events = through.map(|(at, entry)| {
            json!({ "id": at.number(stream.mark), "timestamp": at.timestamp, "message": &*entry.message })
        });
        let target = filter.shown.destination_arn.clone().unwrap_or_default();
        Told { filter: name.clone(), target, events: events.collect() }
    });
    told.filter(|told| !told.events.is_empty()).collect()
}

/// A text of JSON in gzip.
fn zipped(body: &Json) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(body.to_string().as_bytes());
    encoder.finish().unwrap_or_default()
}
