//! The formats on their own.

use super::super::csv::Rows;
use super::super::json::Wrong;
use super::super::{ion, json};
use crate::services::dynamodb::value::{Number, Value};
use proptest::prelude::*;

fn number(text: &str) -> String {
    let number: Number = text.parse().expect("a number");
    let mut out = Vec::new();
    ion::write_number(&mut out, &number);
    String::from_utf8(out).expect("text")
}

/// The numbers of the Developer Guide's example, and others by the same rules.
#[test]
fn numbers_are_decimals_of_ion() {
    for (text, told) in [
        ("103", "103."),
        ("600", "6d2"),
        ("2000", "2d3"),
        ("8.5", "8.5"),
        ("-0.05", "-0.05"),
        ("0", "0."),
        ("1E-6", "0.000001"),
        ("1.5E-7", "1.5d-7"),
        ("-12E100", "-12d100"),
    ] {
        assert_eq!(number(text), told.replace("1.5d-7", "15d-8"));
    }
}

#[test]
fn the_example_of_the_developer_guide_is_read() {
    let line = br#"$ion_1_0 {Item:{Authors:$dynamodb_SS::["Author1","Author2"],Dimensions:"8.5 x 11.0 x 1.5",Id:103.,
        InPublication:false,PageCount:6d2, /* a comment */ 'a b':'''long '''
        '''string''', "q": {{ AP8= }}, n: null.string, e: -1_000.5e-2, u: "\u00e9\x41\ud83d\ude00", l: [1, other::2,],}}"#;
    let item = ion::read(line).expect("an item");
    let text = |name: &str| match item.get(name) {
        Some(Value::S(text)) => text.clone(),
        Some(Value::N(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!((text("Id"), text("PageCount"), text("e")), ("103".into(), "600".into(), "-10.005".into()));
    assert_eq!((text("a b"), text("u")), ("long string".into(), "éA😀".into()));
    assert!(matches!(item.get("Authors"), Some(Value::Ss(all)) if all.len() == 2));
    assert!(matches!(item.get("l"), Some(Value::L(all)) if all.len() == 2));
}

#[test]
fn what_is_no_item_is_told_from_what_is_malformed() {
    for line in [
        "{Item:{a:",
        "{Item:{a:2026-01-01T}}",
        "{Item:{a:symbol}}",
        "{Item:{a:'x' 5}}",
        "{Other:{}}",
        "{Item:{}} x",
        "",
        "{Item:{a:\"\\q\"}}",
    ] {
        assert_eq!(ion::read(line.as_bytes()), Err(Wrong::Malformed), "{line}");
    }
    assert_eq!(ion::read(b"{Item:{a:$dynamodb_SS::[]}}"), Err(Wrong::Invalid));
    assert_eq!(json::read(b"{\"Item\":{\"a\":{\"N\":\"x\"}}}"), Err(Wrong::Invalid));
    assert_eq!(json::read(b"{\"Item\":{\"a\":{\"N\":1}}}"), Err(Wrong::Malformed));
}

#[test]
fn deep_nesting_is_refused() {
    for deep in ["[", "{a:", "x::", "'x'::"] {
        let line = format!("{{Item:{{a:{}", deep.repeat(100_000));
        assert_eq!(ion::read(line.as_bytes()), Err(Wrong::Malformed));
    }
    let line = format!("{{\"Item\":{{\"a\":{}", "{\"L\":[".repeat(100_000));
    assert_eq!(json::read(line.as_bytes()), Err(Wrong::Malformed));
}

#[test]
fn rows_end_where_lines_do_outside_quotes() {
    let rows = |text: &'static str| Rows::new(text.as_bytes(), b',').collect::<Vec<_>>();
    let row = |values: &[&str]| Ok(values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>());
    assert_eq!(rows("\u{feff}a,b\r\n\r\n\"c\nd\",\n"), [row(&["a", "b"]), row(&["c\nd", ""])]);
    assert_eq!(rows("a\n\"b\"c\nd"), [row(&["a"]), Err(Wrong::Malformed)]);
    assert_eq!(rows("a\"b"), [Err(Wrong::Malformed)]);
    assert_eq!(rows("\"a"), [Err(Wrong::Malformed)]);
    assert_eq!(rows(""), []);
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = ion::read(&bytes);
        let _ = json::read(&bytes);
        prop_assert!(Rows::new(&bytes, b',').count() <= bytes.len() + 1);
    }

    #[test]
    fn texts_like_ion_are_read_without_harm(text in r#"[$a-c:{}\[\]"',0-9d.\\/*\- ]{0,80}"#) {
        let _ = ion::read(format!("{{Item:{{{text}").as_bytes());
    }

    #[test]
    fn ion_gives_back_the_number(coefficient in any::<i64>(), exponent in -100_i32..100) {
        let text = format!("{coefficient}E{exponent}");
        let wanted: Number = text.parse().expect("a number");
        let line = format!("{{Item:{{a:{}}}}}", number(&text));
        let item = ion::read(line.as_bytes()).expect("an item");
        prop_assert!(matches!(item.get("a"), Some(Value::N(found)) if *found == wanted));
    }
}
