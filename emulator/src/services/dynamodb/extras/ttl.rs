//! UpdateTimeToLive and DescribeTimeToLive.
//!
//! Sources: Developer Guide, "Using time to live (TTL) in DynamoDB"; aws-controllers-k8s/dynamodb-controller,
//! docs/api-quirks/table-subresources.md (DDB-TABLE-144 to 147). AWS allows one change in half an hour; here there is no
//! such wait.

use crate::gateway::Caller;
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{
    DescribeTimeToLiveInput, DescribeTimeToLiveOutput, TimeToLiveDescription, UpdateTimeToLiveInput,
    UpdateTimeToLiveOutput,
};

impl DynamoDb {
    /// Says by which attribute items expire, or that they do not any more.
    pub(in crate::services::dynamodb) async fn update_time_to_live(
        &self,
        caller: &Caller,
        input: UpdateTimeToLiveInput,
    ) -> Result<UpdateTimeToLiveOutput, DynamoDbError> {
        let table = self.named(caller, input.table_name.as_deref())?;
        let said = input.time_to_live_specification.unwrap_or_default();
        let wanted = said.attribute_name.clone().unwrap_or_default();
        let is_wanted = said.enabled == Some(true);
        let current = table.definition().expires_by.clone();
        let refused = match current {
            None if !is_wanted => Some("TimeToLive is already disabled".to_owned()),
            Some(current) if current != wanted => Some(format!(
                "TimeToLive is active on a different AttributeName: current AttributeName is {current}"
            )),
            Some(_) if is_wanted => Some("TimeToLive is already enabled".to_owned()),
            _ => None,
        };
        if let Some(sentence) = refused {
            return Err(DynamoDbError::validation(sentence));
        }
        table.redefine(|definition| definition.expires_by = is_wanted.then_some(wanted));
        Ok(UpdateTimeToLiveOutput { time_to_live_specification: Some(said) })
    }

    /// Tells by which attribute items expire.
    pub(in crate::services::dynamodb) async fn describe_time_to_live(
        &self,
        caller: &Caller,
        input: DescribeTimeToLiveInput,
    ) -> Result<DescribeTimeToLiveOutput, DynamoDbError> {
        let table = self.named(caller, input.table_name.as_deref())?;
        let attribute = table.definition().expires_by.clone();
        let status = if attribute.is_some() { "ENABLED" } else { "DISABLED" };
        Ok(DescribeTimeToLiveOutput {
            time_to_live_description: Some(TimeToLiveDescription {
                time_to_live_status: Some(status.to_owned()),
                attribute_name: attribute,
            }),
        })
    }
}
