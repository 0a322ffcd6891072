//! Numbers against what DynamoDB answers, and against whole numbers of the machine.

use super::{Number, NumberError};
use proptest::prelude::*;

const OVERFLOW: &str =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
const UNDERFLOW: &str =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";
const DIGITS: &str = "Attempting to store more than 38 significant digits in a Number";

fn number(text: &str) -> Number {
    text.parse().unwrap_or_else(|error: NumberError| panic!("{text}: {error}"))
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let told = text.parse::<Number>().map_or_else(|error| error.to_string(), |number| number.to_string());
    assert_eq!(told, expected, "{text}");
}

#[test]
fn texts_come_back_in_their_plain_form() {
    check("0000012345678901234567890123456789012345678", "12345678901234567890123456789012345678");
    check("-00001.23456789012345678901234567890123456780000", "-1.2345678901234567890123456789012345678");
    let largest = format!("{}{}", "9".repeat(38), "0".repeat(88));
    check("0009.99999999999999999999999999999999999990000e125", &largest);
    check("-0009.99999999999999999999999999999999999990000e125", &format!("-{largest}"));
    let smallest = format!("0.{}1", "0".repeat(129));
    check("0001.000e-130", &smallest);
    check("-0001.000e-130", &format!("-{smallest}"));
    check("1E125", &format!("1{}", "0".repeat(125)));
    check("-0015.789e6", "-15789000");
    check("0042.1200", "42.12");
    for (text, expected) in
        [("+3", "3"), (".123", "0.123"), ("5.", "5"), ("1e+5", "100000"), ("-0", "0"), ("-17.4E1", "-174")]
    {
        check(text, expected);
    }
    check("0e125", "0");
    check("0.000", "0");
}

#[test]
fn what_is_no_number_is_refused() {
    for (text, expected) in [
        ("1e99999999999", OVERFLOW),
        ("-1e99999999999", OVERFLOW),
        ("1e-99999999999", UNDERFLOW),
        ("1e2147483648", OVERFLOW),
        ("1e2147483647", OVERFLOW),
        ("1e-2147483648", UNDERFLOW),
        ("1e126", OVERFLOW),
        ("11e125", OVERFLOW),
        ("1e-131", UNDERFLOW),
        ("0.9e-130", UNDERFLOW),
        ("0e126", OVERFLOW),
        ("0e-131", UNDERFLOW),
        ("1234567890123456789012345678901234567890.1", DIGITS),
        ("-1.23456789012345678901234567890123456789", DIGITS),
    ] {
        check(text, expected);
    }
    for text in [
        "abc",
        "1.2.3",
        "",
        " 1",
        "1 ",
        "0x10",
        "1e",
        "NaN",
        "Infinity",
        "-",
        "+",
        ".",
        "e5",
        "--1",
        "1e+",
        "1e5.0",
        "1e9223372036854775808",
        "\u{661}",
    ] {
        check(text, &format!("The parameter cannot be converted to a numeric value: {text}"));
    }
}

#[test]
fn sums_stay_exact_or_fail() {
    let sum = |one: &str, other: &str| {
        number(one).plus(&number(other)).map_or_else(|error| error.to_string(), |sum| sum.to_string())
    };
    assert_eq!(sum("1", "10000000000000000000000"), "10000000000000000000001");
    assert_eq!(sum("-1", "10000000000000000000000"), "9999999999999999999999");
    assert_eq!(sum("0.1", "0.2"), "0.3");
    assert_eq!(sum("1e38", "-1"), "9".repeat(38));
    assert_eq!(sum("9e125", "9e125"), OVERFLOW);
    assert_eq!(sum("1e50", "1"), OVERFLOW);
    assert_eq!(sum("1e50", "-1"), OVERFLOW);
    assert_eq!(sum("1.5e-130", "-1.4e-130"), UNDERFLOW);
    assert_eq!(sum("9e125", "-9e125"), "0");
    assert_eq!(number("5").minus(&number("5")), Ok(Number::ZERO));
}

#[test]
fn the_size_counts_digits_on_both_sides_of_the_point() {
    // github.com/paritysuite/dynamodb-conformance, src/item-size.ts: measured against AWS.
    for (text, size) in [
        ("0", 1),
        ("1", 2),
        ("12", 2),
        ("123", 3),
        ("1234", 3),
        ("12345678901234567890123456789012345678", 20),
        ("0042", 2),
        ("100", 2),
        ("1010", 3),
        ("0.0000001", 2),
        ("1E125", 2),
        ("1E-100", 2),
        ("1.5", 3),
        ("15", 2),
        ("1.200", 3),
        ("1.234", 4),
        ("3.14159", 5),
        ("123456", 4),
        ("-1", 3),
    ] {
        assert_eq!(number(text).size(), size, "{text}");
    }
}

/// Any number.
pub(in super::super) fn any_number() -> impl Strategy<Value = Number> {
    let coefficient = prop_oneof![0..1000_u128, any::<u64>().prop_map(u128::from), 0..10_u128.pow(38)];
    let exponent = prop_oneof![Just(0), -3..3_i32, -167..126_i32];
    (any::<bool>(), coefficient, exponent)
        .prop_filter_map("outside the range", |(sign, coefficient, exponent)| {
            Number::new(sign, coefficient, exponent).ok()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn text_and_key_round_trip(one in any_number(), after in proptest::collection::vec(any::<u8>(), 0..4)) {
        prop_assert_eq!(number(&one.to_string()), one);
        let mut key = Vec::new();
        one.encode_into(&mut key);
        key.extend(&after);
        let decoded = Number::decode(&key);
        prop_assert_eq!(decoded, Some((one, &after[..])));
    }

    #[test]
    fn keys_sort_as_numbers(one in any_number(), other in any_number()) {
        let key = |number: &Number| {
            let mut key = Vec::new();
            number.encode_into(&mut key);
            key
        };
        prop_assert_eq!(key(&one).cmp(&key(&other)), one.cmp(&other));
        let difference = one.minus(&other);
        if let Ok(difference) = difference {
            let expected = if difference.is_zero() { std::cmp::Ordering::Equal }
                else if difference.is_negative() { std::cmp::Ordering::Less }
                else { std::cmp::Ordering::Greater };
            prop_assert_eq!(one.cmp(&other), expected);
        }
    }

    #[test]
    fn sums_are_those_of_whole_numbers(one in -10_i128.pow(30)..10_i128.pow(30), other in -10_i128.pow(30)..10_i128.pow(30), scale in 0..20_usize) {
        // Written with a point, so that the two differ in their last place.
        let text = |whole: i128| format!("{whole}e-{scale}");
        let (a, b) = (number(&text(one)), number(&text(other)));
        prop_assert_eq!(a.plus(&b), Ok(number(&text(one + other))));
        prop_assert_eq!(a.minus(&b), Ok(number(&text(one - other))));
        prop_assert_eq!(a.cmp(&b), one.cmp(&other));
    }

    #[test]
    fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..30), text in "[-+0-9.eE]{0,60}") {
        let _ = Number::decode(&bytes);
        let _ = text.parse::<Number>();
    }
}
