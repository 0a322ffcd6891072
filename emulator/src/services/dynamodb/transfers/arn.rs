//! The ARNs of tables and of jobs, as these operations read them.
//!
//! Source: aws-controllers-k8s/dynamodb-controller, DDB-EXPORT-001, 002 and 006 and DDB-IMPORT-010.

use crate::gateway::Caller;
use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::name::is_name;

/// What an ARN names, in the order of its parts.
struct Parts<'a> {
    partition: &'a str,
    service: &'a str,
    region: &'a str,
    account: &'a str,
    resource: &'a str,
}

/// What a job is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Export,
    Import,
}

/// The name in the ARN of one of the caller's tables; `None` where it is in another region. Where all callers share their
/// tables, account and region do not matter.
pub(super) fn table<'a>(
    caller: &Caller,
    is_shared: bool,
    arn: &'a str,
) -> Result<Option<&'a str>, DynamoDbError> {
    let Some(parts) = parts(arn) else {
        return Err(DynamoDbError::parameter("tableArn is not a valid ARN"));
    };
    check_owner(caller, is_shared, &parts)?;
    let name = parts.resource.strip_prefix("table/").filter(|name| is_name(name));
    let name = name.ok_or_else(|| DynamoDbError::validation("Invalid Request: Table ARN is invalid."))?;
    Ok((is_shared || parts.region == caller.region).then_some(name))
}

/// Whether the ARN of a job is one of the caller's region.
pub(super) fn job(caller: &Caller, is_shared: bool, arn: &str, kind: Kind) -> Result<bool, DynamoDbError> {
    let invalid = || DynamoDbError::validation(format!("Invalid {} ARN", kind.title()));
    let parts = parts(arn).ok_or_else(invalid)?;
    check_owner(caller, is_shared, &parts)?;
    let is_job = parts.resource.starts_with("table/") && parts.resource.contains(kind.segment());
    if is_job { Ok(is_shared || parts.region == caller.region) } else { Err(invalid()) }
}

impl Kind {
    /// What stands in an ARN between the table and the id.
    pub(super) fn segment(self) -> &'static str {
        match self {
            Kind::Export => "/export/",
            Kind::Import => "/import/",
        }
    }

    /// The word in sentences.
    pub(super) fn title(self) -> &'static str {
        match self {
            Kind::Export => "Export",
            Kind::Import => "Import",
        }
    }
}

fn parts(arn: &str) -> Option<Parts<'_>> {
    let mut parts = arn.strip_prefix("arn:")?.splitn(5, ':');
    Some(Parts {
        partition: parts.next()?,
        service: parts.next()?,
        region: parts.next()?,
        account: parts.next()?,
        resource: parts.next()?,
    })
}

/// What is no DynamoDB of the caller's account may not be seen.
fn check_owner(caller: &Caller, is_shared: bool, parts: &Parts<'_>) -> Result<(), DynamoDbError> {
    let is_dynamodb = parts.partition.starts_with("aws") && parts.service == "dynamodb";
    if is_dynamodb && (is_shared || parts.account == caller.account) {
        Ok(())
    } else {
        Err(DynamoDbError::AccessDenied)
    }
}
