//! The older parameters against what DynamoDB answers. The cases are those of github.com/architect/dynalite and of
//! github.com/scylladb/scylladb, test/alternator/test_expected.py.

use super::super::expression::{Invalid, KeyNames, KeyType, RangeCondition};
use super::super::value::{Attributes, Value};
use super::*;

const INVALID: &str = "One or more parameter values were invalid: ";

fn s(text: &str) -> Value {
    Value::S(text.to_owned())
}

fn n(text: &str) -> Value {
    Value::N(text.parse().expect("a number"))
}

fn ss(members: &[&str]) -> Value {
    Value::Ss(members.iter().map(|member| (*member).to_owned()).collect())
}

fn told<T>(result: Result<T, Invalid>) -> String {
    result.err().map(|Invalid(sentence)| sentence).unwrap_or_default()
}

fn item() -> Attributes {
    [("a", s("hello")), ("n", n("3")), ("set", ss(&["x", "y"])), ("l", Value::L(vec![n("1")]))]
        .into_iter()
        .collect()
}

fn one(name: &str, operator: &str, values: Vec<Value>) -> Result<bool, Invalid> {
    let operator = ComparisonOperator::named(operator).expect("an operator");
    Ok(filter([(name, operator, values)], ConditionalOperator::And)?.holds(&item()))
}

#[test]
fn operators_take_so_many_arguments_of_their_types() {
    for (operator, values) in [
        ("EQ", vec![]),
        ("NE", vec![]),
        ("LT", vec![]),
        ("CONTAINS", vec![]),
        ("BEGINS_WITH", vec![]),
        ("IN", vec![]),
        ("BETWEEN", vec![]),
        ("NULL", vec![s("a")]),
        ("NOT_NULL", vec![s("a")]),
        ("EQ", vec![s("a"), s("a")]),
        ("NOT_CONTAINS", vec![s("a"), s("a")]),
        ("BETWEEN", vec![s("a"), s("a"), s("a")]),
    ] {
        let expected =
            format!("{INVALID}Invalid number of argument(s) for the {operator} ComparisonOperator");
        assert_eq!(told(one("a", operator, values)), expected);
    }
    for (operator, value, is_valid) in [
        ("LT", Value::Bool(true), false),
        ("GE", Value::Null, false),
        ("IN", Value::L(vec![]), false),
        ("CONTAINS", ss(&["a"]), false),
        ("NOT_CONTAINS", Value::L(vec![]), false),
        ("CONTAINS", Value::Null, true),
        ("BEGINS_WITH", n("1"), false),
        ("BEGINS_WITH", Value::B(bytes::Bytes::from_static(b"a")), true),
        ("EQ", ss(&["a"]), true),
    ] {
        let found = value.type_name();
        let refused =
            format!("{INVALID}ComparisonOperator {operator} is not valid for {found} AttributeValue type");
        let expected = if is_valid { String::new() } else { refused };
        assert_eq!(told(one("a", operator, vec![value])), expected);
    }
    assert_eq!(
        told(one("a", "IN", vec![s("b"), n("1")])),
        format!("{INVALID}AttributeValues inside AttributeValueList must be of same type")
    );
    assert_eq!(
        told(one("a", "BETWEEN", vec![s("b"), s("a")])),
        "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
    );
}

