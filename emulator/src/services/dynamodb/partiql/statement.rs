//! ExecuteStatement.

use super::command;
use super::resolve::{Command, What};
use super::token::Start;
use crate::gateway::Caller;
use crate::services::dynamodb::attribute::{given, to_wire};
use crate::services::dynamodb::capacity::{Consumed, Detail, Kind};
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{ExecuteStatementInput, ExecuteStatementOutput};
use sha2::{Digest, Sha256};

impl DynamoDb {
    /// Does what one statement says.
    pub(in crate::services::dynamodb) async fn execute_statement(
        &self,
        caller: &Caller,
        input: ExecuteStatementInput,
    ) -> Result<ExecuteStatementOutput, DynamoDbError> {
        let statement = input.statement.unwrap_or_default();
        let request = format!("{}\n{}\n{statement}\n{:?}", caller.account, caller.region, input.parameters);
        let request: [u8; 32] = Sha256::digest(request).into();
        let detail = Detail::of(input.return_consumed_capacity.as_deref());
        match command(&statement, input.parameters)? {
            Command::Read(read) => {
                let mut plan = self.plan(caller, &read, input.consistent_read == Some(true))?;
                let selection = plan.selection()?;
                let start = input.next_token.map(|token| Start::of(&token, &request)).transpose()?;
                let limit = input.limit.and_then(|limit| usize::try_from(limit).ok());
                let reading = plan.reading(&selection, limit);
                let (page, next) = plan.page(&reading, start.unwrap_or_default())?;
                Ok(ExecuteStatementOutput {
                    next_token: next.map(|next| next.token(&request)),
                    consumed_capacity: page.consumed(&reading, detail),
                    last_evaluated_key: page.last.clone().map(to_wire),
                    items: Some(page.into_items()),
                })
            }
            Command::Write(write) => {
                if matches!(write.what, What::Check) {
                    return Err(DynamoDbError::validation(
                        "EXISTS can only be used in ExecuteTransaction write requests.",
                    ));
                }
                let tells_item = input.return_values_on_condition_check_failure.as_deref() == Some("ALL_OLD");
                let written = self.write_statement(caller, write, tells_item)?;
                let consumed = Consumed::of_change(&written.change);
                Ok(ExecuteStatementOutput {
                    items: Some(written.told.map(given).into_iter().collect()),
                    consumed_capacity: consumed.told(&written.table.name, detail, Kind::Plain),
                    ..ExecuteStatementOutput::default()
                })
            }
        }
    }
}
