//! What is checked of a whole expression before any placeholder is looked up: its functions, and then its names.
//!
//! The order is that of github.com/architect/dynalite, test/scan.js: a function that is not known or not allowed is told
//! before a reserved word, a reserved word before a placeholder that is not defined.

use super::function::{Function, Place};
use super::invalid::Invalid;
use super::kind::Kind;
use super::reserved::is_reserved;
use super::tree::{Condition, Operand, Part, Path, Section, SetValue};

/// Checks the functions and names of a condition.
pub(super) fn check_condition(kind: Kind, condition: &Condition<'_>) -> Result<(), Invalid> {
    let mut paths = Vec::new();
    walk(kind, condition, &mut paths)?;
    check_names(kind, &paths)
}

/// Checks the names of a projection.
pub(super) fn check_projection(paths: &[Path<'_>]) -> Result<(), Invalid> {
    check_names(Kind::Projection, &paths.iter().collect::<Vec<_>>())
}

/// Checks the functions, the names and the sections of an update.
pub(super) fn check_update(sections: &[Section<'_>]) -> Result<(), Invalid> {
    let kind = Kind::Update;
    let mut paths = Vec::new();
    for section in sections {
        match section {
            Section::Set(actions) => {
                for (path, value) in actions {
                    paths.push(path);
                    let operands: &[&Operand<'_>] = match value {
                        SetValue::Operand(operand) => &[operand],
                        SetValue::Sum(_, left, right) => &[left, right],
                    };
                    for operand in operands {
                        walk_operand(kind, operand, Place::SetValue, &mut paths)?;
                    }
                }
            }
            Section::Remove(removed) => paths.extend(removed),
            Section::Add(actions) | Section::Delete(actions) => {
                paths.extend(actions.iter().map(|(path, _)| path));
            }
        }
    }
    check_names(kind, &paths)?;
    check_once(sections)
}

/// Refuses two sections of one kind.
fn check_once(sections: &[Section<'_>]) -> Result<(), Invalid> {
    for (at, section) in sections.iter().enumerate() {
        let same = |other: &Section<'_>| std::mem::discriminant(other) == std::mem::discriminant(section);
        if sections[..at].iter().any(same) {
            let name = match section {
                Section::Set(_) => "SET",
                Section::Remove(_) => "REMOVE",
                Section::Add(_) => "ADD",
                Section::Delete(_) => "DELETE",
            };
            let what = format!("The \"{name}\" section can only be used once in an update expression;");
            return Err(Invalid::of(Kind::Update, what));
        }
    }
    Ok(())
}

/// Checks the functions of a condition and gathers its paths in the order of the text.
fn walk<'c, 't>(
    kind: Kind,
    condition: &'c Condition<'t>,
    paths: &mut Vec<&'c Path<'t>>,
) -> Result<(), Invalid> {
    let operand = |operand: &'c Operand<'t>, paths: &mut Vec<&'c Path<'t>>| {
        walk_operand(kind, operand, Place::ConditionOperand, paths)
    };
    match condition {
        Condition::Compare(_, left, right) => {
            operand(left, paths)?;
            operand(right, paths)
        }
        Condition::Between(middle, lower, upper) => {
            operand(middle, paths)?;
            operand(lower, paths)?;
            operand(upper, paths)
        }
        Condition::In(first, among) => {
            operand(first, paths)?;
            among.iter().try_for_each(|each| operand(each, paths))
        }
        Condition::Call(name, operands) => {
            check_function(kind, name, Place::Condition)?;
            operands.iter().try_for_each(|each| operand(each, paths))
        }
        Condition::And(all) | Condition::Or(all) => {
            all.iter().try_for_each(|condition| walk(kind, condition, paths))
        }
        Condition::Not(condition) => walk(kind, condition, paths),
    }
}

fn walk_operand<'c, 't>(
    kind: Kind,
    operand: &'c Operand<'t>,
    place: Place,
    paths: &mut Vec<&'c Path<'t>>,
) -> Result<(), Invalid> {
    match operand {
        Operand::Path(path) => paths.push(path),
        Operand::Value(_) => {}
        Operand::Call(name, operands) => {
            check_function(kind, name, place)?;
            let inner = if place == Place::SetValue { Place::SetOperand } else { place };
            operands.iter().try_for_each(|operand| walk_operand(kind, operand, inner, paths))?;
        }
    }
    Ok(())
}

fn check_function(kind: Kind, name: &str, place: Place) -> Result<(), Invalid> {
    match Function::named(name) {
        None => Err(Invalid::of(kind, format!("Invalid function name; function: {name}"))),
        Some(function) if function.may_be(place) => Ok(()),
        Some(_) => {
            let what = "The function is not allowed to be used this way in an expression; function";
            Err(Invalid::of(kind, format!("{what}: {name}")))
        }
    }
}

fn check_names(kind: Kind, paths: &[&Path<'_>]) -> Result<(), Invalid> {
    for part in paths.iter().flat_map(|path| &path.0) {
        if let Part::Name(name) = part
            && is_reserved(name)
        {
            let what = "Attribute name is a reserved keyword; reserved keyword";
            return Err(Invalid::of(kind, format!("{what}: {name}")));
        }
    }
    Ok(())
}
