//! Conditions: what must hold of a request besides who, what and with what.
//!
//! Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context
//! keys".

use super::evaluate::Context;
use super::pattern::Pattern;
use ruststack_wire::Timestamp;
use std::cmp::Ordering;
use std::net::IpAddr;

/// The conditions of a statement, all of which must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition {
    /// Each key with an operator and values.
    pub clauses: Vec<Clause>,
}

/// One key, held against values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// How.
    pub operator: Operator,
    /// The condition key, as it was written.
    pub key: String,
    /// The values, any of which may match.
    pub values: Vec<Pattern>,
}

/// How values are compared: `ForAllValues:StringNotLikeIfExists` in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operator {
    /// How many values of the request must pass.
    pub quantifier: Quantifier,
    /// The comparison.
    pub test: Test,
    /// Whether it is turned around, as `StringNotEquals` is.
    pub is_negated: bool,
    /// Whether a missing key passes.
    pub if_exists: bool,
}

/// How many of the values of a request must pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantifier {
    /// The only one.
    Single,
    /// All of them, and none where there are none.
    All,
    /// At least one.
    Any,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// The same text.
    StringEquals,
    /// The same text but for case.
    StringEqualsIgnoreCase,
    /// A text with wildcards.
    StringLike,
    /// Numbers, by their order.
    Numeric(Order),
    /// Moments, by their order.
    Date(Order),
    /// Truth values.
    Bool,
    /// Bytes in base64.
    BinaryEquals,
    /// An address in a range.
    IpAddress,
    /// An ARN, part by part.
    ArnLike,
    /// Whether the key is missing.
    Null,
}

/// How one value stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// It is the same.
    Equal,
    /// It comes before.
    Less,
    /// It does not come after.
    LessOrEqual,
    /// It comes after.
    Greater,
    /// It does not come before.
    GreaterOrEqual,
}

impl Order {
    fn is(self, found: Ordering) -> bool {
        match self {
            Order::Equal => found.is_eq(),
            Order::Less => found.is_lt(),
            Order::LessOrEqual => found.is_le(),
            Order::Greater => found.is_gt(),
            Order::GreaterOrEqual => found.is_ge(),
        }
    }
}

impl Operator {
    /// Reads the name of an operator; `None` where there is none of this name.
    pub fn parse(name: &str) -> Option<Operator> {
        let (quantifier, name) = match name.split_once(':') {
            Some(("ForAllValues", rest)) => (Quantifier::All, rest),
            Some(("ForAnyValue", rest)) => (Quantifier::Any, rest),
            Some(_) => return None,
            None => (Quantifier::Single, name),
        };
        let (name, if_exists) = match name.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (name, false),
        };
        use Test::*;
        let (test, is_negated) = match name {
            "StringEquals" => (StringEquals, false),
            "StringNotEquals" => (StringEquals, true),
            "StringEqualsIgnoreCase" => (StringEqualsIgnoreCase, false),
            "StringNotEqualsIgnoreCase" => (StringEqualsIgnoreCase, true),
            "StringLike" => (StringLike, false),
            "StringNotLike" => (StringLike, true),
            "NumericEquals" => (Numeric(Order::Equal), false),
            "NumericNotEquals" => (Numeric(Order::Equal), true),
            "NumericLessThan" => (Numeric(Order::Less), false),
            "NumericLessThanEquals" => (Numeric(Order::LessOrEqual), false),
            "NumericGreaterThan" => (Numeric(Order::Greater), false),
            "NumericGreaterThanEquals" => (Numeric(Order::GreaterOrEqual), false),
            "DateEquals" => (Date(Order::Equal), false),
            "DateNotEquals" => (Date(Order::Equal), true),
            "DateLessThan" => (Date(Order::Less), false),
            "DateLessThanEquals" => (Date(Order::LessOrEqual), false),
            "DateGreaterThan" => (Date(Order::Greater), false),
            "DateGreaterThanEquals" => (Date(Order::GreaterOrEqual), false),
            "Bool" => (Bool, false),
            "BinaryEquals" => (BinaryEquals, false),
            "IpAddress" => (IpAddress, false),
            "NotIpAddress" => (IpAddress, true),
            "ArnEquals" | "ArnLike" => (ArnLike, false),
            "ArnNotEquals" | "ArnNotLike" => (ArnLike, true),
            "Null" if !if_exists => (Null, false),
            _ => return None,
        };
        Some(Operator { quantifier, test, is_negated, if_exists })
    }
}

