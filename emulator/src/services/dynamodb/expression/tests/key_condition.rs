//! Key conditions. The cases are those of github.com/architect/dynalite, test/query.js, and of
//! github.com/paritysuite/dynamodb-conformance, tests/tier3.

use super::super::{Invalid, KeyCondition, KeyNames, KeyType, Placeholders, RangeCondition, Selected};
use super::{n, s, told};
use crate::services::dynamodb::value::Value;

const STRINGS: KeyNames<'_> = KeyNames { hash: &[("pk", KeyType::S)], range: &[("sk", KeyType::S)] };
const NUMBERS: KeyNames<'_> = KeyNames { hash: &[("pk", KeyType::S)], range: &[("sk", KeyType::N)] };
const SCHEMA: &str =
    "One or more parameter values were invalid: Condition parameter type does not match schema type";

fn parse<const COUNT: usize>(text: &str, values: [(&str, Value); COUNT]) -> Result<KeyCondition, Invalid> {
    let condition = KeyCondition::parse(text, &mut Placeholders::new([], values))?;
    KeyCondition::check(&condition)
}

fn select<const COUNT: usize>(
    names: &KeyNames<'_>,
    text: &str,
    values: [(&str, Value); COUNT],
) -> Result<Selected, Invalid> {
    parse(text, values)?.against(names)
}

#[test]
fn what_no_key_condition_says_is_refused() {
    for (text, expected) in [
        ("a > b and size(b) > c or a > c", "Invalid operator used in KeyConditionExpression: OR"),
        ("a in (b, size(c), d)", "Invalid operator used in KeyConditionExpression: IN"),
        ("attribute_exists(a)", "Invalid operator used in KeyConditionExpression: attribute_exists"),
        ("attribute_not_exists(a)", "Invalid operator used in KeyConditionExpression: attribute_not_exists"),
        ("contains(a.d, b)", "Invalid operator used in KeyConditionExpression: contains"),
        ("not a > b", "Invalid operator used in KeyConditionExpression: NOT"),
        ("a <> b", "Invalid operator used in KeyConditionExpression: <>"),
        (
            ":a between size(b) and size(a) and b > :b",
            "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first \
             operand",
        ),
        (
            "begins_with(:a, b) and a > :b",
            "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its \
             first operand",
        ),
        ("size(b) > a AND a.b > b AND b > c", "KeyConditionExpressions cannot contain nested operations"),
        ("a > size(b.d)", "KeyConditionExpressions cannot contain nested operations"),
        ("a between size(b) and size(a)", "KeyConditionExpressions cannot contain nested operations"),
        (
            "b > a.b",
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
        ),
        (
            "b between c[1] and d",
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
        ),
        (
            "begins_with(a, b)",
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
        ),
        ("b.d > a AND c.d > e.f", "KeyConditionExpressions cannot have conditions on nested attributes"),
        ("b[0] > a", "KeyConditionExpressions cannot have conditions on nested attributes"),
        (":b > :a AND a < :b", "Invalid condition in KeyConditionExpression: No key attribute specified"),
        (":a > b AND :a < :b", "Invalid condition in KeyConditionExpression: No key attribute specified"),
        (
            "b > :a AND b < :a and c = :a and d = :a",
            "KeyConditionExpressions must only contain one condition per key",
        ),
        (
            "(a > :a and b > :a) and (b > :a and c > :a)",
            "KeyConditionExpressions must only contain one condition per key",
        ),
    ] {
        let told = told(parse(text, [(":a", s("1")), (":b", s("1"))]));
        assert_eq!(told, format!("Invalid KeyConditionExpression: {expected}"), "{text}");
    }
}

#[test]
fn operands_are_checked_before_the_key() {
    let operand = |operator: &str, found: &str| {
        format!(
            "Invalid KeyConditionExpression: Incorrect operand type for operator or function; \
             operator or function: {operator}, operand type: {found}"
        )
    };
    let yes = || Value::Bool(true);
    for (names, text, value, expected) in [
        (STRINGS, "pk = :p AND begins_with(sk, :v)", n("1"), operand("begins_with", "N")),
        (STRINGS, "pk = :p AND begins_with(sk, :v)", yes(), operand("begins_with", "BOOL")),
        (NUMBERS, "pk = :p AND begins_with(sk, :v)", n("1"), operand("begins_with", "N")),
        (NUMBERS, "pk = :p AND begins_with(sk, :v)", s("a"), SCHEMA.to_owned()),
        (NUMBERS, "pk = :p AND sk < :v", yes(), operand("<", "BOOL")),
        (NUMBERS, "pk = :p AND :v >= sk", yes(), operand(">=", "BOOL")),
        (NUMBERS, "pk = :p AND sk BETWEEN :v AND :v", yes(), operand("BETWEEN", "BOOL")),
        (NUMBERS, "pk = :p AND sk = :v", yes(), SCHEMA.to_owned()),
        (NUMBERS, "pk = :p AND begins_with(sk, :v) AND sk = :missing", n("1"), operand("begins_with", "N")),
        (NUMBERS, "begins_with(sk, :v) AND pk = :missing", n("1"), operand("begins_with", "N")),
        (
            NUMBERS,
            "pk = :missing AND begins_with(sk, :v)",
            n("1"),
            "Invalid KeyConditionExpression: An expression attribute value used in expression is not defined; \
             attribute value: :missing"
                .to_owned(),
        ),
        (
            NUMBERS,
            "pk = :p AND sk > :v AND sk < :v",
            n("1"),
            "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key".to_owned(),
        ),
        (
            NUMBERS,
            "pk = :p AND sk > :v AND extra = :v",
            n("1"),
            "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)".to_owned(),
        ),
        (NUMBERS, "z between :v and :v", n("1"), "Query condition missed key schema element: pk".to_owned()),
        (NUMBERS, "pk = :p and z = :v", n("1"), "Query condition missed key schema element: sk".to_owned()),
        (NUMBERS, "pk > :p and sk = :v", n("1"), "Query key condition not supported".to_owned()),
        (NUMBERS, "pk = :v", n("1"), SCHEMA.to_owned()),
    ] {
        assert_eq!(told(select(&names, text, [(":p", s("q")), (":v", value)])), expected, "{text}");
    }
}

