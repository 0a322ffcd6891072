//! Which operations create something, and which delete it again.

use super::maker::Proof::{self, Inside, New, Says};
use super::maker::Where::{self, Always, Each, If, Input, Output, Perhaps};
use super::maker::{Maker, Part};

const BUCKET: (&str, Where) = ("Bucket", Input("Bucket"));
const KEY: (&str, Where) = ("Key", Input("Key"));
const VERSION: (&str, Where) = ("VersionId", Perhaps("VersionId"));
const ROLE: (&str, Where) = ("RoleName", Input("RoleName"));
const GROUP: (&str, Where) = ("GroupName", Input("GroupName"));
const BUS: (&str, Where) = ("EventBusName", If("EventBusName"));
const USER: (&str, Where) = ("UserName", Input("UserName"));

/// Something that has a list of its own.
const fn listed(by: &'static str, at: &'static str) -> Proof {
    Proof::Listed { by, at, unless: None }
}

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

/// The operations that create something which can be deleted.
pub const MAKERS: &[Maker] = makers! {
    "s3" "CreateBucket" named "Bucket" => "DeleteBucket" [BUCKET] New;
    "s3" "PutObject" => "DeleteObject" [BUCKET, KEY, VERSION] Inside("CreateBucket", "Bucket");
    "s3" "CopyObject" => "DeleteObject" [BUCKET, KEY, VERSION] Inside("CreateBucket", "Bucket");
    "s3" "CompleteMultipartUpload" => "DeleteObject" [BUCKET, KEY, VERSION] Inside("CreateBucket", "Bucket");
    "s3" "CreateMultipartUpload" => "AbortMultipartUpload" [BUCKET, KEY, ("UploadId", Output("UploadId"))] New;
    "dynamodb" "CreateTable" named "TableName" => "DeleteTable" [("TableName", Input("TableName"))] New;
    "dynamodb" "RestoreTableFromBackup" named "TargetTableName" => "DeleteTable" [("TableName", Input("TargetTableName"))] New;
    "dynamodb" "RestoreTableToPointInTime" named "TargetTableName" => "DeleteTable" [("TableName", Input("TargetTableName"))] New;
    "dynamodb" "ImportTable" named "TableCreationParameters.TableName" => "DeleteTable" [("TableName", Input("TableCreationParameters.TableName"))] New;
    "dynamodb" "CreateBackup" => "DeleteBackup" [("BackupArn", Output("BackupDetails.BackupArn"))] New;
    "sqs" "CreateQueue" named "QueueName" => "DeleteQueue" [("QueueUrl", Output("QueueUrl"))] listed("ListQueues", "QueueUrls");
    "sns" "CreateTopic" named "Name" => "DeleteTopic" [("TopicArn", Output("TopicArn"))] listed("ListTopics", "Topics.TopicArn");
    "sns" "Subscribe" => "Unsubscribe" [("SubscriptionArn", Output("SubscriptionArn"))] Inside("CreateTopic", "TopicArn");
    "sns" "CreatePlatformApplication" named "Name" => "DeletePlatformApplication" [("PlatformApplicationArn", Output("PlatformApplicationArn"))] listed("ListPlatformApplications", "PlatformApplications.PlatformApplicationArn");
    "sns" "CreatePlatformEndpoint" => "DeleteEndpoint" [("EndpointArn", Output("EndpointArn"))] Inside("CreatePlatformApplication", "PlatformApplicationArn");
    "ssm" "CreateActivation" => "DeleteActivation" [("ActivationId", Output("ActivationId"))] New;
    "ssm" "CreateMaintenanceWindow" => "DeleteMaintenanceWindow" [("WindowId", Output("WindowId"))] New;
    "ssm" "CreateOpsItem" => "DeleteOpsItem" [("OpsItemId", Output("OpsItemId"))] New;
    "ssm" "CreatePatchBaseline" => "DeletePatchBaseline" [("BaselineId", Output("BaselineId"))] New;
    "ssm" "CreateResourceDataSync" named "SyncName" => "DeleteResourceDataSync" [("SyncName", Input("SyncName"))] New;
    "secretsmanager" "CreateSecret" named "Name" => "DeleteSecret" [("SecretId", Output("ARN")), ("ForceDeleteWithoutRecovery", Always("true"))] New;
    "ssm" "PutParameter" named "Name" => "DeleteParameter" [("Name", Input("Name"))] Says("Version", 1);
    "ssm" "CreateDocument" named "Name" => "DeleteDocument" [("Name", Input("Name"))] New;
    "kms" "CreateKey" => "ScheduleKeyDeletion" [("KeyId", Output("KeyMetadata.KeyId")), ("PendingWindowInDays", Always("7"))] New;
    "kms" "CreateGrant" => "RevokeGrant" [("KeyId", Input("KeyId")), ("GrantId", Output("GrantId"))] Inside("CreateKey", "KeyId");
    "kms" "CreateCustomKeyStore" named "CustomKeyStoreName" => "DeleteCustomKeyStore" [("CustomKeyStoreId", Output("CustomKeyStoreId"))] New;
    "kms" "CreateAlias" named "AliasName" => "DeleteAlias" [("AliasName", Input("AliasName"))] New;
    "lambda" "CreateFunction" named "FunctionName" => "DeleteFunction" [("FunctionName", Input("FunctionName"))] New;
    "lambda" "CreateAlias" => "DeleteAlias" [("FunctionName", Input("FunctionName")), ("Name", Input("Name"))] New;
    "lambda" "CreateCodeSigningConfig" => "DeleteCodeSigningConfig" [("CodeSigningConfigArn", Output("CodeSigningConfig.CodeSigningConfigArn"))] New;
    "lambda" "CreateEventSourceMapping" => "DeleteEventSourceMapping" [("UUID", Output("UUID"))] New;
    "lambda" "CreateFunctionUrlConfig" => "DeleteFunctionUrlConfig" [("FunctionName", Input("FunctionName"))] New;
    "lambda" "PublishLayerVersion" named "LayerName" => "DeleteLayerVersion" [("LayerName", Input("LayerName")), ("VersionNumber", Output("Version"))] New;
    "logs" "CreateLogGroup" named "logGroupName" => "DeleteLogGroup" [("logGroupName", Input("logGroupName"))] New;
    "logs" "CreateDelivery" => "DeleteDelivery" [("id", Output("delivery.id"))] New;
    "logs" "CreateLogAnomalyDetector" => "DeleteLogAnomalyDetector" [("anomalyDetectorArn", Output("anomalyDetectorArn"))] New;
    "logs" "CreateLookupTable" named "lookupTableName" => "DeleteLookupTable" [("lookupTableArn", Output("lookupTableArn"))] New;
    "logs" "CreateScheduledQuery" named "name" => "DeleteScheduledQuery" [("identifier", Output("scheduledQueryArn"))] New;
    "logs" "CreateLogStream" => "DeleteLogStream" [("logGroupName", Input("logGroupName")), ("logStreamName", Input("logStreamName"))] New;
    "events" "CreateEventBus" named "Name" => "DeleteEventBus" [("Name", Input("Name"))] New;
    "events" "PutRule" named "Name" => "DeleteRule" [("Name", Input("Name")), BUS] Proof::Listed { by: "ListRules", at: "Rules.Name", unless: Some(("EventBusName", "CreateEventBus")) };
    "events" "PutTargets" => "RemoveTargets" [("Rule", Input("Rule")), ("Ids", Each("Targets.Id")), BUS] Inside("PutRule", "Rule");
    "events" "CreateArchive" named "ArchiveName" => "DeleteArchive" [("ArchiveName", Input("ArchiveName"))] New;
    "events" "CreateConnection" named "Name" => "DeleteConnection" [("Name", Input("Name"))] New;
    "events" "CreateApiDestination" named "Name" => "DeleteApiDestination" [("Name", Input("Name"))] New;
    "events" "CreateEndpoint" named "Name" => "DeleteEndpoint" [("Name", Input("Name"))] New;
    "events" "CreatePartnerEventSource" named "Name" => "DeletePartnerEventSource" [("Name", Input("Name")), ("Account", Input("Account"))] New;
    "firehose" "CreateDeliveryStream" named "DeliveryStreamName" => "DeleteDeliveryStream" [("DeliveryStreamName", Input("DeliveryStreamName"))] New;
    "iam" "CreateRole" named "RoleName" => "DeleteRole" [ROLE] New;
    "iam" "CreateUser" named "UserName" => "DeleteUser" [USER] New;
    "iam" "CreateGroup" named "GroupName" => "DeleteGroup" [GROUP] New;
    "iam" "CreatePolicy" named "PolicyName" => "DeletePolicy" [("PolicyArn", Output("Policy.Arn"))] New;
    "iam" "CreateAccessKey" => "DeleteAccessKey" [("UserName", Output("AccessKey.UserName")), ("AccessKeyId", Output("AccessKey.AccessKeyId"))] New;
    "iam" "CreateInstanceProfile" named "InstanceProfileName" => "DeleteInstanceProfile" [("InstanceProfileName", Input("InstanceProfileName"))] New;
    "iam" "AttachRolePolicy" => "DetachRolePolicy" [ROLE, ("PolicyArn", Input("PolicyArn"))] Inside("CreateRole", "RoleName");
    "iam" "PutRolePolicy" => "DeleteRolePolicy" [ROLE, ("PolicyName", Input("PolicyName"))] Inside("CreateRole", "RoleName");
    "iam" "AttachUserPolicy" => "DetachUserPolicy" [USER, ("PolicyArn", Input("PolicyArn"))] Inside("CreateUser", "UserName");
    "iam" "PutUserPolicy" => "DeleteUserPolicy" [USER, ("PolicyName", Input("PolicyName"))] Inside("CreateUser", "UserName");
    "iam" "AttachGroupPolicy" => "DetachGroupPolicy" [GROUP, ("PolicyArn", Input("PolicyArn"))] Inside("CreateGroup", "GroupName");
    "iam" "PutGroupPolicy" => "DeleteGroupPolicy" [GROUP, ("PolicyName", Input("PolicyName"))] Inside("CreateGroup", "GroupName");
    "iam" "AddUserToGroup" => "RemoveUserFromGroup" [GROUP, USER] Inside("CreateGroup", "GroupName");
    "iam" "AddRoleToInstanceProfile" => "RemoveRoleFromInstanceProfile" [("InstanceProfileName", Input("InstanceProfileName")), ROLE] Inside("CreateInstanceProfile", "InstanceProfileName");
    "iam" "CreateLoginProfile" => "DeleteLoginProfile" [("UserName", Output("LoginProfile.UserName"))] New;
    "iam" "CreatePolicyVersion" => "DeletePolicyVersion" [("PolicyArn", Input("PolicyArn")), ("VersionId", Output("PolicyVersion.VersionId"))] New;
    "iam" "CreateOpenIDConnectProvider" => "DeleteOpenIDConnectProvider" [("OpenIDConnectProviderArn", Output("OpenIDConnectProviderArn"))] New;
    "iam" "CreateSAMLProvider" named "Name" => "DeleteSAMLProvider" [("SAMLProviderArn", Output("SAMLProviderArn"))] New;
    "iam" "CreateServiceSpecificCredential" => "DeleteServiceSpecificCredential" [USER, ("ServiceSpecificCredentialId", Output("ServiceSpecificCredential.ServiceSpecificCredentialId"))] New;
    "iam" "CreateVirtualMFADevice" named "VirtualMFADeviceName" => "DeleteVirtualMFADevice" [("SerialNumber", Output("VirtualMFADevice.SerialNumber"))] New;
    "apigateway" "CreateRestApi" => "DeleteRestApi" [("restApiId", Output("id"))] New;
    "apigateway" "ImportRestApi" => "DeleteRestApi" [("restApiId", Output("id"))] New;
    "apigateway" "CreateApiKey" => "DeleteApiKey" [("apiKey", Output("id"))] New;
    "apigateway" "CreateUsagePlan" => "DeleteUsagePlan" [("usagePlanId", Output("id"))] New;
    "apigateway" "CreateUsagePlanKey" => "DeleteUsagePlanKey" [("usagePlanId", Input("usagePlanId")), ("keyId", Output("id"))] New;
    "apigateway" "CreateDomainName" => "DeleteDomainName" [("domainName", Input("domainName"))] New;
    "apigateway" "CreateBasePathMapping" => "DeleteBasePathMapping" [("domainName", Input("domainName")), ("basePath", Output("basePath"))] New;
    "apigateway" "CreateVpcLink" => "DeleteVpcLink" [("vpcLinkId", Output("id"))] New;
    "apigatewayv2" "CreateApi" => "DeleteApi" [("ApiId", Output("ApiId"))] New;
    "apigatewayv2" "ImportApi" => "DeleteApi" [("ApiId", Output("ApiId"))] New;
    "apigatewayv2" "CreateDomainName" => "DeleteDomainName" [("DomainName", Input("DomainName"))] New;
    "apigatewayv2" "CreateApiMapping" => "DeleteApiMapping" [("DomainName", Input("DomainName")), ("ApiMappingId", Output("ApiMappingId"))] New;
    "apigatewayv2" "CreateVpcLink" => "DeleteVpcLink" [("VpcLinkId", Output("VpcLinkId"))] New;
};