impl Condition {
    /// Whether all of it holds.
    pub fn holds(&self, context: &dyn Context) -> bool {
        self.clauses.iter().all(|clause| clause.holds(context))
    }
}

impl Clause {
    fn holds(&self, context: &dyn Context) -> bool {
        let found = context.values(&self.key);
        let Operator { quantifier, test, is_negated, if_exists } = self.operator;
        if test == Test::Null {
            let wanted = if found.is_empty() { "true" } else { "false" };
            return self.values.iter().any(|value| value.as_str().eq_ignore_ascii_case(wanted));
        }
        if found.is_empty() {
            return match quantifier {
                _ if if_exists => true,
                Quantifier::All => true,
                Quantifier::Any => false,
                // A missing value is not the one that is excluded.
                Quantifier::Single => is_negated,
            };
        }
        let passes =
            |text: &String| self.values.iter().any(|value| test.matches(value, text, context)) != is_negated;
        match quantifier {
            Quantifier::All => found.iter().all(passes),
            Quantifier::Single if is_negated => found.iter().all(passes),
            Quantifier::Single | Quantifier::Any => found.iter().any(passes),
        }
    }
}

impl Test {
    /// Whether a value of the request matches one of the policy's.
    fn matches(self, wanted: &Pattern, found: &str, context: &dyn Context) -> bool {
        match self {
            Test::StringEquals => wanted.equals(found, false, context),
            Test::StringEqualsIgnoreCase => wanted.equals(found, true, context),
            Test::StringLike => wanted.matches(found, context),
            Test::Numeric(order) => compared(found.parse::<f64>().ok(), wanted.as_str().parse().ok(), order),
            Test::Date(order) => compared(moment(found), moment(wanted.as_str()), order),
            Test::Bool => wanted.as_str().eq_ignore_ascii_case(found),
            Test::BinaryEquals => wanted.as_str() == found,
            Test::IpAddress => Range::parse(wanted.as_str())
                .zip(found.parse().ok())
                .is_some_and(|(range, address)| range.contains(address)),
            Test::ArnLike => wanted.matches_arn(found, context),
            Test::Null => false,
        }
    }
}

fn compared<T: PartialOrd>(found: Option<T>, wanted: Option<T>, wanted_order: Order) -> bool {
    found
        .zip(wanted)
        .and_then(|(found, wanted)| found.partial_cmp(&wanted))
        .is_some_and(|order| wanted_order.is(order))
}

/// A moment, in milliseconds since 1970: written as ISO 8601 has it, or as the seconds themselves.
fn moment(text: &str) -> Option<i64> {
    match text.parse::<i64>() {
        Ok(seconds) => seconds.checked_mul(1000),
        Err(_) => Timestamp::parse_any(text).map(|moment| moment.millis()),
    }
}

/// A range of addresses: `203.0.113.0/24`, or one address alone.
pub struct Range {
    base: IpAddr,
    /// How many of the first bits are fixed.
    pub prefix: u32,
}

impl Range {
    /// Reads a range.
    pub fn parse(text: &str) -> Option<Range> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let base: IpAddr = address.parse().ok()?;
        let longest = if base.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        (prefix <= longest).then_some(Range { base, prefix })
    }

    /// Whether these are addresses of version 4.
    pub fn is_ipv4(&self) -> bool {
        self.base.is_ipv4()
    }

    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let differing = u32::from(base) ^ u32::from(address);
                differing.checked_shr(32 - self.prefix).unwrap_or(0) == 0
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let differing = u128::from(base) ^ u128::from(address);
                differing.checked_shr(128 - self.prefix).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}
