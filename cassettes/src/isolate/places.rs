//! Which members of requests name things, and which are the caller's own data.

/// What a member's text is to a replay that has names of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It names things.
    Names,
    /// It is what names begin with.
    Prefix,
    /// It tells a call from its repetitions, in the whole account.
    Token,
    /// It is the caller's data: whatever stands there stays.
    Data,
    /// Neither is known: what stands there names something if it is an ARN, an address, or JSON with such in it.
    Unknown,
}

use Place::{Data, Names, Prefix, Token, Unknown};

/// The members that tell a call from its repetitions.
pub(super) const TOKENS: &[&str] = &["ClientRequestToken", "ClientToken", "clientToken"];

/// What stands at a member, by its name on the wire.
pub(super) fn of(service: &str, member: &str) -> Place {
    match service {
        _ if TOKENS.contains(&member) => Token,
        "s3" => s3(member),
        "dynamodb" | "dynamodbstreams" => dynamodb(member),
        _ => other(service, member),
    }
}

fn s3(member: &str) -> Place {
    match member {
        "Bucket" | "TargetBucket" => Names,
        "Key" | "Prefix" | "prefix" | "marker" | "key-marker" | "start-after" | "delimiter" | "Value" => Data,
        _ => Unknown,
    }
}

fn dynamodb(member: &str) -> Place {
    match member {
        "TableName"
        | "SourceTableName"
        | "TargetTableName"
        | "GlobalTableName"
        | "ExclusiveStartTableName"
        | "ExclusiveStartGlobalTableName"
        | "S3Bucket"
        | "Statement" => Names,
        "Item"
        | "Key"
        | "Keys"
        | "ExclusiveStartKey"
        | "ExpressionAttributeValues"
        | "Expected"
        | "AttributeUpdates"
        | "KeyConditions"
        | "QueryFilter"
        | "ScanFilter"
        | "Parameters"
        | "Tags" => Data,
        _ => Unknown,
    }
}

fn other(service: &str, member: &str) -> Place {
    match (service, member) {
        ("sqs", "MessageBody" | "MessageAttributes" | "MessageSystemAttributes")
        | ("sns", "Message" | "Subject" | "MessageAttributes")
        | ("logs", "message")
        | ("lambda", "ZipFile" | "Handler" | "Runtime" | "Description")
        | ("firehose", "Data") => return Data,
        // What a function finds in its environment is what it asks for.
        ("lambda", "Variables") => return Names,
        // The words of a filter are what names begin with.
        ("ssm" | "secretsmanager", "Values") => return Prefix,
        ("ssm", "Path") => return Prefix,
        _ => {}
    }
    let lower = member.to_ascii_lowercase();
    let ends = |ends: &[&str]| ends.iter().any(|end| lower.ends_with(end));
    if ends(&["prefix"]) {
        Prefix
    } else if ends(&[
        "name",
        "names",
        "id",
        "ids",
        "idlist",
        "arn",
        "arns",
        "url",
        "rule",
        "identifier",
        "identifiers",
        "resource",
        "resources",
        "path",
        "bucket",
    ]) {
        Names
    } else {
        Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_no_name() {
        assert_eq!(of("dynamodb", "ClientRequestToken"), Token);
        assert_eq!(of("dynamodb", "AttributeName"), Unknown);
        assert_eq!(of("dynamodb", "TableName"), Names);
        assert_eq!(of("s3", "Key"), Data);
        assert_eq!(of("sqs", "QueueNamePrefix"), Prefix);
        assert_eq!(of("sqs", "MessageBody"), Data);
        assert_eq!(of("lambda", "FunctionName"), Names);
    }
}

#[test]
fn members_that_tell_repetitions_apart_are_all_known() {
    let inputs = ruststack_models::SERVICES.iter().flat_map(|service| service.operations);
    let members = inputs.filter_map(|operation| operation.input).flat_map(|input| input.members());
    let own: Vec<&str> =
        members.filter(|member| member.idempotency_token).map(|member| member.name).collect();
    assert!(own.len() >= 10, "{own:?}");
    assert!(own.iter().all(|name| TOKENS.contains(name)), "{own:?}");
}
