//! PartiQL: statements in a dialect of SQL that read and change items.
//!
//! A text becomes tokens (`lexer`), a tree (`grammar`, `tree`), and then what it wants (`resolve`): a condition, an update
//! and paths of the same kinds as expressions make. `key` finds the key in a condition, `ranges` what part of a table a
//! condition reads; `read` reads it, page by page (`token`), `write` changes an item. `statement`, `batch` and
//! `transaction` are the three operations.
//!
//! Sources: Developer Guide, "PartiQL: a SQL-compatible query language for Amazon DynamoDB"; API reference; for sentences
//! and behaviour the tests of github.com/paritysuite/dynamodb-conformance that are run against AWS (tests/tier2/partiql,
//! tests/tier3/error-messages).

mod batch;
mod grammar;
mod invalid;
mod key;
mod lexer;
mod literal;
mod parameters;
mod ranges;
mod read;
mod resolve;
mod statement;
#[cfg(test)]
mod tests;
mod token;
mod transaction;
mod tree;
mod words;
mod write;

pub(super) use parameters::check_number;

use super::DynamoDbError;
use resolve::Command;
use ruststack_models::AttributeValue;

/// What a statement wants with these parameters, which are read first (github.com/floci-io/floci,
/// DynamoDbPartiQLEdgeCaseIntegrationTest.java, captured from DynamoDB).
fn command(statement: &str, parameters: Option<Vec<AttributeValue>>) -> Result<Command, DynamoDbError> {
    let parameters = parameters::read(parameters)?;
    resolve::resolve(grammar::parse(statement)?, &parameters)
}
