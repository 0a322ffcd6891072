//! The tokens of a statement, each with the line and the column at which it stands.
//!
//! Source: github.com/paritysuite/dynamodb-conformance, tests/tier2/partiql/grammar.test.ts and
//! tests/tier3/error-messages/partiqlGrammar.test.ts: comments, numbers, and what AWS says of a text that has no tokens.

use super::invalid::Malformed;
use super::words;
use std::fmt;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name without quotes that is no keyword.
    Name(String),
    /// A name in double quotes.
    Quoted(String),
    /// A word of the language, in capitals.
    Keyword(String),
    /// A string in single quotes.
    Text(String),
    /// A number as it is written, without a sign before it.
    Number(String),
    /// `?`, and which one it is, from zero.
    Parameter(usize),
    /// An operator: a comparison, `+`, `-`, `*`, `/`, `%` or `||`.
    Operator(&'static str),
    /// `(`, `)`, `[`, `]`, `{`, `}`, `<<`, `>>`, `,`, `.`, `:` or `;`.
    Sign(&'static str),
    /// The end.
    End,
}

/// Where a token stands: its line and its first column, from one, and how many characters it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Position {
    line: usize,
    column: usize,
    length: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}", self.line, self.column, self.length)
    }
}

const SIGNS: [&str; 12] = ["<<", ">>", "(", ")", "[", "]", "{", "}", ",", ".", ":", ";"];
const OPERATORS: [&str; 13] = ["<>", "!=", "<=", ">=", "||", "=", "<", ">", "+", "-", "*", "/", "%"];

/// All tokens of a text; the last is the end.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Position)>, Malformed> {
    let mut lexer = Lexer { rest: text, line: 1, column: 1, parameters: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip()?;
        let (line, column, before) = (lexer.line, lexer.column, lexer.rest);
        let token = lexer.token()?;
        let taken = &before[..before.len() - lexer.rest.len()];
        let is_end = token == Token::End;
        tokens.push((token, Position { line, column, length: taken.chars().count() }));
        if is_end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'t> {
    rest: &'t str,
    line: usize,
    column: usize,
    parameters: usize,
}

impl<'t> Lexer<'t> {
    /// Takes so many bytes, which end at a character.
    fn take(&mut self, length: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        for character in taken.chars() {
            if character == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        taken
    }

    /// Skips what stands between tokens: space and comments.
    fn skip(&mut self) -> Result<(), Malformed> {
        loop {
            let space = self.rest.len() - self.rest.trim_start().len();
            if space > 0 {
                self.take(space);
            } else if self.rest.starts_with("--") {
                self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if self.rest.starts_with("/*") {
                let end = self.rest[2..].find("*/").ok_or(Malformed::Unreadable)?;
                self.take(end + 4);
            } else {
                return Ok(());
            }
        }
    }

    fn token(&mut self) -> Result<Token, Malformed> {
        let Some(first) = self.rest.chars().next() else { return Ok(Token::End) };
        let second = self.rest[first.len_utf8()..].chars().next();
        match first {
            '\'' => self.quoted('\'').map(Token::Text),
            '"' => self.quoted('"').map(Token::Quoted),
            '?' => {
                self.take(1);
                self.parameters += 1;
                Ok(Token::Parameter(self.parameters - 1))
            }
            'a'..='z' | 'A'..='Z' | '_' | '$' => {
                let is_part = |character: char| character.is_ascii_alphanumeric() || "_$".contains(character);
                let length = self.rest.find(|character| !is_part(character)).unwrap_or(self.rest.len());
                let word = self.take(length);
                Ok(words::keyword(word).map_or_else(|| Token::Name(word.to_owned()), Token::Keyword))
            }
            '0'..='9' => self.number(),
            '.' if second.is_some_and(|second| second.is_ascii_digit()) => self.number(),
            _ => {
                let find =
                    |all: &[&'static str]| all.iter().find(|sign| self.rest.starts_with(**sign)).copied();
                if let Some(sign) = find(&SIGNS[..2]) {
                    self.take(sign.len());
                    return Ok(Token::Sign(sign));
                }
                if let Some(operator) = find(&OPERATORS) {
                    self.take(operator.len());
                    return Ok(Token::Operator(operator));
                }
                let sign = find(&SIGNS).ok_or(Malformed::Unreadable)?;
                self.take(sign.len());
                Ok(Token::Sign(sign))
            }
        }
    }

    /// What stands between quotes; two of them within are one.
    fn quoted(&mut self, quote: char) -> Result<String, Malformed> {
        let mut text = String::new();
        self.take(1);
        loop {
            let end = self.rest.find(quote).ok_or(Malformed::Unreadable)?;
            text.push_str(self.take(end));
            self.take(1);
            if !self.rest.starts_with(quote) {
                return Ok(text);
            }
            text.push(quote);
            self.take(1);
        }
    }

    fn number(&mut self) -> Result<Token, Malformed> {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let mut length = digits(self.rest);
        if self.rest[length..].starts_with('.') {
            length += 1 + digits(&self.rest[length + 1..]);
        }
        if self.rest[length..].starts_with(['e', 'E']) {
            let sign = usize::from(self.rest[length + 1..].starts_with(['+', '-']));
            let exponent = digits(&self.rest[length + 1 + sign..]);
            if exponent == 0 {
                return Err(Malformed::Unreadable);
            }
            length += 1 + sign + exponent;
        }
        let text = self.take(length);
        let runs_on = self.rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
        if runs_on { Err(Malformed::Unreadable) } else { Ok(Token::Number(text.to_owned())) }
    }
}
