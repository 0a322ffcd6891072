//! Checks a value against its model's constraints, with AWS's wording.
//!
//! `1 validation error detected: Value 'x' at 'tableName' failed to satisfy constraint: Member must ...`: at most
//! ten errors, joined by `; `, each with the value printed as Java prints it and the path in lower camel case.

mod path;
mod pattern;
mod print;
mod together;

pub use print::Printed;

use crate::exceptions;
use crate::fault::Fault;
use crate::shape::{Kind, Shape};
use crate::value::{Structure, View};
use path::Path;

/// How many errors are told; those that come after are neither counted nor told.
const MOST_ERRORS: usize = 10;

/// How the members of a list or a map are told that break a constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Members {
    /// Each with its own path, as DynamoDB does.
    Apart,
    /// All with the path of the list or the map, and everything that is demanded of a member, as Lambda does.
    Together,
}

/// The errors of an input.
struct Errors {
    told: Vec<String>,
    members: Members,
}

/// Checks an input. The fault is a `ValidationException` that lists what is wrong, in the model's order.
pub fn check(input: &dyn Structure, members: Members) -> Result<(), Fault> {
    let mut errors = Errors { told: Vec::new(), members };
    check_structure(&Path::Root, input, &mut errors);
    let errors = errors.told;
    if errors.is_empty() {
        return Ok(());
    }
    let noun = if errors.len() == 1 { "error" } else { "errors" };
    let message = format!("{} validation {noun} detected: {}", errors.len(), errors.join("; "));
    Err(Fault::new("ValidationException", 400, message).in_namespace("com.amazon.coral.validate#"))
}

fn check_structure(path: &Path<'_>, structure: &dyn Structure, errors: &mut Errors) {
    let members = structure.shape().members();
    if let Some((index, field)) = structure.single() {
        return check_value(
            &Path::Member(path, members[index].name),
            members[index].shape,
            field.view(),
            errors,
        );
    }
    for (index, member) in members.iter().enumerate() {
        if exceptions::is_checked_elsewhere(structure.shape(), member.name) {
            continue;
        }
        let path = Path::Member(path, member.name);
        match structure.member(index) {
            Some(field) => check_value(&path, member.shape, field.view(), errors),
            None if member.required => {
                add(
                    errors,
                    format!("Value null at '{path}' failed to satisfy constraint: Member must not be null"),
                );
            }
            None => {}
        }
    }
}

fn check_value(path: &Path<'_>, shape: &'static Shape, view: View<'_>, errors: &mut Errors) {
    let size = match view {
        View::String(text) => Some(text.encode_utf16().count() as f64),
        View::Blob(bytes) => Some(bytes.len() as f64),
        View::List(list) => Some(list.len() as f64),
        View::Map(map) => Some(map.len() as f64),
        _ => None,
    };
    let bounds = shape.constraints;
    let mut fail = |demand: String| {
        let value = if shape.sensitive { String::new() } else { format!(" '{}'", Printed(shape, view)) };
        add(errors, format!("Value{value} at '{path}' failed to satisfy constraint: Member must {demand}"));
    };
    if let (Kind::String(values), View::String(text)) = (&shape.kind, view)
        && !values.is_empty()
        && !values.contains(&text)
    {
        fail(format!("satisfy enum value set: [{}]", in_java_order(values).join(", ")));
    }
    if let (Some(pattern), View::String(text)) = (bounds.pattern, view)
        && !pattern::matches(pattern, text)
    {
        fail(format!("satisfy regular expression pattern: {pattern}"));
    }
    match (size, view) {
        (Some(size), _) => {
            if let Some(min) = bounds.min.filter(|min| size < *min) {
                fail(format!("have length greater than or equal to {min}"));
            }
            if let Some(max) = bounds.max.filter(|max| size > *max) {
                fail(format!("have length less than or equal to {max}"));
            }
        }
        (None, View::Integer(_) | View::Double(_)) => {
            let number = match view {
                View::Integer(number) => number as f64,
                View::Double(number) => number,
                _ => return,
            };
            if let Some(min) = bounds.min.filter(|min| number < *min) {
                fail(format!("have value greater than or equal to {min}"));
            }
            if let Some(max) = bounds.max.filter(|max| number > *max) {
                fail(format!("have value less than or equal to {max}"));
            }
        }
        _ => {}
    }
    check_parts(path, shape, view, errors);
}

fn check_parts(path: &Path<'_>, shape: &'static Shape, view: View<'_>, errors: &mut Errors) {
    match (view, &shape.kind) {
        (View::Structure(structure), _) => check_structure(path, structure, errors),
        (View::List(_) | View::Map(_), _)
            if errors.members == Members::Together && together::are_simple(shape) =>
        {
            together::check(path, shape, view, errors);
        }
        (View::List(list), Kind::List { member, .. }) => {
            for index in 0..list.len() {
                check_value(&Path::Item(path, index), member.shape, list.item(index).view(), errors);
            }
        }
        (View::Map(map), Kind::Map { value, .. }) => {
            for index in 0..map.len() {
                let (key, field) = map.entry(index);
                check_value(&Path::Entry(path, key), value.shape, field.view(), errors);
            }
        }
        _ => {}
    }
}

