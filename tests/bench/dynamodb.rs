//! DynamoDB: operations on tables of different sizes, each beside a bare server that answers as many bytes.

use super::load::{self, Rate};
use super::{ROUNDS, Server, bare_server, memory, ruststack};
use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use md5::{Digest, Md5};
use std::sync::OnceLock;
use std::time::Duration;

/// The sizes of the tables, in items.
const SIZES: [u64; 3] = [1_000, 100_000, 1_000_000];
/// How many items share a partition key, and how many a key of the index.
const PARTITION: u64 = 100;
const GROUP: u64 = 10;
/// How many connections fill a table.
const WRITERS: u64 = 16;

/// An operation that is measured: its name, its action, and the body of a request on a table of so many items, which
/// differs by a number.
struct Measured {
    name: &'static str,
    action: &'static str,
    body: fn(u64, u64) -> String,
}

const MEASURED: [Measured; 8] = [
    Measured {
        name: "GetItem",
        action: "GetItem",
        body: |size, n| format!(r#"{{{},"Key":{}}}"#, table(size), key(n % size)),
    },
    Measured {
        name: "PutItem",
        action: "PutItem",
        body: |size, n| format!(r#"{{{},"Item":{}}}"#, table(size), item(size, n % size)),
    },
    Measured {
        name: "UpdateItem, with a condition",
        action: "UpdateItem",
        body: |size, n| {
            format!(
                r#"{{{},"Key":{},"UpdateExpression":"SET seen = :s ADD visits :one","ConditionExpression":"attribute_exists(pk) AND points >= :zero","ExpressionAttributeValues":{{":s":{{"S":"today"}},":one":{{"N":"1"}},":zero":{{"N":"0"}}}}}}"#,
                table(size),
                key(n % size)
            )
        },
    },
    Measured {
        name: "Query of 100",
        action: "Query",
        body: |size, n| {
            format!(
                r#"{{{},"KeyConditionExpression":"pk = :pk","ExpressionAttributeValues":{{":pk":{{"S":"{}"}}}}}}"#,
                table(size),
                partition(n % size)
            )
        },
    },
    Measured {
        name: "Query of 10 in a global index",
        action: "Query",
        body: |size, n| {
            format!(
                r#"{{{},"IndexName":"by-group","KeyConditionExpression":"grp = :g","ExpressionAttributeValues":{{":g":{{"S":"{}"}}}}}}"#,
                table(size),
                group(size, n % size)
            )
        },
    },
    Measured {
        name: "Scan of 100, with a filter",
        action: "Scan",
        body: |size, n| {
            format!(
                r#"{{{},"Limit":100,"ExclusiveStartKey":{},"FilterExpression":"points < :n","ExpressionAttributeValues":{{":n":{{"N":"{}"}}}}}}"#,
                table(size),
                key(before_last(size, n % size)),
                size / 2
            )
        },
    },
    Measured {
        name: "BatchWriteItem of 25",
        action: "BatchWriteItem",
        body: |size, n| batch(size, (0..25).map(|step| (n * 25 + step) % size)),
    },
    Measured {
        name: "TransactWriteItems of 4",
        action: "TransactWriteItems",
        body: |size, n| {
            let puts = (0..4).map(|step| {
                format!(r#"{{"Put":{{{},"Item":{}}}}}"#, table(size), item(size, (n * 4 + step) % size))
            });
            format!(r#"{{"TransactItems":[{}]}}"#, puts.collect::<Vec<_>>().join(","))
        },
    },
];

/// Measures the operations whose names begin so, and prints.
pub(crate) fn measure(seconds: f64, named: &str) {
    let time = Duration::from_secs_f64(seconds);
    let bare = Server::start(&mut bare_server("bare"));
    let ours = Server::start(&mut ruststack());
    load::health(&ours.address);
    for size in SIZES {
        fill(&ours, size, true);
    }
    println!(
        "| operation | connections | bare hyper /s | of {} items /s | ratio | of {} items | of {} items |\n|---|---|---|---|---|---|---|",
        SIZES[0], SIZES[1], SIZES[2]
    );
    for measured in MEASURED.iter().filter(|measured| measured.name.starts_with(named)) {
        for connections in [1, 8, 64] {
            compare(measured, connections, (&bare.address, &ours.address), time);
        }
    }
    drop(ours);
    println!();
    for (name, has_index) in [("a table", false), ("a table with a global index", true)] {
        let fresh = Server::start(&mut ruststack());
        load::health(&fresh.address);
        let before = memory::resident(&fresh, "VmRSS");
        fill(&fresh, SIZES[2], has_index);
        let held = (memory::resident(&fresh, "VmRSS") - before) / SIZES[2] as f64 - ITEM_BYTES;
        println!("bytes an item beside its own, in {name} of 1,000,000: {held:.0}");
    }
}

/// Measures the bare server and the tables of all sizes in turn, so that what else the machine does counts for each, and
/// prints the medians: the rate at the smallest table as a ratio to the bare server's, those at the others to it.
fn compare(measured: &'static Measured, connections: usize, (bare, ours): (&str, &str), time: Duration) {
    let answer = length(ours, measured, SIZES[0]);
    let ask = |address: &str, path: String, size: u64| {
        load::run(address, connections, time, move |connection, number| {
            // Neighbouring numbers are spread over all items (the multiplier of SplitMix64).
            let n = (number * 64 + connection as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
            request(&path, measured.action, (measured.body)(size, n))
        })
    };
    let rounds: Vec<[Rate; 4]> = (0..ROUNDS)
        .map(|_| {
            let [first, second, third] = SIZES.map(|size| ask(ours, "/".to_owned(), size));
            [ask(bare, format!("/answer-{answer}"), SIZES[0]), first, second, third]
        })
        .collect();
    let of = |rate: fn(&[Rate; 4]) -> Rate| median(rounds.iter().map(rate).collect());
    println!(
        "| {} | {connections} | {:.0} | {:.0} | {:.2} | ×{:.2} | ×{:.2} |",
        measured.name,
        of(|round| round[0]),
        of(|round| round[1]),
        of(|round| round[1] / round[0]),
        of(|round| round[2] / round[1]),
        of(|round| round[3] / round[1]),
    );
}

fn median(mut rates: Vec<Rate>) -> Rate {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// How long the answer to one such request is.
fn length(address: &str, measured: &Measured, size: u64) -> u64 {
    load::runtime().block_on(async {
        let mut sender = load::connect(address).await;
        load::ask(&mut sender, request("/", measured.action, (measured.body)(size, 7))).await
    })
}

/// Makes a table of so many items, with a global index or without.
fn fill(server: &Server, size: u64, has_index: bool) {
    let address = &server.address;
    load::runtime().block_on(async {
        let mut sender = load::connect(address).await;
        let index = r#","GlobalSecondaryIndexes":[{"IndexName":"by-group","KeySchema":[{"AttributeName":"grp","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]"#;
        let (index, attribute) = if has_index {
            (index, r#",{"AttributeName":"grp","AttributeType":"S"}"#)
        } else {
            ("", "")
        };
        let create = format!(
            r#"{{{},"BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{{"AttributeName":"pk","AttributeType":"S"}},{{"AttributeName":"sk","AttributeType":"S"}}{attribute}],"KeySchema":[{{"AttributeName":"pk","KeyType":"HASH"}},{{"AttributeName":"sk","KeyType":"RANGE"}}]{index}}}"#,
            table(size)
        );
        load::ask(&mut sender, request("/", "CreateTable", create)).await;
        let writers = (0..WRITERS).map(|writer| {
            let address = address.clone();
            tokio::spawn(async move {
                let mut sender = load::connect(&address).await;
                for first in (writer * 25..size).step_by(25 * WRITERS as usize) {
                    let body = batch(size, first..(first + 25).min(size));
                    load::ask(&mut sender, request("/", "BatchWriteItem", body)).await;
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.expect("a writer ended early");
        }
    });
}

/// What DynamoDB counts for an item of [`item`]: names, texts, and a number of about three bytes.
const ITEM_BYTES: f64 = (2 + 12 + 2 + 8 + 3 + 9 + 6 + 3 + 7 + 100) as f64;

fn table(size: u64) -> String {
    format!(r#""TableName":"bench-{size}""#)
}

fn partition(number: u64) -> String {
    format!("user-{:07}", number / PARTITION)
}

/// The number of an item behind which another hundred follow in a scan: none of the partition that comes last, whose items
/// would make a page of a small table shorter than one of a large table.
fn before_last(size: u64, number: u64) -> u64 {
    static LAST: OnceLock<Vec<u64>> = OnceLock::new();
    let last = LAST.get_or_init(|| {
        let hash =
            |number: &u64| Md5::new_with_prefix("Outliers").chain_update(partition(*number)).finalize();
        let last = |size: u64| (0..size).step_by(PARTITION as usize).max_by_key(hash).unwrap_or_default();
        SIZES.map(last).to_vec()
    });
    let last = SIZES.iter().position(|known| *known == size).map_or(0, |place| last[place]);
    if number / PARTITION == last / PARTITION { (number + PARTITION) % size } else { number }
}

fn group(size: u64, number: u64) -> String {
    format!("g-{:07}", number % (size / GROUP))
}

fn key(number: u64) -> String {
    format!(r#"{{"pk":{{"S":"{}"}},"sk":{{"S":"item-{:03}"}}}}"#, partition(number), number % PARTITION)
}

fn item(size: u64, number: u64) -> String {
    let key = key(number);
    let group = group(size, number);
    let payload = "p".repeat(100);
    let own = &key[..key.len() - 1];
    format!(r#"{own},"grp":{{"S":"{group}"}},"points":{{"N":"{number}"}},"payload":{{"S":"{payload}"}}}}"#)
}

fn batch(size: u64, numbers: impl Iterator<Item = u64>) -> String {
    let puts = numbers.map(|number| format!(r#"{{"PutRequest":{{"Item":{}}}}}"#, item(size, number)));
    format!(r#"{{"RequestItems":{{"bench-{size}":[{}]}}}}"#, puts.collect::<Vec<_>>().join(","))
}

fn request(path: &str, action: &str, body: String) -> Request<Full<Bytes>> {
    let request = Request::post(path)
        .header("host", "localhost")
        .header("content-type", "application/x-amz-json-1.0")
        .header("x-amz-target", format!("DynamoDB_20120810.{action}"));
    request.body(Full::new(Bytes::from(body))).expect("a request")
}
