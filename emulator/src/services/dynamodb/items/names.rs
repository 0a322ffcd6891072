//! The tables that a batch names: the keys of `RequestItems`.
//!
//! Source: github.com/paritysuite/dynamodb-conformance, tests/tier3/error-messages/batchGetItem.test.ts and
//! batchWriteItem.test.ts: the whole map is told, as JSON by BatchGetItem and as Java prints it by BatchWriteItem.

use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::name::{is_name, unsatisfied};
use ruststack_wire::codec::json::{self, Style};
use ruststack_wire::constraint::Printed;
use ruststack_wire::value::Structure;

/// What is said of a map with such a key.
const DEMANDS: &str = "Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]";

/// How a batch tells what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Echo {
    /// BatchGetItem.
    Json,
    /// BatchWriteItem.
    Java,
}

/// Refuses a batch one of whose tables has a name that can be none. Its first member is `RequestItems`.
pub(super) fn check<'n>(
    mut names: impl Iterator<Item = &'n String>,
    input: &dyn Structure,
    echo: Echo,
) -> Result<(), DynamoDbError> {
    if names.all(|name| name.starts_with("arn:") || is_name(name)) {
        return Ok(());
    }
    let (Some(member), Some(field)) = (input.shape().members().first(), input.member(0)) else {
        return Ok(());
    };
    let told = match echo {
        Echo::Json => {
            let mut out = Vec::new();
            json::write(&mut out, member, field.view(), Style::Model);
            String::from_utf8_lossy(&out).into_owned()
        }
        Echo::Java => Printed(member.shape, field.view()).to_string(),
    };
    Err(unsatisfied(&[format!("Value '{told}' at 'requestItems' failed to satisfy constraint: {DEMANDS}")]))
}
