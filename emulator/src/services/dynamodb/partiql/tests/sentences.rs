//! What is said of statements that are refused. The cases are those of github.com/paritysuite/dynamodb-conformance,
//! tests/tier3/error-messages/partiql*.test.ts, which are run against AWS.

use super::{told, told_with};
use ruststack_models::AttributeValue;

fn malformed(detail: &str) -> String {
    format!("Statement wasn't well formed, can't be processed: {detail}")
}

#[test]
fn what_cannot_be_read() {
    for (statement, detail) in [
        ("SELECT * FROM t WHERE pk = 1 foo", "Unexpected token after expression"),
        ("SELECT * FROM t WHERE pk = 1 e5", "Unexpected token after expression"),
        ("INSERT INTO t VALUE {'pk': 970001} foo", "Unexpected token after expression"),
        ("INSERT INTO t t VALUE {'pk': 'x'}", "Unexpected token after expression"),
        ("UPDATE t SET a = 9 WHERE pk = 970002 foo", "Unexpected token after expression"),
        ("DELETE FROM t WHERE pk = 970003 foo", "Unexpected token after expression"),
        ("SELECT * FROM t WHERE pk = 1)", "Unexpected token after expression"),
        ("DELETE FROM t WHERE pk = 970004 ORDER BY pk", "Unexpected token after expression"),
        ("SELECT * FROM t ORDER BY pk WHERE pk = 1", "Unexpected token after expression"),
        ("FROM t SET c = 1 WHERE pk = 'a'", "Unexpected token after expression"),
        ("FROM t SET c = 1 WHERE pk = 'a' SET d = 2", "Unexpected token after expression"),
        ("SELECT * FROM t WHERE pk = 1e2147483648", ""),
        ("SELECT * FROM t WHERE pk = 1e99999999999", ""),
        ("SELECT * FROM t WHERE pk = 1.5e-2147483647", ""),
        ("SELECT * FROM t WHERE pk = 1 # note", ""),
        ("SELECT * FROM t WHERE pk = 1 /* note", ""),
        ("SELECT * FROM \"t", ""),
        ("SELECT * FROM t WHERE", "Unexpected term"),
        ("SELECT * FROM t WHERE;", "Unexpected term"),
        ("SELECT * FROM t WHERE   ", "Unexpected term"),
        ("SELECT pk FROM t WHERE", "Unexpected term"),
        ("UPDATE t SET a = 1 WHERE", "Unexpected term"),
        ("DELETE FROM t WHERE", "Unexpected term"),
        ("SELECT * FROM t WHERE NOT", "Unexpected term"),
        ("SELECT * FROM t WHERE (", "Unexpected term"),
        ("SELECT * FROM", "Unexpected term"),
        ("SELECT * FROM t WHERE pk = 'p1' AND", "Missing right-hand side expression of infix operator"),
        ("SELECT * FROM t WHERE pk = 'p1' OR", "Missing right-hand side expression of infix operator"),
        ("SELECT * FROM t WHERE ORDER BY pk", "Unexpected keyword"),
        ("INSERT INTO urls (key, secret_key) VALUES (?, ?)", "Unexpected keyword"),
        ("SELECT * FROM t WHERE IS NULL", "Unexpected operator"),
        ("SELECT * FROM t WHERE pk = LIKE", "Unexpected operator"),
        ("SELECT * FROM t WHERE pk = 'a' AND x IS FOO", "Expected type name"),
        ("SELECT *", "Expected FROM after SELECT list"),
        ("SELECT a, b WHERE pk = 'a'", "Expected FROM after SELECT list"),
        ("SELECT * FROM t ORDER pk", "Expected BY"),
        ("SELECT * FROM t WHERE pk BETWEEN 1", "Expected AND keyword"),
        ("SELECT * FROM t WHERE pk BETWEEN 1 OR 2", "Expected AND keyword"),
        ("SELECT * FROM t WHERE pk BETWEEN 1 AND", "Expected expression after AND"),
        ("SELECT * FROM t WHERE pk BETWEEN 1 AND;", "Expected expression after AND"),
        ("SELECT * FROM t WHERE pk = 1 AND;", "Unexpected term"),
        ("SELECT * FROM t WHERE pk IN (1", "Expected RIGHT_PAREN"),
        ("SELECT * FROM t WHERE pk IN ()", "Unexpected term"),
        ("SELECT * FROM t WHERE begins_with(pk, 'a'", "Expected RIGHT_PAREN"),
        ("SELECT * FROM t WHERE l = [1, 2", "Expected RIGHT_BRACKET"),
        ("SELECT * FROM t WHERE l = <<1, 2", "Expected RIGHT_DOUBLE_ANGLE_BRACKET"),
        ("INSERT INTO t VALUE {'pk': 'a'", "Expected RIGHT_CURLY"),
        ("INSERT INTO t VALUE {'pk' 'a'}", "Expected COLON"),
        ("INSERT t VALUE {'pk': 'a'}", "Unexpected keyword"),
        ("UPDATE t SET a 1 WHERE pk = 'a'", "Expected '='"),
        ("DELETE t WHERE pk = 'a'", "Expected FROM after DELETE"),
        (
            "DELETE FROM t WHERE pk = 'a' RETURNING OLD *",
            "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.",
        ),
        (
            "UPDATE t SET a = 1 WHERE pk = 'a' RETURNING ALL *",
            "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.",
        ),
        ("DELETE FROM", "Expected identifier for simple path"),
        ("DELETE FROM;", "Expected identifier for simple path"),
        ("DELETE FROM WHERE pk = 'a'", "Expected identifier for simple path"),
        ("SLECT * FROM \"Users\" WHERE pk = 'a'", "Expected data manipulation"),
        ("UPDATE Payment-dev SET active=? WHERE subscriptionId=?", "Expected data manipulation"),
        ("SELECT * FROM t WHERE attribute_exists(m.inner)", "Invalid path dot component"),
        ("UPDATE t SET m.inner = set_add(m.inner, <<'y'>>) WHERE pk = 'a'", "Invalid path dot component"),
    ] {
        assert_eq!(told(statement), malformed(detail), "{statement}");
    }
}

