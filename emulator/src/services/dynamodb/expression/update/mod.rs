//! Updates: what an update expression does to an item.
//!
//! `resolve` makes one of a text, `apply` does it. The older `AttributeUpdates` build the same actions.

mod apply;
mod resolve;

use super::super::value::{Attributes, Value};
use super::invalid::Invalid;
use super::path::Path;
use super::placeholders::Placeholders;
use super::projection::Projection;
use super::source::Source;
use super::{checks, grammar};

/// Actions on paths that are apart from each other, in the order of the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Update {
    actions: Vec<Action>,
    /// What is said where an operand does not fit what is there.
    wrong_type: &'static str,
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Action {
    /// Puts a value there.
    Set(Path, SetValue),
    /// Takes what is there away.
    Remove(Path),
    /// Adds a number to a number, or members to a set.
    Add(Path, Value),
    /// Takes members from a set.
    Delete(Path, Value),
}

/// What is put somewhere.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SetValue {
    /// One term.
    Term(Term),
    /// The sum of two numbers.
    Plus(Term, Term),
    /// The difference of two numbers.
    Minus(Term, Term),
}

/// A term: what it is, it is of the item as it was before the update.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Term {
    /// What a path leads to.
    Path(Path),
    /// A value that the request gives.
    Value(Value),
    /// What a path leads to, or a term where it leads nowhere.
    IfNotExists(Path, Box<Term>),
    /// Two lists, one behind the other.
    ListAppend(Box<Term>, Box<Term>),
}

impl Update {
    /// The update of an expression.
    pub(crate) fn new(actions: Vec<Action>) -> Update {
        Update { actions, wrong_type: "An operand in the update expression has an incorrect data type" }
    }

    /// The update that the older `AttributeUpdates` make; it fails in other words.
    pub(crate) fn of_attribute_updates(actions: Vec<Action>) -> Update {
        Update { actions, wrong_type: "Type mismatch for attribute to update" }
    }

    /// The update that a text means.
    pub(crate) fn parse(text: &str, placeholders: &mut Placeholders<'_>) -> Result<Update, Invalid> {
        let sections = grammar::update(text)?;
        checks::check_update(&sections)?;
        resolve::update(&sections, placeholders)
    }

    /// The paths that it changes, in the order of the text.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &Path> {
        self.actions.iter().map(Action::target)
    }

    /// Every path that it changes or reads, in the order of the text.
    pub(crate) fn paths(&self) -> Vec<&Path> {
        let mut paths = Vec::new();
        for action in &self.actions {
            paths.push(action.target());
            match action {
                Action::Set(_, SetValue::Term(term)) => term.gather_paths(&mut paths),
                Action::Set(_, SetValue::Plus(left, right) | SetValue::Minus(left, right)) => {
                    left.gather_paths(&mut paths);
                    right.gather_paths(&mut paths);
                }
                Action::Remove(_) | Action::Add(..) | Action::Delete(..) => {}
            }
        }
        paths
    }

    /// The attributes to which it gives something whose type the expression alone says, and the value where it says
    /// that too.
    pub(crate) fn known(&self) -> impl Iterator<Item = (&str, (&'static str, Option<&Value>))> {
        self.actions.iter().filter_map(|action| match action {
            Action::Set(path, value) if path.steps.is_empty() => Some((path.name.as_str(), value.known()?)),
            Action::Add(path, value) | Action::Delete(path, value) if path.steps.is_empty() => {
                Some((path.name.as_str(), (value.type_name(), None)))
            }
            _ => None,
        })
    }

    /// What an item, before or after, has at the paths that change: what `UPDATED_OLD` and `UPDATED_NEW` tell.
    pub(crate) fn changed(&self, item: &dyn Source) -> Attributes {
        Projection::to(self.targets()).of(item)
    }
}

impl Action {
    /// The path that it changes.
    pub(crate) fn target(&self) -> &Path {
        match self {
            Action::Set(path, _) | Action::Remove(path) | Action::Add(path, _) | Action::Delete(path, _) => {
                path
            }
        }
    }
}

impl SetValue {
    /// The type, and the value, as far as they do not depend on the item.
    fn known(&self) -> Option<(&'static str, Option<&Value>)> {
        match self {
            SetValue::Term(Term::Value(value)) => Some((value.type_name(), Some(value))),
            SetValue::Term(Term::ListAppend(..)) => Some(("L", None)),
            SetValue::Term(Term::Path(_) | Term::IfNotExists(..)) => None,
            SetValue::Plus(..) | SetValue::Minus(..) => Some(("N", None)),
        }
    }
}

impl Term {
    fn gather_paths<'t>(&'t self, paths: &mut Vec<&'t Path>) {
        match self {
            Term::Path(path) => paths.push(path),
            Term::Value(_) => {}
            Term::IfNotExists(path, otherwise) => {
                paths.push(path);
                otherwise.gather_paths(paths);
            }
            Term::ListAppend(first, second) => {
                first.gather_paths(paths);
                second.gather_paths(paths);
            }
        }
    }
}
