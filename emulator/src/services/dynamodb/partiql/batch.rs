//! BatchExecuteStatement: up to 25 statements, each of which may fail alone.
//!
//! Sources: API reference, BatchExecuteStatement and BatchStatementError; the recordings of github.com/localstack/localstack,
//! tests/aws/services/dynamodb/test_dynamodb.snapshot.json (`TableName` in each response);
//! github.com/paritysuite/dynamodb-conformance, tests/tier2/partiql.

use super::command;
use super::resolve::{Command, What};
use crate::gateway::Caller;
use crate::services::dynamodb::attribute::given;
use crate::services::dynamodb::capacity::{Consumed, Detail, Kind, read_units};
use crate::services::dynamodb::read::columns_of;
use crate::services::dynamodb::store::Item;
use crate::services::dynamodb::value::Attributes;
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{
    BatchExecuteStatementInput, BatchExecuteStatementOutput, BatchStatementError, BatchStatementResponse,
};
use ruststack_wire::Fault;

/// What is said of a read of more than one item.
const NEEDS_KEY: &str =
    "Select statements within BatchExecuteStatement must specify the primary key in the where clause.";

/// What a statement has done: the table, what is told of the item, and what it cost.
struct Done {
    table: String,
    item: Option<Attributes>,
    consumed: Consumed,
}

impl DynamoDb {
    /// Does what each of many statements says.
    pub(in crate::services::dynamodb) async fn batch_execute_statement(
        &self,
        caller: &Caller,
        input: BatchExecuteStatementInput,
    ) -> Result<BatchExecuteStatementOutput, DynamoDbError> {
        let detail = Detail::of(input.return_consumed_capacity.as_deref());
        let mut commands = Vec::new();
        for request in input.statements.unwrap_or_default() {
            let command = command(request.statement.as_deref().unwrap_or_default(), request.parameters);
            let tells_item = request.return_values_on_condition_check_failure.as_deref() == Some("ALL_OLD");
            commands.push((command, request.consistent_read == Some(true), tells_item));
        }
        let reads = commands.iter().filter(|(command, ..)| matches!(command, Ok(Command::Read(_)))).count();
        let writes = commands.iter().filter(|(command, ..)| matches!(command, Ok(Command::Write(_)))).count();
        if reads > 0 && writes > 0 {
            return Err(DynamoDbError::validation(
                "BatchExecuteStatement API does not support both read and write operations in the same request.",
            ));
        }
        let mut responses = Vec::with_capacity(commands.len());
        let mut capacity = Vec::new();
        for (command, is_consistent, tells_item) in commands {
            match command.and_then(|command| self.batched(caller, command, is_consistent, tells_item)) {
                Ok(done) => {
                    capacity.extend(done.consumed.told(&done.table, detail, Kind::Plain));
                    responses.push(BatchStatementResponse {
                        error: None,
                        table_name: Some(done.table),
                        item: done.item.map(given),
                    });
                }
                Err(error) => {
                    responses.push(BatchStatementResponse { error: Some(told(error)), ..Default::default() });
                }
            }
        }
        Ok(BatchExecuteStatementOutput {
            responses: Some(responses),
            consumed_capacity: (detail != Detail::None).then_some(capacity),
        })
    }

    fn batched(
        &self,
        caller: &Caller,
        command: Command,
        is_consistent: bool,
        tells_item: bool,
    ) -> Result<Done, DynamoDbError> {
        match command {
            Command::Read(read) => {
                let one = self.one(caller, read, NEEDS_KEY)?;
                let found = one.table.get(&one.place?);
                let units = read_units(found.as_ref().map_or(0, Item::size), is_consistent);
                let item = found.map(|item| match &one.columns {
                    Some(columns) => columns_of(columns, &item),
                    None => item.attributes(),
                });
                Ok(Done { table: one.table.name.clone(), item, consumed: Consumed::of_table(units) })
            }
            Command::Write(write) if matches!(write.what, What::Check) => Err(DynamoDbError::validation(
                "EXISTS can only be used in ExecuteTransaction write requests.",
            )),
            Command::Write(write) => {
                let written = self.write_statement(caller, write, tells_item)?;
                let consumed = Consumed::of_change(&written.change);
                Ok(Done { table: written.table.name.clone(), item: written.told, consumed })
            }
        }
    }
}

/// What is told of a statement that failed: the code is that of the error, without `Exception`.
fn told(error: DynamoDbError) -> BatchStatementError {
    let item = match &error {
        DynamoDbError::ConditionalCheckFailed(item) => item.as_deref().cloned().map(given),
        _ => None,
    };
    let fault = Fault::from(error);
    let code = match fault.code.as_ref() {
        "ValidationException" => "ValidationError",
        code => code.strip_suffix("Exception").unwrap_or(code),
    };
    BatchStatementError { code: Some(code.to_owned()), message: fault.message.clone().map(Into::into), item }
}
