//! Projections: which attributes, and which parts of them, are given back.
//!
//! Source: github.com/scylladb/scylladb, test/alternator/test_projection_expression.py: what is selected keeps its place
//! in the document; of a list the selected elements remain, in their order; what is not there is left out.

use super::super::value::{Attributes, Value};
use super::invalid::Invalid;
use super::kind::Kind;
use super::path::{Element, Path, check_apart};
use super::placeholders::Placeholders;
use super::source::Source;
use super::{checks, grammar};
use std::collections::BTreeMap;

/// A selection of attributes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Projection(BTreeMap<String, Part>);

/// What is selected of a value.
#[derive(Clone, Debug)]
enum Part {
    All,
    Entries(BTreeMap<String, Part>),
    Elements(BTreeMap<usize, Part>),
}

impl Projection {
    /// The projection that a text means.
    pub(crate) fn parse(text: &str, placeholders: &mut Placeholders<'_>) -> Result<Projection, Invalid> {
        let kind = Kind::Projection;
        let trees = grammar::projection(text)?;
        checks::check_projection(&trees)?;
        let paths = trees.iter().map(|tree| placeholders.path(kind, tree)).collect::<Result<Vec<_>, _>>()?;
        check_apart(kind, &paths.iter().collect::<Vec<_>>())?;
        Ok(Projection::to(paths.iter()))
    }

    /// The projection to paths that do not overlap.
    pub(crate) fn to<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Projection {
        let mut projection = Projection::default();
        for path in paths {
            let part = match path.steps.split_first() {
                None => Part::All,
                Some((first, _)) => Part::empty(first),
            };
            projection.0.entry(path.name.clone()).or_insert(part).select(&path.steps);
        }
        projection
    }

    /// The names of the attributes that it needs.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The names of the attributes of which it needs a part.
    pub(crate) fn nested(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter(|(_, part)| !matches!(part, Part::All)).map(|(name, _)| name.as_str())
    }

    /// What is selected of an item.
    pub(crate) fn of(&self, item: &dyn Source) -> Attributes {
        let selected = self
            .0
            .iter()
            .filter_map(|(name, part)| Some((name.as_str(), part.of(item.attribute(name)?.as_ref())?)));
        selected.collect()
    }
}

impl Part {
    /// A selection that a step leads into, with nothing in it.
    fn empty(step: &Element) -> Part {
        match step {
            Element::Name(_) => Part::Entries(BTreeMap::new()),
            Element::Index(_) => Part::Elements(BTreeMap::new()),
        }
    }

    /// Adds what steps lead to. Paths of an expression do not conflict, so that each finds the kind that it needs.
    fn select(&mut self, steps: &[Element]) {
        let mut part = self;
        for (at, step) in steps.iter().enumerate() {
            let next = || steps.get(at + 1).map_or(Part::All, Part::empty);
            part = match (part, step) {
                (Part::Entries(entries), Element::Name(name)) => {
                    entries.entry(name.clone()).or_insert_with(next)
                }
                (Part::Elements(elements), Element::Index(index)) => {
                    elements.entry(*index).or_insert_with(next)
                }
                _ => return,
            };
        }
    }

    /// What is selected of a value; the value bounds the depth.
    fn of(&self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Part::All, value) => Some(value.clone()),
            (Part::Entries(parts), Value::M(entries)) => {
                let selected: Attributes = parts
                    .iter()
                    .filter_map(|(name, part)| Some((name.as_str(), part.of(entries.get(name)?)?)))
                    .collect();
                (!selected.is_empty()).then_some(Value::M(selected))
            }
            (Part::Elements(parts), Value::L(elements)) => {
                let selected: Vec<Value> =
                    parts.iter().filter_map(|(index, part)| part.of(elements.get(*index)?)).collect();
                (!selected.is_empty()).then_some(Value::L(selected))
            }
            _ => None,
        }
    }
}