#[test]
fn what_can_be_read_and_is_refused() {
    let path = |function: &str| {
        format!("Operator or function requires a document path; operator or function: {function}")
    };
    for (statement, expected) in [
        ("SELECT * FROM t x WHERE pk = 'x'", "Aliasing is not supported".to_owned()),
        ("SELECT * FROM t AS x WHERE pk = 'x'", "Aliasing is not supported".to_owned()),
        ("UPDATE t x SET a = 3 WHERE pk = 'x'", "Aliasing is not supported".to_owned()),
        ("DELETE FROM t x WHERE pk = 'x'", "Aliasing is not supported".to_owned()),
        ("x IS INT4", "Unsupported operation: IsType".to_owned()),
        ("x IS DOUBLE PRECISION", "Unsupported operation: IsType".to_owned()),
        ("x IS CHARACTER VARYING", "Unsupported operation: IsType".to_owned()),
        ("SELECT * FROM \"t\".\"i\".\"x\"", "A path may contain at most 2 components in the FROM clause".to_owned()),
        ("SELECT * FROM \"t\".\"\" WHERE pk = 'p'", "Path component cannot be an empty string".to_owned()),
        ("SELECT * FROM \"\" WHERE pk = 'p'", "Path component cannot be an empty string".to_owned()),
        ("SELECT * FROM t WHERE attribute_exists('ss')", path("attribute_exists")),
        (
            "SELECT * FROM t WHERE attribute_exists()",
            "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 0".to_owned(),
        ),
        (
            "SELECT * FROM t WHERE attribute_exists(ss, ns)",
            "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2".to_owned(),
        ),
        ("SELECT * FROM t WHERE EXISTS(ss)", "Unrecognized function: exists at 1:23:6".to_owned()),
        ("SELECT * FROM t WHERE set_add(ss, <<'x'>>) = ss", "Unrecognized function: set_add at 1:23:7".to_owned()),
        (
            "UPDATE t SET t = set_add(ss, <<'x'>>) WHERE pk = 'a'",
            "The first argument to SET_ADD must equal the assignment value at 1:18:7".to_owned(),
        ),
        (
            "UPDATE t SET ss = set_add(<<'a'>>, <<'b'>>) WHERE pk = 'a'",
            "The first argument to SET_ADD must equal the assignment value at 1:19:7".to_owned(),
        ),
        (
            "UPDATE t SET ss = set_add(ss, 'x') WHERE pk = 'a'",
            "The second argument to SET_ADD must be a value with type SET at 1:27:2".to_owned(),
        ),
        (
            "UPDATE t SET ss = set_delete(ss, ['x']) WHERE pk = 'a'",
            "The second argument to SET_DELETE must be a value with type SET at 1:30:2".to_owned(),
        ),
        (
            "UPDATE t SET ss = set_add(ss) WHERE pk = 'a'",
            "SET_ADD must have exactly two arguments at 1:19:7".to_owned(),
        ),
        (
            "UPDATE t SET ss = set_add(ss, <<'x', 'x'>>) WHERE pk = 'a'",
            "One or more parameter values were invalid: Input collection [x, x] contains duplicates.".to_owned(),
        ),
        ("UPDATE t SET ss = set_add(ss, <<>>) WHERE pk = 'a'", "Empty bags are not supported".to_owned()),
        (
            "INSERT INTO t VALUE {'pk': 'a', 'ss': set_add(<<'a'>>, <<'b'>>)}",
            "Unsupported data type: set_add under key root at 1:39:7".to_owned(),
        ),
        (
            "DELETE FROM t WHERE pk = 'x' RETURNING MODIFIED OLD *",
            "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in DELETE statements.".to_owned(),
        ),
        (
            "SELECT * FROM t WHERE pk = ?",
            "Number of parameters in request and statement don't match.".to_owned(),
        ),
    ] {
        assert_eq!(told(statement), expected, "{statement}");
    }
}

