//! From tokens to a statement.
//!
//! `statement` reads statements, `expression` expressions. What AWS says of a text shows how its parser reads it: each
//! statement is an expression, `FROM` begins a change, and what remains behind an expression is left over.
//!
//! Sources: Developer Guide, "PartiQL statements for DynamoDB"; github.com/paritysuite/dynamodb-conformance,
//! tests/tier3/error-messages/partiqlGrammar.test.ts and partiqlFunctions.test.ts; for the sentences that these do not
//! have, AWS's own parser, from which DynamoDB tells those that they do have: github.com/partiql/partiql-lang-kotlin,
//! lang/src/org/partiql/lang/syntax/SqlParser.kt.

mod expression;
mod statement;

use super::invalid::Malformed;
use super::lexer::{Position, Token, tokens};
use super::tree::Statement;

/// How deep expressions may stand in each other.
const MOST_LEVELS: usize = 64;

/// The statement that a text means.
pub(super) fn parse(text: &str) -> Result<Statement, Malformed> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, levels: 0 };
    let statement = parser.statement()?;
    parser.take_sign(";");
    match parser.token() {
        Token::End => Ok(statement),
        _ => Err(Malformed::Leftover),
    }
}

struct Parser {
    /// The tokens, of which the last is the end.
    tokens: Vec<(Token, Position)>,
    at: usize,
    levels: usize,
}

impl Parser {
    /// The token that comes next.
    fn token(&self) -> &Token {
        self.ahead(0)
    }

    /// The token that comes so many behind the next.
    fn ahead(&self, count: usize) -> &Token {
        self.tokens.get(self.at + count).map_or(&Token::End, |(token, _)| token)
    }

    /// Where the next token stands.
    fn position(&self) -> Position {
        let last = self.tokens.len() - 1;
        self.tokens[self.at.min(last)].1
    }

    fn advance(&mut self) {
        self.at += 1;
    }

    fn is_keyword(&self, word: &str) -> bool {
        matches!(self.token(), Token::Keyword(found) if found == word)
    }

    /// Takes this keyword, if it comes next.
    fn take_keyword(&mut self, word: &str) -> bool {
        let found = self.is_keyword(word);
        self.at += usize::from(found);
        found
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.token(), Token::Sign(found) if *found == sign)
    }

    /// Takes this sign, if it comes next.
    fn take_sign(&mut self, sign: &str) -> bool {
        let found = self.is_sign(sign);
        self.at += usize::from(found);
        found
    }

    /// Takes a sign that has to come next; where it does not, its name is told.
    fn expect_sign(&mut self, sign: &'static str) -> Result<(), Malformed> {
        if self.take_sign(sign) {
            return Ok(());
        }
        Err(Malformed::Expected(match sign {
            ")" => "Expected RIGHT_PAREN",
            "]" => "Expected RIGHT_BRACKET",
            "}" => "Expected RIGHT_CURLY",
            ">>" => "Expected RIGHT_DOUBLE_ANGLE_BRACKET",
            _ => "Expected COLON",
        }))
    }

    /// Takes a name, if one comes next.
    fn take_name(&mut self) -> Option<String> {
        let (Token::Name(name) | Token::Quoted(name)) = self.token() else { return None };
        let name = name.clone();
        self.advance();
        Some(name)
    }

    /// Whether nothing follows.
    fn is_at_end(&self) -> bool {
        *self.token() == Token::End || self.is_sign(";")
    }

    /// Reads something within something, as long as that is not too deep.
    fn within<T>(&mut self, read: impl FnOnce(&mut Parser) -> Result<T, Malformed>) -> Result<T, Malformed> {
        if self.levels == MOST_LEVELS {
            return Err(Malformed::Unreadable);
        }
        self.levels += 1;
        let read = read(self);
        self.levels -= 1;
        read
    }

    /// Reads what commas part.
    fn all<T>(
        &mut self,
        mut read: impl FnMut(&mut Parser) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let mut all = vec![read(self)?];
        while self.take_sign(",") {
            all.push(read(self)?);
        }
        Ok(all)
    }
}
