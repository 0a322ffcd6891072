//! Conditions. The cases are those of github.com/architect/dynalite, test/scan.js, and of github.com/scylladb/scylladb,
//! test/alternator/test_condition_expression.py and test_limits.py, unless another source stands there.

use super::super::{Condition, Invalid, Kind};
use super::{filter, item, l, m, n, ns, one_of_each, s, ss, told};
use crate::services::dynamodb::value::Value;

#[track_caller]
fn check<const COUNT: usize>(text: &str, values: [(&str, Value); COUNT], expected: &str) {
    let told = told(filter(text, [("#a", "a")], values));
    assert_eq!(told, format!("Invalid FilterExpression: {expected}"), "{text}");
}

#[test]
fn syntax_errors_name_the_token_and_what_is_near() {
    for (text, token, near) in [
        ("things are not gonna be ok", "are", "things are not"),
        ("a > 4", "4", "> 4"),
        ("attribute_exists(Pictures-RearView)", "-", "Pictures-RearView"),
        ("attribute_exists(\"Pictures.RearView\")", "\"", "(\"Pictures"),
        ("attribute_exists(Pictures..RearView)", ".", "..RearView"),
        ("attribute_exists(Pi#ctures.RearView)", "#ctures", "Pi#ctures."),
        ("attribute_exists(asdf[a])", "a", "[a]"),
        ("a.:a < b.:b", ":a", ".:a <"),
        ("a in b, c", "b", "in b,"),
        ("a > between", "between", "> between"),
        ("a in b", "b", "in b"),
        ("a in (b,c,)", ")", ",)"),
        ("a in ()", ")", "()"),
        ("(a)between(b.(c.d))and(c)", "(", ".(c"),
        ("(a)between(b.c.d)and((c)", "<EOF>", ")"),
        ("#$.b > a", "#", "#$"),
        ("a > :things.stuff", ".", ":things.stuff"),
        ("b[:a] > a", ":a", "[:a]"),
        ("b[#_] > a", "#_", "[#_]"),
        ("\u{fc} > a", "\u{fc}", "\u{fc} >"),
        ("(a)between(b.c[4.5].#d)and(:a)", ".", "4.5"),
        ("size(a).b > a", ".", ").b"),
        ("(size(a)).b > a", ".", ").b"),
        ("size(a)[0] > a", "[", ")[0"),
        ("(size(a))[0] > a", "[", ")[0"),
        ("a = 'b'", "'", "= 'b"),
        ("a == :b", "=", "== :b"),
        ("foo", "<EOF>", "foo"),
        // github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/transactWriteItems.test.ts.
        ("attribute_not_exists(", "<EOF>", "("),
        ("contains (themes, :theme", "<EOF>", ":theme"),
        ("NOT", "<EOF>", "NOT"),
        ("(", "<EOF>", "("),
        ("a = b)", ")", "b)"),
        ("(a) AND b = c", "AND", ") AND b"),
    ] {
        check(text, [], &format!("Syntax error; token: \"{token}\", near: \"{near}\""));
    }
}

#[test]
fn an_expression_has_a_beginning_and_an_end() {
    check("", [], "The expression can not be empty;");
    let spaces = |count: usize| format!("a{} = b", " ".repeat(count));
    assert_eq!(told(filter(&spaces(4091), [], [])), "");
    check(&spaces(4092), [], "Expression size has exceeded the maximum allowed size; expression size: 4097");
    check(
        &"(".repeat(15000),
        [],
        "Expression size has exceeded the maximum allowed size; expression size: 15000",
    );
}

#[test]
fn redundant_parentheses_are_refused() {
    for text in [
        "a=a and a > ((views))",
        "(a)between(((b.c)).d)and(c)",
        "a > whatever((:things), ((a)))",
        "a=a AND ((a=a AND a=a)) AND a=a",
        "a=a OR ((a=a OR a=a)) OR a=a",
        "a=a AND ((a=a AND (a=a AND a=a)))",
        "a=a OR ((a=a OR (a=a OR a=a)))",
        "((a)) = b",
    ] {
        check(text, [], "The expression has redundant parentheses;");
    }
    check(
        &format!("{}a<b{}", "(".repeat(2046), ")".repeat(2046)),
        [],
        "The expression has redundant parentheses;",
    );
    for text in
        ["((a=b) AND (c=d))", "(a)=(b)", "(a = b)", "((a)=(b)) OR (size(a)) > (b)", "(attribute_exists(a))"]
    {
        assert_eq!(told(filter(text, [], [])), "", "{text}");
    }
}

