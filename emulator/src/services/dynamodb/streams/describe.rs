//! ListStreams and DescribeStream.

use super::stream::{Stream, sequence_number};
use crate::gateway::Caller;
use crate::services::dynamodb::tables::key_schema;
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodbstreams::types::{
    DescribeStreamInput, DescribeStreamOutput, KeySchemaElement, ListStreamsInput, ListStreamsOutput,
    SequenceNumberRange, Shard, Stream as Listed, StreamDescription,
};
use std::ops::Bound;

/// How many streams are told at once.
const PAGE: usize = 100;

impl DynamoDb {
    /// Tells the streams of the caller's tables, those of deleted ones for a day.
    pub(in crate::services::dynamodb) async fn list_streams(
        &self,
        caller: &Caller,
        input: ListStreamsInput,
    ) -> Result<ListStreamsOutput, DynamoDbError> {
        let space = self.space(&caller.account, &caller.region);
        let streams = space.streams();
        let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE).min(PAGE);
        let from = input.exclusive_start_stream_arn.map_or(Bound::Unbounded, Bound::Excluded);
        let wanted = input.table_name;
        let mut listed: Vec<Listed> = streams
            .range((from, Bound::Unbounded))
            .map(|(_, stream)| stream)
            .filter(|stream| wanted.as_ref().is_none_or(|wanted| *wanted == stream.table_name))
            .filter(|stream| !stream.is_forgotten(caller.now))
            .take(limit + 1)
            .map(|stream| Listed {
                stream_arn: Some(stream.arn.clone()),
                table_name: Some(stream.table_name.clone()),
                stream_label: Some(stream.label.clone()),
            })
            .collect();
        let has_more = listed.len() > limit;
        listed.truncate(limit);
        let last = listed.last().filter(|_| has_more).and_then(|last| last.stream_arn.clone());
        Ok(ListStreamsOutput { streams: Some(listed), last_evaluated_stream_arn: last })
    }

    /// Tells a stream and its shard.
    pub(in crate::services::dynamodb) async fn describe_stream(
        &self,
        caller: &Caller,
        input: DescribeStreamInput,
    ) -> Result<DescribeStreamOutput, DynamoDbError> {
        let stream = self.stream(input.stream_arn.as_deref().unwrap_or_default(), caller.now)?;
        let closed = stream.log(caller.now).closed;
        let is_past = input.exclusive_start_shard_id.as_ref().is_some_and(|start| *start >= stream.shard_id);
        let shards = if is_past { Vec::new() } else { vec![shard(&stream, caller)] };
        let keys = key_schema(&stream.keys).into_iter().map(|element| KeySchemaElement {
            attribute_name: element.attribute_name,
            key_type: element.key_type,
        });
        let status = if closed.is_some() { "DISABLED" } else { "ENABLED" };
        Ok(DescribeStreamOutput {
            stream_description: Some(StreamDescription {
                stream_arn: Some(stream.arn.clone()),
                stream_label: Some(stream.label.clone()),
                stream_status: Some(status.to_owned()),
                stream_view_type: Some(stream.view.name().to_owned()),
                creation_request_date_time: Some(stream.created),
                table_name: Some(stream.table_name.clone()),
                key_schema: Some(keys.collect()),
                shards: Some(shards),
                last_evaluated_shard_id: None,
            }),
        })
    }
}

fn shard(stream: &Stream, caller: &Caller) -> Shard {
    let log = stream.log(caller.now);
    Shard {
        shard_id: Some(stream.shard_id.clone()),
        sequence_number_range: Some(SequenceNumberRange {
            starting_sequence_number: Some(sequence_number(0)),
            // Of a closed shard, even an empty one, the end is told.
            ending_sequence_number: log.closed.map(|_| sequence_number(log.next().saturating_sub(1))),
        }),
        parent_shard_id: None,
    }
}
