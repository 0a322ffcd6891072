//! The members of a list or a map that are told together: `Member must satisfy constraint: [..., Member must not be null]`.
//!
//! Source: recordings of AWS Lambda that localstack publishes (tests/aws/services/lambda_/test_lambda_api.snapshot.json:
//! test_create_lambda_exceptions, test_layer_function_exceptions, test_notfound_and_invalid_routingconfigs).

use super::{Errors, Path, Printed, add, in_java_order, pattern};
use crate::shape::{Kind, Shape};
use crate::value::View;

/// Whether the members of a list or a map are no structures, lists or maps themselves.
pub(super) fn are_simple(shape: &'static Shape) -> bool {
    let member = match &shape.kind {
        Kind::List { member, .. } => member.shape,
        Kind::Map { value, .. } => value.shape,
        _ => return false,
    };
    !matches!(member.kind, Kind::Structure { .. } | Kind::List { .. } | Kind::Map { .. })
}

/// Checks the members, and the keys of a map.
pub(super) fn check(path: &Path<'_>, shape: &'static Shape, view: View<'_>, errors: &mut Errors) {
    let value = if shape.sensitive { String::new() } else { format!(" '{}'", Printed(shape, view)) };
    let mut fail = |who: &str, member: &'static Shape| {
        let demands = demands(member).join(", ");
        add(
            errors,
            format!(
                "Value{value} at '{path}' failed to satisfy constraint: {who} must satisfy constraint: [{demands}]"
            ),
        );
    };
    match (view, &shape.kind) {
        (View::List(list), Kind::List { member, .. })
            if (0..list.len()).any(|index| !suits(member.shape, list.item(index).view())) =>
        {
            fail("Member", member.shape);
        }
        (View::Map(map), Kind::Map { key, value, .. }) => {
            if (0..map.len()).any(|index| !suits(key.shape, View::String(map.entry(index).0))) {
                fail("Map keys", key.shape);
            }
            if (0..map.len()).any(|index| !suits(value.shape, map.entry(index).1.view())) {
                fail("Map value", value.shape);
            }
        }
        _ => {}
    }
}

fn suits(shape: &'static Shape, view: View<'_>) -> bool {
    let bounds = shape.constraints;
    let size = match view {
        View::String(text) => {
            let is_of_enum = match &shape.kind {
                Kind::String(values) => values.is_empty() || values.contains(&text),
                _ => true,
            };
            if !is_of_enum || bounds.pattern.is_some_and(|wanted| !pattern::matches(wanted, text)) {
                return false;
            }
            text.encode_utf16().count() as f64
        }
        View::Integer(number) => number as f64,
        View::Double(number) => number,
        _ => return true,
    };
    bounds.min.is_none_or(|min| size >= min) && bounds.max.is_none_or(|max| size <= max)
}

/// All that is demanded of a member.
fn demands(shape: &'static Shape) -> Vec<String> {
    let bounds = shape.constraints;
    let bound = |bound: f64| match shape.kind {
        Kind::Double => format!("{bound:?}"),
        _ => bound.to_string(),
    };
    let what = if matches!(shape.kind, Kind::String(_)) { "length" } else { "value" };
    let mut demands = Vec::new();
    demands.extend(bounds.max.map(|max| format!("have {what} less than or equal to {}", bound(max))));
    demands.extend(bounds.min.map(|min| format!("have {what} greater than or equal to {}", bound(min))));
    demands.extend(bounds.pattern.map(|wanted| format!("satisfy regular expression pattern: {wanted}")));
    if let Kind::String(values) = &shape.kind
        && !values.is_empty()
    {
        demands.push(format!("satisfy enum value set: [{}]", in_java_order(values).join(", ")));
    }
    demands.push("not be null".to_owned());
    demands.into_iter().map(|demand| format!("Member must {demand}")).collect()
}
