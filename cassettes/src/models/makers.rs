//! Which operations create something, what it is called afterwards, and which operation deletes it.

/// An operation that creates something.
#[derive(Debug)]
pub struct Maker {
    /// The service, by the name the models give it.
    pub service: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// The member of its input in which the caller chooses a name that must be free in the whole account.
    pub named: Option<&'static str>,
    /// The operation that deletes it.
    pub deleter: &'static str,
    /// What the deleter has to be told.
    pub told: &'static [(&'static str, Where)],
    /// How it is known that it was not there before.
    pub proof: Proof,
}

/// Where a name comes from.
#[derive(Debug, Clone, Copy)]
pub enum Where {
    /// A member of what the maker took, perhaps inside others.
    Input(&'static str),
    /// A member of what it gave.
    Output(&'static str),
    /// A member of what it gave, if it gave one.
    Perhaps(&'static str),
    /// Always this, as JSON.
    Always(&'static str),
}

/// How it is known that it was not there before.
#[derive(Debug, Clone, Copy)]
pub enum Proof {
    /// The operation fails where it was, or makes another one each time.
    New,
    /// The member of the answer is this.
    Says(&'static str, i64),
    /// It is inside of what this recording created with this operation, named by this member of the deleter's input.
    Inside(&'static str, &'static str),
    /// Nothing tells, for this reason.
    None(&'static str),
}

use Proof::{Inside, New, Says};
use Where::{Always, Input, Output, Perhaps};

/// Whether a bucket of one's own may be created again depends on the region, and is asked apart.
const SAME_AGAIN: &str = "the operation answers the same where it was there before";

const BUCKET: (&str, Where) = ("Bucket", Input("Bucket"));
const KEY: (&str, Where) = ("Key", Input("Key"));
const VERSION: (&str, Where) = ("VersionId", Perhaps("VersionId"));
const ROLE: (&str, Where) = ("RoleName", Input("RoleName"));
const USER: (&str, Where) = ("UserName", Input("UserName"));

macro_rules! makers {
    ($($service:literal $operation:literal $(named $named:literal)? => $deleter:literal [$($told:expr),+] $proof:expr;)*) => {
        &[$(Maker {
            service: $service,
            operation: $operation,
            named: chosen!($($named)?),
            deleter: $deleter,
            told: &[$($told),+],
            proof: $proof,
        }),*]
    };
}

macro_rules! chosen {
    () => {
        None
    };
    ($name:literal) => {
        Some($name)
    };
}

/// The table.
pub const MAKERS: &[Maker] = makers! {
    "s3" "CreateBucket" named "Bucket" => "DeleteBucket" [BUCKET] New;
    "s3" "PutObject" => "DeleteObject" [BUCKET, KEY, VERSION] Inside("CreateBucket", "Bucket");
    "s3" "CopyObject" => "DeleteObject" [BUCKET, KEY, VERSION] Inside("CreateBucket", "Bucket");
    "s3" "CompleteMultipartUpload" => "DeleteObject" [BUCKET, KEY, VERSION] Inside("CreateBucket", "Bucket");
    "s3" "CreateMultipartUpload" => "AbortMultipartUpload" [BUCKET, KEY, ("UploadId", Output("UploadId"))] New;
    "dynamodb" "CreateTable" named "TableName" => "DeleteTable" [("TableName", Input("TableName"))] New;
    "dynamodb" "ImportTable" named "TableCreationParameters.TableName" => "DeleteTable" [("TableName", Input("TableCreationParameters.TableName"))] New;
    "dynamodb" "RestoreTableFromBackup" named "TargetTableName" => "DeleteTable" [("TableName", Input("TargetTableName"))] New;
    "dynamodb" "RestoreTableToPointInTime" named "TargetTableName" => "DeleteTable" [("TableName", Input("TargetTableName"))] New;
    "dynamodb" "CreateBackup" => "DeleteBackup" [("BackupArn", Output("BackupDetails.BackupArn"))] New;
    "sqs" "CreateQueue" named "QueueName" => "DeleteQueue" [("QueueUrl", Output("QueueUrl"))] Proof::None(SAME_AGAIN);
    "sns" "CreateTopic" named "Name" => "DeleteTopic" [("TopicArn", Output("TopicArn"))] Proof::None(SAME_AGAIN);
    "sns" "Subscribe" => "Unsubscribe" [("SubscriptionArn", Output("SubscriptionArn"))] Proof::None(SAME_AGAIN);
    "secretsmanager" "CreateSecret" named "Name" => "DeleteSecret" [("SecretId", Output("ARN")), ("ForceDeleteWithoutRecovery", Always("true"))] New;
    "ssm" "PutParameter" named "Name" => "DeleteParameter" [("Name", Input("Name"))] Says("Version", 1);
    "ssm" "CreateDocument" named "Name" => "DeleteDocument" [("Name", Input("Name"))] New;
    "kms" "CreateKey" => "ScheduleKeyDeletion" [("KeyId", Output("KeyMetadata.KeyId")), ("PendingWindowInDays", Always("7"))] New;
    "kms" "CreateAlias" named "AliasName" => "DeleteAlias" [("AliasName", Input("AliasName"))] New;
    "lambda" "CreateFunction" named "FunctionName" => "DeleteFunction" [("FunctionName", Input("FunctionName"))] New;
    "lambda" "CreateAlias" => "DeleteAlias" [("FunctionName", Input("FunctionName")), ("Name", Input("Name"))] New;
    "lambda" "CreateEventSourceMapping" => "DeleteEventSourceMapping" [("UUID", Output("UUID"))] New;
    "lambda" "CreateFunctionUrlConfig" => "DeleteFunctionUrlConfig" [("FunctionName", Input("FunctionName"))] New;
    "lambda" "PublishLayerVersion" named "LayerName" => "DeleteLayerVersion" [("LayerName", Input("LayerName")), ("VersionNumber", Output("Version"))] New;
    "logs" "CreateLogGroup" named "logGroupName" => "DeleteLogGroup" [("logGroupName", Input("logGroupName"))] New;
    "logs" "CreateLogStream" => "DeleteLogStream" [("logGroupName", Input("logGroupName")), ("logStreamName", Input("logStreamName"))] New;
    "events" "CreateEventBus" named "Name" => "DeleteEventBus" [("Name", Input("Name"))] New;
    "events" "PutRule" named "Name" => "DeleteRule" [("Name", Input("Name"))] Proof::None(SAME_AGAIN);
    "firehose" "CreateDeliveryStream" named "DeliveryStreamName" => "DeleteDeliveryStream" [("DeliveryStreamName", Input("DeliveryStreamName"))] New;
    "iam" "CreateRole" named "RoleName" => "DeleteRole" [ROLE] New;
    "iam" "CreateUser" named "UserName" => "DeleteUser" [USER] New;
    "iam" "CreateGroup" named "GroupName" => "DeleteGroup" [("GroupName", Input("GroupName"))] New;
    "iam" "CreatePolicy" named "PolicyName" => "DeletePolicy" [("PolicyArn", Output("Policy.Arn"))] New;
    "iam" "CreateAccessKey" => "DeleteAccessKey" [("UserName", Output("AccessKey.UserName")), ("AccessKeyId", Output("AccessKey.AccessKeyId"))] New;
    "iam" "CreateInstanceProfile" named "InstanceProfileName" => "DeleteInstanceProfile" [("InstanceProfileName", Input("InstanceProfileName"))] New;
    "iam" "AttachRolePolicy" => "DetachRolePolicy" [ROLE, ("PolicyArn", Input("PolicyArn"))] Inside("CreateRole", "RoleName");
    "iam" "PutRolePolicy" => "DeleteRolePolicy" [ROLE, ("PolicyName", Input("PolicyName"))] Inside("CreateRole", "RoleName");
    "iam" "AttachUserPolicy" => "DetachUserPolicy" [USER, ("PolicyArn", Input("PolicyArn"))] Inside("CreateUser", "UserName");
    "iam" "PutUserPolicy" => "DeleteUserPolicy" [USER, ("PolicyName", Input("PolicyName"))] Inside("CreateUser", "UserName");
    "apigateway" "CreateRestApi" => "DeleteRestApi" [("restApiId", Output("id"))] New;
    "apigatewayv2" "CreateApi" => "DeleteApi" [("ApiId", Output("ApiId"))] New;
};

/// How operations begin that create something of which the table knows nothing.
pub const BEGINNINGS: &[&str] = &["Create", "Import", "Register", "Publish", "Restore", "Start", "Replicate"];

/// Operations that begin so and leave nothing behind that would have to be deleted.
pub const LEAVE_NOTHING: &[(&str, &str)] = &[
    ("logs", "StartLiveTail"),
    ("logs", "StartQuery"),
    ("s3", "CreateSession"),
    ("sns", "Publish"),
    ("sns", "PublishBatch"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_wire::shape::{Location, Shape};

    fn has(shape: Option<&'static Shape>, path: &str) -> bool {
        let mut shape = shape;
        path.split('.').all(|name| {
            let found = shape.and_then(|shape| shape.members().get(shape.index_of(name)?));
            shape = found.map(|member| member.shape);
            found.is_some()
        })
    }

    #[test]
    fn every_operation_and_every_member_is_one_of_the_models() {
        for maker in MAKERS {
            let service = ruststack_models::service(maker.service).unwrap();
            let made = service.operation(maker.operation).expect(maker.operation);
            let deleter = service.operation(maker.deleter).expect(maker.deleter);
            for (name, from) in maker.told {
                let input = deleter.input.expect("it takes something");
                let member = &input.members()[input.index_of(name).expect(name)];
                let rest = deleter.uri != "/";
                assert!(
                    !rest || matches!(member.location, Location::Uri | Location::Query),
                    "{maker:?} {name}"
                );
                match from {
                    Input(path) => assert!(has(made.input, path), "{maker:?} {path}"),
                    Output(path) | Perhaps(path) => assert!(has(made.output, path), "{maker:?} {path}"),
                    Always(json) => drop(serde_json::from_str::<serde_json::Value>(json).unwrap()),
                }
            }
            if let Some(member) = maker.named {
                assert!(has(made.input, member), "{maker:?} {member}");
            }
            if let Inside(operation, member) = maker.proof {
                assert!(
                    MAKERS.iter().any(|other| other.operation == operation && other.told[0].0 == member),
                    "{maker:?}"
                );
            }
            // Whatever the deleter requires it is told.
            for member in deleter.input.into_iter().flat_map(Shape::members).filter(|member| member.required)
            {
                assert!(
                    maker.told.iter().any(|(name, _)| *name == member.name),
                    "{maker:?}: {}",
                    member.name
                );
            }
        }
        for (service, operation) in LEAVE_NOTHING {
            assert!(
                ruststack_models::service(service).unwrap().operation(operation).is_some(),
                "{operation}"
            );
        }
    }
}
