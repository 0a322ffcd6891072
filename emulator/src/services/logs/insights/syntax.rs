//! What a query is made of.

use super::functions::Function;
use regex::Regex;

/// A query: commands, each of which works on what the one before gave.
#[derive(Debug, Default)]
pub(super) struct Commands(pub(super) Vec<Command>);

/// A command.
#[derive(Debug)]
pub(super) enum Command {
    /// Shows these besides those that are shown.
    Fields(Vec<Named>),
    /// Shows these and no others.
    Display(Vec<Named>),
    Filter(Expression),
    Sort(Vec<(Expression, Order)>),
    Limit(usize),
    /// The aggregates, and what events are grouped by.
    Stats(Vec<Named>, Vec<Named>),
    /// The field that is taken apart, how, and what the parts are called.
    Parse(Expression, Regex, Vec<String>),
    Dedup(Vec<Expression>),
}

/// An expression and what it is called.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) expression: Expression,
    pub(super) name: String,
}

/// Which way to sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Ascending,
    Descending,
}

/// An expression.
#[derive(Debug)]
pub(super) enum Expression {
    Field(String),
    Number(f64),
    Text(String),
    /// Milliseconds, as in `bin(5m)`.
    Duration(i64),
    Not(Box<Expression>),
    Negative(Box<Expression>),
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Binary(Box<Expression>, Operator, Box<Expression>),
    Like(Box<Expression>, Matcher),
    In(Box<Expression>, Vec<Expression>),
    Call(Function, Vec<Expression>),
    Aggregate(Aggregate, Vec<Expression>),
}

/// What stands between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
    Power,
}

/// What a text is like.
#[derive(Debug)]
pub(super) enum Matcher {
    Contains(String),
    Regex(Regex),
}

/// What is made of many values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aggregate {
    Count,
    CountDistinct,
    Sum,
    Average,
    Minimum,
    Maximum,
    Percentile,
    Median,
    Deviation,
    Earliest,
    Latest,
    First,
    Last,
}

impl Aggregate {
    /// The aggregate of this name.
    pub(super) fn of(name: &str) -> Option<Aggregate> {
        use Aggregate::*;
        Some(match name.to_ascii_lowercase().as_str() {
            "count" => Count,
            "count_distinct" => CountDistinct,
            "sum" => Sum,
            "avg" => Average,
            "min" => Minimum,
            "max" => Maximum,
            "pct" | "percentile" => Percentile,
            "median" => Median,
            "stddev" => Deviation,
            "earliest" => Earliest,
            "latest" => Latest,
            "sortsfirst" => First,
            "sortslast" => Last,
            _ => return None,
        })
    }
}