#[test]
fn there_are_300_operators_at_most() {
    let nested = |depth: usize| format!("a<b {}{}", "or (a<b ".repeat(depth), ")".repeat(depth));
    assert_eq!(told(filter(&nested(149), [], [])), "");
    let too_many = "The expression contains too many operators; operator count: 301";
    check(&nested(150), [], too_many);
    check(&nested(454), [], too_many);
    check(&format!("{}a<b", "not ".repeat(1000)), [], too_many);
    assert_eq!(told(filter(&format!("{}a<b", "not ".repeat(298)), [], [])), "");
}

#[test]
fn functions_are_known_and_have_their_places() {
    for (text, name) in [
        ("a=a and whatever((:things)) > a", "whatever"),
        ("attRIbute_exIsts((views), #a)", "attRIbute_exIsts"),
    ] {
        check(text, [], &format!("Invalid function name; function: {name}"));
    }
    for (text, name) in [
        ("a=a and attribute_exists((views), (#a)) > b", "attribute_exists"),
        ("attribute_not_exists(things) > b", "attribute_not_exists"),
        ("attribute_type(things, :a) > b", "attribute_type"),
        ("begins_with(things, a) > b", "begins_with"),
        ("contains(:things, c) > b", "contains"),
        ("size(contains(a, b)) > a", "contains"),
        ("size(things)", "size"),
        ("a between b and attribute_exists(things)", "attribute_exists"),
        ("a in (b, attribute_exists(things))", "attribute_exists"),
        ("if_not_exists(a, a)=:arg", "if_not_exists"),
        ("list_append(a, a)=:arg", "list_append"),
    ] {
        let what = "The function is not allowed to be used this way in an expression; function";
        check(text, [], &format!("{what}: {name}"));
    }
}

#[test]
fn reserved_words_come_before_what_is_not_defined() {
    for (text, word) in
        [("attribute_exists(views, #x)", "views"), (":a < abOrT", "abOrT"), ("a.Status = b", "Status")]
    {
        check(text, [], &format!("Attribute name is a reserved keyword; reserved keyword: {word}"));
    }
    assert_eq!(told(filter("size(a) = b", [], [])), "");
}

#[test]
fn placeholders_are_looked_up_where_they_stand() {
    for (text, name) in [
        ("attribute_exists(#Pictures.RearView, :a) and a=a", "#Pictures"),
        ("begins_with(Pictures.#RearView)", "#RearView"),
        ("(#P between :lo and :hi) and (#PC in (:cat1, :cat2))", "#P"),
        ("#4g > a", "#4g"),
        ("#_ > a", "#_"),
        ("(a)between(b.c[45].#d)and(:a)", "#d"),
    ] {
        let what = "An expression attribute name used in the document path is not defined; attribute name";
        check(text, [], &format!("{what}: {name}"));
    }
    for (text, name) in [("begins_with(:hello, #x, #b)", ":hello"), (":a < :b", ":a"), (":_ > a", ":_")] {
        let what = "An expression attribute value used in expression is not defined; attribute value";
        check(text, [], &format!("{what}: {name}"));
    }
    check("a[99999999999] = b", [], "List index is not within the allowable range; index: [99999999999]");
}

