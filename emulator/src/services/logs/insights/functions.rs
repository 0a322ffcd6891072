//! Functions of queries.
//!
//! Source: User Guide, "Boolean, comparison, numeric, datetime, and other functions".

use super::value::Value;
use std::net::IpAddr;

/// A function: its name, how many arguments it takes, and what it does with them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Function {
    name: &'static str,
    least: usize,
    most: usize,
    call: fn(&[Value], i64) -> Value,
}

impl Function {
    /// The function of this name.
    pub(super) fn of(name: &str) -> Option<Function> {
        FUNCTIONS.iter().find(|function| function.name.eq_ignore_ascii_case(name)).copied()
    }

    /// Whether it takes so many arguments.
    pub(super) fn takes(&self, count: usize) -> bool {
        (self.least..=self.most).contains(&count)
    }

    /// Whether it is of the time of an event, which is its last argument then.
    pub(super) fn is_of_time(&self) -> bool {
        self.name == "bin"
    }

    /// Calls it, at a moment.
    pub(super) fn call(&self, arguments: &[Value], now: i64) -> Value {
        (self.call)(arguments, now)
    }
}

const MANY: usize = 100;

/// All functions.
static FUNCTIONS: [Function; 36] = [
    function("abs", 1, 1, |of, _| numeric(of, f64::abs)),
    function("bin", 1, 1, |of, _| floor(&of[1..], &of[0])),
    function("ceil", 1, 1, |of, _| numeric(of, f64::ceil)),
    function("coalesce", 1, MANY, |of, _| {
        of.iter().find(|value| value.is_there()).cloned().unwrap_or(Value::Null)
    }),
    function("concat", 1, MANY, |of, _| Value::Text(of.iter().filter_map(Value::text).collect())),
    function("dateceil", 2, 2, |of, _| match (floor(&of[..1], &of[1]), of[1].number()) {
        (Value::Moment(floor), Some(_))
            if Value::Moment(floor).compare(&of[0]).is_some_and(|it| it.is_eq()) =>
        {
            Value::Moment(floor)
        }
        (Value::Moment(floor), Some(step)) => Value::Moment(floor.saturating_add(step as i64)),
        _ => Value::Null,
    }),
    function("datefloor", 2, 2, |of, _| floor(&of[..1], &of[1])),
    function("floor", 1, 1, |of, _| numeric(of, f64::floor)),
    function("fromMillis", 1, 1, |of, _| of[0].number().map_or(Value::Null, |at| Value::Moment(at as i64))),
    function("greatest", 1, MANY, |of, _| extreme(of, f64::max)),
    function("if", 3, 3, |of, _| of[if of[0].is_true() { 1 } else { 2 }].clone()),
    function("isblank", 1, 1, |of, _| Value::Truth(of[0].text().is_none_or(|text| text.trim().is_empty()))),
    function("isempty", 1, 1, |of, _| Value::Truth(of[0].text().is_none_or(|text| text.is_empty()))),
    function("ispresent", 1, 1, |of, _| Value::Truth(of[0].is_there())),
    function("isValidIp", 1, 1, |of, _| ip(of, |_| true)),
    function("isValidIpV4", 1, 1, |of, _| ip(of, IpAddr::is_ipv4)),
    function("isValidIpV6", 1, 1, |of, _| ip(of, IpAddr::is_ipv6)),
    function("least", 1, MANY, |of, _| extreme(of, f64::min)),
    function("log", 1, 1, |of, _| numeric(of, f64::ln)),
    function("ltrim", 1, 2, |of, _| trim(of, |text, set| text.trim_start_matches(set).to_owned())),
    function("now", 0, 0, |_, now| Value::Number((now / 1000) as f64)),
    function("replace", 3, 3, |of, _| {
        let texts = of.iter().map(Value::text).collect::<Option<Vec<_>>>();
        texts.map_or(Value::Null, |texts| Value::Text(texts[0].replace(&*texts[1], &texts[2])))
    }),
    function("rtrim", 1, 2, |of, _| trim(of, |text, set| text.trim_end_matches(set).to_owned())),
    function("sqrt", 1, 1, |of, _| numeric(of, f64::sqrt)),
    function("strcontains", 2, 2, |of, _| {
        let both = of[0].text().zip(of[1].text());
        both.map_or(Value::Null, |(text, part)| Value::Number(f64::from(u8::from(text.contains(&*part)))))
    }),
    function("strlen", 1, 1, |of, _| {
        of[0].text().map_or(Value::Null, |text| Value::Number(text.chars().count() as f64))
    }),
    function("substr", 2, 3, |of, _| {
        let Some((text, from)) = of[0].text().zip(of[1].number()) else { return Value::Null };
        let length = of.get(2).and_then(Value::number).map_or(usize::MAX, |length| length as usize);
        Value::Text(text.chars().skip(from as usize).take(length).collect())
    }),
    function("toMillis", 1, 1, |of, _| of[0].number().map_or(Value::Null, Value::Number)),
    function("tolower", 1, 1, |of, _| textual(of, str::to_lowercase)),
    function("toupper", 1, 1, |of, _| textual(of, str::to_uppercase)),
    function("trim", 1, 2, |of, _| trim(of, |text, set| text.trim_matches(set).to_owned())),
    // The same under the names that other versions of the guide have.
    function("lower", 1, 1, |of, _| textual(of, str::to_lowercase)),
    function("upper", 1, 1, |of, _| textual(of, str::to_uppercase)),
    function("isipv4", 1, 1, |of, _| ip(of, IpAddr::is_ipv4)),
    function("isipv6", 1, 1, |of, _| ip(of, IpAddr::is_ipv6)),
    function("round", 1, 1, |of, _| numeric(of, f64::round)),
];

const fn function(
    name: &'static str,
    least: usize,
    most: usize,
    call: fn(&[Value], i64) -> Value,
) -> Function {
    Function { name, least, most, call }
}

fn numeric(of: &[Value], act: impl Fn(f64) -> f64) -> Value {
    of[0].number().map(act).filter(|number| number.is_finite()).map_or(Value::Null, Value::Number)
}

fn textual(of: &[Value], act: impl Fn(&str) -> String) -> Value {
    of[0].text().map_or(Value::Null, |text| Value::Text(act(&text)))
}

fn extreme(of: &[Value], choose: impl Fn(f64, f64) -> f64) -> Value {
    of.iter().filter_map(Value::number).reduce(choose).map_or(Value::Null, Value::Number)
}

/// Cuts a text's ends: blanks, or the characters of a set.
fn trim(of: &[Value], act: impl Fn(&str, &[char]) -> String) -> Value {
    let set: Vec<char> = match of.get(1).and_then(Value::text) {
        Some(set) => set.chars().collect(),
        None => vec![' ', '\t', '\n', '\r'],
    };
    of[0].text().map_or(Value::Null, |text| Value::Text(act(&text, &set)))
}

fn ip(of: &[Value], is_such: impl Fn(&IpAddr) -> bool) -> Value {
    let address = of[0].text().and_then(|text| text.parse::<IpAddr>().ok());
    Value::Truth(address.is_some_and(|address| is_such(&address)))
}

/// The beginning of the period that a moment is in.
fn floor(of: &[Value], step: &Value) -> Value {
    let moment = of.first().and_then(Value::number);
    let step = step.number().map(|step| step as i64).filter(|step| *step > 0);
    match moment.zip(step) {
        Some((moment, step)) => Value::Moment((moment as i64).div_euclid(step).saturating_mul(step)),
        None => Value::Null,
    }
}
