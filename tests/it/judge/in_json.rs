//! Changes to one member somewhere in a JSON body.

use super::change::Edit;
use fastrand::Rng;
use ruststack_cassettes::format::Interaction;
use ruststack_conformance::Kind;
use ruststack_conformance::rules::{Form, Place, RULES};
use ruststack_wire::shape::{Kind as ShapeKind, Shape};
use serde_json::{Number, Value};

pub(super) fn edit(random: &mut Rng, class: &str, interaction: &Interaction, text: &str) -> Option<Edit> {
    let mut document: Value = serde_json::from_str(text).ok()?;
    // What cannot be written back as it was would be changed in more than one place.
    let again = document.to_string();
    if again != text {
        return None;
    }
    let mut pointers = Vec::new();
    pointers_of(&document, String::new(), &mut pointers);
    let pointer = match class {
        "error code" => {
            ["/__type", "/code"].into_iter().find(|own| document.pointer(own).is_some())?.to_owned()
        }
        "error message" => {
            ["/message", "/Message"].into_iter().find(|own| document.pointer(own).is_some())?.to_owned()
        }
        "list order" => {
            let lists = pointers.into_iter().filter(|own| {
                document.pointer(own).and_then(Value::as_array).is_some_and(|items| items.len() > 1)
            });
            any(random, lists.collect())?
        }
        _ => any(random, pointers)?,
    };
    let (parent, name) = pointer.rsplit_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    let status = interaction.response.as_ref()?.status;
    let is_error = status >= 300;
    // In a set, a changed item is another item.
    let is_in_set = pointer.split('/').any(is_set);
    let said = |kinds: &[Kind]| if is_in_set { Vec::new() } else { kinds.to_vec() };
    let is_part = is_error && parent.is_empty();
    let mut part = match name.as_str() {
        "__type" | "code" if is_part => Kind::ErrorCode,
        "message" | "Message" if is_part => Kind::ErrorMessage,
        _ => Kind::Value,
    };
    let place = document.pointer_mut(&pointer)?;
    let kinds = match class {
        "member missing" => {
            document.pointer_mut(parent)?.as_object_mut()?.shift_remove(&name)?;
            said(&[Kind::Missing])
        }
        "member extra" => {
            document.pointer_mut(parent)?.as_object_mut()?.insert("UnheardOf".to_owned(), true.into());
            said(&[Kind::Extra])
        }
        "type" => {
            *place = match place {
                Value::String(text) => match text.parse::<Number>() {
                    Ok(number) => Value::Number(number),
                    Err(_) => 17.into(),
                },
                Value::Number(number) => number.to_string().into(),
                Value::Bool(flag) => flag.to_string().into(),
                Value::Array(items) if random.bool() => items.first()?.clone(),
                _ => Value::String("other".to_owned()),
            };
            said(&[Kind::Type])
        }
        "list order" => {
            let items = place.as_array_mut()?;
            let (one, two) = (random.usize(..items.len()), random.usize(..items.len()));
            if items[one] == items[two] {
                return None;
            }
            items.swap(one, two);
            said(&[Kind::Order])
        }
        "number format" => {
            let Value::Number(number) = place else { return None };
            let written = number.to_string();
            if written.contains(['.', 'e', 'E']) || may_have_fraction(interaction, &pointer) {
                return None;
            }
            let other = if random.bool() { format!("{written}.0") } else { format!("{written}e0") };
            *place = Value::Number(other.parse().ok()?);
            said(&[Kind::Type])
        }
        "error code" | "error message" if !is_error => return None,
        "value" | "error code" | "error message" => {
            *place = match place {
                // A document inside a text is compared as one, and what is changed in it has a kind of its own.
                Value::String(text) if text.starts_with(['{', '[', '%']) => {
                    let body = other_text(random, text);
                    let what = pointer.clone();
                    *place = body.into();
                    return Some(Edit { what, kinds: Vec::new(), body: document.to_string().into_bytes() });
                }
                Value::String(text) => {
                    let other = other_text(random, text);
                    // What stands before the name of an error is no part of its code.
                    let name = |code: &str| code.rsplit('#').next().map(str::to_owned);
                    if part == Kind::ErrorCode && name(&other) == name(text) {
                        part = Kind::Value;
                    }
                    other.into()
                }
                Value::Number(number) => (number.as_f64()? + 90_000.0).into(),
                Value::Bool(flag) => (!*flag).into(),
                _ => return None,
            };
            said(&[part])
        }
        _ => return None,
    };
    Some(Edit { what: pointer, kinds, body: document.to_string().into_bytes() })
}

/// Another text: longer, shorter, in other letters, or none at all.
pub(super) fn other_text(random: &mut Rng, text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    match random.u8(..4) {
        0 => characters.push('x'),
        1 => {
            characters.pop();
        }
        2 if !characters.is_empty() => {
            let place = random.usize(..characters.len());
            characters[place] = if characters[place] == '?' { '!' } else { '?' };
        }
        _ => characters.clear(),
    }
    characters.into_iter().collect()
}

fn any(random: &mut Rng, mut pointers: Vec<String>) -> Option<String> {
    (!pointers.is_empty()).then(|| pointers.swap_remove(random.usize(..pointers.len())))
}

fn is_set(name: &str) -> bool {
    RULES.iter().any(|rule| {
        matches!(rule.form, Form::Set | Form::Received)
            && matches!(&rule.place, Place::Member(path) if path.rsplit('.').next() == Some(name))
    })
}

/// Whether the model says that this member is a moment or a fraction, which may be written in more than one way.
fn may_have_fraction(interaction: &Interaction, pointer: &str) -> bool {
    let (Some(service), Some(operation)) = (&interaction.service, &interaction.operation) else {
        return false;
    };
    let operation = ruststack_models::service(service).and_then(|service| service.operation(operation));
    let mut shape: Option<&'static Shape> = operation.and_then(|operation| operation.output);
    for name in pointer.split('/').skip(1) {
        shape = shape.and_then(|own| match &own.kind {
            ShapeKind::List { member, .. } => Some(member.shape),
            ShapeKind::Map { value, .. } => Some(value.shape),
            ShapeKind::Structure { .. } => {
                let members = own.members().iter();
                members.filter(|own| own.wire_name() == name || own.name == name).map(|own| own.shape).next()
            }
            _ => None,
        });
    }
    shape.is_some_and(|shape| {
        matches!(shape.kind, ShapeKind::Timestamp(_) | ShapeKind::Float | ShapeKind::Double)
    })
}

fn pointers_of(value: &Value, pointer: String, into: &mut Vec<String>) {
    let mut step = |name: &str, value: &Value| {
        let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
        into.push(pointer.clone());
        pointers_of(value, pointer, into);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| step(name, value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| step(&index.to_string(), value));
        }
        _ => {}
    }
}
