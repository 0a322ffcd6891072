//! What statements want.

use super::{What, n, read, s, write};
use crate::services::dynamodb::expression::{Comparator, Condition, Operand, Path};
use crate::services::dynamodb::value::{Attributes, Value};

fn filter(text: &str) -> Condition {
    read(&format!("SELECT * FROM t WHERE {text}")).filter.expect("a filter")
}

fn holds(text: &str) -> bool {
    let set = Value::Ss(vec!["a".to_owned(), "b".to_owned()]);
    let map: Attributes = [("sub", s("x"))].into_iter().collect();
    let item: Attributes = [
        ("s", s("str")),
        ("n", n("5")),
        ("ss", set),
        ("m", Value::M(map)),
        ("l", Value::L(vec![n("1"), n("2")])),
        ("nul", Value::Null),
        ("flag", Value::Bool(true)),
    ]
    .into_iter()
    .collect();
    filter(text).holds(&item)
}

#[test]
fn conditions_hold_as_the_tests_run_against_aws_say() {
    for text in [
        "attribute_exists(ss)",
        "ATTRIBUTE_EXISTS(\"ss\")",
        "attribute_not_exists(nope)",
        "NOT attribute_exists(nope)",
        "(attribute_exists(nope) OR attribute_exists(ss))",
        "attribute_exists(ss) = true",
        "attribute_exists(nope) = false",
        "attribute_exists(m.sub)",
        "size(s) = 3",
        "attribute_type(ss, 'SS')",
        "nul IS NULL",
        "s IS NOT NULL",
        "flag IS BOOL",
        "s IS STRING",
        "ss IS BAG",
        "nope IS MISSING",
        "s IS NOT MISSING",
        "s <> 'x' AND s != 'x'",
        "n BETWEEN 5 AND 5 AND n NOT BETWEEN 6 AND 7",
        "n IN (4, 5) AND n NOT IN [1]",
        "begins_with(s, 'st') AND contains(ss, 'a') AND contains(s, 'tr')",
        "l[1] = 2 AND m['sub'] = 'x' AND l = [1, 2] AND m = {'sub': 'x'} AND ss = <<'b', 'a'>>",
        "n = +5 AND n = 5.0 AND n = .5e1 AND n > -5",
        "s = 'a' OR n = 5 AND flag = true",
        "s = 'str' -- a note",
        "/* a note */ s = 'str'",
    ] {
        assert!(holds(text), "{text}");
    }
    for text in
        ["attribute_exists(nope)", "s IS NULL", "nul IS NOT NULL", "s IS BOOL", "l = [2, 1]", "NOT (n = 5)"]
    {
        assert!(!holds(text), "{text}");
    }
}

#[test]
fn quotes_within_quotes_are_written_twice() {
    let path = Operand::Path(Path::of("a\"b"));
    let expected = Condition::Compare(Comparator::Eq, path, Operand::Value(s("it's")));
    assert_eq!(filter("\"a\"\"b\" = 'it''s'"), expected);
}

#[test]
fn columns_are_called_by_their_last_name() {
    let read = read("SELECT pk, m.sub, m.l[0], \"a.b\" FROM \"t\".\"i\" WHERE pk = 'x' ORDER BY sk DESC, pk");
    let columns = read.columns().expect("columns").expect("some");
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["pk", "sub", "l[0]", "a.b"]);
    assert_eq!((read.table.as_str(), read.index.as_deref()), ("t", Some("i")));
    assert_eq!(read.order, [(Path::of("sk"), true), (Path::of("pk"), false)]);
}

#[test]
fn changes_follow_each_other_with_and_without_commas() {
    let apply = |text: &str| {
        let What::Update(update) = write(text).what else { panic!("{text}") };
        let mut item: Attributes =
            [("n", n("5")), ("l", Value::L(vec![n("1")])), ("b", s("x"))].into_iter().collect();
        update.apply(&mut item).expect("it can be done");
        item
    };
    let expected: Attributes =
        [("n", n("6")), ("l", Value::L(vec![n("1"), n("2")])), ("c", Value::Ss(vec!["x".to_owned()]))]
            .into_iter()
            .collect();
    for text in [
        "UPDATE t SET n = n + 1, l = list_append(l, [2]) SET c = set_add(c, <<'x'>>) REMOVE b WHERE pk = 'a'",
        "FROM t WHERE pk = 'a' REMOVE b SET c = SET_ADD(c, <<'x'>>), n = 1 + n SET l = LIST_APPEND(l, [2])",
    ] {
        assert_eq!(apply(text), expected, "{text}");
    }
}

#[test]
fn a_statement_may_end_with_a_semicolon() {
    assert_eq!(write("DELETE FROM t WHERE pk = 'a' RETURNING ALL OLD *;").table, "t");
    assert!(matches!(write("EXISTS(SELECT * FROM t WHERE pk = 'a' AND b IS MISSING)").what, What::Check));
}
