//! Updates. The cases are those of github.com/architect/dynalite, test/updateItem.js, and of github.com/scylladb/scylladb,
//! test/alternator/test_update_expression.py, unless another source stands there.

use super::super::{Invalid, Placeholders, Update};
use super::{item, l, m, n, ns, one_of_each, s, ss, told};
use crate::services::dynamodb::value::{Attributes, Value};

const NAMES: [(&str, &str); 4] = [("#a", "a"), ("#b", "b"), ("#c", "c"), ("#d", "[3]")];

fn parse<const COUNT: usize>(text: &str, values: [(&str, Value); COUNT]) -> Result<Update, Invalid> {
    Update::parse(text, &mut Placeholders::new(NAMES, values))
}

#[track_caller]
fn check<const COUNT: usize>(text: &str, values: [(&str, Value); COUNT], expected: &str) {
    assert_eq!(told(parse(text, values)), format!("Invalid UpdateExpression: {expected}"), "{text}");
}

#[test]
fn syntax_errors_name_the_token_and_what_is_near() {
    for (text, token, near) in [
        ("whatever", "whatever", "whatever"),
        // github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/updateItem.test.ts.
        ("INVALID SYNTAX HERE", "INVALID", "INVALID SYNTAX"),
        // github.com/aws/aws-cdk, issue 7591.
        ("ADD hits : incr", ":", "hits : incr"),
        // test_update_expression.py, test_update_expression_name_token.
        ("SET _123 = :val1", "_", "SET _123"),
        ("SET path = VALUE 1", "1", "VALUE 1"),
        ("ADD  SET #createdAt = :a", "SET", "ADD  SET #createdAt"),
        ("SET #a = :v, #b = :w,", "<EOF>", ","),
        ("set a", "<EOF>", "a"),
        ("set a=set", "set", "=set"),
        ("remove a = b", "=", "a = b"),
        ("delete a b", "b", "a b"),
        ("add a if_not_exist(b)", "if_not_exist", "a if_not_exist("),
        ("remove a b", "b", "a b"),
        ("set a b", "b", "a b"),
        ("set :a = b", ":a", "set :a ="),
        ("remove :a", ":a", "remove :a"),
        ("set a = b / c", "/", "b / c"),
        ("set a = b * c", "*", "b * c"),
        ("set a[1] = \"eight\"", "\"", "= \"eight"),
        ("set a[1] = 1", "1", "= 1"),
        ("SET a = if_not_exist(a, 100)", "100", ", 100)"),
        ("SET if_not_exist(a, b) = a", "(", "if_not_exist(a"),
        ("set (a = (b + c))", "(", "set (a"),
        ("set a = (b.c).d + e", ".", ").d"),
        ("set a = (b.c)[0] + e", "[", ")[0"),
        ("set a = b + c + d", "+", "c + d"),
        ("set a = if_not_exists(c, :v+:w)", "+", ":v+:w"),
        ("set a <> b", "<>", "a <> b"),
        ("set and = :a", "and", "set and ="),
    ] {
        check(text, [], &format!("Syntax error; token: \"{token}\", near: \"{near}\""));
    }
    check("", [], "The expression can not be empty;");
    for text in [
        "set a[1] = b",
        "set a.b = c",
        "SET a = if_not_exists(a, b) + b",
        "sEt a = if_not_exists(a, if_not_exists(a, b))",
        "set a = (b + c)",
        "set a = ((b.c.d)+(e))",
        "set a=list_append(b,if_not_exists(c,d))remove e",
    ] {
        assert_eq!(told(parse(text, [])), "", "{text}");
    }
}

#[test]
fn functions_names_and_sections_are_checked_in_this_order() {
    check("set #x = if_not_exist(:c) set c = d", [], "Invalid function name; function: if_not_exist");
    check("SET a = LIST_APPEND(:v, :w)", [], "Invalid function name; function: LIST_APPEND");
    for (text, name) in [
        ("set a = list_append(list_append(:a, :b), :c)", "list_append"),
        ("set a = size(b)", "size"),
        ("set a = attribute_exists(b)", "attribute_exists"),
    ] {
        let what = "The function is not allowed to be used this way in an expression; function";
        check(text, [], &format!("{what}: {name}"));
    }
    for (text, word) in [(" set #c = :c set abOrt = true ", "abOrt"), (" remove Absolute ", "Absolute")] {
        check(text, [], &format!("Attribute name is a reserved keyword; reserved keyword: {word}"));
    }
    for (text, name) in [
        ("set a = #x set c = :d", "SET"),
        ("remove #x set a = b remove e", "REMOVE"),
        ("add #x :e set a = b add e :f", "ADD"),
        ("delete #x :e set a = b delete #e :f", "DELETE"),
    ] {
        let what = format!("The \"{name}\" section can only be used once in an update expression;");
        check(text, [], &what);
    }
    check(
        "SET #x = if_not_exists(:c)",
        [],
        "An expression attribute name used in the document path is not defined; attribute name: #x",
    );
    check(
        "SET #a = if_not_exists(:c)",
        [],
        "An expression attribute value used in expression is not defined; attribute value: :c",
    );
}

