//! Many callers at once: a condition lets one write pass, nothing is lost, and a transaction is never seen half.

use super::{Aws, block_on};
use serde_json::json;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

const CLIENTS: usize = 64;

/// Has every client call at the same moment, and gives the statuses.
fn race(aws: &Aws, call: impl Fn(usize) -> (&'static str, serde_json::Value) + Sync) -> Vec<u16> {
    let barrier = Barrier::new(CLIENTS);
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let (barrier, call) = (&barrier, &call);
                scope.spawn(move || {
                    let (action, body) = call(number);
                    barrier.wait();
                    block_on(aws.call(action, body)).0
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().expect("a client")).collect()
    })
}

#[test]
fn one_of_many_first_writers_wins() {
    let aws = block_on(Aws::start());
    let statuses = race(&aws, |number| {
        let item = json!({"pk": {"S": "a"}, "sk": {"N": "1"}, "who": {"N": number.to_string()}});
        (
            "PutItem",
            json!({"TableName": "items", "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}),
        )
    });
    let won: Vec<usize> = (0..CLIENTS).filter(|number| statuses[*number] == 200).collect();
    assert_eq!(won.len(), 1, "{statuses:?}");
    let key = json!({"pk": {"S": "a"}, "sk": {"N": "1"}});
    let got = block_on(aws.must("GetItem", json!({"TableName": "items", "Key": key})));
    assert_eq!(got["Item"]["who"]["N"], won[0].to_string());
}

#[test]
fn each_of_many_increments_counts() {
    let aws = block_on(Aws::start());
    let key = json!({"pk": {"S": "a"}, "sk": {"N": "1"}});
    // Each compares and sets what it has read, until that succeeds: as an optimistic lock does.
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..16 {
                    loop {
                        let got = block_on(aws.must(
                            "GetItem",
                            json!({"TableName": "items", "Key": key, "ConsistentRead": true}),
                        ));
                        let seen = got["Item"]["count"]["N"].as_str().unwrap_or("0").to_owned();
                        let next = (seen.parse::<u32>().expect("a number") + 1).to_string();
                        let (status, _) = block_on(aws.call(
                            "UpdateItem",
                            json!({
                                "TableName": "items", "Key": key, "UpdateExpression": "SET #c = :next",
                                "ConditionExpression": "attribute_not_exists(#c) OR #c = :seen",
                                "ExpressionAttributeNames": {"#c": "count"},
                                "ExpressionAttributeValues": {":seen": {"N": seen}, ":next": {"N": next}},
                            }),
                        ));
                        if status == 200 {
                            break;
                        }
                    }
                }
            });
        }
    });
    let got = block_on(aws.must("GetItem", json!({"TableName": "items", "Key": key})));
    assert_eq!(got["Item"]["count"]["N"], (8 * 16).to_string());
}

#[test]
fn no_reader_sees_half_a_transaction() {
    let aws = block_on(Aws::start());
    let key = |number: usize| json!({"pk": {"S": format!("account-{number}")}, "sk": {"N": "0"}});
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 0..200 {
                let puts: Vec<_> = (0..4)
                    .map(|number| {
                        let mut item = key(number);
                        item["round"] = json!({"N": round.to_string()});
                        json!({"Put": {"TableName": "items", "Item": item}})
                    })
                    .collect();
                block_on(aws.must("TransactWriteItems", json!({"TransactItems": puts})));
            }
            is_over.store(true, Ordering::Relaxed);
        });
        for _ in 0..2 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let gets: Vec<_> = (0..4)
                        .map(|number| json!({"Get": {"TableName": "items", "Key": key(number)}}))
                        .collect();
                    let got = block_on(aws.must("TransactGetItems", json!({"TransactItems": gets})));
                    let rounds: Vec<_> =
                        (0..4).map(|number| got["Responses"][number]["Item"]["round"]["N"].clone()).collect();
                    assert!(rounds.iter().all(|round| *round == rounds[0]), "{rounds:?}");
                }
            });
        }
        writer.join().expect("the writer");
    });
}
