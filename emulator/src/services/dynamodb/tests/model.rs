//! Random sequences of operations against a plain model of a table with indexes: a sorted map that is looked through.

use super::{Aws, block_on};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What the model keeps of an item.
#[derive(Debug, Clone, PartialEq)]
struct Kept {
    n: Option<i32>,
    g: Option<u8>,
    visits: i32,
}

/// An operation on a table of few keys, so that sequences meet themselves.
#[derive(Debug, Clone)]
enum Step {
    Put { key: Key, n: Option<i32>, g: Option<u8>, only_new: bool },
    Delete { key: Key },
    Visit { key: Key, by: i32, above: Option<i32> },
    Query { pk: u8, from: i32, to: i32, backward: bool, limit: usize },
    ByN { pk: u8, at_least: i32, backward: bool },
    ByG { g: u8, limit: usize },
    Scan { limit: usize, above: i32 },
    Swap { one: Key, other: Key },
}

type Key = (u8, i32);
type Model = BTreeMap<Key, Kept>;

fn key() -> impl Strategy<Value = Key> {
    (0..3_u8, -2..4_i32)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (key(), proptest::option::of(-3..3_i32), proptest::option::of(0..2_u8), any::<bool>())
            .prop_map(|(key, n, g, only_new)| Step::Put { key, n, g, only_new }),
        1 => key().prop_map(|key| Step::Delete { key }),
        2 => (key(), -2..3_i32, proptest::option::of(-2..3_i32))
            .prop_map(|(key, by, above)| Step::Visit { key, by, above }),
        2 => (0..3_u8, -2..4_i32, -2..4_i32, any::<bool>(), 1..5_usize)
            .prop_map(|(pk, from, to, backward, limit)| Step::Query { pk, from, to, backward, limit }),
        1 => (0..3_u8, -3..3_i32, any::<bool>())
            .prop_map(|(pk, at_least, backward)| Step::ByN { pk, at_least, backward }),
        1 => (0..2_u8, 1..4_usize).prop_map(|(g, limit)| Step::ByG { g, limit }),
        1 => (1..8_usize, -2..3_i32).prop_map(|(limit, above)| Step::Scan { limit, above }),
        1 => (key(), key()).prop_map(|(one, other)| Step::Swap { one, other }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_table_answers_as_the_model_does(steps in proptest::collection::vec(step(), 1..60)) {
        block_on(async {
            let aws = Aws::start().await;
            let mut model = Model::new();
            for step in &steps {
                take(&aws, &mut model, step).await;
            }
            let counted = aws.must("DescribeTable", json!({"TableName": "items"})).await;
            assert_eq!(counted["Table"]["ItemCount"], model.len());
            let in_index = model.values().filter(|kept| kept.n.is_some() && kept.g.is_some()).count();
            assert_eq!(counted["Table"]["GlobalSecondaryIndexes"][0]["ItemCount"], in_index);
        });
    }
}

fn number(number: i32) -> Json {
    json!({"N": number.to_string()})
}

fn key_of((pk, sk): Key) -> Json {
    json!({"pk": {"S": format!("p{pk}")}, "sk": number(sk)})
}

fn item_of(key: Key, kept: &Kept) -> Json {
    let mut item = key_of(key);
    item["visits"] = number(kept.visits);
    if let Some(n) = kept.n {
        item["n"] = number(n);
    }
    if let Some(g) = kept.g {
        item["g"] = json!({"S": format!("g{g}")});
    }
    item
}

/// Does a step on both, and compares.
async fn take(aws: &Aws, model: &mut Model, step: &Step) {
    match step.clone() {
        Step::Put { key, n, g, only_new } => put(aws, model, key, Kept { n, g, visits: 0 }, only_new).await,
        Step::Delete { key } => {
            let answer = aws
                .must(
                    "DeleteItem",
                    json!({"TableName": "items", "Key": key_of(key), "ReturnValues": "ALL_OLD"}),
                )
                .await;
            let was = model.remove(&key).map(|kept| item_of(key, &kept));
            assert_eq!(answer.get("Attributes"), was.as_ref());
        }
        Step::Visit { key, by, above } => visit(aws, model, key, by, above).await,
        Step::Query { pk, from, to, backward, limit } => {
            let condition = "pk = :p AND sk BETWEEN :from AND :to";
            let values = json!({":p": {"S": format!("p{pk}")}, ":from": number(from), ":to": number(to)});
            let query = json!({
                "TableName": "items", "KeyConditionExpression": condition, "ExpressionAttributeValues": values,
                "ScanIndexForward": !backward,
            });
            if from > to {
                let (status, _) = aws.call("Query", query).await;
                return assert_eq!(status, 400);
            }
            let mut wanted: Vec<Json> =
                model.range((pk, from)..=(pk, to)).map(|(key, kept)| item_of(*key, kept)).collect();
            if backward {
                wanted.reverse();
            }
            assert_eq!(pages(aws, "Query", query, limit).await, wanted);
        }
        Step::ByN { pk, at_least, backward } => {
            let query = json!({
                "TableName": "items", "IndexName": "by-n", "KeyConditionExpression": "pk = :p AND n >= :n",
                "ExpressionAttributeValues": {":p": {"S": format!("p{pk}")}, ":n": number(at_least)},
                "ScanIndexForward": !backward, "ConsistentRead": true,
            });
            let mut wanted: Vec<(i32, Json)> = model
                .range((pk, i32::MIN)..=(pk, i32::MAX))
                .filter_map(|(key, kept)| Some((kept.n.filter(|n| *n >= at_least)?, item_of(*key, kept))))
                .collect();
            wanted.sort_by_key(|(n, _)| *n);
            if backward {
                wanted.reverse();
            }
            let found = pages(aws, "Query", query, 100).await;
            assert_eq!(found, wanted.into_iter().map(|(_, item)| item).collect::<Vec<_>>());
        }
        Step::ByG { g, limit } => by_g(aws, model, g, limit).await,
        Step::Scan { limit, above } => {
            let scan = json!({
                "TableName": "items", "FilterExpression": "visits > :above",
                "ExpressionAttributeValues": {":above": number(above)},
            });
            let wanted = model.iter().filter(|(_, kept)| kept.visits > above);
            let found = pages(aws, "Scan", scan, limit).await;
            assert_eq!(sorted(found), sorted(wanted.map(|(key, kept)| item_of(*key, kept)).collect()));
        }
        Step::Swap { one, other } => swap(aws, model, one, other).await,
    }
}

async fn put(aws: &Aws, model: &mut Model, key: Key, kept: Kept, only_new: bool) {
    let mut put = json!({"TableName": "items", "Item": item_of(key, &kept)});
    if only_new {
        put["ConditionExpression"] = "attribute_not_exists(pk)".into();
    }
    let (status, answer) = aws.call("PutItem", put).await;
    if only_new && model.contains_key(&key) {
        assert_eq!(answer["message"], "The conditional request failed");
        return assert_eq!(status, 400);
    }
    assert_eq!(status, 200, "{answer}");
    model.insert(key, kept);
}

async fn visit(aws: &Aws, model: &mut Model, key: Key, by: i32, above: Option<i32>) {
    let mut update = json!({
        "TableName": "items", "Key": key_of(key), "UpdateExpression": "ADD visits :by",
        "ExpressionAttributeValues": {":by": number(by)}, "ReturnValues": "ALL_NEW",
    });
    if let Some(above) = above {
        update["ConditionExpression"] = "visits > :above".into();
        update["ExpressionAttributeValues"][":above"] = number(above);
    }
    let (status, answer) = aws.call("UpdateItem", update).await;
    let holds = above.is_none_or(|above| model.get(&key).is_some_and(|kept| kept.visits > above));
    assert_eq!(status, if holds { 200 } else { 400 }, "{answer}");
    if holds {
        let kept = model.entry(key).or_insert(Kept { n: None, g: None, visits: 0 });
        kept.visits += by;
        assert_eq!(answer["Attributes"], item_of(key, kept));
    }
}

/// In a global index, items of equal sort keys come in any order, and only keys are shown.
async fn by_g(aws: &Aws, model: &Model, g: u8, limit: usize) {
    let query = json!({
        "TableName": "items", "IndexName": "by-g", "KeyConditionExpression": "g = :g",
        "ExpressionAttributeValues": {":g": {"S": format!("g{g}")}},
    });
    let found = pages(aws, "Query", query, limit).await;
    let numbers: Vec<i32> = found
        .iter()
        .map(|item| item["n"]["N"].as_str().expect("a number").parse().expect("a number"))
        .collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    let wanted = model.iter().filter(|(_, kept)| kept.g == Some(g) && kept.n.is_some());
    let wanted = wanted.map(|(key, kept)| {
        let mut item = item_of(*key, kept);
        item.as_object_mut().expect("an item").remove("visits");
        item
    });
    assert_eq!(sorted(found), sorted(wanted.collect()));
}

/// A transaction that wants the first to be there, deletes it and puts the other.
async fn swap(aws: &Aws, model: &mut Model, one: Key, other: Key) {
    let kept = Kept { n: Some(0), g: Some(0), visits: 7 };
    let delete = json!({"Delete": {
        "TableName": "items", "Key": key_of(one), "ConditionExpression": "attribute_exists(pk)"
    }});
    let put = json!({"Put": {"TableName": "items", "Item": item_of(other, &kept)}});
    let (status, answer) = aws.call("TransactWriteItems", json!({"TransactItems": [delete, put]})).await;
    if one == other {
        return assert_eq!(status, 400, "{answer}");
    }
    assert_eq!(status == 200, model.contains_key(&one), "{answer}");
    if model.remove(&one).is_some() {
        model.insert(other, kept);
    }
}

/// All items of all pages. A page holds as many as its limit lets it, before the filter.
async fn pages(aws: &Aws, action: &str, mut request: Json, limit: usize) -> Vec<Json> {
    request["Limit"] = limit.into();
    let mut items = Vec::new();
    loop {
        let mut page = aws.must(action, request.clone()).await;
        assert_eq!(page["Count"], page["Items"].as_array().map_or(0, Vec::len));
        items.extend(page["Items"].as_array_mut().map(std::mem::take).unwrap_or_default());
        if page["LastEvaluatedKey"].is_null() {
            assert!(page["ScannedCount"].as_u64() < Some(limit as u64));
            return items;
        }
        assert_eq!(page["ScannedCount"], limit);
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"].take();
    }
}

fn sorted(mut items: Vec<Json>) -> Vec<String> {
    let text = |item: Json| {
        let members: BTreeMap<&str, String> = item
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.as_str(), value.to_string()))
            .collect();
        format!("{members:?}")
    };
    let mut texts: Vec<String> = items.drain(..).map(text).collect();
    texts.sort_unstable();
    texts
}
