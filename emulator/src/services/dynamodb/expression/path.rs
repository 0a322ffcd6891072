//! Document paths: `a.b[1].c`.

use super::super::value::Value;
use super::invalid::Invalid;
use super::kind::Kind;
use super::source::Source;
use std::borrow::Cow;
use std::fmt;

/// A step into a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Element {
    /// An entry of a map.
    Name(String),
    /// An element of a list.
    Index(usize),
}

/// The name of an attribute, and steps into its value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Path {
    /// The attribute.
    pub(crate) name: String,
    /// The steps into it.
    pub(crate) steps: Vec<Element>,
}

impl Path {
    /// The path of an attribute.
    pub(crate) fn of(name: impl Into<String>) -> Path {
        Path { name: name.into(), steps: Vec::new() }
    }

    /// Whether it leads into an attribute rather than to it.
    pub(crate) fn is_nested(&self) -> bool {
        !self.steps.is_empty()
    }

    /// What it leads to.
    pub(crate) fn find<'s>(&self, source: &'s dyn Source) -> Option<Cow<'s, Value>> {
        match source.attribute(&self.name)? {
            Cow::Borrowed(value) => follow(value, &self.steps).map(Cow::Borrowed),
            Cow::Owned(value) if self.steps.is_empty() => Some(Cow::Owned(value)),
            Cow::Owned(value) => follow(&value, &self.steps).cloned().map(Cow::Owned),
        }
    }
}

/// What steps into a value lead to.
fn follow<'v>(value: &'v Value, steps: &[Element]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match (value, step) {
        (Value::M(entries), Element::Name(name)) => entries.get(name),
        (Value::L(elements), Element::Index(index)) => elements.get(*index),
        _ => None,
    })
}

/// `[a, b, [1]]`.
impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "[{}", self.name)?;
        for step in &self.steps {
            match step {
                Element::Name(name) => write!(out, ", {name}")?,
                Element::Index(index) => write!(out, ", [{index}]")?,
            }
        }
        out.write_str("]")
    }
}

/// How two paths stand to each other.
#[derive(PartialEq)]
enum Relation {
    /// They lead to different places.
    Apart,
    /// One leads to the other or into it.
    Overlap,
    /// One has a map where the other has a list.
    Conflict,
}

fn relation(one: &Path, other: &Path) -> Relation {
    if one.name != other.name {
        return Relation::Apart;
    }
    let differing = one.steps.iter().zip(&other.steps).find(|(one, other)| one != other);
    match differing {
        None => Relation::Overlap,
        Some((Element::Name(_), Element::Name(_)) | (Element::Index(_), Element::Index(_))) => {
            Relation::Apart
        }
        Some(_) => Relation::Conflict,
    }
}

/// Refuses paths of one expression that overlap, and then paths that cannot all lead somewhere.
pub(crate) fn check_apart(kind: Kind, paths: &[&Path]) -> Result<(), Invalid> {
    for (unwanted, verb) in [(Relation::Overlap, "overlap"), (Relation::Conflict, "conflict")] {
        for (at, two) in paths.iter().enumerate() {
            if let Some(one) = paths[..at].iter().find(|one| relation(one, two) == unwanted) {
                let what = format!(
                    "Two document paths {verb} with each other; must remove or rewrite one of these paths; \
                     path one: {one}, path two: {two}"
                );
                return Err(Invalid::of(kind, what));
            }
        }
    }
    Ok(())
}
