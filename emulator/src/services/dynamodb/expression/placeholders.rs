//! `ExpressionAttributeNames` and `ExpressionAttributeValues`.

use super::super::value::{MAX_LEVELS, Value};
use super::invalid::Invalid;
use super::kind::Kind;
use super::path::{Element, Path};
use super::tree::{self, Part};
use ruststack_wire::IndexMap;

/// The largest index of a list in a path.
const MAX_INDEX: usize = i32::MAX as usize;

/// What the placeholders of a request stand for, and which of them its expressions have used.
#[derive(Debug, Default)]
pub(crate) struct Placeholders<'a> {
    names: IndexMap<&'a str, Used<&'a str>>,
    values: IndexMap<&'a str, Used<Value>>,
}

#[derive(Debug)]
struct Used<T> {
    stands_for: T,
    is_used: bool,
}

impl<'a> Placeholders<'a> {
    /// The placeholders of a request, once `check_names` and `check_value_names` have found nothing wrong.
    pub(crate) fn new(
        names: impl IntoIterator<Item = (&'a str, &'a str)>,
        values: impl IntoIterator<Item = (&'a str, Value)>,
    ) -> Placeholders<'a> {
        Placeholders { names: unused(names), values: unused(values) }
    }

    /// Refuses placeholders that no expression of the request has used.
    pub(crate) fn finish(&self) -> Result<(), Invalid> {
        check_used("ExpressionAttributeNames", &self.names)?;
        check_used("ExpressionAttributeValues", &self.values)
    }

    /// What `#name` stands for.
    fn name(&mut self, kind: Kind, name: &str) -> Result<&'a str, Invalid> {
        use_one(&mut self.names, name).map(|stands_for| *stands_for).ok_or_else(|| {
            let what =
                "An expression attribute name used in the document path is not defined; attribute name";
            Invalid::of(kind, format!("{what}: {name}"))
        })
    }

    /// What `:value` stands for.
    pub(super) fn value(&mut self, kind: Kind, name: &str) -> Result<&Value, Invalid> {
        use_one(&mut self.values, name).map(|stands_for| &*stands_for).ok_or_else(|| {
            let what = "An expression attribute value used in expression is not defined; attribute value";
            Invalid::of(kind, format!("{what}: {name}"))
        })
    }

    /// The path that is meant.
    pub(super) fn path(&mut self, kind: Kind, path: &tree::Path<'_>) -> Result<Path, Invalid> {
        if path.0.len() > MAX_LEVELS {
            let levels = path.0.len();
            let what = format!("The document path has too many nesting levels; nesting levels: {levels}");
            return Err(Invalid::of(kind, what));
        }
        let mut meant: Option<Path> = None;
        for part in &path.0 {
            let step = match part {
                Part::Name(name) => Element::Name((*name).to_owned()),
                Part::NameRef(name) => Element::Name(self.name(kind, name)?.to_owned()),
                Part::Index(digits) => Element::Index(index(kind, digits)?),
            };
            match (&mut meant, step) {
                (Some(path), step) => path.steps.push(step),
                (None, Element::Name(name)) => meant = Some(Path::of(name)),
                (None, Element::Index(_)) => {}
            }
        }
        Ok(meant.expect("the grammar begins a path with a name"))
    }
}

fn unused<'a, T>(pairs: impl IntoIterator<Item = (&'a str, T)>) -> IndexMap<&'a str, Used<T>> {
    pairs.into_iter().map(|(name, stands_for)| (name, Used { stands_for, is_used: false })).collect()
}

fn use_one<'p, T>(placeholders: &'p mut IndexMap<&str, Used<T>>, name: &str) -> Option<&'p mut T> {
    let used = placeholders.get_mut(name)?;
    used.is_used = true;
    Some(&mut used.stands_for)
}

fn check_used<T>(member: &str, placeholders: &IndexMap<&str, Used<T>>) -> Result<(), Invalid> {
    let unused: Vec<&str> =
        placeholders.iter().filter(|(_, used)| !used.is_used).map(|(name, _)| *name).collect();
    if unused.is_empty() {
        return Ok(());
    }
    Err(Invalid(format!("Value provided in {member} unused in expressions: keys: {{{}}}", unused.join(", "))))
}

fn index(kind: Kind, digits: &str) -> Result<usize, Invalid> {
    digits.parse().ok().filter(|index| *index <= MAX_INDEX).ok_or_else(|| {
        let what = format!("List index is not within the allowable range; index: [{digits}]");
        Invalid::of(kind, what)
    })
}

/// Checks the keys of `ExpressionAttributeNames`, where there is the member.
pub(crate) fn check_names<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Result<(), Invalid> {
    check_keys("ExpressionAttributeNames", '#', names)
}

/// Checks the keys of `ExpressionAttributeValues`, where there is the member; what they stand for is checked after.
pub(crate) fn check_value_names<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Result<(), Invalid> {
    check_keys("ExpressionAttributeValues", ':', names)
}

fn check_keys<'a>(
    member: &str,
    first: char,
    mut keys: impl ExactSizeIterator<Item = &'a str>,
) -> Result<(), Invalid> {
    if keys.len() == 0 {
        return Err(Invalid(format!("{member} must not be empty")));
    }
    let is_valid = |key: &str| {
        let is_word = |rest: &str| {
            !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        key.strip_prefix(first).is_some_and(is_word)
    };
    match keys.find(|key| !is_valid(key)) {
        Some(key) => Err(Invalid(format!("{member} contains invalid key: Syntax error; key: \"{key}\""))),
        None => Ok(()),
    }
}

/// Refuses placeholders in a request without expressions. `missing` are the expressions that could have used values,
/// in the order in which the operation names them; an operation that names none gives none.
pub(crate) fn only_with_expressions(
    has_names: bool,
    has_values: bool,
    missing: &[Kind],
) -> Result<(), Invalid> {
    if has_names {
        return Err("ExpressionAttributeNames can only be specified when using expressions".into());
    }
    if has_values {
        let what = "ExpressionAttributeValues can only be specified when using expressions";
        if missing.is_empty() {
            return Err(what.into());
        }
        let names: Vec<String> = missing.iter().map(Kind::to_string).collect();
        let verb = if names.len() == 1 { "is" } else { "are" };
        return Err(Invalid(format!("{what}: {} {verb} null", names.join(" and "))));
    }
    Ok(())
}

/// Refuses members of the time before expressions beside expressions. Both lists are in the order of the operation.
pub(crate) fn not_both(legacy: &[&str], expressions: &[Kind]) -> Result<(), Invalid> {
    if legacy.is_empty() || expressions.is_empty() {
        return Ok(());
    }
    let expressions: Vec<String> = expressions.iter().map(Kind::to_string).collect();
    Err(Invalid(format!(
        "Can not use both expression and non-expression parameters in the same request: \
         Non-expression parameters: {{{}}} Expression parameters: {{{}}}",
        legacy.join(", "),
        expressions.join(", ")
    )))
}
