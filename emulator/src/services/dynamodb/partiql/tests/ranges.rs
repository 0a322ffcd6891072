//! What part of a table a condition reads. The cases of ranges that overlap are those of
//! github.com/paritysuite/dynamodb-conformance, tests/tier2/partiql/whereOverlap.test.ts.

use super::super::ranges::{Range, ranges};
use super::{n, read, s, sentence};
use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::expression::KeyType;
use crate::services::dynamodb::store::{KeyAttribute, KeySchema, Place, begin, write_key_value};
use crate::services::dynamodb::value::{Attributes, Value};
use proptest::prelude::*;

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

#[test]
fn what_would_be_very_many_ranges_remains_a_filter() {
    let many: Vec<String> = (0..100).map(|at| at.to_string()).collect();
    let many = format!("sk IN ({})", many.join(","));
    let all = [many.as_str(); 8].join(" AND ");
    assert_eq!(of(&format!("pk = 'a' AND {all}")).expect("no overlap").map(|ranges| ranges.len()), Some(100));
    let nested =
        (0..25).fold("pk = 'a'".to_owned(), |inner, at| format!("x = 1 AND ({inner} OR pk = '{at}')"));
    assert_eq!(of(&nested).expect("no overlap").map(|ranges| ranges.len()), Some(26));
}

/// Conditions on the keys, put together at random.
fn conditions() -> impl Strategy<Value = String> + use<> {
    const LEAVES: [&str; 12] = [
        "pk = 'a'",
        "pk = 'b'",
        "pk IN ['a', 'b']",
        "sk = 1",
        "sk > 3",
        "4 >= sk",
        "sk BETWEEN 2 AND 5",
        "sk IN [1, 7]",
        "sk <> 2",
        "NOT sk = 3",
        "x = 1",
        "attribute_exists(x)",
    ];
    prop::sample::select(&LEAVES[..]).prop_map(str::to_owned).boxed().prop_recursive(4, 24, 3, |inner| {
        let operator = prop::sample::select(&[" AND ", " OR "][..]);
        (prop::collection::vec(inner, 2..4), operator)
            .prop_map(|(all, operator)| format!("({})", all.join(operator)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// Each item for which a condition holds is in one range and in one only.
    #[test]
    fn an_item_that_is_wanted_is_read_once(filter in conditions()) {
        if let Ok(Some(ranges)) = of(&filter) {
            let condition = read(&format!("SELECT * FROM t WHERE {filter}")).filter.expect("a filter");
            for (hash, sort) in ["a", "b", "c"].into_iter().flat_map(|hash| (0..10).map(move |sort| (hash, n(&sort.to_string())))) {
                let (partition, mut rest) = begin(&[&s(hash)]);
                write_key_value(&mut rest, &sort);
                let place = Place { partition, rest: rest.into() };
                let item: Attributes = [("pk", s(hash)), ("sk", sort), ("x", n("1"))].into_iter().collect();
                let times = ranges.iter().filter(|range| range.span.has(&place)).count();
                prop_assert!(times == 1 || times == 0 && !condition.holds(&item), "{filter}: {item:?} {times}");
            }
        }
    }
}
