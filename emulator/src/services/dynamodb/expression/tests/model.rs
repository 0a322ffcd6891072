//! Random expressions: no text breaks the parser, and a condition says of an item what a plain evaluator says that reads
//! it as it is written.

use super::super::{Condition, KeyCondition, Kind, Placeholders, Projection, Update};
use super::{item, l, m, n, ns, s, ss};
use crate::services::dynamodb::value::{Attributes, Value};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::cell::Cell;

/// How many conditions are tried.
const CONDITIONS: u32 = 4000;

/// A condition as the plain evaluator has it.
#[derive(Clone, Debug)]
enum Plain {
    Compare(&'static str, Term, Term),
    Between(Term, Term, Term),
    In(Term, Vec<Term>),
    Exists(Term),
    BeginsWith(Term, Term),
    Contains(Term, Term),
    And(Box<Plain>, Box<Plain>),
    Or(Box<Plain>, Box<Plain>),
    Not(Box<Plain>),
}

/// A path, a value of the request, or a size.
#[derive(Clone, Debug)]
enum Term {
    Path(&'static str),
    Value(usize),
    Size(&'static str),
}

const PATHS: [&str; 8] = ["a", "b", "c", "d.x", "d.y", "e[0]", "e[1]", "e[2].z"];

fn values() -> Vec<Value> {
    vec![
        n("1"),
        n("2"),
        n("1.50"),
        s("a"),
        s("ab"),
        ss(&["a", "ab"]),
        ns(&["1", "2"]),
        l([n("1")]),
        Value::Null,
    ]
}

fn name(at: usize) -> String {
    format!(":v{at}")
}

fn any_value() -> impl Strategy<Value = Value> {
    (0..values().len()).prop_map(|at| values().swap_remove(at))
}

fn any_item() -> impl Strategy<Value = Attributes> {
    proptest::collection::vec(any_value(), 7).prop_map(|given| {
        let [a, b, x, y, first, second, z] = <[Value; 7]>::try_from(given).expect("seven values");
        let mut made = item([
            ("a", a),
            ("b", b),
            ("d", m([("x", x), ("y", y)])),
            ("e", l([first, second, m([("z", z)])])),
        ]);
        if made.get("a") == made.get("b") {
            made.remove("b");
        }
        made
    })
}

fn any_term() -> impl Strategy<Value = Term> {
    prop_oneof![
        4 => (0..PATHS.len()).prop_map(|at| Term::Path(PATHS[at])),
        3 => (0..values().len()).prop_map(Term::Value),
        1 => (0..PATHS.len()).prop_map(|at| Term::Size(PATHS[at])),
    ]
}

fn any_condition() -> impl Strategy<Value = Plain> {
    let sign = prop::sample::select(vec!["=", "<>", "<", "<=", ">", ">="]);
    let leaf = prop_oneof![
        4 => (sign, any_term(), any_term()).prop_map(|(sign, left, right)| Plain::Compare(sign, left, right)),
        1 => (any_term(), any_term(), any_term()).prop_map(|(one, two, three)| Plain::Between(one, two, three)),
        1 => (any_term(), proptest::collection::vec(any_term(), 1..4)).prop_map(|(one, among)| Plain::In(one, among)),
        1 => any_term().prop_map(Plain::Exists),
        1 => (any_term(), any_term()).prop_map(|(one, two)| Plain::BeginsWith(one, two)),
        1 => (any_term(), any_term()).prop_map(|(one, two)| Plain::Contains(one, two)),
    ];
    leaf.prop_recursive(5, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, two)| Plain::And(Box::new(one), Box::new(two))),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| Plain::Or(Box::new(one), Box::new(two))),
            inner.prop_map(|one| Plain::Not(Box::new(one))),
        ]
    })
}

impl Term {
    fn text(&self) -> String {
        match self {
            Term::Path(path) => (*path).to_owned(),
            Term::Value(at) => name(*at),
            Term::Size(path) => format!("size( {path} )"),
        }
    }

    fn of(&self, item: &Attributes) -> Option<Value> {
        match self {
            Term::Path(path) => lookup(item, path),
            Term::Value(at) => values().get(*at).cloned(),
            Term::Size(path) => {
                let size = match lookup(item, path)? {
                    Value::S(text) => text.len(),
                    Value::Ss(members) => members.len(),
                    Value::Ns(members) => members.len(),
                    Value::L(elements) => elements.len(),
                    _ => return None,
                };
                Some(n(&size.to_string()))
            }
        }
    }
}

