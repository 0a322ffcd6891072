//! The grammar of expressions.
//!
//! What nests is bounded: conditions by the number of operators, operands by `MAX_NESTING`.

mod condition;
mod operand;
mod update;

use super::invalid::Invalid;
use super::kind::Kind;
use super::lexer::{Keyword, Token, TokenKind, tokens};
use super::tree::{Condition, Path, Section};

/// How long an expression may be, in bytes (test/alternator/test_limits.py).
const MAX_BYTES: usize = 4096;
/// How many operators it may have.
const MAX_OPERATORS: usize = 300;
/// How deep operands may nest: as deep as `if_not_exists(a,` does within the bytes that there may be.
const MAX_NESTING: usize = 240;

/// Why parsing stopped.
enum Stop<'t> {
    /// The text has something else than it should: the token, and what stands from the one before to the one after.
    Unexpected { token: &'t str, near: &'t str },
    /// Parentheses directly within parentheses. They are told at once, whatever comes behind them.
    RedundantParentheses,
    /// More operators than are allowed.
    TooManyOperators,
    /// Operands deeper than any that mean something.
    TooDeep,
}

type Parsed<'t, T> = Result<T, Stop<'t>>;

/// A place in the tokens of a text.
struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    at: usize,
    nesting: usize,
    operators: usize,
}

/// The tree of a condition.
pub(super) fn condition(kind: Kind, text: &str) -> Result<Condition<'_>, Invalid> {
    parse(kind, text, Parser::whole_condition)
}

/// The paths of a projection.
pub(super) fn projection(text: &str) -> Result<Vec<Path<'_>>, Invalid> {
    parse(Kind::Projection, text, |parser| {
        let paths = parser.list(Parser::path)?;
        parser.end()?;
        Ok(paths)
    })
}

/// The sections of an update.
pub(super) fn update(text: &str) -> Result<Vec<Section<'_>>, Invalid> {
    parse(Kind::Update, text, Parser::sections)
}

fn parse<'t, T>(
    kind: Kind,
    text: &'t str,
    rule: impl FnOnce(&mut Parser<'t>) -> Parsed<'t, T>,
) -> Result<T, Invalid> {
    if text.trim_ascii().is_empty() {
        return Err(Invalid::of(kind, "The expression can not be empty;"));
    }
    if text.len() > MAX_BYTES {
        let size = text.len();
        let what = format!("Expression size has exceeded the maximum allowed size; expression size: {size}");
        return Err(Invalid::of(kind, what));
    }
    let mut parser = Parser { text, tokens: tokens(text), at: 0, nesting: 0, operators: 0 };
    match rule(&mut parser) {
        Ok(tree) => Ok(tree),
        Err(Stop::Unexpected { token, near }) => {
            let what = format!("Syntax error; token: \"{token}\", near: \"{near}\"");
            Err(Invalid::of(kind, what))
        }
        Err(Stop::TooManyOperators) => {
            let count = MAX_OPERATORS + 1;
            let what = format!("The expression contains too many operators; operator count: {count}");
            Err(Invalid::of(kind, what))
        }
        Err(Stop::RedundantParentheses | Stop::TooDeep) => {
            Err(Invalid::of(kind, "The expression has redundant parentheses;"))
        }
    }
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Token<'t> {
        self.tokens[self.at]
    }

    /// The token after the next one; the end has the end behind it.
    fn peek_second(&self) -> Token<'t> {
        self.tokens[(self.at + 1).min(self.tokens.len() - 1)]
    }

    /// Takes the next token. The end is never passed.
    fn take(&mut self) -> Token<'t> {
        let token = self.peek();
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    fn is_sign(&self, sign: u8) -> bool {
        self.peek().kind == TokenKind::Sign(sign)
    }

    fn is_keyword(&self, keyword: Keyword) -> bool {
        self.peek().kind == TokenKind::Keyword(keyword)
    }

    fn take_if(&mut self, kind: TokenKind) -> bool {
        let is_it = self.peek().kind == kind;
        if is_it {
            self.take();
        }
        is_it
    }

    fn expect(&mut self, kind: TokenKind) -> Parsed<'t, Token<'t>> {
        if self.peek().kind == kind { Ok(self.take()) } else { Err(self.unexpected()) }
    }

    fn end(&mut self) -> Parsed<'t, ()> {
        self.expect(TokenKind::End).map(drop)
    }

    /// One or more, with commas between them.
    fn list<T>(&mut self, rule: impl Fn(&mut Self) -> Parsed<'t, T>) -> Parsed<'t, Vec<T>> {
        let mut list = vec![rule(self)?];
        while self.take_if(TokenKind::Sign(b',')) {
            list.push(rule(self)?);
        }
        Ok(list)
    }

    /// The next token is not what it should be.
    fn unexpected(&self) -> Stop<'t> {
        let token = self.peek();
        let first = self.tokens[self.at.saturating_sub(1)];
        let last = self.peek_second();
        // At the end, what is near is the last token.
        let end = if token.kind == TokenKind::End {
            first.start + first.text.len().min(self.text.len() - first.start)
        } else if last.kind == TokenKind::End {
            token.start + token.text.len()
        } else {
            last.start + last.text.len()
        };
        Stop::Unexpected { token: token.text, near: &self.text[first.start..end] }
    }

    fn count_operator(&mut self) -> Parsed<'t, ()> {
        self.operators += 1;
        if self.operators > MAX_OPERATORS { Err(Stop::TooManyOperators) } else { Ok(()) }
    }

    /// Does something a level deeper.
    fn deeper<T>(&mut self, rule: impl FnOnce(&mut Self) -> Parsed<'t, T>) -> Parsed<'t, T> {
        if self.nesting == MAX_NESTING {
            return Err(Stop::TooDeep);
        }
        self.nesting += 1;
        let parsed = rule(self);
        self.nesting -= 1;
        parsed
    }
}
