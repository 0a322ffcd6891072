//! `AttributeUpdates`: what an update does to attributes.

use super::super::expression::{Action, Invalid, Path, SetValue, Term, Update};
use super::super::value::Value;
use super::invalid;

/// What is done to one attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AttributeUpdate {
    /// It gets a value.
    #[default]
    Put,
    /// It goes, or loses members.
    Delete,
    /// A number, members or elements are added to it.
    Add,
}

impl AttributeUpdate {
    /// The action of a name.
    pub(crate) fn named(name: &str) -> Option<AttributeUpdate> {
        Some(match name {
            "PUT" => AttributeUpdate::Put,
            "DELETE" => AttributeUpdate::Delete,
            "ADD" => AttributeUpdate::Add,
            _ => return None,
        })
    }
}

/// The update of `AttributeUpdates`. Without an action, `PUT` is meant.
pub(crate) fn attribute_updates<'a>(
    updates: impl IntoIterator<Item = (&'a str, AttributeUpdate, Option<Value>)>,
) -> Result<Update, Invalid> {
    let actions = updates.into_iter().map(|(name, update, value)| action(Path::of(name), update, value));
    actions.collect::<Result<Vec<_>, _>>().map(Update::of_attribute_updates)
}

fn action(path: Path, update: AttributeUpdate, value: Option<Value>) -> Result<Action, Invalid> {
    let Some(value) = value else {
        return match update {
            AttributeUpdate::Delete => Ok(Action::Remove(path)),
            _ => Err(invalid("Only DELETE action is allowed when no attribute value is specified")),
        };
    };
    let found = value.type_name();
    match (update, &value) {
        (AttributeUpdate::Put, _) => Ok(Action::Set(path, SetValue::Term(Term::Value(value)))),
        (_, Value::Ss(_) | Value::Ns(_) | Value::Bs(_)) if update == AttributeUpdate::Delete => {
            Ok(Action::Delete(path, value))
        }
        (AttributeUpdate::Delete, _) => {
            Err(invalid(format_args!("DELETE action with value is not supported for the type {found}")))
        }
        (AttributeUpdate::Add, Value::N(_) | Value::Ss(_) | Value::Ns(_) | Value::Bs(_) | Value::L(_)) => {
            Ok(Action::Add(path, value))
        }
        (AttributeUpdate::Add, _) => {
            Err(invalid(format_args!("ADD action is not supported for the type {found}")))
        }
    }
}