fn lookup(item: &Attributes, path: &str) -> Option<Value> {
    let entry = |of: &str, name: &str| match item.get(of)? {
        Value::M(entries) => entries.get(name).cloned(),
        _ => None,
    };
    let element = |at: usize| match item.get("e")? {
        Value::L(elements) => elements.get(at).cloned(),
        _ => None,
    };
    match path {
        "d.x" => entry("d", "x"),
        "d.y" => entry("d", "y"),
        "e[0]" => element(0),
        "e[1]" => element(1),
        "e[2].z" => match element(2)? {
            Value::M(entries) => entries.get("z").cloned(),
            _ => None,
        },
        name => item.get(name).cloned(),
    }
}

impl Plain {
    /// How tightly it binds: `OR`, `AND`, `NOT`, anything else.
    fn strength(&self) -> u8 {
        match self {
            Plain::Or(..) => 0,
            Plain::And(..) => 1,
            Plain::Not(_) => 2,
            _ => 3,
        }
    }

    /// With parentheses only where they are needed.
    fn text(&self, around: u8) -> String {
        let text = match self {
            Plain::Compare(sign, left, right) => format!("{}{sign}{}", left.text(), right.text()),
            Plain::Between(one, two, three) => {
                format!("{} between {} AND {}", one.text(), two.text(), three.text())
            }
            Plain::In(one, among) => {
                let among: Vec<String> = among.iter().map(Term::text).collect();
                format!("{} IN ({})", one.text(), among.join(", "))
            }
            Plain::Exists(one) => format!("attribute_exists({})", one.text()),
            Plain::BeginsWith(one, two) => format!("begins_with({},{})", one.text(), two.text()),
            Plain::Contains(one, two) => format!("contains ({}, {})", one.text(), two.text()),
            Plain::And(one, two) => format!("{} and {}", one.text(1), two.text(1)),
            Plain::Or(one, two) => format!("{} OR {}", one.text(0), two.text(0)),
            Plain::Not(one) => format!("NOT {}", one.text(2)),
        };
        if self.strength() < around { format!("({text})") } else { text }
    }

    fn holds(&self, item: &Attributes) -> bool {
        let number = |value: &Value| match value {
            // The numbers that occur are exact as floats.
            Value::N(number) => number.to_string().parse::<f64>().ok(),
            _ => None,
        };
        let compare = |sign: &str, left: &Term, right: &Term| {
            let (Some(left), Some(right)) = (left.of(item), right.of(item)) else { return sign == "<>" };
            let order = match (&left, &right) {
                (Value::S(left), Value::S(right)) => Some(left.cmp(right)),
                _ => number(&left).zip(number(&right)).and_then(|(left, right)| left.partial_cmp(&right)),
            };
            match sign {
                "=" => left == right,
                "<>" => left != right,
                "<" => order.is_some_and(|order| order.is_lt()),
                "<=" => order.is_some_and(|order| order.is_le()),
                ">" => order.is_some_and(|order| order.is_gt()),
                _ => order.is_some_and(|order| order.is_ge()),
            }
        };
        match self {
            Plain::Compare(sign, left, right) => compare(sign, left, right),
            Plain::Between(one, two, three) => compare(">=", one, two) && compare("<=", one, three),
            Plain::In(one, among) => among.iter().any(|other| compare("=", one, other)),
            Plain::Exists(one) => one.of(item).is_some(),
            Plain::BeginsWith(one, two) => match (one.of(item), two.of(item)) {
                (Some(Value::S(one)), Some(Value::S(two))) => one.starts_with(&two),
                _ => false,
            },
            Plain::Contains(one, two) => match (one.of(item), two.of(item)) {
                (Some(Value::S(one)), Some(Value::S(two))) => one.contains(&two),
                (Some(Value::Ss(members)), Some(Value::S(member))) => members.contains(&member),
                (Some(Value::Ns(members)), Some(Value::N(member))) => members.contains(&member),
                (Some(Value::L(elements)), Some(element)) => elements.contains(&element),
                _ => false,
            },
            Plain::And(one, two) => one.holds(item) && two.holds(item),
            Plain::Or(one, two) => one.holds(item) || two.holds(item),
            Plain::Not(one) => !one.holds(item),
        }
    }
}

