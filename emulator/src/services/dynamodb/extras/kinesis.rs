//! Kinesis data streams that the changes of a table are to go to: which they are, and in which state.
//!
//! Sources: Developer Guide, "Using Kinesis Data Streams to capture changes to DynamoDB"; aws-controllers-k8s/
//! dynamodb-controller, docs/api-quirks/table-policy-kinesis-autoscaling.md (DDB-TABLE-299 to 304) and
//! details/DDB-TABLE-442.md.

use crate::gateway::Caller;
use crate::services::dynamodb::settings::Destination;
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{
    DescribeKinesisStreamingDestinationInput, DescribeKinesisStreamingDestinationOutput,
    KinesisDataStreamDestination, KinesisStreamingDestinationInput, KinesisStreamingDestinationOutput,
    UpdateKinesisStreamingDestinationInput, UpdateKinesisStreamingDestinationOutput,
};

impl DynamoDb {
    /// Lets changes go to a stream of Kinesis. A table has one at a time.
    pub(in crate::services::dynamodb) async fn enable_kinesis_streaming_destination(
        &self,
        caller: &Caller,
        input: KinesisStreamingDestinationInput,
    ) -> Result<KinesisStreamingDestinationOutput, DynamoDbError> {
        let table = self.named(caller, input.table_name.as_deref())?;
        let mut settings = table.settings();
        if settings.destinations.iter().any(|destination| destination.is_active) {
            return Err(invalid_state(
                "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE operation.",
            ));
        }
        let stream_arn = input.stream_arn.unwrap_or_default();
        let configuration = input.enable_kinesis_streaming_configuration;
        let precision =
            configuration.as_ref().and_then(|said| said.approximate_creation_date_time_precision.clone());
        settings.destinations.retain(|destination| destination.stream_arn != stream_arn);
        settings.destinations.push(Destination {
            stream_arn: stream_arn.clone(),
            is_active: true,
            precision,
        });
        Ok(KinesisStreamingDestinationOutput {
            table_name: Some(table.name.clone()),
            stream_arn: Some(stream_arn),
            destination_status: Some("ENABLING".to_owned()),
            enable_kinesis_streaming_configuration: configuration,
        })
    }

    /// Lets changes go no more to a stream of Kinesis.
    pub(in crate::services::dynamodb) async fn disable_kinesis_streaming_destination(
        &self,
        caller: &Caller,
        input: KinesisStreamingDestinationInput,
    ) -> Result<KinesisStreamingDestinationOutput, DynamoDbError> {
        let table = self.named(caller, input.table_name.as_deref())?;
        if input.enable_kinesis_streaming_configuration.is_some() {
            return Err(DynamoDbError::validation(
                "Streaming destination cannot be updated with given parameters: Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters",
            ));
        }
        let mut settings = table.settings();
        let stream_arn = input.stream_arn.unwrap_or_default();
        let mut known = settings.destinations.iter_mut();
        let Some(destination) = known.find(|known| known.is_active && known.stream_arn == stream_arn) else {
            return Err(invalid_state(
                "KinesisStreamingDestination must be ACTIVE to perform DISABLE operation.",
            ));
        };
        destination.is_active = false;
        destination.precision = None;
        Ok(KinesisStreamingDestinationOutput {
            table_name: Some(table.name.clone()),
            stream_arn: Some(stream_arn),
            destination_status: Some("DISABLING".to_owned()),
            enable_kinesis_streaming_configuration: None,
        })
    }

    /// Changes how exactly the moments of changes are told.
    pub(in crate::services::dynamodb) async fn update_kinesis_streaming_destination(
        &self,
        caller: &Caller,
        input: UpdateKinesisStreamingDestinationInput,
    ) -> Result<UpdateKinesisStreamingDestinationOutput, DynamoDbError> {
        let table = self.named(caller, input.table_name.as_deref())?;
        let configuration = input.update_kinesis_streaming_configuration;
        let precision =
            configuration.as_ref().and_then(|said| said.approximate_creation_date_time_precision.clone());
        let Some(precision) = precision else {
            return Err(DynamoDbError::validation(
                "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be null or contain only null values",
            ));
        };
        let mut settings = table.settings();
        let stream_arn = input.stream_arn.unwrap_or_default();
        let mut known = settings.destinations.iter_mut();
        let Some(destination) = known.find(|known| known.is_active && known.stream_arn == stream_arn) else {
            return Err(invalid_state(&format!(
                "Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. TableName: {}, kdsArn: {stream_arn}",
                table.name
            )));
        };
        if destination.precision.as_deref().unwrap_or("MILLISECOND") == precision {
            return Err(DynamoDbError::validation(format!(
                "Invalid Request: Precision is already set to the desired value of {precision} for tableId: {}, kdsArn: {stream_arn}",
                table.id
            )));
        }
        destination.precision = Some(precision);
        Ok(UpdateKinesisStreamingDestinationOutput {
            table_name: Some(table.name.clone()),
            stream_arn: Some(stream_arn),
            destination_status: Some("UPDATING".to_owned()),
            update_kinesis_streaming_configuration: configuration,
        })
    }

    /// Tells where changes go, and where they went.
    pub(in crate::services::dynamodb) async fn describe_kinesis_streaming_destination(
        &self,
        caller: &Caller,
        input: DescribeKinesisStreamingDestinationInput,
    ) -> Result<DescribeKinesisStreamingDestinationOutput, DynamoDbError> {
        let table = self.named(caller, input.table_name.as_deref())?;
        let settings = table.settings();
        let told = settings.destinations.iter().map(|destination| KinesisDataStreamDestination {
            stream_arn: Some(destination.stream_arn.clone()),
            destination_status: Some(if destination.is_active { "ACTIVE" } else { "DISABLED" }.to_owned()),
            destination_status_description: None,
            approximate_creation_date_time_precision: destination.precision.clone(),
        });
        Ok(DescribeKinesisStreamingDestinationOutput {
            table_name: Some(table.name.clone()),
            kinesis_data_stream_destinations: Some(told.collect()),
        })
    }
}

fn invalid_state(why: &str) -> DynamoDbError {
    DynamoDbError::validation(format!(
        "Table is not in a valid state to enable Kinesis Streaming Destination: {why}"
    ))
}
