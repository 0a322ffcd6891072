//! Operands and document paths.

use super::super::lexer::TokenKind;
use super::super::tree::{Operand, Part, Path};
use super::{Parsed, Parser, Stop};

impl<'t> Parser<'t> {
    /// A path, a value, a function, or one of them in parentheses.
    pub(super) fn operand(&mut self) -> Parsed<'t, Operand<'t>> {
        Ok(self.operand_and_parentheses()?.0)
    }

    /// An operand, and whether it stands in parentheses.
    fn operand_and_parentheses(&mut self) -> Parsed<'t, (Operand<'t>, bool)> {
        if !self.is_sign(b'(') {
            return Ok((self.bare_operand()?, false));
        }
        self.take();
        let (operand, is_in_parentheses) = self.deeper(Self::operand_and_parentheses)?;
        self.expect(TokenKind::Sign(b')'))?;
        if is_in_parentheses { Err(Stop::RedundantParentheses) } else { Ok((operand, true)) }
    }

    /// An operand that is not in parentheses.
    pub(super) fn bare_operand(&mut self) -> Parsed<'t, Operand<'t>> {
        let next = self.peek();
        match next.kind {
            TokenKind::ValueRef => {
                self.take();
                Ok(Operand::Value(next.text))
            }
            TokenKind::Word if self.peek_second().kind == TokenKind::Sign(b'(') => {
                self.take();
                Ok(Operand::Call(next.text, self.operands()?))
            }
            _ => Ok(Operand::Path(self.path()?)),
        }
    }

    /// One or more operands in parentheses.
    pub(super) fn operands(&mut self) -> Parsed<'t, Vec<Operand<'t>>> {
        self.expect(TokenKind::Sign(b'('))?;
        let operands = self.deeper(|parser| parser.list(Self::operand))?;
        self.expect(TokenKind::Sign(b')'))?;
        Ok(operands)
    }

    /// `a.#b[1].c`.
    pub(super) fn path(&mut self) -> Parsed<'t, Path<'t>> {
        let mut parts = vec![self.name()?];
        loop {
            if self.take_if(TokenKind::Sign(b'.')) {
                parts.push(self.name()?);
            } else if self.take_if(TokenKind::Sign(b'[')) {
                parts.push(Part::Index(self.expect(TokenKind::Digits)?.text));
                self.expect(TokenKind::Sign(b']'))?;
            } else {
                return Ok(Path(parts));
            }
        }
    }

    fn name(&mut self) -> Parsed<'t, Part<'t>> {
        let next = self.peek();
        let part = match next.kind {
            TokenKind::Word => Part::Name(next.text),
            TokenKind::NameRef => Part::NameRef(next.text),
            _ => return Err(self.unexpected()),
        };
        self.take();
        Ok(part)
    }
}
