//! What part of a table a condition reads. The cases of ranges that overlap are those of
//! github.com/paritysuite/dynamodb-conformance, tests/tier2/partiql/whereOverlap.test.ts.

use super::super::ranges::{Range, ranges};
use super::{n, read, s, sentence};
use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::expression::KeyType;
use crate::services::dynamodb::store::{KeyAttribute, KeySchema, Place, begin, write_key_value};
use crate::services::dynamodb::value::Value;

fn of(filter: &str) -> Result<Option<Vec<Range>>, DynamoDbError> {
    let key = |name: &str, kind| vec![KeyAttribute { name: name.to_owned(), kind }];
    let keys = KeySchema { hash: key("pk", KeyType::S), range: key("sk", KeyType::N) };
    let read = read(&format!("SELECT * FROM t WHERE {filter}"));
    ranges(&read.filter.expect("a filter"), &keys)
}

/// The values from 0 to 9 that the ranges of each partition have.
fn found(filter: &str) -> Vec<(Value, String)> {
    let ranges = of(filter).expect("no overlap").expect("ranges");
    let has = |range: &Range, digit: &u8| {
        let (partition, mut rest) = begin(&[&range.hash]);
        write_key_value(&mut rest, &n(&digit.to_string()));
        range.span.has(&Place { partition, rest: rest.into() })
    };
    let digits =
        |range: &Range| (0..10).filter(|digit| has(range, digit)).map(|digit| digit.to_string()).collect();
    ranges.iter().map(|range| (range.hash.clone(), digits(range))).collect()
}

#[test]
fn an_equality_on_the_partition_key_reads_one_partition() {
    for (filter, digits) in [
        ("pk = 'a'", "0123456789"),
        ("'a' = pk AND x = 1", "0123456789"),
        ("pk = 'a' AND sk = 3", "3"),
        ("pk = 'a' AND sk > 3", "456789"),
        ("pk = 'a' AND 3 >= sk", "0123"),
        ("(pk = 'a' AND sk > 3) AND sk < 6", "45"),
        ("pk = 'a' AND sk BETWEEN 2 AND 4", "234"),
        ("pk = 'a' AND NOT sk = 3", "0123456789"),
        ("pk = 'a' AND (sk = 1 OR x = 1)", "0123456789"),
    ] {
        assert_eq!(found(filter), [(s("a"), digits.to_owned())], "{filter}");
    }
}

#[test]
fn alternatives_read_each_their_part() {
    let part = |hash: &str, digits: &str| (s(hash), digits.to_owned());
    for (filter, expected) in [
        ("pk IN ['b', 'a'] AND sk = 1", vec![part("a", "1"), part("b", "1")]),
        ("pk = 'b' OR pk = 'a' AND sk < 2", vec![part("a", "01"), part("b", "0123456789")]),
        ("pk = 'a' AND sk IN (7, 3)", vec![part("a", "3"), part("a", "7")]),
        ("pk = 'a' AND (sk = 1 OR sk > 7)", vec![part("a", "1"), part("a", "89")]),
        ("pk = 'a' AND NOT sk = 1 OR pk = 'a' AND sk = 2", vec![part("a", "0123456789")]),
        ("pk = 'a' OR pk = 'a' AND sk <> 1", vec![part("a", "0123456789")]),
    ] {
        assert_eq!(found(filter), expected, "{filter}");
    }
}

#[test]
fn all_is_read_where_the_partition_key_is_open() {
    for filter in
        ["sk = 1", "pk > 'a'", "pk = 'a' OR x = 1", "NOT pk = 'a'", "pk <> 'a'", "pk = other", "pk.a = 'a'"]
    {
        assert!(of(filter).expect("no overlap").is_none(), "{filter}");
    }
}

#[test]
fn ranges_do_not_overlap_and_values_fit() {
    for filter in
        ["pk IN ['a', 'a']", "pk = 'a' AND x = '1' OR pk = 'a' AND sk = 2", "pk = 'a' AND (sk > 1 OR sk < 3)"]
    {
        let overlap = "Overlapping conditions with range keys are not supported in where clause";
        assert_eq!(sentence(of(filter)), overlap, "{filter}");
    }
    for filter in ["pk = 5", "pk = 'a' AND sk = 'a'", "pk IN ['a', 1]"] {
        let other =
            "One or more parameter values were invalid: Condition parameter type does not match schema type";
        assert_eq!(sentence(of(filter)), other, "{filter}");
    }
}
