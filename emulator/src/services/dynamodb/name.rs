//! How a table is called: by its name, or by its ARN.
//!
//! Sources: Developer Guide, "Naming rules"; API reference, `TableName` of each operation ("You can also provide the
//! Amazon Resource Name (ARN) of the table in this parameter"); for the sentences the tests of
//! github.com/paritysuite/dynamodb-conformance and the answers of AWS that aws-controllers-k8s/dynamodb-controller
//! lists (docs/api-quirks/details/DDB-TABLE-442.md).

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
        let invalid = |what: &str| {
            DynamoDbError::validation(format!("1 validation error detected: Invalid {what} in '{text}'"))
        };
        let parts: Vec<&str> = arn.splitn(5, ':').collect();
        let [partition, "dynamodb", region, account, resource] = parts.as_slice() else {
            return Err(invalid("resource type"));
        };
        if !partition.starts_with("aws") {
            return Err(invalid("AWS partition"));
        }
        if region.is_empty() {
            return Err(invalid("AWS region"));
        }
        let name = resource.strip_prefix("table/").ok_or_else(|| invalid("resource type"))?;
        check(name)?;
        Ok(TableName { account: Some(account), region: Some(region), name })
    }
}

/// Whether this can be the name of a table or an index.
pub(super) fn is_name(name: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&name.len()) && name.bytes().all(is_of_names)
}

fn is_of_names(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// Refuses what can be no name of a table.
fn check(name: &str) -> Result<(), DynamoDbError> {
    let errors = errors(name, "tableName");
    if errors.is_empty() { Ok(()) } else { Err(unsatisfied(&errors)) }
}

/// Refuses what can name no table, as the operations on items do before they look at anything else.
pub(super) fn check_one(name: Option<&str>) -> Result<(), DynamoDbError> {
    TableName::of(name.unwrap_or_default()).map(drop)
}

/// What a name lacks to be one, said of this member.
fn errors(name: &str, member: &str) -> Vec<String> {
    let mut demands = Vec::new();
    if name.is_empty() || !name.bytes().all(is_of_names) {
        demands.push("satisfy regular expression pattern: [a-zA-Z0-9_.-]+".to_owned());
    }
    let length = name.encode_utf16().count();
    if length < SHORTEST {
        demands.push(format!("have length greater than or equal to {SHORTEST}"));
    }
    if length > LONGEST {
        demands.push(format!("have length less than or equal to {LONGEST}"));
    }
    let told = demands.iter().map(|demand| {
        format!("Value '{name}' at '{member}' failed to satisfy constraint: Member must {demand}")
    });
    told.collect()
}

/// Refuses the names of a transaction's actions that can be none, all at once and before anything else: each with the
/// name of its member.
pub(super) fn check_each<'n>(names: impl Iterator<Item = (&'n str, String)>) -> Result<(), DynamoDbError> {
    let named = names.filter(|(name, _)| !name.starts_with("arn:"));
    let errors: Vec<String> = named.flat_map(|(name, member)| errors(name, &member)).collect();
    if errors.is_empty() { Ok(()) } else { Err(unsatisfied(&errors)) }
}

/// The answer to values that break constraints which the model does not have.
pub(super) fn unsatisfied(errors: &[String]) -> DynamoDbError {
    let noun = if errors.len() == 1 { "error" } else { "errors" };
    DynamoDbError::validation(format!("{} validation {noun} detected: {}", errors.len(), errors.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_wire::Fault;

    fn refused(text: &str) -> String {
        let error = TableName::of(text).expect_err("no name");
        Fault::from(error).message.unwrap_or_default().into_owned()
    }

    #[test]
    fn a_table_has_a_name_or_an_arn() {
        assert_eq!(TableName::of("a.b").map(|found| found.name).ok(), Some("a.b"));
        let found = TableName::of("arn:aws:dynamodb:eu-west-1:111122223333:table/a_b").expect("an ARN");
        assert_eq!(
            (found.region, found.account, found.name),
            (Some("eu-west-1"), Some("111122223333"), "a_b")
        );
    }

    #[test]
    fn what_is_no_name_is_refused() {
        assert_eq!(
            refused("ab"),
            "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3"
        );
        assert_eq!(
            refused("bad table!@#"),
            "1 validation error detected: Value 'bad table!@#' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
        );
        assert_eq!(
            refused("arn:aws:dynamodb::111122223333:table/abc"),
            "1 validation error detected: Invalid AWS region in 'arn:aws:dynamodb::111122223333:table/abc'"
        );
    }
}
