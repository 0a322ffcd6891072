//! Functions of queries.
//!
//! Source: User Guide, "Boolean, comparison, numeric, datetime, and other functions".

use super::value::Value;
use std::net::IpAddr;
use time::{Date, Month, OffsetDateTime};

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
static FUNCTIONS: [Function; 34] = [
    function("abs", 1, 1, |of, _| numeric(of, f64::abs)),
    function("bin", 1, 1, |of, _| floor(&of[1..], &of[0])),
    function("ceil", 1, 1, |of, _| numeric(of, f64::ceil)),
    function("coalesce", 1, MANY, |of, _| {
        of.iter().find(|value| value.is_there()).cloned().unwrap_or(Value::Null)
    }),
    function("concat", 1, MANY, |of, _| Value::Text(of.iter().filter_map(Value::text).collect())),
    function("dateceil", 2, 2, |of, _| ceil(&of[..1], &of[1])),
    function("datefloor", 2, 2, |of, _| floor(&of[..1], &of[1])),
    function("floor", 1, 1, |of, _| numeric(of, f64::floor)),
    function("fromMillis", 1, 1, |of, _| of[0].number().map_or(Value::Null, |at| Value::Moment(at as i64))),
    function("greatest", 1, MANY, |of, _| extreme(of, f64::max)),
    function("if", 3, 3, |of, _| of[if of[0].is_true() { 1 } else { 2 }].clone()),
    function("isblank", 1, 1, |of, _| Value::Truth(of[0].text().is_none_or(|text| text.trim().is_empty()))),
    function("isempty", 1, 1, |of, _| Value::Truth(of[0].text().is_none_or(|text| text.is_empty()))),
    function("ispresent", 1, 1, |of, _| Value::Truth(of[0].is_there())),
    function("isIpInSubnet", 2, 2, |of, _| subnet(of, |_| true)),
    function("isIpv4InSubnet", 2, 2, |of, _| subnet(of, IpAddr::is_ipv4)),
    function("isIpv6InSubnet", 2, 2, |of, _| subnet(of, IpAddr::is_ipv6)),
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

/// Whether an address is in a subnet, such as `10.0.0.0/8`.
fn subnet(of: &[Value], is_such: impl Fn(&IpAddr) -> bool) -> Value {
    let is_within = || {
        let address: IpAddr = of[0].text()?.parse().ok()?;
        let subnet = of[1].text()?;
        let (network, length) = subnet.split_once('/')?;
        let (network, length): (IpAddr, u32) = (network.parse().ok()?, length.parse().ok()?);
        let (one, two, width): (u128, u128, u32) = match (address, network) {
            (IpAddr::V4(one), IpAddr::V4(two)) => (u128::from(one.to_bits()), u128::from(two.to_bits()), 32),
            (IpAddr::V6(one), IpAddr::V6(two)) => (one.to_bits(), two.to_bits(), 128),
            _ => return None,
        };
        // A shift by all bits leaves nothing that could differ.
        let differs = (one ^ two).checked_shr(width.checked_sub(length)?).unwrap_or_default() != 0;
        Some(is_such(&address) && !differs)
    };
    Value::Truth(is_within().unwrap_or_default())
}

/// The beginning of the period that a moment is in.
fn floor(of: &[Value], step: &Value) -> Value {
    let Some(moment) = of.first().and_then(Value::number) else { return Value::Null };
    if let Value::Months(months) = step {
        return of_months(moment as i64, *months, 0);
    }
    match step.number().map(|step| step as i64).filter(|step| *step > 0) {
        Some(step) => Value::Moment((moment as i64).div_euclid(step).saturating_mul(step)),
        None => Value::Null,
    }
}

/// The end of the period that a moment is in, or the moment where a period begins with it.
fn ceil(of: &[Value], step: &Value) -> Value {
    let Value::Moment(floor) = floor(of, step) else { return Value::Null };
    if Value::Moment(floor).compare(&of[0]).is_some_and(|order| order.is_eq()) {
        return Value::Moment(floor);
    }
    match step {
        Value::Months(months) => of_months(floor, *months, 1),
        step => step.number().map_or(Value::Null, |step| Value::Moment(floor.saturating_add(step as i64))),
    }
}

/// The first moment of the so many months that a moment is in, counted from January, or of those so many later.
fn of_months(moment: i64, months: i64, later: i64) -> Value {
    let date = || {
        let date = OffsetDateTime::from_unix_timestamp(moment.div_euclid(1000)).ok()?.date();
        let month = i64::from(date.year()) * 12 + i64::from(u8::from(date.month())) - 1;
        let first = month.div_euclid(months).checked_add(later)?.checked_mul(months)?;
        let month = Month::try_from(u8::try_from(first.rem_euclid(12) + 1).ok()?).ok()?;
        Date::from_calendar_date(i32::try_from(first.div_euclid(12)).ok()?, month, 1).ok()
    };
    date().map_or(Value::Null, |date| Value::Moment(date.midnight().assume_utc().unix_timestamp() * 1000))
}
