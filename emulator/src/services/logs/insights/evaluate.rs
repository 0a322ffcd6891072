//! What an expression means for one row.

use super::rows::Row;
use super::syntax::{Expression, Matcher, Operator};
use super::value::Value;
use std::cmp::Ordering;

/// The value of an expression for a row, at a moment.
pub(super) fn value(expression: &Expression, row: &Row<'_>, now: i64) -> Value {
    evaluate(expression, now, &|expression| match expression {
        Expression::Field(name) => row.field(name),
        // An outcome has its aggregates under their names; of an event there are none.
        _ => Value::Null,
    })
}

/// The value of an expression, where another says what fields and aggregates are.
pub(super) fn evaluate(expression: &Expression, now: i64, leaf: &dyn Fn(&Expression) -> Value) -> Value {
    let of = |expression: &Expression| evaluate(expression, now, leaf);
    match expression {
        Expression::Field(_) | Expression::Aggregate(..) => leaf(expression),
        Expression::Number(number) => Value::Number(*number),
        Expression::Text(text) => Value::Text(text.clone()),
        Expression::Duration(millis) => Value::Number(*millis as f64),
        Expression::Not(inner) => Value::Truth(!of(inner).is_true()),
        Expression::Negative(inner) => {
            of(inner).number().map_or(Value::Null, |number| Value::Number(-number))
        }
        Expression::All(parts) => Value::Truth(parts.iter().all(|part| of(part).is_true())),
        Expression::Any(parts) => Value::Truth(parts.iter().any(|part| of(part).is_true())),
        Expression::Binary(left, operator, right) => binary(&of(left), *operator, &of(right)),
        Expression::Like(inner, matcher) => {
            let is_like = of(inner).text().is_some_and(|text| match matcher {
                Matcher::Contains(part) => text.contains(part.as_str()),
                Matcher::Regex(regex) => regex.is_match(&text),
            });
            Value::Truth(is_like)
        }
        Expression::In(inner, list) => {
            let wanted = of(inner);
            let is_it = |other: &Expression| wanted.compare(&of(other)) == Some(Ordering::Equal);
            Value::Truth(list.iter().any(is_it))
        }
        Expression::Call(function, arguments) => {
            let mut values: Vec<Value> = arguments.iter().map(of).collect();
            // `bin` is of the event's own time.
            if function.is_of_time() {
                values.push(leaf(&Expression::Field("@timestamp".to_owned())));
            }
            function.call(&values, now)
        }
    }
}

fn binary(left: &Value, operator: Operator, right: &Value) -> Value {
    use Operator::*;
    let order = || left.compare(right);
    let number = |act: fn(f64, f64) -> f64| {
        let both = left.number().zip(right.number()).map(|(left, right)| act(left, right));
        both.filter(|number| number.is_finite()).map_or(Value::Null, Value::Number)
    };
    match operator {
        Equal => Value::Truth(order() == Some(Ordering::Equal)),
        NotEqual => Value::Truth(order() != Some(Ordering::Equal)),
        Less => Value::Truth(order() == Some(Ordering::Less)),
        LessOrEqual => Value::Truth(order().is_some_and(Ordering::is_le)),
        Greater => Value::Truth(order() == Some(Ordering::Greater)),
        GreaterOrEqual => Value::Truth(order().is_some_and(Ordering::is_ge)),
        Plus => number(|left, right| left + right),
        Minus => number(|left, right| left - right),
        Times => number(|left, right| left * right),
        Divide => number(|left, right| left / right),
        Remainder => number(|left, right| left % right),
        Power => number(f64::powf),
    }
}
