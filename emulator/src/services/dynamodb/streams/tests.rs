//! What a stream tells.

use super::record::Record;
use super::stream::{Stream, View, number_of, sequence_number};
use crate::events::Events;
use crate::services::dynamodb::expression::KeyType;
use crate::services::dynamodb::store::{Item, KeyAttribute, KeySchema};
use crate::services::dynamodb::value::{Attributes, Value};
use ruststack_wire::Timestamp;
use std::sync::Arc;

const ARN: &str = "arn:aws:dynamodb:us-east-1:111122223333:table/t";

fn item(attributes: &[(&str, &str)]) -> Item {
    let attributes: Attributes =
        attributes.iter().map(|(name, text)| (*name, Value::S((*text).to_owned()))).collect();
    Item::new(&attributes)
}

fn stream(view: View) -> Stream {
    let id = KeyAttribute { name: "id".to_owned(), kind: KeyType::S };
    let keys = KeySchema { hash: vec![id], range: Vec::new() };
    Stream::new(ARN, keys, view, Timestamp::from_millis(0), Arc::new(Events::default()))
}

/// The name, the size and whether there are images, of each record.
fn told(stream: &Stream, now: Timestamp) -> Vec<(String, i64, bool, bool)> {
    let log = stream.log(now);
    let wire = log.records.iter().map(|record: &Record| record.wire(stream));
    let told = wire.map(|record| {
        let change = record.dynamodb.expect("a change");
        let size = change.size_bytes.expect("a size");
        (record.event_name.expect("a name"), size, change.new_image.is_some(), change.old_image.is_some())
    });
    told.collect()
}

/// The sizes are those of AWS's records (localstack's test_dynamodb.snapshot.json, `batch_write_items_streaming`).
#[test]
fn records_have_the_sizes_of_aws() {
    let stream = stream(View::NewAndOldImages);
    let now = Timestamp::from_millis(5_000);
    let (fred, named) = (item(&[("id", "Fred")]), item(&[("id", "Fred"), ("name", "Fred")]));
    let key = item(&[("id", "NewKey")]);
    stream.tell(None, Some(&fred), now, false);
    stream.tell(None, Some(&key), now, false);
    stream.tell(Some(&key), None, now, false);
    stream.tell(Some(&fred), Some(&named), now, false);
    stream.tell(Some(&named), Some(&named), now, false);
    let expected = [
        ("INSERT", 12, true, false),
        ("INSERT", 16, true, false),
        ("REMOVE", 16, false, true),
        ("MODIFY", 26, true, true),
    ];
    let expected = expected.map(|(name, size, new, old)| (name.to_owned(), size, new, old));
    assert_eq!(told(&stream, now), expected);
}

#[test]
fn a_view_shows_what_it_says() {
    let now = Timestamp::from_millis(5_000);
    for (view, size, new, old) in [
        (View::KeysOnly, 6, false, false),
        (View::NewImage, 20, true, false),
        (View::OldImage, 12, false, true),
    ] {
        let stream = stream(view);
        let (fred, named) = (item(&[("id", "Fred")]), item(&[("id", "Fred"), ("name", "Fred")]));
        stream.tell(Some(&fred), Some(&named), now, false);
        assert_eq!(told(&stream, now), [("MODIFY".to_owned(), size, new, old)], "{view:?}");
    }
}

#[test]
fn changes_are_kept_for_a_day() {
    let stream = stream(View::KeysOnly);
    let fred = item(&[("id", "Fred")]);
    stream.tell(None, Some(&fred), Timestamp::from_millis(0), false);
    stream.tell(Some(&fred), None, Timestamp::from_millis(0).plus_seconds(3600), true);
    let next_day = Timestamp::from_millis(0).plus_seconds(24 * 3600 + 1);
    assert_eq!(told(&stream, next_day).len(), 1);
    assert_eq!(stream.log(next_day).first, 1);
    assert_eq!(stream.log(next_day).next(), 2);
    let identity = stream.log(next_day).records[0].wire(&stream).user_identity.expect("who");
    assert_eq!(identity.principal_id.as_deref(), Some("dynamodb.amazonaws.com"));
    stream.close(next_day);
    stream.tell(None, Some(&fred), next_day, false);
    assert_eq!(stream.log(next_day).next(), 2);
}

#[test]
fn sequence_numbers_have_21_digits() {
    assert_eq!(sequence_number(7), "100000000000000000007");
    assert_eq!(number_of(&sequence_number(7)), Some(7));
    assert_eq!(number_of("7"), None);
}

#[test]
fn each_change_is_published_for_who_listens_to_the_stream() {
    let events = Arc::new(Events::default());
    let id = KeyAttribute { name: "id".to_owned(), kind: KeyType::S };
    let keys = KeySchema { hash: vec![id], range: Vec::new() };
    let stream = Stream::new(ARN, keys, View::NewImage, Timestamp::from_millis(0), events.clone());
    stream.tell(None, Some(&item(&[("id", "Fred")])), Timestamp::from_millis(1_500), false);
    let recent = events.recent();
    let event = recent.first().expect("an event");
    assert_eq!((event.source, event.target.as_str()), ("dynamodb", stream.arn.as_str()));
    assert_eq!(event.body["eventName"], "INSERT");
    assert_eq!(event.body["eventSourceARN"], stream.arn);
    assert_eq!(event.body["dynamodb"]["NewImage"]["id"]["S"], "Fred");
    assert_eq!(event.body["dynamodb"]["ApproximateCreationDateTime"], 1);
}