#[test]
fn paths_are_apart() {
    for (text, verb, one, two) in [
        ("set d[1] = a, d.b = a, c[1].a = a, #c = if_not_exists(a)", "overlap", "[c, [1], a]", "[c]"),
        ("set c.b.#c = a, c = a, #d = a", "overlap", "[c, b, c]", "[c]"),
        ("set a = b remove a, #c, #d", "overlap", "[a]", "[a]"),
        ("set #c[3].#d = a, #c[3] = a", "overlap", "[c, [3], [3]]", "[c, [3]]"),
        ("remove c, #c.a, #d", "overlap", "[c]", "[c, a]"),
        ("remove a, #c, a, #d", "overlap", "[a]", "[a]"),
        ("set #c[3].#d = a, #c.#d[3] = if_not_exists(a)", "conflict", "[c, [3], [3]]", "[c, [3], [3]]"),
        ("remove a.#c set a[1] = #d", "conflict", "[a, c]", "[a, [1]]"),
    ] {
        let what = format!(
            "Two document paths {verb} with each other; must remove or rewrite one of these paths; \
             path one: {one}, path two: {two}"
        );
        check(text, [], &what);
    }
}

#[test]
fn operands_are_checked() {
    for value in one_of_each() {
        let words = match value.type_name() {
            "S" => "STRING",
            "N" => "NUMBER",
            "B" => "BINARY",
            "BOOL" => "BOOL",
            "NULL" => "NULL",
            "L" => "LIST",
            "M" => "MAP",
            _ => continue,
        };
        let what = "Incorrect operand type for operator or function; operator";
        check(
            "delete a.b :a",
            [(":a", value.clone())],
            &format!("{what}: DELETE, operand type: {words}, typeSet: ALLOWED_FOR_ADD_OPERAND"),
        );
        if words != "NUMBER" {
            let text = "set b = list_append(:a, a), c = if_not_exists(a) add a.b :a";
            check(
                text,
                [(":a", value)],
                &format!("{what}: ADD, operand type: {words}, typeSet: ALLOWED_FOR_ADD_OPERAND"),
            );
        }
    }
    for name in ["if_not_exists", "list_append"] {
        let what = "Incorrect number of operands for operator or function; operator or function";
        check(&format!("set a = {name}(c)"), [], &format!("{what}: {name}, number of operands: 1"));
    }
    for text in ["set a = if_not_exists(:a, c)", "set a = if_not_exists(if_not_exists(a, b), c)"] {
        let what = "Operator or function requires a document path; operator or function: if_not_exists";
        check(text, [(":a", s("a"))], what);
    }
    for value in one_of_each() {
        let found = value.type_name();
        let what = "Incorrect operand type for operator or function; operator or function";
        if found != "L" {
            for text in ["set a = list_append(:a, a)", "set a = list_append(a, :a)"] {
                check(text, [(":a", value.clone())], &format!("{what}: list_append, operand type: {found}"));
            }
        }
        if found != "N" {
            for sign in ["+", "-"] {
                for text in [format!("set a = a {sign} :a"), format!("set a = :a {sign} a")] {
                    check(&text, [(":a", value.clone())], &format!("{what}: {sign}, operand type: {found}"));
                }
            }
        }
    }
}

#[track_caller]
fn update<const COUNT: usize>(item: &Attributes, text: &str, values: [(&str, Value); COUNT]) -> Attributes {
    let mut item = item.clone();
    let update = parse(text, values).unwrap_or_else(|Invalid(told)| panic!("{text}: {told}"));
    update.apply(&mut item).unwrap_or_else(|Invalid(told)| panic!("{text}: {told}"));
    item
}

#[test]
fn nested_attributes_are_updated_from_what_was_before() {
    let before = item([
        ("a", s("key")),
        ("b", m([("a", n("1")), ("b", n("2")), ("c", n("3"))])),
        ("c", l([n("1"), n("3")])),
    ]);
    let text = "set b.c=((c[1])+(b.a)),b.a = a,c[1] = a, c[4] = b.a - b.b, c[2] = b.c add c[8] :b, c[6] :a";
    let mut after = before.clone();
    let made = parse(text, [(":a", n("2")), (":b", ss(&["a"]))]).expect("an update");
    made.apply(&mut after).expect("what can be done");
    let expected = item([
        ("a", s("key")),
        ("b", m([("a", s("key")), ("b", n("2")), ("c", n("4"))])),
        ("c", l([n("1"), s("key"), n("3"), n("-1"), n("2"), ss(&["a"])])),
    ]);
    assert_eq!(after, expected);
    let changed = item([("b", m([("a", s("key")), ("c", n("4"))])), ("c", l([s("key"), n("3"), n("2")]))]);
    assert_eq!(made.changed(&after), changed);
}

