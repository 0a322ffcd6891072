//! Conditions: `OR` binds least, then `AND`, then `NOT`.
//!
//! Parentheses are kept on a list rather than on the stack of the machine, so that no nesting can overflow it.

use super::super::lexer::{Keyword, TokenKind};
use super::super::tree::{Condition, Operand};
use super::{Parsed, Parser, Stop};

/// What can stand in parentheses: which it is shows only behind them.
enum Term<'t> {
    Condition(Condition<'t>),
    Operand(Operand<'t>),
}

/// What has been read since a parenthesis was opened.
#[derive(Default)]
struct Level<'t> {
    /// The token behind the parenthesis.
    begins: usize,
    /// Where the last parentheses within began and ended.
    within: Option<(usize, usize)>,
    /// The conditions between which `OR` stands.
    any: Vec<Condition<'t>>,
    /// The conditions between which `AND` stands, since the last `OR`.
    all: Vec<Condition<'t>>,
    /// How many `NOT`s stand before the next term.
    negations: usize,
}

impl<'t> Level<'t> {
    /// Ends a chain of `AND`.
    fn end_all(&mut self, last: Condition<'t>) -> Condition<'t> {
        if self.all.is_empty() {
            return last;
        }
        self.all.push(last);
        Condition::And(std::mem::take(&mut self.all))
    }

    /// Ends the level.
    fn end(&mut self, last: Condition<'t>) -> Condition<'t> {
        let last = self.end_all(last);
        if self.any.is_empty() {
            return last;
        }
        self.any.push(last);
        Condition::Or(std::mem::take(&mut self.any))
    }
}

impl<'t> Parser<'t> {
    pub(super) fn whole_condition(&mut self) -> Parsed<'t, Condition<'t>> {
        let mut outer: Vec<Level<'t>> = Vec::new();
        let mut level = Level::default();
        loop {
            while self.take_if(TokenKind::Keyword(Keyword::Not)) {
                self.count_operator()?;
                level.negations += 1;
            }
            if self.take_if(TokenKind::Sign(b'(')) {
                let begins = self.at;
                outer.push(std::mem::replace(&mut level, Level { begins, ..Level::default() }));
                continue;
            }
            let operand = self.bare_operand()?;
            let mut term = self.comparison(operand)?;
            // A term ends its level where a parenthesis closes, and is then a term of the level around it.
            loop {
                term = self.negated(term, std::mem::take(&mut level.negations))?;
                if self.is_keyword(Keyword::And) {
                    level.all.push(self.as_condition(term)?);
                    self.take();
                    self.count_operator()?;
                    break;
                }
                if self.is_keyword(Keyword::Or) {
                    let condition = level.end_all(self.as_condition(term)?);
                    level.any.push(condition);
                    self.take();
                    self.count_operator()?;
                    break;
                }
                let inner = if level.any.is_empty() && level.all.is_empty() {
                    term
                } else {
                    Term::Condition(level.end(self.as_condition(term)?))
                };
                let Some(around) = outer.pop() else {
                    let condition = self.as_condition(inner)?;
                    self.end()?;
                    return Ok(condition);
                };
                let ends = self.at;
                self.expect(TokenKind::Sign(b')'))?;
                if level.within == Some((level.begins + 1, ends - 1)) {
                    return Err(Stop::RedundantParentheses);
                }
                let within = Some((level.begins, ends));
                level = Level { within, ..around };
                term = match inner {
                    Term::Operand(operand) => self.comparison(operand)?,
                    condition => condition,
                };
            }
        }
    }

    /// An operand and what it is compared with; an operand alone where there is nothing to compare.
    fn comparison(&mut self, left: Operand<'t>) -> Parsed<'t, Term<'t>> {
        let next = self.peek();
        let condition = match next.kind {
            TokenKind::Comparator => {
                self.take();
                self.count_operator()?;
                Condition::Compare(next.text, left, self.operand()?)
            }
            TokenKind::Keyword(Keyword::Between) => {
                self.take();
                self.count_operator()?;
                let lower = self.operand()?;
                self.expect(TokenKind::Keyword(Keyword::And))?;
                Condition::Between(left, lower, self.operand()?)
            }
            TokenKind::Keyword(Keyword::In) => {
                self.take();
                self.count_operator()?;
                Condition::In(left, self.operands()?)
            }
            _ => return Ok(Term::Operand(left)),
        };
        Ok(Term::Condition(condition))
    }

    /// A term behind this many `NOT`s.
    fn negated(&self, term: Term<'t>, times: usize) -> Parsed<'t, Term<'t>> {
        if times == 0 {
            return Ok(term);
        }
        let mut condition = self.as_condition(term)?;
        for _ in 0..times {
            condition = Condition::Not(Box::new(condition));
        }
        Ok(Term::Condition(condition))
    }

    /// A function can be a condition; with any other operand, a comparison is missing.
    fn as_condition(&self, term: Term<'t>) -> Parsed<'t, Condition<'t>> {
        match term {
            Term::Condition(condition) => Ok(condition),
            Term::Operand(Operand::Call(name, operands)) => Ok(Condition::Call(name, operands)),
            Term::Operand(_) => Err(self.unexpected()),
        }
    }
}