#[test]
fn a_query_reads_one_partition_and_a_range_of_it() {
    let all = |range| Ok(Selected { hash: vec![s("q")], equal: Vec::new(), range });
    for (text, range) in [
        ("pk = :p", None),
        (":p = pk", None),
        ("((sk=:v) AND (pk=:p))", Some(RangeCondition::Eq(n("1")))),
        ("pk = :p AND sk < :v", Some(RangeCondition::Lt(n("1")))),
        ("pk = :p AND :v < sk", Some(RangeCondition::Gt(n("1")))),
        ("pk = :p AND :v <= sk", Some(RangeCondition::Ge(n("1")))),
        ("pk = :p AND :v >= sk", Some(RangeCondition::Le(n("1")))),
        ("p\u{6b} = :p and sk between :v and :v", Some(RangeCondition::Between(n("1"), n("1")))),
    ] {
        assert_eq!(select(&NUMBERS, text, [(":p", s("q")), (":v", n("1"))]), all(range), "{text}");
    }
    let begins = select(&STRINGS, "pk = :p AND begins_with(sk,:v)", [(":p", s("q")), (":v", s("x"))]);
    assert_eq!(begins, all(Some(RangeCondition::BeginsWith(s("x")))));
}

const SEVERAL: KeyNames<'_> = KeyNames {
    hash: &[("h", KeyType::S), ("i", KeyType::S)],
    range: &[("a", KeyType::S), ("b", KeyType::S), ("c", KeyType::N)],
};

fn select_several(text: &str) -> Result<Selected, Invalid> {
    let values = [(":h", s("h")), (":s", s("x")), (":n", n("1"))];
    select(&SEVERAL, text, values)
}

#[test]
fn a_key_of_several_attributes_is_equal_from_the_left_and_open_at_the_last() {
    let hash = || vec![s("h"), s("h")];
    for (text, equal, range) in [
        ("h = :h AND i = :h", vec![], None),
        ("a = :s AND i = :h AND h = :h", vec![], Some(RangeCondition::Eq(s("x")))),
        (
            "h = :h AND i = :h AND a = :s AND begins_with(b, :s)",
            vec![s("x")],
            Some(RangeCondition::BeginsWith(s("x"))),
        ),
        (
            "h = :h AND i = :h AND c > :n AND b = :s AND a = :s",
            vec![s("x"), s("x")],
            Some(RangeCondition::Gt(n("1"))),
        ),
    ] {
        assert_eq!(select_several(text), Ok(Selected { hash: hash(), equal, range }), "{text}");
    }
}

#[test]
fn a_key_of_several_attributes_has_no_gap() {
    let gap = |open: &str, last: &str| {
        format!(
            "RANGE key attributes {open} must have equality conditions specified in the query because a condition is \
             present on key attribute {last}"
        )
    };
    for (text, expected) in [
        ("h = :h", "Query condition missed key schema element: i".to_owned()),
        ("i = :h AND a = :s", "Query condition missed key schema element: h".to_owned()),
        ("h = :h AND i > :h", "Query key condition not supported".to_owned()),
        ("h = :h AND i = :h AND z = :s", "Query condition missed key schema element: a".to_owned()),
        ("h = :h AND i = :h AND b = :s", gap("a", "b")),
        ("h = :h AND i = :h AND a = :s AND c = :n", gap("b", "c")),
        ("h = :h AND i = :h AND a = :s AND b > :s AND c = :n", gap("b", "c")),
        ("h = :h AND i = :h AND c = :n", gap("a, b", "c")),
        ("h = :h AND i = :h AND a = :n", SCHEMA.to_owned()),
        ("h = :n AND i = :h", SCHEMA.to_owned()),
    ] {
        assert_eq!(told(select_several(text)), expected, "{text}");
    }
}
