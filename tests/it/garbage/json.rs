//! Bodies of the JSON protocols: as the model has them, with some members left out and some of another type.

use super::TEXTS;
use fastrand::Rng;
use ruststack_wire::shape::{Kind, Shape};
use serde_json::{Map, Value as Json, json};

/// Words of DynamoDB, so that requests come far enough to go wrong late.
const WORDS: [&str; 22] = [
    "items",
    "items",
    "items",
    "arn:aws:dynamodb:us-east-1:000000000000:table/items",
    "pk",
    "sk",
    "by-n",
    ":v",
    "#a",
    "a",
    "1",
    "-1.5e3",
    "pk = :v",
    "a = :v AND attribute_exists(#a)",
    "SET a = :v REMOVE b[0]",
    "((a = :v",
    "a, b[1].c",
    "SELECT * FROM items WHERE pk = 'a'",
    "INSERT INTO items VALUE {'pk': 'a', 'sk': ?}",
    "2026-11-21T00:00:00Z",
    "AQI=",
    "{\"Version\": \"2012-10-17\"}",
];

/// How deep a document goes.
const DEEPEST: usize = 7;

/// A value of a shape, or now and then of another.
pub(super) fn value(random: &mut Rng, shape: &'static Shape, depth: usize) -> Json {
    if random.u8(..) < 4 {
        let odd = [json!(null), json!([]), json!({}), json!("x"), json!(1e300), json!(true), json!(-1)];
        return odd[random.usize(..odd.len())].clone();
    }
    match &shape.kind {
        Kind::Structure { .. } if depth < DEEPEST => structure(random, shape, depth),
        Kind::List { member, .. } if depth < DEEPEST => {
            (0..random.usize(..3)).map(|_| value(random, member.shape, depth + 1)).collect()
        }
        Kind::Map { value: member, .. } if depth < DEEPEST => {
            let names = ["pk", "sk", "a", ":v", "#a", "items", ""];
            let entries = (0..random.usize(..4)).map(|_| {
                (names[random.usize(..names.len())].to_owned(), value(random, member.shape, depth + 1))
            });
            Json::Object(entries.collect::<Map<String, Json>>())
        }
        Kind::Structure { .. } | Kind::Map { .. } => json!({}),
        Kind::List { .. } => json!([]),
        Kind::Boolean => random.bool().into(),
        Kind::Integer | Kind::Long => [0, 1, 5, -1, i64::from(i32::MAX)][random.usize(..5)].into(),
        Kind::Float | Kind::Double | Kind::Timestamp(_) => [0.0, 1.5, -1.0, 1.8e9][random.usize(..4)].into(),
        Kind::String(values) if !values.is_empty() && random.u8(..) > 20 => {
            values[random.usize(..values.len())].into()
        }
        _ if random.u8(..) < 40 => TEXTS[random.usize(..TEXTS.len())].into(),
        _ => WORDS[random.usize(..WORDS.len())].into(),
    }
}

/// Few structures have all members; those of one member of many, such as a value of an item, most often have one.
fn structure(random: &mut Rng, shape: &'static Shape, depth: usize) -> Json {
    let members = shape.members();
    let mut object = Map::new();
    if shape.name == "AttributeValue" && random.u8(..) > 10 {
        let member = &members[random.usize(..members.len())];
        object.insert(member.wire_name().to_owned(), value(random, member.shape, depth + 1));
        return object.into();
    }
    for member in members {
        if member.required && random.u8(..) > 10 || random.usize(..members.len().max(6)) < 2 {
            object.insert(member.wire_name().to_owned(), value(random, member.shape, depth + 1));
        }
    }
    object.into()
}