#[test]
fn functions_have_as_many_operands_as_they_take() {
    for (text, name, count) in [
        ("attribute_exists(things, a) and a=a", "attribute_exists", 2),
        ("attribute_not_exists(things, b)", "attribute_not_exists", 2),
        ("attribute_type(things)", "attribute_type", 1),
        ("begins_with(things)", "begins_with", 1),
        ("begins_with(things, size(a), b)", "begins_with", 3),
        ("contains(things)", "contains", 1),
        ("size(things, a) > b", "size", 2),
    ] {
        let what = "Incorrect number of operands for operator or function; operator or function";
        check(text, [], &format!("{what}: {name}, number of operands: {count}"));
    }
    let list = |count: usize| format!("a in ({}b)", "b,".repeat(count - 1));
    assert_eq!(told(filter(&list(100), [], [])), "");
    check(&list(101), [], "The IN operator is provided with too many operands; number of operands: 101");
}

#[test]
fn operands_are_of_a_type_that_the_function_takes() {
    let check = |text: &str, value: Value, name: &str| {
        let what = "Incorrect operand type for operator or function; operator or function";
        let found = value.type_name();
        check(text, [(":a", value)], &format!("{what}: {name}, operand type: {found}"));
    };
    check("attribute_type(a, size(a)) and a=a and a=:a", n("1"), "attribute_type");
    check("begins_with(a, size(a)) and a=:a", n("1"), "begins_with");
    check("size(size(a)) > :a", n("1"), "size");
    check("attribute_not_exists(size(:a))", n("1"), "size");
    for value in one_of_each() {
        let type_name = value.type_name();
        if type_name != "S" {
            check("attribute_type(a, :a)", value.clone(), "attribute_type");
        }
        if !matches!(type_name, "S" | "B") {
            check("begins_with(a, :a)", value.clone(), "begins_with");
            check("begins_with(:a, a)", value.clone(), "begins_with");
        }
        if !matches!(type_name, "S" | "B" | "N") {
            for sign in ["<", "<=", ">", ">="] {
                check(&format!("a {sign} :a"), value.clone(), sign);
                check(&format!(":a {sign} a"), value.clone(), sign);
            }
            check("a between :a and :a", value.clone(), "BETWEEN");
        }
        if matches!(type_name, "N" | "BOOL" | "NULL") {
            check("size(:a) > a", value.clone(), "size");
        }
        assert_eq!(told(filter("a = :a or a <> :a or a in (:a)", [], [(":a", value)])), "");
    }
}

#[test]
fn other_operands_are_refused() {
    check(
        "attribute_type(a, :a)",
        [(":a", s("1"))],
        "Invalid attribute type name found; type: 1, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
    );
    check(
        "attribute_type(ab.bc[1].a, x)",
        [],
        "Incorrect operand type for operator or function; operator or function: attribute_type, \
         operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
    );
    for (text, name) in [
        ("attribute_exists(:a) and a=a", "attribute_exists"),
        ("attribute_not_exists(size(:a))", "attribute_not_exists"),
    ] {
        let what = "Operator or function requires a document path; operator or function";
        check(text, [(":a", s("1"))], &format!("{what}: {name}"));
    }
    for (text, sign, path) in [
        ("a = a AND #a = b AND :views > a", "=", "[a]"),
        ("#a <> a", "<>", "[a]"),
        ("a > #a", ">", "[a]"),
        ("((a=a) OR (a=a))", "=", "[a]"),
        ("((a=a) AND (a=a))", "=", "[a]"),
        ("contains(ab.bc[1].a, ab.bc[1].#a)", "contains", "[ab, bc, [1], a]"),
        ("attribute_type(ab.bc[1].#a, ab.bc[1].a)", "attribute_type", "[ab, bc, [1], a]"),
        ("begins_with(ab.bc[1].a, ab.bc[1].#a)", "begins_with", "[ab, bc, [1], a]"),
    ] {
        let what =
            "The first operand must be distinct from the remaining operands for this operator or function";
        check(text, [], &format!("{what}; operator: {sign}, first operand: {path}"));
    }
    assert_eq!(told(filter(":a > :a", [], [(":a", n("1"))])), "");
}

#[test]
fn bounds_fit_each_other() {
    // github.com/architect/dynalite, test/deleteItem.js.
    check(
        "a between :b and :a",
        [(":a", s("a")), (":b", n("1"))],
        "The BETWEEN operator requires same data type for lower and upper bounds; \
         lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}",
    );
    check(
        "a between :b and :a",
        [(":a", s("a")), (":b", s("b"))],
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; \
         lower bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}",
    );
}

