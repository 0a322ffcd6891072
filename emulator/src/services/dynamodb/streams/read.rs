//! GetShardIterator and GetRecords.

use super::iterator::ShardIterator;
use super::stream::number_of;
use crate::gateway::Caller;
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodbstreams::shapes;
use ruststack_models::dynamodbstreams::types::{
    GetRecordsInput, GetRecordsOutput, GetShardIteratorInput, GetShardIteratorOutput,
};

/// The most changes, and the most bytes of them, in one answer.
const MOST_RECORDS: usize = 1000;
const MOST_BYTES: usize = 1024 * 1024;

impl DynamoDb {
    /// Gives an iterator that begins where the caller wants to read.
    pub(in crate::services::dynamodb) async fn get_shard_iterator(
        &self,
        caller: &Caller,
        input: GetShardIteratorInput,
    ) -> Result<GetShardIteratorOutput, DynamoDbError> {
        let arn = input.stream_arn.unwrap_or_default();
        let stream = self.stream(&arn, caller.now)?;
        let shard_id = input.shard_id.unwrap_or_default();
        if shard_id != stream.shard_id {
            return Err(DynamoDbError::Modelled(
                &shapes::RESOURCE_NOT_FOUND_EXCEPTION,
                // As https://github.com/ironSource/node-dynamodb-stream/issues/16 shows it.
                "Requested resource not found: Shard does not exist".into(),
            ));
        }
        let log = stream.log(caller.now);
        let number = || {
            let said = input.sequence_number.as_deref().unwrap_or_default();
            let number = number_of(said).filter(|number| *number <= log.next());
            let number =
                number.ok_or_else(|| DynamoDbError::validation(format!("Invalid SequenceNumber: {said}")))?;
            if number < log.first { Err(trimmed()) } else { Ok(number) }
        };
        let from = match input.shard_iterator_type.as_deref() {
            Some("LATEST") => Some(log.next()),
            Some("AT_SEQUENCE_NUMBER") => Some(number()?),
            Some("AFTER_SEQUENCE_NUMBER") => Some(number()? + 1),
            _ => None,
        };
        let iterator = ShardIterator { stream_arn: arn, from };
        Ok(GetShardIteratorOutput { shard_iterator: Some(iterator.text(caller.now)) })
    }

    /// Gives the changes from an iterator on, and the iterator to go on with while there can be more.
    pub(in crate::services::dynamodb) async fn get_records(
        &self,
        caller: &Caller,
        input: GetRecordsInput,
    ) -> Result<GetRecordsOutput, DynamoDbError> {
        let iterator = ShardIterator::read(&input.shard_iterator.unwrap_or_default(), caller.now)?;
        let stream = self.stream(&iterator.stream_arn, caller.now)?;
        let limit = input.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MOST_RECORDS);
        let log = stream.log(caller.now);
        let from = iterator.from.unwrap_or(log.first);
        if from < log.first {
            return Err(trimmed());
        }
        let mut records = Vec::new();
        let mut bytes = 0;
        let skipped = usize::try_from(from - log.first).unwrap_or(usize::MAX);
        for record in log.records.iter().skip(skipped).take(limit.min(MOST_RECORDS)) {
            bytes += record.size(&stream);
            if bytes > MOST_BYTES && !records.is_empty() {
                break;
            }
            records.push(record.wire(&stream));
        }
        let next = from + records.len() as u64;
        let is_over = log.closed.is_some() && next >= log.next();
        let next = ShardIterator { stream_arn: iterator.stream_arn, from: Some(next) };
        Ok(GetRecordsOutput {
            records: Some(records),
            next_shard_iterator: (!is_over).then(|| next.text(caller.now)),
        })
    }
}

/// As github.com/ironSource/node-dynamodb-stream/issues/13 shows it.
fn trimmed() -> DynamoDbError {
    DynamoDbError::Modelled(
        &shapes::TRIMMED_DATA_ACCESS_EXCEPTION,
        "The data you are trying to access has been trimmed".into(),
    )
}
