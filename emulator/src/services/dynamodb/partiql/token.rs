//! `NextToken`: where the next page begins, bound to the statement that it continues.
//!
//! Source for the two refusals: github.com/aws/aws-sdk-js-v3, issue 4424 (`NextToken does not match request`).

use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::store::Place;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// How many bytes say which statement it is.
const DIGEST: usize = 32;
/// How many bytes say which range is read.
const RANGE: usize = 4;

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Start {
    /// The range.
    pub(super) range: usize,
    /// The place after which it begins; at the beginning of the range where there is none.
    pub(super) after: Option<Place>,
}

impl Start {
    /// What a caller gives back for the next page.
    pub(super) fn token(&self, request: &[u8; DIGEST]) -> String {
        let mut bytes = request.to_vec();
        bytes.extend_from_slice(&u32::try_from(self.range).unwrap_or(u32::MAX).to_be_bytes());
        if let Some(after) = &self.after {
            bytes.extend_from_slice(&after.partition.to_be_bytes());
            bytes.extend_from_slice(&after.rest);
        }
        BASE64_STANDARD.encode(bytes)
    }

    /// Where a token says that the page begins.
    pub(super) fn of(token: &str, request: &[u8; DIGEST]) -> Result<Start, DynamoDbError> {
        let invalid = || DynamoDbError::validation("Invalid NextToken");
        let bytes = BASE64_STANDARD.decode(token).map_err(|_| invalid())?;
        let (digest, rest) = bytes.split_first_chunk::<DIGEST>().ok_or_else(invalid)?;
        let (range, after) = rest.split_first_chunk::<RANGE>().ok_or_else(invalid)?;
        if digest != request {
            return Err(DynamoDbError::validation("NextToken does not match request"));
        }
        let after = match after.split_first_chunk() {
            Some((partition, rest)) => {
                Some(Place { partition: u64::from_be_bytes(*partition), rest: rest.into() })
            }
            None if after.is_empty() => None,
            None => return Err(invalid()),
        };
        Ok(Start { range: u32::from_be_bytes(*range) as usize, after })
    }
}
