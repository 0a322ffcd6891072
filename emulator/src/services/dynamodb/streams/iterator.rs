//! Where somebody reads in a shard: the iterators that GetShardIterator and GetRecords give.
//!
//! An iterator names its stream, as AWS's do (`<stream ARN>|1|<base64>`), and says from which change on it reads and when it
//! was given; after 15 minutes it is of no use.

use crate::services::dynamodb::DynamoDbError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_models::dynamodbstreams::shapes;
use ruststack_wire::Timestamp;

/// For how long an iterator can be used.
const GOOD_MS: i64 = 15 * 60 * 1000;
/// The number of "the oldest change there is".
const HORIZON: u64 = u64::MAX;

/// Where somebody reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ShardIterator {
    pub(super) stream_arn: String,
    /// The next change to be read; `None` is the oldest that there is then.
    pub(super) from: Option<u64>,
}

impl ShardIterator {
    /// The iterator as it is given.
    pub(super) fn text(&self, now: Timestamp) -> String {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.from.unwrap_or(HORIZON).to_be_bytes());
        bytes[8..].copy_from_slice(&now.millis().to_be_bytes());
        format!("{}|1|{}", self.stream_arn, STANDARD.encode(bytes))
    }

    /// Reads an iterator that was given.
    pub(super) fn read(text: &str, now: Timestamp) -> Result<ShardIterator, DynamoDbError> {
        let invalid = || DynamoDbError::validation("Invalid ShardIterator");
        let (stream_arn, rest) = text.split_once("|1|").ok_or_else(invalid)?;
        let bytes: [u8; 16] =
            STANDARD.decode(rest).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(invalid)?;
        let (from, given) = bytes.split_at(8);
        let from = u64::from_be_bytes(from.try_into().unwrap_or_default());
        let given = i64::from_be_bytes(given.try_into().unwrap_or_default());
        if now.millis().saturating_sub(given) > GOOD_MS {
            return Err(DynamoDbError::Modelled(
                &shapes::EXPIRED_ITERATOR_EXCEPTION,
                "The shard iterator has expired. Shard iterators are valid for 15 minutes after they are retrieved.".into(),
            ));
        }
        Ok(ShardIterator { stream_arn: stream_arn.to_owned(), from: (from != HORIZON).then_some(from) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iterator_is_good_for_fifteen_minutes() {
        let given = Timestamp::from_millis(1_000);
        for from in [None, Some(0), Some(77)] {
            let iterator = ShardIterator { stream_arn: "arn:aws:dynamodb:a".to_owned(), from };
            let text = iterator.text(given);
            assert_eq!(ShardIterator::read(&text, given.plus_seconds(900)).ok(), Some(iterator));
            assert!(ShardIterator::read(&text, given.plus_seconds(901)).is_err());
        }
        for text in ["", "a|1|", "a|1|!", "a|1|AAAA"] {
            assert!(ShardIterator::read(text, given).is_err(), "{text}");
        }
    }
}
