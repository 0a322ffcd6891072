//! From the tree of an update to the update.
//!
//! The order is that of github.com/architect/dynalite, test/updateItem.js: first what is not defined, then paths that
//! overlap or conflict, then the operands of `ADD` and `DELETE`, then those of functions and sums.

use super::super::super::value::Value;
use super::super::condition::{no_path, wrong_count, wrong_type};
use super::super::function::Function;
use super::super::invalid::Invalid;
use super::super::kind::Kind;
use super::super::path::{Path, check_apart};
use super::super::placeholders::Placeholders;
use super::super::tree::{self, Section};
use super::{Action, SetValue, Term, Update};

const KIND: Kind = Kind::Update;

/// An operand whose placeholders have been replaced.
enum Operand {
    Path(Path),
    Value(Value),
    Call(String, Vec<Operand>),
}

/// An action whose placeholders have been replaced.
enum Draft {
    Set(Path, Operand),
    /// A sign and what stands on its sides.
    SetSum(Path, String, Operand, Operand),
    Remove(Path),
    Add(Path, Value),
    Delete(Path, Value),
}

/// The update of these sections.
pub(super) fn update(
    sections: &[Section<'_>],
    placeholders: &mut Placeholders<'_>,
) -> Result<Update, Invalid> {
    let drafts = drafts(sections, placeholders)?;
    check_apart(KIND, &drafts.iter().map(Draft::target).collect::<Vec<_>>())?;
    for draft in &drafts {
        check_set_operand(draft)?;
    }
    drafts.into_iter().map(Draft::finish).collect::<Result<Vec<_>, _>>().map(Update::new)
}

fn drafts(sections: &[Section<'_>], placeholders: &mut Placeholders<'_>) -> Result<Vec<Draft>, Invalid> {
    let mut drafts = Vec::new();
    for section in sections {
        match section {
            Section::Set(actions) => {
                for (path, value) in actions {
                    let path = placeholders.path(KIND, path)?;
                    drafts.push(match value {
                        tree::SetValue::Operand(value) => Draft::Set(path, operand(value, placeholders)?),
                        tree::SetValue::Sum(sign, left, right) => {
                            let (left, right) = (operand(left, placeholders)?, operand(right, placeholders)?);
                            Draft::SetSum(path, (*sign).to_owned(), left, right)
                        }
                    });
                }
            }
            Section::Remove(paths) => {
                for path in paths {
                    drafts.push(Draft::Remove(placeholders.path(KIND, path)?));
                }
            }
            Section::Add(actions) => {
                for (path, value) in actions {
                    let path = placeholders.path(KIND, path)?;
                    drafts.push(Draft::Add(path, placeholders.value(KIND, value)?.clone()));
                }
            }
            Section::Delete(actions) => {
                for (path, value) in actions {
                    let path = placeholders.path(KIND, path)?;
                    drafts.push(Draft::Delete(path, placeholders.value(KIND, value)?.clone()));
                }
            }
        }
    }
    Ok(drafts)
}

fn operand(tree: &tree::Operand<'_>, placeholders: &mut Placeholders<'_>) -> Result<Operand, Invalid> {
    Ok(match tree {
        tree::Operand::Path(path) => Operand::Path(placeholders.path(KIND, path)?),
        tree::Operand::Value(name) => Operand::Value(placeholders.value(KIND, name)?.clone()),
        tree::Operand::Call(name, operands) => {
            let operands =
                operands.iter().map(|each| operand(each, placeholders)).collect::<Result<Vec<_>, _>>()?;
            Operand::Call((*name).to_owned(), operands)
        }
    })
}

/// `ADD` takes numbers and sets, `DELETE` takes sets. The sentence is that of DynamoDB of 2026, which names the same set
/// of types for both (github.com/floci-io/floci, DynamoDbAddDeleteOperandIntegrationTest.java).
fn check_set_operand(draft: &Draft) -> Result<(), Invalid> {
    let (operator, value) = match draft {
        Draft::Add(_, Value::N(_)) => return Ok(()),
        Draft::Add(_, value) => ("ADD", value),
        Draft::Delete(_, value) => ("DELETE", value),
        _ => return Ok(()),
    };
    let found = match value {
        Value::Ss(_) | Value::Ns(_) | Value::Bs(_) => return Ok(()),
        Value::S(_) => "STRING",
        Value::N(_) => "NUMBER",
        Value::B(_) => "BINARY",
        Value::Bool(_) => "BOOL",
        Value::Null => "NULL",
        Value::L(_) => "LIST",
        Value::M(_) => "MAP",
    };
    let what = "Incorrect operand type for operator or function; operator";
    Err(Invalid::of(
        KIND,
        format!("{what}: {operator}, operand type: {found}, typeSet: ALLOWED_FOR_ADD_OPERAND"),
    ))
}

impl Draft {
    fn target(&self) -> &Path {
        match self {
            Draft::Set(path, _)
            | Draft::SetSum(path, ..)
            | Draft::Remove(path)
            | Draft::Add(path, _)
            | Draft::Delete(path, _) => path,
        }
    }

    fn finish(self) -> Result<Action, Invalid> {
        Ok(match self {
            Draft::Set(path, operand) => Action::Set(path, SetValue::Term(operand.term()?)),
            Draft::SetSum(path, sign, left, right) => {
                let (left, right) = (left.term()?, right.term()?);
                for side in [&left, &right] {
                    check_literal(&sign, side, "N")?;
                }
                let value =
                    if sign == "+" { SetValue::Plus(left, right) } else { SetValue::Minus(left, right) };
                Action::Set(path, value)
            }
            Draft::Remove(path) => Action::Remove(path),
            Draft::Add(path, value) => Action::Add(path, value),
            Draft::Delete(path, value) => Action::Delete(path, value),
        })
    }
}

impl Operand {
    fn term(self) -> Result<Term, Invalid> {
        let (name, operands) = match self {
            Operand::Path(path) => return Ok(Term::Path(path)),
            Operand::Value(value) => return Ok(Term::Value(value)),
            Operand::Call(name, operands) => (name, operands),
        };
        let operands: [Operand; 2] =
            operands.try_into().map_err(|operands: Vec<Operand>| wrong_count(KIND, &name, operands.len()))?;
        let [first, second] = operands;
        if Function::named(&name) == Some(Function::IfNotExists) {
            let Operand::Path(path) = first else { return Err(no_path(KIND, &name)) };
            return Ok(Term::IfNotExists(path, Box::new(second.term()?)));
        }
        let (first, second) = (first.term()?, second.term()?);
        for operand in [&first, &second] {
            check_literal(&name, operand, "L")?;
        }
        Ok(Term::ListAppend(Box::new(first), Box::new(second)))
    }
}

/// A value that the request gives has to be of the type that the function takes.
fn check_literal(function: &str, operand: &Term, allowed: &str) -> Result<(), Invalid> {
    match operand {
        Term::Value(value) if value.type_name() != allowed => {
            Err(wrong_type(KIND, function, value.type_name()))
        }
        Term::ListAppend(..) if allowed != "L" => Err(wrong_type(KIND, function, "L")),
        _ => Ok(()),
    }
}