#[track_caller]
fn holds<const COUNT: usize>(text: &str, values: [(&str, Value); COUNT], expected: bool) {
    let item = item([
        ("a", n("1")),
        ("b", n("2")),
        ("words", s("hello")),
        ("items2", l([n("2"), s("dog"), l([n("3")])])),
        ("doc", m([("x", n("1")), ("y", l([n("-1"), n("2"), n("0")]))])),
        ("ns", ns(&["2", "4"])),
        ("ss", ss(&["cat", "dog"])),
        ("unicode", s("\u{e9}\u{1d11e}")),
    ]);
    let condition =
        filter(text, [("#a", "a")], values).unwrap_or_else(|Invalid(told)| panic!("{text}: {told}"));
    assert_eq!(condition.holds(&item), expected, "{text}");
}

#[test]
fn what_is_not_there_equals_nothing_and_has_no_order() {
    for (text, expected) in [
        ("q = z", false),
        ("q <> z", true),
        ("a = q", false),
        ("a <> q", true),
        ("q < a", false),
        ("q >= a", false),
        ("q in (z, a)", false),
        ("q between a and b", false),
        ("NOT q = a", true),
        ("doc.z < doc.y[100]", false),
        ("size(q) > a", false),
        ("contains(q, a)", false),
        ("a = words", false),
        ("a <> words", true),
        ("a < words", false),
        ("a > words", false),
    ] {
        holds(text, [], expected);
    }
}

#[test]
fn conditions_are_evaluated() {
    for (text, expected) in [
        ("a < b", true),
        ("#a <= b AND b > a", true),
        ("a = b OR a < b AND b < a", false),
        ("(a < b OR a = b) AND NOT b < a", true),
        ("NOT a = b AND a < b", true),
        ("not not a < b", true),
        ("a BeTwEeN doc.x and b", true),
        ("b in (a, items2[0])", true),
        ("attribute_exists(doc.y[2])", true),
        ("attribute_exists(doc.y[3])", false),
        ("attribute_not_exists (a.b)", true),
        ("doc.x < doc.y[1]", true),
        ("doc.x < doc.y[0]", false),
        ("contains(items2, b)", true),
        ("contains(items2, a)", false),
        ("contains(ns, b)", true),
        ("contains(ss, items2[1])", true),
        ("size(items2) > b", true),
        ("size(a) = a", false),
        ("size(doc) = b", true),
    ] {
        holds(text, [], expected);
    }
    holds("begins_with(words, :v)", [(":v", s("hell"))], true);
    holds("begins_with(:v, words)", [(":v", s("hello you"))], true);
    holds("begins_with(a, :v)", [(":v", s("1"))], false);
    holds("contains(words, :v)", [(":v", s("ell"))], true);
    holds("contains(items2, :v)", [(":v", l([n("3.0")]))], true);
    holds("attribute_type(ss, :v)", [(":v", s("SS"))], true);
    holds("attribute_type(:w, :v)", [(":v", s("N")), (":w", n("5"))], true);
    holds("ss = :v", [(":v", ss(&["dog", "cat"]))], true);
    holds("a in (:x, :y)", [(":x", s("1")), (":y", n("1.0"))], true);
    // github.com/ExtendDB/extenddb, issue 60: tried against AWS.
    holds("size(unicode) = :v", [(":v", n("3"))], true);
    holds("a between b and :v", [(":v", n("1"))], false);
}

#[test]
fn a_condition_tells_the_paths_it_reads() {
    let condition = Condition::parse(
        Kind::Condition,
        "a = b.c AND NOT (size(d[1]) > e OR f in (g)) AND attribute_exists(h)",
        &mut Default::default(),
    );
    let paths: Vec<String> =
        condition.expect("a condition").paths().iter().map(ToString::to_string).collect();
    assert_eq!(paths, ["[a]", "[b, c]", "[d, [1]]", "[e]", "[f]", "[g]", "[h]"]);
}