fn add(errors: &mut Errors, error: String) {
    if errors.told.len() < MOST_ERRORS {
        errors.told.push(error);
    }
}

/// The values of an enum in the order of a Java `HashSet` of 32 buckets: by bucket, and within one the last
/// that the model has comes first.
fn in_java_order(values: &[&'static str]) -> Vec<&'static str> {
    let bucket = |text: &str| {
        let hash =
            text.encode_utf16().fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)));
        hash & 31
    };
    let mut ordered: Vec<&'static str> = values.iter().rev().copied().collect();
    ordered.sort_by_key(|text| bucket(text));
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{Constraints, Member};
    use crate::value::{Field, Record, Value};

    static NAME: Shape = Shape {
        constraints: &Constraints { min: Some(3.0), max: Some(5.0), pattern: Some("[a-z]+") },
        ..Shape::BASE
    };
    static SECRET: Shape = Shape {
        constraints: &Constraints { max: Some(2.0), ..Constraints::NONE },
        sensitive: true,
        ..Shape::BASE
    };
    static KEY_TYPE: Shape = Shape { name: "KeyType", kind: Kind::String(&["HASH", "RANGE"]), ..Shape::BASE };
    static ELEMENT: Shape = structure(
        "KeySchemaElement",
        &[
            Member { name: "AttributeName", shape: &NAME, required: true, ..Member::BASE },
            Member { name: "KeyType", shape: &KEY_TYPE, required: true, ..Member::BASE },
        ],
    );
    static ELEMENTS: Shape = Shape {
        kind: Kind::List { member: &Member { shape: &ELEMENT, ..Member::BASE }, flattened: false },
        constraints: &Constraints { max: Some(1.0), ..Constraints::NONE },
        ..Shape::BASE
    };
    static INPUT: Shape = structure(
        "Input",
        &[
            Member { name: "TableName", shape: &NAME, required: true, ..Member::BASE },
            Member { name: "KeySchema", shape: &ELEMENTS, ..Member::BASE },
            Member { name: "Plaintext", shape: &SECRET, ..Member::BASE },
        ],
    );

    const fn structure(name: &'static str, members: &'static [Member]) -> Shape {
        let kind = Kind::Structure { members, payload: None, union: false, event_stream: false };
        Shape { name, kind, ..Shape::BASE }
    }

    fn message(json: &str) -> String {
        let mut input = Record::new(&INPUT);
        crate::codec::json::read_structure(serde_json::from_str(json).unwrap(), &mut input).unwrap();
        check(&input, Members::Apart)
            .map_or_else(|fault| fault.message.unwrap().into_owned(), |()| "none".into())
    }

    #[test]
    fn what_is_wrong_is_listed_in_the_models_order() {
        insta::assert_snapshot!(message(r#"{"TableName": "abc"}"#), @"none");
        insta::assert_snapshot!(message("{}"), @"1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null");
        insta::assert_snapshot!(message(r#"{"TableName": "A", "KeySchema": [{"AttributeName": "abc", "KeyType": "X"}, {"AttributeName": "abcd"}]}"#), @"5 validation errors detected: Value 'A' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+; Value 'A' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3; Value '[KeySchemaElement(attributeName=abc, keyType=X), KeySchemaElement(attributeName=abcd, keyType=null)]' at 'keySchema' failed to satisfy constraint: Member must have length less than or equal to 1; Value 'X' at 'keySchema.1.member.keyType' failed to satisfy constraint: Member must satisfy enum value set: [HASH, RANGE]; Value null at 'keySchema.2.member.keyType' failed to satisfy constraint: Member must not be null");
    }

    #[test]
    fn a_secret_is_never_printed() {
        insta::assert_snapshot!(message(r#"{"TableName": "abc", "Plaintext": "hunter2"}"#), @"1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 2");
        let mut value = Value::Null;
        let _ = value.slot(&SECRET);
        let printed = Printed(&SECRET, View::String("hunter2")).to_string();
        assert!(!printed.contains("hunter2"));
    }

    #[test]
    fn an_enums_values_stand_in_the_order_of_a_java_hash_set() {
        // DynamoDB's answer to an unknown BillingMode, as its users report it.
        assert_eq!(in_java_order(&["PROVISIONED", "PAY_PER_REQUEST"]), ["PROVISIONED", "PAY_PER_REQUEST"]);
        assert_eq!(in_java_order(&["INDEXES", "TOTAL", "NONE"]), ["INDEXES", "TOTAL", "NONE"]);
    }
}