#[test]
fn numbers_that_are_no_numbers_say_where_they_stand() {
    let overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range";
    let underflow =
        "Number underflow. Attempting to store a number with magnitude smaller than supported range";
    for (statement, expected) in [
        ("SELECT * FROM t WHERE pk = 1e126", format!("{overflow} under root")),
        ("SELECT * FROM t WHERE pk = 1e-131", format!("{underflow} under root")),
        (
            "SELECT * FROM t WHERE pk = 123456789012345678901234567890123456789",
            "Attempting to store more than 38 significant digits in a Number under root".to_owned(),
        ),
        ("INSERT INTO t VALUE {'pk': 1e126}", format!("{overflow} under root")),
        ("UPDATE t SET a = 1e-131 WHERE pk = 970005", format!("{underflow} under root")),
        ("INSERT INTO t VALUE {'pk': 970006, 'm': {'x': 1e126}}", format!("{overflow} under root.x")),
        ("INSERT INTO t VALUE {'pk': 970007, 'l': [1, 1e126]}", format!("{overflow} under root[1]")),
    ] {
        assert_eq!(told(statement), expected, "{statement}");
    }
}

#[test]
fn parameters_are_read_as_java_reads_them() {
    let statement = "SELECT * FROM t WHERE pk = 'a' AND x = ? AND y = ?";
    let number = |text: &str| AttributeValue::N(text.to_owned());
    let pair = |one: AttributeValue, other: AttributeValue| told_with(statement, vec![one, other]);
    let unconvertible = |text: &str| format!("The parameter cannot be converted to a numeric value: {text}");
    for text in ["1e99999999999", "-1e99999999999", "1e-99999999999", "1e2147483648", "1e-2147483648"] {
        assert_eq!(pair(number(text), number("1")), unconvertible(text));
        let list = AttributeValue::L(vec![number("1"), number(text)]);
        assert_eq!(pair(list, number("1")), unconvertible(text));
    }
    let underflow =
        "Number underflow. Attempting to store a number with magnitude smaller than supported range";
    assert_eq!(pair(number("1e2147483647"), number("1")), underflow);
    assert_eq!(pair(number(""), number("1")), "The parameter cannot be converted to a numeric value");
    let deep = (0..40).fold(number("abc"), |value, _| AttributeValue::L(vec![value]));
    assert!(pair(deep.clone(), number("abc")).starts_with("Nesting Levels"));
    assert_eq!(pair(number("abc"), deep), unconvertible("abc"));
}
