//! Conditions with `&&`, `||` and parentheses: `&&` binds more closely.

use super::scanner::Scanner;
use super::{InvalidPattern, invalid};

/// How deep parentheses may stand in each other.
const DEEPEST: usize = 50;

/// A tree of conditions.
#[derive(Debug)]
pub(super) enum Expression<C> {
    Is(C),
    All(Vec<Expression<C>>),
    Any(Vec<Expression<C>>),
}

impl<C> Expression<C> {
    /// Reads a tree, whose leaves another reads.
    pub(super) fn parse<'a>(
        scanner: &mut Scanner<'a>,
        leaf: &mut impl FnMut(&mut Scanner<'a>) -> Result<C, InvalidPattern>,
    ) -> Result<Expression<C>, InvalidPattern> {
        any(scanner, leaf, 0)
    }

    /// Whether it holds, where another says which leaves do.
    pub(super) fn holds(&self, leaf: &impl Fn(&C) -> bool) -> bool {
        match self {
            Expression::Is(condition) => leaf(condition),
            Expression::All(parts) => parts.iter().all(|part| part.holds(leaf)),
            Expression::Any(parts) => parts.iter().any(|part| part.holds(leaf)),
        }
    }
}

fn any<'a, C>(
    scanner: &mut Scanner<'a>,
    leaf: &mut impl FnMut(&mut Scanner<'a>) -> Result<C, InvalidPattern>,
    depth: usize,
) -> Result<Expression<C>, InvalidPattern> {
    let first = all(scanner, leaf, depth)?;
    let mut parts = vec![first];
    while scanner.take("||") {
        parts.push(all(scanner, leaf, depth)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
}

fn all<'a, C>(
    scanner: &mut Scanner<'a>,
    leaf: &mut impl FnMut(&mut Scanner<'a>) -> Result<C, InvalidPattern>,
    depth: usize,
) -> Result<Expression<C>, InvalidPattern> {
    let first = one(scanner, leaf, depth)?;
    let mut parts = vec![first];
    while scanner.take("&&") {
        parts.push(one(scanner, leaf, depth)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
}

fn one<'a, C>(
    scanner: &mut Scanner<'a>,
    leaf: &mut impl FnMut(&mut Scanner<'a>) -> Result<C, InvalidPattern>,
    depth: usize,
) -> Result<Expression<C>, InvalidPattern> {
    if depth > DEEPEST {
        return Err(invalid());
    }
    scanner.blanks();
    let found = if scanner.take("(") {
        let inner = any(scanner, leaf, depth + 1)?;
        if !scanner.take(")") {
            return Err(invalid());
        }
        inner
    } else {
        Expression::Is(leaf(scanner)?)
    };
    scanner.blanks();
    Ok(found)
}
