//! Projections. The cases are those of github.com/scylladb/scylladb, test/alternator/test_projection_expression.py.

use super::super::{Placeholders, Projection};
use super::{item, l, m, n, s, told};
use crate::services::dynamodb::value::Attributes;

fn parse(text: &str) -> Result<Projection, super::Invalid> {
    Projection::parse(text, &mut Placeholders::new([("#dotted", "a.b"), ("#b", "b")], []))
}

#[track_caller]
fn check(text: &str, expected: Attributes) {
    let item = item([
        ("p", s("key")),
        ("a", m([("b", l([n("2"), n("4"), m([("x", s("hi")), ("y", s("yo"))])])), ("c", n("5"))])),
        ("b", s("hello")),
        ("a.b", s("dotted")),
    ]);
    let projection = parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    assert_eq!(projection.of(&item), expected, "{text}");
}

#[test]
fn what_is_selected_keeps_its_place() {
    check("b", item([("b", s("hello"))]));
    check(" b  , p ", item([("b", s("hello")), ("p", s("key"))]));
    check("#dotted", item([("a.b", s("dotted"))]));
    check("a.c,#b", item([("a", m([("c", n("5"))])), ("b", s("hello"))]));
    check("a.b[0]", item([("a", m([("b", l([n("2")]))]))]));
    check("a.b[2].y", item([("a", m([("b", l([m([("y", s("yo"))])]))]))]));
    check("a.b[1], a.b[0]", item([("a", m([("b", l([n("2"), n("4")]))]))]));
    check(
        "a.#b[2].x, a.c, a.b[0]",
        item([("a", m([("b", l([n("2"), m([("x", s("hi"))])])), ("c", n("5"))]))]),
    );
    for nothing in
        ["x", "a.b[3]", "a.x", "a.x.y", "a.b[3].x", "a.b.x", "a[0]", "a.b[0].x", "a.b[0][0]", "b.c"]
    {
        check(nothing, item([]));
    }
    check("a.x, a.b[0], x, a.b[3].x", item([("a", m([("b", l([n("2")]))]))]));
    assert_eq!(parse("a.b, a.c, x").expect("a projection").names().collect::<Vec<_>>(), ["a", "x"]);
}

#[test]
fn paths_are_apart() {
    for (text, one, two) in [
        ("a, a", "[a]", "[a]"),
        ("a.b[0],a.b[0]", "[a, b, [0]]", "[a, b, [0]]"),
        ("a, a.b", "[a]", "[a, b]"),
        ("a.b, a", "[a, b]", "[a]"),
        ("a.b.d.e, a.b", "[a, b, d, e]", "[a, b]"),
    ] {
        let expected = format!(
            "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of \
             these paths; path one: {one}, path two: {two}"
        );
        assert_eq!(told(parse(text)), expected, "{text}");
    }
    assert_eq!(
        told(parse("a.b, a[1]")),
        "Invalid ProjectionExpression: Two document paths conflict with each other; must remove or rewrite one of \
         these paths; path one: [a, b], path two: [a, [1]]"
    );
}

#[test]
fn what_is_no_projection_is_refused() {
    for (text, expected) in [
        ("", "The expression can not be empty;"),
        ("a,", "Syntax error; token: \"<EOF>\", near: \",\""),
        (",a", "Syntax error; token: \",\", near: \",a\""),
        ("a,,b", "Syntax error; token: \",\", near: \",,b\""),
        ("a b", "Syntax error; token: \"b\", near: \"a b\""),
        ("a.name", "Attribute name is a reserved keyword; reserved keyword: name"),
        ("#x", "An expression attribute name used in the document path is not defined; attribute name: #x"),
    ] {
        assert_eq!(told(parse(text)), format!("Invalid ProjectionExpression: {expected}"), "{text}");
    }
    let deep = |levels: usize| vec!["a"; levels].join(".");
    assert_eq!(told(parse(&deep(32))), "");
    assert_ne!(told(parse(&deep(33))), "");
}
