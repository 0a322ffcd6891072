//! What is made of the values of many rows.

use super::evaluate::{evaluate, value};
use super::rows::Row;
use super::syntax::{Aggregate, Expression};
use super::value::Value;
use std::cmp::Ordering;
use std::collections::HashSet;

/// The value of an expression with aggregates for a group of rows; what is no aggregate is of the first row.
pub(super) fn of_group(expression: &Expression, rows: &[&Row<'_>], now: i64) -> Value {
    evaluate(expression, now, &|leaf| match leaf {
        Expression::Aggregate(aggregate, arguments) => aggregated(*aggregate, arguments, rows, now),
        other => rows.first().map_or(Value::Null, |row| value(other, row, now)),
    })
}

fn aggregated(aggregate: Aggregate, arguments: &[Expression], rows: &[&Row<'_>], now: i64) -> Value {
    use Aggregate::*;
    let Some(argument) = arguments.first() else { return Value::Number(rows.len() as f64) };
    let all = || rows.iter().map(|row| value(argument, row, now)).filter(Value::is_there);
    let numbers = || all().filter_map(|value| value.number());
    match aggregate {
        Count => Value::Number(all().count() as f64),
        CountDistinct => {
            let distinct: HashSet<String> = all().filter_map(|value| value.text().map(Into::into)).collect();
            Value::Number(distinct.len() as f64)
        }
        Sum => Value::Number(numbers().sum()),
        Average => {
            let count = numbers().count();
            if count == 0 { Value::Null } else { Value::Number(numbers().sum::<f64>() / count as f64) }
        }
        Minimum => all().reduce(|one, two| chosen(one, two, Ordering::Less)).unwrap_or(Value::Null),
        Maximum => all().reduce(|one, two| chosen(one, two, Ordering::Greater)).unwrap_or(Value::Null),
        Percentile => {
            let wanted =
                arguments.get(1).and_then(|of| rows.first().and_then(|row| value(of, row, now).number()));
            percentile(numbers().collect(), wanted.unwrap_or(50.0))
        }
        Median => percentile(numbers().collect(), 50.0),
        Deviation => deviation(&numbers().collect::<Vec<f64>>()),
        Earliest => by_time(argument, rows, now, Ordering::Less),
        Latest => by_time(argument, rows, now, Ordering::Greater),
        First => all().min_by(Value::sorted).unwrap_or(Value::Null),
        Last => all().max_by(Value::sorted).unwrap_or(Value::Null),
    }
}

fn chosen(one: Value, two: Value, wanted: Ordering) -> Value {
    if two.compare(&one) == Some(wanted) { two } else { one }
}

/// The value below which so many of a hundred lie, between two values where it falls there.
fn percentile(mut numbers: Vec<f64>, percent: f64) -> Value {
    numbers.sort_by(f64::total_cmp);
    let Some(last) = numbers.len().checked_sub(1) else { return Value::Null };
    let place = (percent / 100.0).clamp(0.0, 1.0) * last as f64;
    let (below, above) = (numbers[place.floor() as usize], numbers[place.ceil() as usize]);
    Value::Number(below + (above - below) * place.fract())
}

fn deviation(numbers: &[f64]) -> Value {
    if numbers.is_empty() {
        return Value::Null;
    }
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let spread = numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / count;
    Value::Number(spread.sqrt())
}

/// The value of the row that is the first or the last in time of those that have it.
fn by_time(argument: &Expression, rows: &[&Row<'_>], now: i64, wanted: Ordering) -> Value {
    let mut best: Option<(Value, Value)> = None;
    for row in rows {
        let (time, found) = (row.field("@timestamp"), value(argument, row, now));
        let is_better = best.as_ref().is_none_or(|(best, _)| time.compare(best) == Some(wanted));
        if found.is_there() && is_better {
            best = Some((time, found));
        }
    }
    best.map_or(Value::Null, |(_, found)| found)
}
