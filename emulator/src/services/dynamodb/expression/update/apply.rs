//! Doing an update to an item.
//!
//! Every term is read from the item as it was. Elements that are put behind the end of a list follow each other in the
//! order of their indexes, and those that are removed are the ones that had these indexes before (github.com/architect/dynalite,
//! test/updateItem.js, "should update nested attributes"; DynamoDB Developer Guide, "Update expressions").

use super::super::super::value::{Attributes, Number, NumberError, Value};
use super::super::invalid::Invalid;
use super::super::path::{Element, Path};
use super::{Action, SetValue, Term, Update};
use std::borrow::Cow;
use std::collections::BTreeSet;

const NOT_THERE: &str = "The provided expression refers to an attribute that does not exist in the item";
const WRONG_PATH: &str = "The document path provided in the update expression is invalid for update";

/// What comes to a path.
enum Change {
    Put(Value),
    Remove,
}

impl Update {
    /// Changes an item. Where it fails, the item is as it was.
    pub(crate) fn apply(&self, item: &mut Attributes) -> Result<(), Invalid> {
        let mut puts = Vec::new();
        let mut removals = Vec::new();
        let wrong_type = self.wrong_type;
        for action in &self.actions {
            let change = match action {
                Action::Set(_, value) => Some(Change::Put(value.of(item, wrong_type)?)),
                Action::Remove(_) => Some(Change::Remove),
                Action::Add(path, value) => {
                    Some(Change::Put(added(path.find(item).as_deref(), value, wrong_type)?))
                }
                Action::Delete(path, value) => deleted(path.find(item).as_deref(), value, wrong_type)?,
            };
            let path = action.target();
            check_place(item, path)?;
            match change {
                Some(Change::Put(mut value)) => {
                    value.sort_sets();
                    puts.push((path, value));
                }
                Some(Change::Remove) => removals.push(path),
                None => {}
            }
        }
        // In the order of indexes, so that what comes behind the end of a list does so in that order.
        puts.sort_by_key(|(path, _)| *path);
        for (path, value) in puts {
            put(item, path, value);
        }
        // From the last element to the first, so that no removal changes the index of another.
        removals.sort_unstable();
        for path in removals.into_iter().rev() {
            remove(item, path);
        }
        Ok(())
    }
}

impl SetValue {
    fn of(&self, item: &Attributes, wrong_type: &str) -> Result<Value, Invalid> {
        let (left, right, minus) = match self {
            SetValue::Term(term) => return Ok(term.of(item, wrong_type)?.into_owned()),
            SetValue::Plus(left, right) => (left, right, false),
            SetValue::Minus(left, right) => (left, right, true),
        };
        let (left, right) = (left.of(item, wrong_type)?, right.of(item, wrong_type)?);
        let (Value::N(left), Value::N(right)) = (left.as_ref(), right.as_ref()) else {
            return Err(wrong_type.into());
        };
        number(if minus { left.minus(right) } else { left.plus(right) })
    }
}

impl Term {
    fn of<'t>(&'t self, item: &'t Attributes, wrong_type: &str) -> Result<Cow<'t, Value>, Invalid> {
        match self {
            Term::Path(path) => path.find(item).ok_or_else(|| NOT_THERE.into()),
            Term::Value(value) => Ok(Cow::Borrowed(value)),
            Term::IfNotExists(path, otherwise) => match path.find(item) {
                Some(value) => Ok(value),
                None => otherwise.of(item, wrong_type),
            },
            Term::ListAppend(first, second) => {
                let (first, second) = (first.of(item, wrong_type)?, second.of(item, wrong_type)?);
                match (first.as_ref(), second.as_ref()) {
                    (Value::L(first), Value::L(second)) => {
                        Ok(Cow::Owned(Value::L([first.as_slice(), second].concat())))
                    }
                    _ => Err(wrong_type.into()),
                }
            }
        }
    }
}

fn number(result: Result<Number, NumberError>) -> Result<Value, Invalid> {
    result.map(Value::N).map_err(|error| Invalid(error.to_string()))
}