#[test]
fn comparisons_are_evaluated() {
    for (name, operator, values, expected) in [
        ("a", "EQ", vec![s("hello")], true),
        ("q", "EQ", vec![s("hello")], false),
        ("q", "NE", vec![n("1")], true),
        ("n", "LT", vec![n("4")], true),
        ("n", "LE", vec![n("2")], false),
        ("n", "GT", vec![s("2")], false),
        ("n", "GE", vec![n("3.0")], true),
        ("n", "BETWEEN", vec![n("3"), n("4")], true),
        ("n", "IN", vec![n("2"), n("3")], true),
        ("q", "NULL", vec![], true),
        ("a", "NULL", vec![], false),
        ("a", "NOT_NULL", vec![], true),
        ("a", "CONTAINS", vec![s("ell")], true),
        ("set", "CONTAINS", vec![s("x")], true),
        ("l", "CONTAINS", vec![n("1")], true),
        ("a", "CONTAINS", vec![n("1")], false),
        ("a", "NOT_CONTAINS", vec![n("1")], true),
        ("set", "NOT_CONTAINS", vec![s("x")], false),
        ("q", "NOT_CONTAINS", vec![s("x")], false),
        ("a", "BEGINS_WITH", vec![s("hell")], true),
        ("n", "BEGINS_WITH", vec![s("3")], false),
    ] {
        assert_eq!(one(name, operator, values), Ok(expected), "{name} {operator}");
    }
    let both = [("a", ComparisonOperator::Null, vec![]), ("n", ComparisonOperator::NotNull, vec![])];
    let holds = |operator| filter(both.clone(), operator).map(|condition| condition.holds(&item()));
    assert_eq!(holds(ConditionalOperator::And), Ok(false));
    assert_eq!(holds(ConditionalOperator::Or), Ok(true));
    assert_eq!(
        told(check_conditional_operator(None)),
        "ConditionalOperator cannot be used without Filter or Expected"
    );
    assert_eq!(
        told(check_conditional_operator(Some(1))),
        "ConditionalOperator can only be used when Filter or Expected has two or more elements"
    );
    assert_eq!(told(check_conditional_operator(Some(2))), "");
}

#[test]
fn expectations_say_one_thing() {
    let lt = Some(ComparisonOperator::Lt);
    let plain = || Expectation { attribute: "a", ..Default::default() };
    for (expectation, expected) in [
        (plain(), "Value must be provided when Exists is null"),
        (Expectation { exists: Some(true), ..plain() }, "Value must be provided when Exists is true"),
        (
            Expectation { exists: Some(false), value: Some(s("a")), ..plain() },
            "Value cannot be used when Exists is false",
        ),
        (
            Expectation { comparison: lt, ..plain() },
            "Value or AttributeValueList must be used with ComparisonOperator: LT",
        ),
        (
            Expectation { exists: Some(true), comparison: lt, ..plain() },
            "Exists and ComparisonOperator cannot be used together",
        ),
        (
            Expectation { comparison: lt, value: Some(s("a")), values: Some(vec![s("a")]), ..plain() },
            "Value and AttributeValueList cannot be used together",
        ),
        (
            Expectation { value: Some(s("a")), values: Some(vec![]), ..plain() },
            "Value and AttributeValueList cannot be used together",
        ),
        (
            Expectation { values: Some(vec![]), ..plain() },
            "AttributeValueList can only be used with a ComparisonOperator",
        ),
        (
            Expectation { exists: Some(true), values: Some(vec![]), ..plain() },
            "AttributeValueList can only be used with a ComparisonOperator",
        ),
    ] {
        let found = told(expected_of(expectation));
        assert_eq!(found, format!("{INVALID}{expected} for Attribute: a"));
    }
    let between = Some(ComparisonOperator::Between);
    assert_eq!(
        told(expected_of(Expectation { comparison: between, value: Some(s("a")), ..plain() })),
        format!("{INVALID}Invalid number of argument(s) for the BETWEEN ComparisonOperator")
    );
    for (expectation, holds) in [
        (Expectation { value: Some(s("hello")), ..plain() }, true),
        (Expectation { exists: Some(true), value: Some(s("other")), ..plain() }, false),
        (Expectation { exists: Some(false), ..plain() }, false),
        (Expectation { attribute: "q", exists: Some(false), ..plain() }, true),
        (Expectation { comparison: Some(ComparisonOperator::NotNull), ..plain() }, true),
    ] {
        assert_eq!(expected_of(expectation), Ok(holds));
    }
}

fn expected_of(expectation: Expectation<'_>) -> Result<bool, Invalid> {
    Ok(expected([expectation], ConditionalOperator::And)?.holds(&item()))
}

