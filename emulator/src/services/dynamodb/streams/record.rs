//! A change in a stream, for readers of the stream and for those who listen to events.

use super::stream::{Stream, sequence_number};
use crate::services::dynamodb::attribute::to_wire;
use crate::services::dynamodb::store::Item;
use crate::services::dynamodb::value::{Attributes, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_models::dynamodbstreams::types::{Identity, Record as WireRecord, StreamRecord};
use ruststack_wire::Timestamp;
use serde_json::{Map, Value as Json, json};

/// A change: what was in a place, and what is.
pub(super) struct Record {
    pub(super) number: u64,
    pub(super) id: String,
    pub(super) at: Timestamp,
    pub(super) old: Option<Item>,
    pub(super) new: Option<Item>,
    /// Whether the item went because its time was over.
    pub(super) has_expired: bool,
}

/// What is told of a change.
struct Told {
    keys: Attributes,
    new: Option<Attributes>,
    old: Option<Attributes>,
    size: usize,
}

impl Record {
    fn name(&self) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => "INSERT",
            (Some(_), Some(_)) => "MODIFY",
            (Some(_), None) => "REMOVE",
        }
    }

    fn told(&self, stream: &Stream) -> Told {
        let any = self.new.as_ref().or(self.old.as_ref());
        let keys = any.map(|item| item.only(|name| stream.keys.has(name))).unwrap_or_default();
        let new = self.new.as_ref().filter(|_| stream.view.shows_new());
        let old = self.old.as_ref().filter(|_| stream.view.shows_old());
        let size = keys.size() + new.map_or(0, Item::size) + old.map_or(0, Item::size);
        Told { keys, new: new.map(Item::attributes), old: old.map(Item::attributes), size }
    }

    /// How many bytes of the answer of GetRecords it takes.
    pub(super) fn size(&self, stream: &Stream) -> usize {
        self.told(stream).size
    }

    /// The record as readers get it.
    pub(super) fn wire(&self, stream: &Stream) -> WireRecord {
        let told = self.told(stream);
        WireRecord {
            event_id: Some(self.id.clone()),
            event_name: Some(self.name().to_owned()),
            event_version: Some("1.1".to_owned()),
            event_source: Some("aws:dynamodb".to_owned()),
            aws_region: Some(stream.region.clone()),
            dynamodb: Some(StreamRecord {
                approximate_creation_date_time: Some(self.at),
                keys: Some(to_wire(told.keys)),
                new_image: told.new.map(to_wire),
                old_image: told.old.map(to_wire),
                sequence_number: Some(sequence_number(self.number)),
                size_bytes: i64::try_from(told.size).ok(),
                stream_view_type: Some(stream.view.name().to_owned()),
            }),
            user_identity: self.has_expired.then(|| Identity {
                principal_id: Some("dynamodb.amazonaws.com".to_owned()),
                r#type: Some("Service".to_owned()),
            }),
        }
    }

    /// The record as functions get it, which also says whose it is.
    pub(super) fn event(&self, stream: &Stream) -> Json {
        let told = self.told(stream);
        let mut change = json!({
            "ApproximateCreationDateTime": self.at.seconds(),
            "Keys": shown(&told.keys),
            "SequenceNumber": sequence_number(self.number),
            "SizeBytes": told.size,
            "StreamViewType": stream.view.name(),
        });
        if let Some(new) = &told.new {
            change["NewImage"] = shown(new);
        }
        if let Some(old) = &told.old {
            change["OldImage"] = shown(old);
        }
        let mut event = json!({
            "eventID": self.id,
            "eventName": self.name(),
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": stream.region,
            "dynamodb": change,
            "eventSourceARN": stream.arn,
        });
        if self.has_expired {
            event["userIdentity"] = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
        }
        event
    }
}

fn shown(attributes: &Attributes) -> Json {
    let members = attributes.iter().map(|(name, value)| (name.to_owned(), value_shown(value)));
    Json::Object(members.collect::<Map<_, _>>())
}

/// A value in DynamoDB's JSON. Values nest no deeper than an item may.
pub(in crate::services::dynamodb) fn value_shown(value: &Value) -> Json {
    match value {
        Value::S(text) => json!({ "S": text }),
        Value::N(number) => json!({ "N": number.to_string() }),
        Value::B(bytes) => json!({ "B": STANDARD.encode(bytes) }),
        Value::Bool(value) => json!({ "BOOL": value }),
        Value::Null => json!({ "NULL": true }),
        Value::Ss(texts) => json!({ "SS": texts }),
        Value::Ns(numbers) => json!({ "NS": numbers.iter().map(ToString::to_string).collect::<Vec<_>>() }),
        Value::Bs(binaries) => {
            json!({ "BS": binaries.iter().map(|bytes| STANDARD.encode(bytes)).collect::<Vec<_>>() })
        }
        Value::L(values) => json!({ "L": values.iter().map(value_shown).collect::<Vec<_>>() }),
        Value::M(entries) => json!({ "M": shown(entries) }),
    }
}
