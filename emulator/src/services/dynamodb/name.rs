//! How a table is called: by its name, or by its ARN.
//!
//! Sources: Developer Guide, "Naming rules"; API reference, `TableName` of each operation ("You can also provide the
//! Amazon Resource Name (ARN) of the table in this parameter").

use super::DynamoDbError;

/// The shortest and the longest name of a table or an index.
const SHORTEST: usize = 3;
const LONGEST: usize = 255;

/// A table as a request names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TableName<'a> {
    /// The account, where an ARN says it.
    pub(super) account: Option<&'a str>,
    /// The region, where an ARN says it.
    pub(super) region: Option<&'a str>,
    pub(super) name: &'a str,
}

impl<'a> TableName<'a> {
    /// Reads a name or an ARN.
    pub(super) fn of(text: &'a str) -> Result<TableName<'a>, DynamoDbError> {
        let Some(arn) = text.strip_prefix("arn:") else {
            check(text)?;
            return Ok(TableName { account: None, region: None, name: text });
        };
        let parts: Vec<&str> = arn.splitn(5, ':').collect();
        let [_, "dynamodb", region, account, resource] = parts.as_slice() else {
            return Err(not_an_arn(text));
        };
        let name =
            resource.strip_prefix("table/").filter(|name| is_name(name)).ok_or_else(|| not_an_arn(text))?;
        Ok(TableName { account: Some(account), region: Some(region), name })
    }
}

fn not_an_arn(text: &str) -> DynamoDbError {
    DynamoDbError::validation(format!("Invalid TableArn: {text}"))
}

/// Whether this can be the name of a table or an index.
pub(super) fn is_name(name: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// Refuses what can be no name of a table or an index.
pub(super) fn check(name: &str) -> Result<(), DynamoDbError> {
    if is_name(name) {
        return Ok(());
    }
    Err(DynamoDbError::validation(
        "Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'",
    ))
}
