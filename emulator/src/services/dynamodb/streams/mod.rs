//! Streams: what changes in a table, in order (the service DynamoDB Streams).
//!
//! `stream` is a stream and its one shard, `record` a change in it, `iterator` where somebody reads, `describe` and `read` the
//! operations. Each change is also published on the emulator's event bus, with the stream's ARN as target.
//!
//! Sources: Developer Guide, "Change data capture for DynamoDB Streams"; API reference, "DynamoDB Streams"; the records that
//! localstack published from AWS (tests/aws/services/dynamodb/test_dynamodb.snapshot.json, `*_streaming`).

mod describe;
mod iterator;
mod read;
mod record;
mod stream;
#[cfg(test)]
mod tests;

pub(super) use stream::{Stream, View};

use super::{DynamoDb, DynamoDbError};
use crate::services::operations;
use ruststack_models::dynamodbstreams::shapes;
use std::sync::Arc;

operations! { DynamoDb: dynamodb of dynamodbstreams {
    DESCRIBE_STREAM => describe_stream,
    GET_RECORDS => get_records,
    GET_SHARD_ITERATOR => get_shard_iterator,
    LIST_STREAMS => list_streams,
}}

impl DynamoDb {
    /// The stream of this ARN.
    fn stream(&self, arn: &str, now: ruststack_wire::Timestamp) -> Result<Arc<Stream>, DynamoDbError> {
        let not_found = || {
            DynamoDbError::Modelled(
                &shapes::RESOURCE_NOT_FOUND_EXCEPTION,
                format!("Requested resource not found: Stream: {arn} not found").into(),
            )
        };
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, _, "dynamodb", region, account, resource] = parts.as_slice() else { return Err(not_found()) };
        let space = self.space(account, region);
        let stream = space.streams().get(arn).filter(|stream| !stream.is_forgotten(now)).cloned();
        // Items that have expired are in the stream before it is read.
        let name = resource.strip_prefix("table/").and_then(|rest| rest.split('/').next());
        if let Some(table) = name.and_then(|name| self.living(&space, name, now)) {
            table.expire(now);
        }
        stream.ok_or_else(not_found)
    }
}
