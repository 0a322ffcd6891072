//! Values: equality, order, size, depth; attributes.

use super::{Attributes, MAX_LEVELS, Value};
use bytes::Bytes;
use std::cmp::Ordering;

fn text(text: &str) -> Value {
    Value::S(text.to_owned())
}

fn number(text: &str) -> Value {
    Value::N(text.parse().expect("a number"))
}

#[test]
fn sets_are_equal_in_any_order() {
    let set = |members: &[&str]| Value::Ss(members.iter().map(|member| (*member).to_owned()).collect());
    assert_eq!(set(&["a", "b"]), set(&["b", "a"]));
    assert_ne!(set(&["a", "b"]), set(&["a", "c"]));
    assert_ne!(set(&["a"]), set(&["a", "b"]));
    assert_eq!(
        Value::L(vec![set(&["a", "b"]), number("1.0")]),
        Value::L(vec![set(&["b", "a"]), number("1")])
    );
    assert_ne!(Value::L(vec![text("a"), text("b")]), Value::L(vec![text("b"), text("a")]));
    assert_ne!(text("1"), number("1"));
}

#[test]
fn sets_are_given_back_in_their_order() {
    let strings = |members: &[&str]| Value::Ss(members.iter().map(|member| (*member).to_owned()).collect());
    let numbers = |members: &[&str]| {
        Value::Ns(members.iter().map(|member| member.parse().expect("a number")).collect())
    };
    let mut item: Attributes = [
        ("s", strings(&["b", "a", "", "Z"])),
        ("l", Value::L(vec![Value::M([("n", numbers(&["10", "-1", "9"]))].into_iter().collect())])),
    ]
    .into_iter()
    .collect();
    item.sort_sets();
    let told = format!("{item:?}");
    assert_eq!(
        told,
        r#"Attributes([("l", L([M(Attributes([("n", Ns([-1, 9, 10]))]))])), ("s", Ss(["", "Z", "a", "b"]))])"#
    );
}

#[test]
fn values_of_one_scalar_type_have_an_order() {
    assert_eq!(number("9").order(&number("10")), Some(Ordering::Less));
    assert_eq!(text("9").order(&text("10")), Some(Ordering::Greater));
    // By UTF-8 bytes, where UTF-16 would have it the other way round.
    assert_eq!(text("\u{ff5e}").order(&text("\u{10000}")), Some(Ordering::Less));
    assert_eq!(
        Value::B(Bytes::from_static(&[0x80])).order(&Value::B(Bytes::from_static(&[0x7f, 1]))),
        Some(Ordering::Greater)
    );
    assert_eq!(text("1").order(&number("1")), None);
    assert_eq!(Value::Bool(true).order(&Value::Bool(false)), None);
}

#[test]
fn sizes_are_those_of_the_developer_guide() {
    let item: Attributes = [
        ("ab", text("\u{e9}")),
        ("c", Value::Null),
        ("d", Value::L(vec![])),
        ("e", Value::M([("x", number("12")), ("yy", Value::Bool(true))].into_iter().collect())),
        ("f", Value::L(vec![text("abc"), Value::B(Bytes::from_static(b"12"))])),
    ]
    .into_iter()
    .collect();
    let expected = (2 + 2) + (1 + 1) + (1 + 3) + (1 + 3 + (1 + 1 + 2) + (1 + 2 + 1)) + (1 + 3 + 4 + 3);
    assert_eq!(item.size(), expected);
}

#[test]
fn a_value_has_32_levels_at_most() {
    let nested = |wraps: usize| {
        (0..wraps).fold(text("leaf"), |value, at| {
            if at % 2 == 0 { Value::L(vec![value]) } else { Value::M([("n", value)].into_iter().collect()) }
        })
    };
    assert!(!nested(MAX_LEVELS - 1).is_too_deep());
    assert!(nested(MAX_LEVELS).is_too_deep());
}

#[test]
fn attributes_are_sorted_and_the_last_of_a_name_counts() {
    let mut item: Attributes = [("b", text("1")), ("a", text("2")), ("b", text("3"))].into_iter().collect();
    assert_eq!(item.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(item.get("b"), Some(&text("3")));
    assert_eq!(item.insert("aa", Value::Null), None);
    assert_eq!(item.insert("aa", Value::Bool(true)), Some(Value::Null));
    assert_eq!(item.remove("b"), Some(text("3")));
    assert_eq!(item.remove("b"), None);
    assert_eq!(item.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "aa"]);
    assert_eq!(item.len(), 2);
}
