//! No text breaks the parser, however deep or torn it is.

use super::super::command;
use proptest::prelude::*;
use ruststack_models::AttributeValue;

/// Pieces of statements, to be put together in any order.
const PIECES: [&str; 62] = [
    "SELECT",
    "*",
    "FROM",
    "t",
    "\"t\"",
    "\"i\"",
    ".",
    "WHERE",
    "pk",
    "=",
    "<>",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "AND",
    "OR",
    "NOT",
    "IN",
    "BETWEEN",
    "IS",
    "MISSING",
    "NULL",
    "STRING",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<<",
    ">>",
    ",",
    ":",
    ";",
    "'a'",
    "''",
    "1",
    "-1e5",
    ".5",
    "?",
    "ORDER",
    "BY",
    "DESC",
    "INSERT",
    "INTO",
    "VALUE",
    "UPDATE",
    "SET",
    "REMOVE",
    "DELETE",
    "RETURNING",
    "ALL",
    "OLD",
    "NEW",
    "EXISTS",
    "set_add",
    "list_append",
    "size",
    "begins_with",
    "--",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_breaks_the_parser(text in "\\PC{0,80}") {
        let _ = command(&text, None);
    }

    #[test]
    fn no_pieces_break_the_parser(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..30)) {
        let _ = command(&pieces.join(" "), Some(vec![AttributeValue::N("1".to_owned())]));
    }
}

#[test]
fn what_is_too_deep_is_refused() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("NOT ", ""), ("- ", ""), ("{'a':", "}"), ("<<", ">>"), ("size(", ")")]
    {
        let deep = format!("SELECT * FROM t WHERE {}1{}", open.repeat(2000), close.repeat(2000));
        assert!(command(&deep, None).is_err(), "{open}");
    }
    for chain in [" + 1", " AND pk", ".a", "[1]"] {
        let long = format!("SELECT * FROM t WHERE pk{}", chain.repeat(2000));
        let _ = command(&long, None);
    }
    let select = "SELECT a FROM t WHERE EXISTS(".repeat(500);
    assert!(command(&select, None).is_err());
    assert!(command(&"a * FROM t SET b = ".repeat(500), None).is_err());
}
