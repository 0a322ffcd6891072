//! What is wrong with a statement.
//!
//! Source: github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/partiqlGrammar.test.ts, and
//! github.com/passren/PyDynamoDB, issue 26.

use super::lexer::Position;
use crate::services::dynamodb::DynamoDbError;

/// Why a text is no statement: what follows `Statement wasn't well formed, can't be processed: `.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Malformed {
    /// A text that has no tokens, or a number that no number can be. Nothing follows.
    Unreadable,
    /// A term is missing.
    UnexpectedTerm,
    /// A keyword stands where a term should.
    UnexpectedKeyword,
    /// An operator stands where a term should.
    UnexpectedOperator,
    /// Nothing stands behind an operator.
    MissingRightHand,
    /// Something is left over.
    Leftover,
    /// No change follows.
    NoManipulation,
    /// There is no name of a table.
    NoSimplePath,
    /// No word of the language follows a dot.
    PathDot,
    /// `IS` something that is no type.
    NoType,
    /// An index of a list below zero, and where its digits stand.
    NegativeIndex(usize, Position),
    /// Something else was to follow.
    Expected(&'static str),
}

impl From<Malformed> for DynamoDbError {
    fn from(malformed: Malformed) -> DynamoDbError {
        let detail = match malformed {
            Malformed::Unreadable => "",
            Malformed::UnexpectedTerm => "Unexpected term",
            Malformed::UnexpectedKeyword => "Unexpected keyword",
            Malformed::UnexpectedOperator => "Unexpected operator",
            Malformed::MissingRightHand => "Missing right-hand side expression of infix operator",
            Malformed::Leftover => "Unexpected token after expression",
            Malformed::NoManipulation => "Expected data manipulation",
            Malformed::NoSimplePath => "Expected identifier for simple path",
            Malformed::PathDot => "Invalid path dot component",
            Malformed::NoType => "Expected type name",
            Malformed::NegativeIndex(index, at) => {
                return DynamoDbError::validation(format!(
                    "List index is not within the allowable range; index: [-{index}] at {at}"
                ));
            }
            Malformed::Expected(what) => what,
        };
        DynamoDbError::validation(format!("Statement wasn't well formed, can't be processed: {detail}"))
    }
}