fn parse(text: &str) -> Result<Condition, super::Invalid> {
    let names: Vec<String> = (0..values().len()).map(name).collect();
    let values = names.iter().map(String::as_str).zip(values());
    Condition::parse(Kind::Filter, text, &mut Placeholders::new([], values))
}

/// Parses as every kind of expression.
fn parse_all(text: &str) {
    let placeholders = || Placeholders::new([("#a", "a"), ("#b", "b.c")], [(":a", n("1")), (":b", s("b"))]);
    let kept = item([("a", n("1")), ("b", m([("c", l([s("x")]))]))]);
    if let Ok(condition) = Condition::parse(Kind::Condition, text, &mut placeholders()) {
        condition.holds(&kept);
        condition.paths();
    }
    if let Ok(condition) = KeyCondition::parse(text, &mut placeholders()) {
        let _ = KeyCondition::check(&condition);
    }
    if let Ok(projection) = Projection::parse(text, &mut placeholders()) {
        projection.of(&kept);
    }
    if let Ok(update) = Update::parse(text, &mut placeholders()) {
        let mut changed = kept.clone();
        if update.apply(&mut changed).is_err() {
            assert_eq!(changed, kept, "{text}");
        }
        update.changed(&changed);
    }
}

#[test]
fn no_nesting_overflows() {
    let nested = |open: &str, depth: usize, inside: &str, close: &str| {
        format!("{}{inside}{}", open.repeat(depth), close.repeat(depth))
    };
    for text in [
        nested("(", 4096, "", ""),
        nested("a=(", 1300, "", ""),
        nested("NOT (", 299, "a<b", ")"),
        nested("NOT (", 600, "a<b", ")"),
        nested("(a=b and ", 297, "a<b", ")"),
        nested("a<b or (", 149, "a<b", ")"),
        nested("(a=b or (a=b and ", 148, "a<b", "))"),
        format!("a < {}", nested("f(", 1355, "b", ")")),
        format!("a < {}", nested("size(", 680, "b", ")")),
        format!("set a={}", nested("if_not_exists(a,", 239, "a", ")")),
        format!("set a={}", nested("if_not_exists(a,", 240, "a", ")")),
        format!("set a={}", nested("(", 2040, "a", ")")),
        format!("a{}", "[0]".repeat(1300)),
        vec!["a"; 2048].join("."),
        format!("a in ({})", vec!["a"; 2000].join(",")),
    ] {
        parse_all(&text);
    }
    let deep = format!("set a={}", nested("if_not_exists(a,", 239, ":a", ")"));
    assert!(Update::parse(&deep, &mut Placeholders::new([], [(":a", n("1"))])).is_ok());
}

#[test]
fn a_condition_says_what_it_is_written_to_say() {
    let accepted = Cell::new(0);
    let mut runner = TestRunner::new(ProptestConfig::with_cases(CONDITIONS));
    let run = runner.run(&(any_condition(), any_item()), |(plain, kept)| {
        let text = plain.text(0);
        // Operands that cannot be are refused; what is accepted is evaluated.
        if let Ok(condition) = parse(&text) {
            accepted.set(accepted.get() + 1);
            prop_assert_eq!(condition.holds(&kept), plain.holds(&kept), "{}", text);
        }
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
    assert!(accepted.get() > CONDITIONS / 4, "{} of {CONDITIONS} were evaluated", accepted.get());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn no_text_breaks_the_parser(text in "\\PC{0,60}") {
        parse_all(&text);
    }

    #[test]
    fn no_tokens_break_the_parser(tokens in proptest::collection::vec(prop::sample::select(vec![
        "a", "b", "c", "#a", "#b", "#x", ":a", ":b", ":x", "(", ")", "[", "]", "0", "1", ".", ",", "=", "<>", "<", ">=",
        "+", "-", "AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE", "size", "contains", "name", " ",
        "begins_with", "attribute_exists", "attribute_type", "if_not_exists", "list_append", "\u{fc}", "'",
    ]), 0..24)) {
        parse_all(&tokens.join(" "));
        parse_all(&tokens.concat());
    }
}
