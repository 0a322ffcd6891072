//! Conditions: what a condition, a filter or a key condition means.
//!
//! `resolve` makes one of a text, `evaluate` tells whether it holds of an item. The older API and PartiQL build the same
//! conditions from their own syntax.

mod describe;
mod evaluate;
mod resolve;

pub(super) use resolve::{no_path, wrong_count, wrong_type};

use super::super::value::Value;
use super::invalid::Invalid;
use super::kind::Kind;
use super::path::Path;
use super::placeholders::Placeholders;
use super::{checks, grammar};

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Condition {
    /// A comparison of two operands.
    Compare(Comparator, Operand, Operand),
    /// Whether the first is neither below the second nor above the third.
    Between(Operand, Operand, Operand),
    /// Whether the first equals one of the others.
    In(Operand, Vec<Operand>),
    /// Whether a path leads to a value.
    AttributeExists(Path),
    /// Whether a path leads nowhere.
    AttributeNotExists(Path),
    /// Whether a value is of the type of this name.
    AttributeType(Operand, String),
    /// Whether the first, a string or binary, begins with the second.
    BeginsWith(Operand, Operand),
    /// Whether the first, a string, binary, set or list, contains the second.
    Contains(Operand, Operand),
    /// All of these.
    And(Vec<Condition>),
    /// One of these at least.
    Or(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
}

/// An operand of a condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    /// What a path leads to.
    Path(Path),
    /// A value that the request gives.
    Value(Value),
    /// The size of what an operand is.
    Size(Box<Operand>),
}

/// How two operands are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparator {
    /// `=`
    Eq,
    /// `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl Condition {
    /// The condition that a text means.
    pub(crate) fn parse(
        kind: Kind,
        text: &str,
        placeholders: &mut Placeholders<'_>,
    ) -> Result<Condition, Invalid> {
        let tree = grammar::condition(kind, text)?;
        checks::check_condition(kind, &tree)?;
        resolve::condition(kind, &tree, placeholders)
    }

    /// Every path that it reads, in the order of the text.
    pub(crate) fn paths(&self) -> Vec<&Path> {
        let mut paths = Vec::new();
        self.gather_paths(&mut paths);
        paths
    }

    fn gather_paths<'c>(&'c self, paths: &mut Vec<&'c Path>) {
        match self {
            Condition::Compare(_, one, two)
            | Condition::BeginsWith(one, two)
            | Condition::Contains(one, two) => {
                paths.extend(one.path());
                paths.extend(two.path());
            }
            Condition::Between(one, two, three) => {
                paths.extend([one, two, three].into_iter().filter_map(Operand::path));
            }
            Condition::In(first, among) => {
                paths.extend(first.path());
                paths.extend(among.iter().filter_map(Operand::path));
            }
            Condition::AttributeExists(path) | Condition::AttributeNotExists(path) => paths.push(path),
            Condition::AttributeType(operand, _) => paths.extend(operand.path()),
            Condition::And(all) | Condition::Or(all) => {
                all.iter().for_each(|condition| condition.gather_paths(paths));
            }
            Condition::Not(condition) => condition.gather_paths(paths),
        }
    }
}

impl Operand {
    /// The path that it reads.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Operand::Path(path) => Some(path),
            Operand::Value(_) => None,
            Operand::Size(operand) => operand.path(),
        }
    }
}

impl Comparator {
    /// The comparator of a sign.
    pub(crate) fn of(sign: &str) -> Option<Comparator> {
        Some(match sign {
            "=" => Comparator::Eq,
            "<>" => Comparator::Ne,
            "<" => Comparator::Lt,
            "<=" => Comparator::Le,
            ">" => Comparator::Gt,
            ">=" => Comparator::Ge,
            _ => return None,
        })
    }

    /// The sign.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Comparator::Eq => "=",
            Comparator::Ne => "<>",
            Comparator::Lt => "<",
            Comparator::Le => "<=",
            Comparator::Gt => ">",
            Comparator::Ge => ">=",
        }
    }

    /// The comparator that says the same with the operands the other way round.
    pub(super) fn turned(self) -> Comparator {
        match self {
            Comparator::Lt => Comparator::Gt,
            Comparator::Le => Comparator::Ge,
            Comparator::Gt => Comparator::Lt,
            Comparator::Ge => Comparator::Le,
            same => same,
        }
    }
}
