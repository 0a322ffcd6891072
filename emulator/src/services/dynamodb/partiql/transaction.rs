//! ExecuteTransaction: up to a hundred statements, all or none.
//!
//! Sources: API reference, ExecuteTransaction; Developer Guide, "Performing transactions with PartiQL for DynamoDB";
//! github.com/paritysuite/dynamodb-conformance, tests/tier2/partiql/writeResponses.test.ts and
//! tests/tier3/error-messages/partiqlFunctions.test.ts.

use super::resolve::{Command, Read, Write};
use super::write::action;
use super::{grammar, parameters, resolve};
use crate::gateway::Caller;
use crate::services::dynamodb::attribute::given;
use crate::services::dynamodb::capacity::{Detail, Kind};
use crate::services::dynamodb::read::columns_of;
use crate::services::dynamodb::transact::{Wanted, consumed, places, read_at_once, told};
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{ExecuteTransactionInput, ExecuteTransactionOutput, ItemResponse};
use sha2::{Digest, Sha256};

/// What is said of a read of more than one item.
const NEEDS_KEY: &str =
    "Select statements within ExecuteTransaction must specify the primary key in the where clause.";

impl DynamoDb {
    /// Does what all statements say, or nothing.
    pub(in crate::services::dynamodb) async fn execute_transaction(
        &self,
        caller: &Caller,
        mut input: ExecuteTransactionInput,
    ) -> Result<ExecuteTransactionOutput, DynamoDbError> {
        let token = input.client_request_token.take();
        let request: [u8; 32] = Sha256::digest(format!("{input:?}")).into();
        let detail = Detail::of(input.return_consumed_capacity.as_deref());
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        for (at, statement) in input.transact_statements.unwrap_or_default().into_iter().enumerate() {
            let text = statement.statement.unwrap_or_default();
            let parameters = parameters::read(statement.parameters)?;
            let tree = grammar::parse(&text).map_err(|malformed| within(at, malformed.into()))?;
            let tells_item = statement.return_values_on_condition_check_failure.as_deref() == Some("ALL_OLD");
            match resolve::resolve(tree, &parameters).map_err(|error| within(at, error))? {
                Command::Read(read) => reads.push((at, read)),
                Command::Write(write) => writes.push((at, write, tells_item)),
            }
        }
        match (reads.is_empty(), writes.is_empty()) {
            (false, false) => Err(DynamoDbError::validation(
                "ExecuteTransaction API does not support both read and write operations in the same request.",
            )),
            (false, true) => self.read_transaction(caller, reads, detail),
            (true, _) => self.write_transaction(caller, writes, token.map(|token| (token, request)), detail),
        }
    }

    fn read_transaction(
        &self,
        caller: &Caller,
        reads: Vec<(usize, Read)>,
        detail: Detail,
    ) -> Result<ExecuteTransactionOutput, DynamoDbError> {
        let (mut wanted, mut columns) = (Vec::new(), Vec::new());
        for (at, read) in reads {
            if read.index.is_some() {
                let refused = "Reads on indices are not supported within transactions.";
                return Err(within(at, DynamoDbError::validation(refused)));
            }
            let one = self.one(caller, read, NEEDS_KEY).map_err(|error| within(at, error))?;
            wanted.push(Wanted { table: one.table, place: one.place, projection: None });
            columns.push(one.columns);
        }
        let places = places(&wanted)?;
        let items = read_at_once(&wanted, &places);
        let consumed = consumed(&wanted, &items);
        let given = items.into_iter().zip(columns).map(|(item, columns)| ItemResponse {
            item: item.map(|item| match &columns {
                Some(columns) => given(columns_of(columns, &item)),
                None => item.given(|_| true),
            }),
        });
        Ok(ExecuteTransactionOutput {
            responses: Some(given.collect()),
            consumed_capacity: told(&consumed, detail, Kind::TransactRead),
        })
    }

    fn write_transaction(
        &self,
        caller: &Caller,
        writes: Vec<(usize, Write, bool)>,
        token: Option<(String, [u8; 32])>,
        detail: Detail,
    ) -> Result<ExecuteTransactionOutput, DynamoDbError> {
        let mut actions = Vec::with_capacity(writes.len());
        for (at, write, tells_item) in writes {
            if write.returning.is_some() {
                let refused = "RETURNING clause is not supported in ExecuteTransaction.";
                return Err(within(at, DynamoDbError::validation(refused)));
            }
            let table = self.table(caller, Some(&write.table))?;
            actions.push(action(write, &table.keys, tells_item).map_err(|error| within(at, error))?);
        }
        let written = self.write_all(caller, actions, token, detail)?;
        Ok(ExecuteTransactionOutput { responses: Some(Vec::new()), consumed_capacity: written.consumed })
    }
}

/// Says which statement it is that is refused.
fn within(at: usize, error: DynamoDbError) -> DynamoDbError {
    match error {
        DynamoDbError::Validation(sentence) => {
            DynamoDbError::validation(format!("Validation failed in TransactStatements[{at}]: {sentence}"))
        }
        other => other,
    }
}