/// Operations that create parts: they go when that goes of which they are a part.
pub const PARTS: &[Part] = &[
    Part {
        service: "apigateway",
        whole: "CreateRestApi",
        named: "restApiId",
        makers: &[
            "CreateAuthorizer",
            "CreateDeployment",
            "CreateDocumentationPart",
            "CreateDocumentationVersion",
            "CreateModel",
            "CreateRequestValidator",
            "CreateResource",
            "CreateStage",
            "ImportDocumentationParts",
        ],
    },
    Part {
        service: "apigatewayv2",
        whole: "CreateApi",
        named: "ApiId",
        makers: &[
            "CreateAuthorizer",
            "CreateDeployment",
            "CreateIntegration",
            "CreateIntegrationResponse",
            "CreateModel",
            "CreateRoute",
            "CreateRouteResponse",
            "CreateStage",
        ],
    },
    Part {
        service: "firehose",
        whole: "CreateDeliveryStream",
        named: "DeliveryStreamName",
        makers: &["StartDeliveryStreamEncryption"],
    },
    Part { service: "kms", whole: "CreateKey", named: "KeyId", makers: &["ImportKeyMaterial"] },
    Part { service: "lambda", whole: "CreateFunction", named: "FunctionName", makers: &["PublishVersion"] },
    Part {
        service: "s3",
        whole: "CreateBucket",
        named: "Bucket",
        makers: &["CreateBucketMetadataConfiguration", "CreateBucketMetadataTableConfiguration"],
    },
    Part {
        service: "ssm",
        whole: "CreateMaintenanceWindow",
        named: "WindowId",
        makers: &["RegisterTargetWithMaintenanceWindow", "RegisterTaskWithMaintenanceWindow"],
    },
];

/// How operations begin that create something of which the tables know nothing.
pub const BEGINNINGS: &[&str] = &["Create", "Import", "Register", "Publish", "Restore", "Start", "Replicate"];

/// Operations that begin so and leave nothing behind that would have to be deleted.
pub const LEAVE_NOTHING: &[(&str, &str)] = &[
    ("events", "StartReplay"),
    ("logs", "CreateExportTask"),
    ("logs", "StartLiveTail"),
    ("logs", "StartQuery"),
    ("s3", "CreateSession"),
    ("s3", "RestoreObject"),
    ("secretsmanager", "RestoreSecret"),
    ("sns", "Publish"),
    ("sns", "PublishBatch"),
    ("sqs", "StartMessageMoveTask"),
    ("ssm", "StartAssociationsOnce"),
];
