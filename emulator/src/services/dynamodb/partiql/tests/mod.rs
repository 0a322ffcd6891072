//! Statements as they are read, what they want, and what is said of those that are refused. What a statement does is
//! shown by the cassettes (cassettes/corpus/dynamodb/partiql-*.json).

mod commands;
mod fuzz;
mod ranges;
mod sentences;
mod tokens;

use super::command;
use super::resolve::{Command, Read, What, Write};
use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::value::Value;
use ruststack_models::AttributeValue;
use ruststack_wire::Fault;

/// What a statement without parameters is refused with; nothing where it is not.
fn told(statement: &str) -> String {
    told_with(statement, Vec::new())
}

/// What a statement with parameters is refused with.
fn told_with(statement: &str, parameters: Vec<AttributeValue>) -> String {
    sentence(command(statement, Some(parameters)).map(|_| ()))
}

fn sentence<T>(result: Result<T, DynamoDbError>) -> String {
    let error = result.err();
    error.and_then(|error| Fault::from(error).message).map(String::from).unwrap_or_default()
}

fn read(statement: &str) -> Read {
    match command(statement, None) {
        Ok(Command::Read(read)) => read,
        Ok(Command::Write(_)) => panic!("{statement} writes"),
        Err(error) => panic!("{statement}: {error:?}"),
    }
}

fn write(statement: &str) -> Write {
    match command(statement, None) {
        Ok(Command::Write(write)) => write,
        Ok(Command::Read(_)) => panic!("{statement} reads"),
        Err(error) => panic!("{statement}: {error:?}"),
    }
}

fn s(text: &str) -> Value {
    Value::S(text.to_owned())
}

fn n(text: &str) -> Value {
    Value::N(text.parse().expect("a number"))
}
