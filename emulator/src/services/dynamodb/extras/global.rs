//! Global tables of the old kind (version 2017.11.29), which AWS makes no more.
//!
//! Source: AWS's answers that aws-controllers-k8s/dynamodb-controller lists (docs/api-quirks/details/DDB-TABLE-442.md and
//! 446.md). The new kind is made by UpdateTable (`tables::update::replicas`).

use crate::gateway::Caller;
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::shapes;
use ruststack_models::dynamodb::types::{
    CreateGlobalTableInput, CreateGlobalTableOutput, DescribeGlobalTableInput, DescribeGlobalTableOutput,
    ListGlobalTablesInput, ListGlobalTablesOutput, UpdateGlobalTableInput, UpdateGlobalTableOutput,
};

impl DynamoDb {
    /// Refuses to make a global table.
    pub(in crate::services::dynamodb) async fn create_global_table(
        &self,
        _: &Caller,
        _: CreateGlobalTableInput,
    ) -> Result<CreateGlobalTableOutput, DynamoDbError> {
        Err(not_supported())
    }

    /// Refuses to change a global table.
    pub(in crate::services::dynamodb) async fn update_global_table(
        &self,
        _: &Caller,
        _: UpdateGlobalTableInput,
    ) -> Result<UpdateGlobalTableOutput, DynamoDbError> {
        Err(not_supported())
    }

    /// Finds no global table.
    pub(in crate::services::dynamodb) async fn describe_global_table(
        &self,
        _: &Caller,
        input: DescribeGlobalTableInput,
    ) -> Result<DescribeGlobalTableOutput, DynamoDbError> {
        let name = input.global_table_name.unwrap_or_default();
        Err(DynamoDbError::Modelled(
            &shapes::GLOBAL_TABLE_NOT_FOUND_EXCEPTION,
            format!("Global table with name: '{name}' does not exist.").into(),
        ))
    }

    /// Tells that there are no global tables.
    pub(in crate::services::dynamodb) async fn list_global_tables(
        &self,
        _: &Caller,
        _: ListGlobalTablesInput,
    ) -> Result<ListGlobalTablesOutput, DynamoDbError> {
        Ok(ListGlobalTablesOutput { global_tables: Some(Vec::new()), last_evaluated_global_table_name: None })
    }
}

fn not_supported() -> DynamoDbError {
    DynamoDbError::parameter(
        "DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB global tables version 2019.11.21, instead of version 2017.11.29 (Legacy).",
    )
}