/// What `ADD` makes of what is there. Lists are only added to lists by the older `AttributeUpdates`.
fn added(existing: Option<&Value>, value: &Value, wrong_type: &str) -> Result<Value, Invalid> {
    match (existing, value) {
        (None, value) => Ok(value.clone()),
        (Some(Value::N(one)), Value::N(other)) => number(one.plus(other)),
        (Some(Value::Ss(one)), Value::Ss(other)) => Ok(Value::Ss(union(one, other))),
        (Some(Value::Ns(one)), Value::Ns(other)) => Ok(Value::Ns(union(one, other))),
        (Some(Value::Bs(one)), Value::Bs(other)) => Ok(Value::Bs(union(one, other))),
        (Some(Value::L(one)), Value::L(other)) => Ok(Value::L([one.as_slice(), other].concat())),
        _ => Err(wrong_type.into()),
    }
}

/// What `DELETE` does to what is there: a set that has nothing left goes.
fn deleted(existing: Option<&Value>, value: &Value, wrong_type: &str) -> Result<Option<Change>, Invalid> {
    let left = match (existing, value) {
        (None, _) => return Ok(None),
        (Some(Value::Ss(one)), Value::Ss(other)) => difference(one, other).map(Value::Ss),
        (Some(Value::Ns(one)), Value::Ns(other)) => difference(one, other).map(Value::Ns),
        (Some(Value::Bs(one)), Value::Bs(other)) => difference(one, other).map(Value::Bs),
        _ => return Err(wrong_type.into()),
    };
    Ok(Some(left.map_or(Change::Remove, Change::Put)))
}

/// All members, in the order of a set.
fn union<T: Clone + Ord>(one: &[T], other: &[T]) -> Vec<T> {
    one.iter().chain(other).collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

fn difference<T: Clone + Ord>(one: &[T], other: &[T]) -> Option<Vec<T>> {
    let gone: BTreeSet<&T> = other.iter().collect();
    let left: Vec<T> = one.iter().filter(|member| !gone.contains(member)).cloned().collect();
    (!left.is_empty()).then_some(left)
}

/// A path can be changed where what it leads into is there and of the right kind.
fn check_place(item: &Attributes, path: &Path) -> Result<(), Invalid> {
    let Some((last, before)) = path.steps.split_last() else { return Ok(()) };
    let parent = Path { name: path.name.clone(), steps: before.to_vec() };
    match (parent.find(item).as_deref(), last) {
        (Some(Value::M(_)), Element::Name(_)) | (Some(Value::L(_)), Element::Index(_)) => Ok(()),
        _ => Err(WRONG_PATH.into()),
    }
}

/// The map or list that a path leads into; there is one, as `check_place` has found.
fn parent<'i>(item: &'i mut Attributes, path: &Path) -> Option<&'i mut Value> {
    let before = path.steps.split_last().map(|(_, before)| before)?;
    before.iter().try_fold(item.get_mut(&path.name)?, |value, step| match (value, step) {
        (Value::M(entries), Element::Name(name)) => entries.get_mut(name),
        (Value::L(elements), Element::Index(index)) => elements.get_mut(*index),
        _ => None,
    })
}

fn put(item: &mut Attributes, path: &Path, value: Value) {
    let Some(last) = path.steps.last() else {
        item.insert(path.name.as_str(), value);
        return;
    };
    match (parent(item, path), last) {
        (Some(Value::M(entries)), Element::Name(name)) => {
            entries.insert(name.as_str(), value);
        }
        (Some(Value::L(elements)), Element::Index(index)) => match elements.get_mut(*index) {
            Some(element) => *element = value,
            None => elements.push(value),
        },
        _ => {}
    }
}

fn remove(item: &mut Attributes, path: &Path) {
    let Some(last) = path.steps.last() else {
        item.remove(&path.name);
        return;
    };
    match (parent(item, path), last) {
        (Some(Value::M(entries)), Element::Name(name)) => {
            entries.remove(name);
        }
        (Some(Value::L(elements)), Element::Index(index)) if *index < elements.len() => {
            elements.remove(*index);
        }
        _ => {}
    }
}