#[test]
fn key_conditions_select_a_range() {
    let names = KeyNames { hash: &[("a", KeyType::S)], range: &[("b", KeyType::N)] };
    let select = |conditions: &[(&str, &str, Vec<Value>)]| {
        let conditions = conditions.iter().map(|(name, operator, values)| {
            (*name, ComparisonOperator::named(operator).expect("an operator"), values.clone())
        });
        key_conditions(conditions.collect::<Vec<_>>())?.against(&names)
    };
    let hash = || ("a", "EQ", vec![s("x")]);
    assert_eq!(told(select(&[])), "Conditions can be of length 1 or 2 only");
    let null = |name| (name, "NULL", vec![]);
    assert_eq!(told(select(&[null("a"), null("b"), null("c")])), "Conditions can be of length 1 or 2 only");
    assert_eq!(told(select(&[null("z")])), "Query condition missed key schema element: a");
    assert_eq!(told(select(&[hash(), null("z")])), "Query condition missed key schema element: b");
    let not_indexable = "Attempted conditional constraint is not an indexable operation";
    assert_eq!(told(select(&[null("a")])), not_indexable);
    assert_eq!(told(select(&[("a", "CONTAINS", vec![s("a")]), null("b")])), not_indexable);
    assert_eq!(told(select(&[hash(), ("b", "NE", vec![n("1")])])), not_indexable);
    assert_eq!(told(select(&[("a", "LE", vec![s("a")])])), "Query key condition not supported");
    assert_eq!(
        told(select(&[hash(), ("b", "EQ", vec![s("1")])])),
        format!("{INVALID}Condition parameter type does not match schema type")
    );
    let selected = select(&[("b", "GE", vec![n("1")]), hash()]).expect("a range");
    assert_eq!((selected.hash, selected.range), (vec![s("x")], Some(RangeCondition::Ge(n("1")))));
    let selected = select(&[("b", "BETWEEN", vec![n("1"), n("2")]), hash()]).expect("a range");
    assert_eq!(selected.range, Some(RangeCondition::Between(n("1"), n("2"))));
}

#[test]
fn attribute_updates_are_done() {
    let update = |name: &str, action: &str, value: Option<Value>| {
        let action = AttributeUpdate::named(action).expect("an action");
        let mut item = item();
        attribute_updates([(name, action, value)])?.apply(&mut item)?;
        Ok(item.remove(name))
    };
    for (name, action, value, expected) in [
        ("a", "PUT", Some(n("1")), Some(n("1"))),
        ("a", "DELETE", None, None),
        ("q", "DELETE", None, None),
        ("q", "DELETE", Some(ss(&["x"])), None),
        ("set", "DELETE", Some(ss(&["x", "z"])), Some(ss(&["y"]))),
        ("set", "DELETE", Some(ss(&["x", "y"])), None),
        ("n", "ADD", Some(n("4")), Some(n("7"))),
        ("q", "ADD", Some(n("4")), Some(n("4"))),
        ("set", "ADD", Some(ss(&["y", "z"])), Some(ss(&["x", "y", "z"]))),
        ("l", "ADD", Some(Value::L(vec![s("b")])), Some(Value::L(vec![n("1"), s("b")]))),
    ] {
        assert_eq!(update(name, action, value), Ok(expected), "{action} {name}");
    }
    for (name, action, value, expected) in [
        (
            "a",
            "PUT",
            None,
            format!("{INVALID}Only DELETE action is allowed when no attribute value is specified"),
        ),
        (
            "a",
            "ADD",
            None,
            format!("{INVALID}Only DELETE action is allowed when no attribute value is specified"),
        ),
        (
            "a",
            "DELETE",
            Some(Value::L(vec![])),
            format!("{INVALID}DELETE action with value is not supported for the type L"),
        ),
        ("a", "ADD", Some(s("1")), format!("{INVALID}ADD action is not supported for the type S")),
        ("set", "DELETE", Some(Value::Ns(vec![])), "Type mismatch for attribute to update".to_owned()),
        ("set", "ADD", Some(n("1")), "Type mismatch for attribute to update".to_owned()),
    ] {
        assert_eq!(told(update(name, action, value)), expected, "{action} {name}");
    }
}

#[test]
fn attributes_to_get_are_each_named_once() {
    let names = |names: &[&'static str]| attributes_to_get(names.iter().copied());
    assert_eq!(told(names(&["a", "b", "a"])), format!("{INVALID}Duplicate value in attribute name: a"));
    let expected: Attributes = [("n", n("3"))].into_iter().collect();
    assert_eq!(names(&["n", "q"]).expect("a projection").of(&item()), expected);
}
