//! Updates: sections in any order, each with one action or more.

use super::super::lexer::{Keyword, TokenKind};
use super::super::tree::{Path, Section, SetValue};
use super::{Parsed, Parser, Stop};

impl<'t> Parser<'t> {
    pub(super) fn sections(&mut self) -> Parsed<'t, Vec<Section<'t>>> {
        let mut sections = Vec::new();
        loop {
            let TokenKind::Keyword(keyword) = self.peek().kind else {
                self.end()?;
                return Ok(sections);
            };
            if !matches!(keyword, Keyword::Set | Keyword::Remove | Keyword::Add | Keyword::Delete) {
                return Err(self.unexpected());
            }
            self.take();
            sections.push(match keyword {
                Keyword::Set => Section::Set(self.list(Self::assignment)?),
                Keyword::Add => Section::Add(self.list(Self::path_and_value)?),
                Keyword::Delete => Section::Delete(self.list(Self::path_and_value)?),
                _ => Section::Remove(self.list(Self::path)?),
            });
        }
    }

    fn path_and_value(&mut self) -> Parsed<'t, (Path<'t>, &'t str)> {
        Ok((self.path()?, self.expect(TokenKind::ValueRef)?.text))
    }

    fn assignment(&mut self) -> Parsed<'t, (Path<'t>, SetValue<'t>)> {
        let path = self.path()?;
        if self.peek().text != "=" {
            return Err(self.unexpected());
        }
        self.take();
        let (value, _) = self.set_value()?;
        Ok((path, value))
    }

    /// An operand, or a sum or difference of two; and whether it stands in parentheses.
    fn set_value(&mut self) -> Parsed<'t, (SetValue<'t>, bool)> {
        let (left, is_in_parentheses) = if self.is_sign(b'(') {
            self.take();
            let (value, is_in_parentheses) = self.deeper(Self::set_value)?;
            self.expect(TokenKind::Sign(b')'))?;
            if is_in_parentheses {
                return Err(Stop::RedundantParentheses);
            }
            match value {
                SetValue::Operand(operand) => (operand, true),
                sum => return Ok((sum, true)),
            }
        } else {
            (self.bare_operand()?, false)
        };
        let next = self.peek();
        if !matches!(next.kind, TokenKind::Sign(b'+' | b'-')) {
            return Ok((SetValue::Operand(left), is_in_parentheses));
        }
        self.take();
        self.count_operator()?;
        Ok((SetValue::Sum(next.text, left, self.operand()?), false))
    }
}