#[test]
fn each_section_does_its_work() {
    let before = item([
        ("n", n("1.5")),
        ("s", ss(&["a", "b"])),
        ("ns", ns(&["1", "2"])),
        ("l", l([s("0"), s("1"), s("2"), s("3")])),
        ("m", m([("x", n("1")), ("y", ss(&["a"]))])),
    ]);
    let check = |text: &str, name: &str, expected: Option<Value>| {
        let values = [
            (":n", n("2")),
            (":s", ss(&["b", "c"])),
            (":a", ss(&["a", "b"])),
            (":l", l([s("4")])),
            (":ns", ns(&["2.0", "3"])),
        ];
        assert_eq!(update(&before, text, values).remove(name), expected, "{text}");
    };
    check("ADD n :n", "n", Some(n("3.5")));
    check("ADD fresh :n", "fresh", Some(n("2")));
    check("ADD fresh :s", "fresh", Some(ss(&["b", "c"])));
    check("ADD s :s", "s", Some(ss(&["a", "b", "c"])));
    check("ADD ns :ns", "ns", Some(ns(&["1", "2", "3"])));
    check("DELETE s :s", "s", Some(ss(&["a"])));
    check("DELETE ns :ns", "ns", Some(ns(&["1"])));
    check("DELETE s :a", "s", None);
    check("DELETE m.y :a", "m", Some(m([("x", n("1"))])));
    check("DELETE fresh :a", "fresh", None);
    check("REMOVE n", "n", None);
    check("REMOVE fresh, m.z, l[9]", "l", Some(l([s("0"), s("1"), s("2"), s("3")])));
    check("REMOVE l[0], l[2]", "l", Some(l([s("1"), s("3")])));
    check("REMOVE l[2], l[0] SET l[1] = :n, l[7] = :n", "l", Some(l([n("2"), s("3"), n("2")])));
    check("SET l = list_append(l, :l)", "l", Some(l([s("0"), s("1"), s("2"), s("3"), s("4")])));
    check("SET fresh = list_append(if_not_exists(fresh, :l), :l)", "fresh", Some(l([s("4"), s("4")])));
    check("SET n = if_not_exists(n, :n)", "n", Some(n("1.5")));
    check("SET n = if_not_exists(m.z, :n) - n", "n", Some(n("0.5")));
    check("SET m.z = n REMOVE n", "m", Some(m([("x", n("1")), ("y", ss(&["a"])), ("z", n("1.5"))])));
    check("SET n = m.x, m.x = n", "n", Some(n("1")));
}

#[test]
fn what_cannot_be_done_is_told_and_changes_nothing() {
    let before = item([
        ("a", s("key")),
        ("b", m([("a", ss(&["1"]))])),
        ("c", n("1")),
        ("d", ns(&["1"])),
        ("e", l([s("a"), s("b")])),
        ("big", n("9e125")),
    ]);
    let check = |text: &str, expected: &str| {
        let values =
            [(":n", n("1")), (":ns", ns(&["1"])), (":ss", ss(&["1"])), (":l", l([])), (":big", n("9e125"))];
        let mut item = before.clone();
        assert_eq!(told(parse(text, values).and_then(|update| update.apply(&mut item))), expected, "{text}");
        assert_eq!(item, before, "{text}");
    };
    for text in [
        "delete d :ss",
        "delete b :ns",
        "delete b.a :ns",
        "delete c :ns",
        "add b :ns",
        "add d :n",
        "set f = a + :n",
        "set f = b - :n",
        "set f = list_append(d, if_not_exists(f, :l))",
    ] {
        check(text, "An operand in the update expression has an incorrect data type");
    }
    for text in ["set f = x", "set f = list_append(x, y)", "set f = x + :n", "set x = x", "set g = :n, h = g"]
    {
        check(text, "The provided expression refers to an attribute that does not exist in the item");
    }
    for text in [
        "set c.a = :n",
        "set c[1] = :n, f = :n",
        "set y.a = :n",
        "set y[1] = :n",
        "set b[1] = :n",
        "set e.x = :n",
        "remove c.a",
        "remove y.a set f = :n",
        "remove b[1]",
        "remove e.x",
        "delete y.a :ss",
        "delete e.x :ss",
        "add y[1] :ss",
        "add e.x :ss",
    ] {
        check(text, "The document path provided in the update expression is invalid for update");
    }
    let overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range";
    check("add big :big", overflow);
    check("set f = big + :big", overflow);
}

#[test]
fn what_changed_is_told_of_before_and_after() {
    let before = item([("a", m([("b", n("1")), ("c", n("2"))])), ("d", n("3"))]);
    let made = parse("set a.b = :n, a.x = :n remove d", [(":n", n("5"))]).expect("an update");
    let mut after = before.clone();
    made.apply(&mut after).expect("what can be done");
    assert_eq!(made.changed(&before), item([("a", m([("b", n("1"))])), ("d", n("3"))]));
    assert_eq!(made.changed(&after), item([("a", m([("b", n("5")), ("x", n("5"))]))]));
    let targets: Vec<String> = made.targets().map(ToString::to_string).collect();
    assert_eq!(targets, ["[a, b]", "[a, x]", "[d]"]);
}
