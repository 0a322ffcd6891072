//! The rules that hold for every cassette.

use super::{Form, Place, Rule};
use std::borrow::Cow::Borrowed;

const fn header(service: &'static str, name: &'static str, form: Form, reason: &'static str) -> Rule {
    Rule {
        service: Borrowed(service),
        operation: Borrowed("*"),
        place: Place::Header(Borrowed(name)),
        form,
        reason: Borrowed(reason),
    }
}

const fn member(
    service: &'static str,
    operation: &'static str,
    path: &'static str,
    form: Form,
    reason: &'static str,
) -> Rule {
    Rule {
        service: Borrowed(service),
        operation: Borrowed(operation),
        place: Place::Member(Borrowed(path)),
        form,
        reason: Borrowed(reason),
    }
}

/// Answers of an operation that callers ask for again until they change.
const fn answer(service: &'static str, operation: &'static str, reason: &'static str) -> Rule {
    Rule {
        service: Borrowed(service),
        operation: Borrowed(operation),
        place: Place::Answer,
        form: Form::Polled,
        reason: Borrowed(reason),
    }
}

const REQUEST_ID: &str = "AWS draws a new id for every request.";
const SIGNED: &str =
    "It depends on the caller's credentials and on the time at which the request was signed.";
const DRAWN: &str = "AWS draws it at random when the thing is made.";
const IN_MILLIS: &str = "It is the moment at which AWS was asked, in milliseconds since 1970.";
const STREAM: &str = "A stream is named after the millisecond at which it was made.";
const OPAQUE: &str = "AWS documents it as opaque: it may look different from call to call.";
const CLOCK: &str =
    "AWS acts at a fraction of a second, up to a few seconds before the moment that its Date header names.";

/// The rules.
pub const RULES: &[Rule] = &[
    // Every service.
    header("*", "date", Form::Moment, CLOCK),
    header("*", "last-modified", Form::Moment, CLOCK),
    header("*", "x-amzn-requestid", Form::RequestId, REQUEST_ID),
    header("*", "x-amz-request-id", Form::RequestId, REQUEST_ID),
    header("*", "x-amzn-trace-id", Form::Token, "A trace id is drawn anew for every request."),
    header(
        "*",
        "content-length",
        Form::LengthOfBody,
        "It follows from the body: where values that AWS does not promise are longer or shorter, so is the body.",
    ),
    header("*", "content-type", Form::Boundary, "The boundary between parts is drawn anew for every answer."),
    header(
        "*",
        "x-amz-crc32",
        Form::Crc32OfBody,
        "It is the checksum of the body's bytes, which hold values that AWS does not promise.",
    ),
    member("*", "*", "**.RequestId", Form::RequestId, REQUEST_ID),
    member("*", "*", "**.RequestID", Form::RequestId, REQUEST_ID),
    Rule {
        service: Borrowed("*"),
        operation: Borrowed("*"),
        place: Place::Timestamps,
        form: Form::Moment,
        reason: Borrowed(CLOCK),
    },
    member("*", "*", "NextToken", Form::Token, OPAQUE),
    // S3.
    header(
        "s3",
        "x-amz-id-2",
        Form::HostId,
        "It names the host inside AWS that answered; its length varies too.",
    ),
    header("s3", "x-amz-version-id", Form::VersionId, DRAWN),
    header("s3", "x-amz-copy-source-version-id", Form::VersionId, DRAWN),
    member("s3", "*", "HostId", Form::HostId, "It names the host inside AWS that answered."),
    member("s3", "*", "AWSAccessKeyId", Form::AccessKeyId, SIGNED),
    member("s3", "*", "SignatureProvided", Form::Token, SIGNED),
    member("s3", "*", "StringToSign", Form::StringToSign, SIGNED),
    member("s3", "*", "StringToSignBytes", Form::HexBytes, SIGNED),
    member("s3", "*", "CanonicalRequest", Form::CanonicalRequest, SIGNED),
    member("s3", "*", "CanonicalRequestBytes", Form::HexBytes, SIGNED),
    member("s3", "*", "ServerTime", Form::Moment, CLOCK),
    member("s3", "*", "NextContinuationToken", Form::Token, OPAQUE),
    member("s3", "*", "ContinuationToken", Form::Token, OPAQUE),
    member("s3", "*", "UploadId", Form::Token, DRAWN),
    member("s3", "*", "Upload.UploadId", Form::Token, DRAWN),
    member("s3", "*", "**.VersionId", Form::VersionId, DRAWN),
    member("s3", "*", "**.DeleteMarkerVersionId", Form::VersionId, DRAWN),
    member("s3", "*", "VersionIdMarker", Form::VersionId, DRAWN),
    member("s3", "*", "NextVersionIdMarker", Form::VersionId, DRAWN),
    member(
        "s3",
        "*",
        "**.Owner.ID",
        Form::Hex,
        "AWS gives every account a canonical id of its own, and the account that replays is another.",
    ),
    member(
        "s3",
        "*",
        "**.Initiator.ID",
        Form::Hex,
        "AWS gives every account a canonical id of its own, and the account that replays is another.",
    ),
    // Lambda.
    member("lambda", "*", "**.RevisionId", Form::Uuid, "Every change gives a new revision."),
    member("lambda", "*", "**.LastModified", Form::Moment, CLOCK),
    member("lambda", "*", "**.CreatedDate", Form::Moment, CLOCK),
    member("lambda", "*", "**.CreationTime", Form::Moment, CLOCK),
    member("lambda", "*", "**.LastModifiedTime", Form::Moment, CLOCK),
    member("lambda", "*", "**.Location", Form::Token, "It is a signed URL, which holds for a few minutes."),
    member(
        "lambda",
        "*",
        "**.RuntimeVersionArn",
        Form::Token,
        "AWS brings out new versions of its runtimes all the time.",
    ),
    member("lambda", "*", "**.FunctionUrl", Form::Token, DRAWN),
    member("lambda", "*", "**.CodeSigningConfigId", Form::Token, DRAWN),
    member("lambda", "*", "**.CodeSigningConfigArn", Form::Token, DRAWN),
    member("lambda", "*", "NextMarker", Form::Token, OPAQUE),
    member("lambda", "GetFunction|GetFunctionConfiguration|ListFunctions", "**.State", Form::State, BECOMING),
    member(
        "lambda",
        "GetFunction|GetFunctionConfiguration|ListFunctions",
        "**.LastUpdateStatus",
        Form::State,
        BECOMING,
    ),
    member("lambda", "GetProvisionedConcurrencyConfig", "Status", Form::State, BECOMING),
    answer("lambda", "GetFunction|GetFunctionConfiguration", BECOMING),
    // SQS.
    member("sqs", "SendMessage", "MessageId", Form::Uuid, DRAWN),
    member("sqs", "*", "**.MessageId", Form::Uuid, DRAWN),
    member(
        "sqs",
        "SendMessage",
        "SequenceNumber",
        Form::Number,
        "A FIFO queue counts up from a number of its own.",
    ),
    member("sqs", "*", "**.SequenceNumber", Form::Number, "A FIFO queue counts up from a number of its own."),
    member(
        "sqs",
        "ReceiveMessage",
        "**.ReceiptHandle",
        Form::Base64,
        "Every receipt of a message has a new handle.",
    ),
    member("sqs", "ReceiveMessage", "**.SenderId", Form::Token, SENDER),
    member("sqs", "ReceiveMessage", "**.SentTimestamp", Form::Moment, CLOCK),
    member("sqs", "ReceiveMessage", "**.ApproximateFirstReceiveTimestamp", Form::Moment, CLOCK),
    member("sqs", "ReceiveMessage", "**.ApproximateReceiveCount", Form::Number, DELIVERY),
    member("sqs", "ReceiveMessage", "Messages", Form::Received, DELIVERY),
    member("sqs", "ReceiveMessage", "Message", Form::Received, DELIVERY),
    member("sqs", "GetQueueAttributes", "**.CreatedTimestamp", Form::Moment, CLOCK),
    member("sqs", "GetQueueAttributes", "**.LastModifiedTimestamp", Form::Moment, CLOCK),
    member(
        "sqs",
        "SendMessageBatch|DeleteMessageBatch|ChangeMessageVisibilityBatch",
        "Successful",
        Form::Set,
        BATCH,
    ),
    // SNS.
    member("sns", "*", "MessageId", Form::Uuid, DRAWN),
    member("sns", "*", "**.MessageId", Form::Uuid, DRAWN),
    member("sns", "*", "**.SequenceNumber", Form::Number, "A FIFO topic counts up from a number of its own."),
    member(
        "sns",
        "*",
        "**.SubscriptionArn",
        Form::Arn,
        "AWS ends it with a UUID drawn when the subscription is made.",
    ),
    // Secrets Manager.
    member(
        "secretsmanager",
        "*",
        "ARN",
        Form::Arn,
        "AWS ends it with six characters drawn when the secret is made.",
    ),
    member(
        "secretsmanager",
        "*",
        "**.ARN",
        Form::Arn,
        "AWS ends it with six characters drawn when the secret is made.",
    ),
    member("secretsmanager", "GetRandomPassword", "RandomPassword", Form::Token, DRAWN),
    answer(
        "secretsmanager",
        "DescribeSecret",
        "A secret deleted at once may be described for some seconds more; callers ask until it is gone.",
    ),
    // KMS.
    member("kms", "*", "KeyId", Form::Arn, "AWS draws the UUID of a key when it is made."),
    member("kms", "*", "**.KeyId", Form::Uuid, "AWS draws the UUID of a key when it is made."),
    member("kms", "*", "**.Arn", Form::Arn, "AWS draws the UUID of a key when it is made."),
    member("kms", "*", "**.TargetKeyId", Form::Uuid, "AWS draws the UUID of a key when it is made."),
    member(
        "kms",
        "*",
        "**.KeyMaterialId",
        Form::Hex,
        "It is derived from key material that AWS draws at random.",
    ),
    member(
        "kms",
        "*",
        "**.CurrentKeyMaterialId",
        Form::Hex,
        "It is derived from key material that AWS draws at random.",
    ),
    member(
        "kms",
        "*",
        "CiphertextBlob",
        Form::Base64,
        "Encryption begins with random bytes: the same text gives another ciphertext.",
    ),
    member("kms", "GenerateDataKey|GenerateRandom", "Plaintext", Form::Base64, DRAWN),
    // DynamoDB.
    member("dynamodb", "*", "**.TableId", Form::Uuid, DRAWN),
    member(
        "dynamodb",
        "Scan",
        "Items",
        Form::Set,
        "A scan follows the hash of the partition key, which AWS does not publish.",
    ),
    member("dynamodb", "BatchGetItem", "Responses.*", Form::Set, UNORDERED),
    member("dynamodb", "*", "**.ItemCount", Form::Number, COUNTED),
    member("dynamodb", "*", "**.TableSizeBytes", Form::Number, COUNTED),
    member("dynamodb", "*", "**.IndexSizeBytes", Form::Number, COUNTED),
    member("dynamodb", "*", "**.SS", Form::Set, "DynamoDB's sets have no order."),
    member("dynamodb", "*", "**.NS", Form::Set, "DynamoDB's sets have no order."),
    member("dynamodb", "*", "**.BS", Form::Set, "DynamoDB's sets have no order."),
    member("dynamodb", "*", "**.BackupArn", Form::Token, DRAWN),
    member("dynamodb", "*", "**.SourceBackupArn", Form::Token, DRAWN),
    member("dynamodb", "*", "LastEvaluatedBackupArn", Form::Token, DRAWN),
    member("dynamodb", "*", "**.ExportArn", Form::Token, DRAWN),
    member("dynamodb", "*", "**.ExportManifest", Form::Token, DRAWN),
    member("dynamodb", "*", "**.ImportArn", Form::Token, DRAWN),
    member("dynamodb", "*", "**.ClientToken", Form::Token, DRAWN),
    member("dynamodb", "DescribeExport|DescribeImport", "**.FailureMessage", Form::ToldByS3, DRAWN),
    member("dynamodb", "ListExports|ListImports", "NextToken", Form::Hex, OPAQUE),
    member("dynamodbstreams", "*", "**.ShardId", Form::Token, DRAWN),
    member("dynamodbstreams", "*", "**.StartingSequenceNumber", Form::Number, DRAWN),
    member("dynamodbstreams", "*", "**.EndingSequenceNumber", Form::Number, DRAWN),
    member("dynamodbstreams", "*", "**.SequenceNumber", Form::Number, DRAWN),
    member("dynamodbstreams", "GetRecords", "**.eventID", Form::Hex, DRAWN),
    member("dynamodbstreams", "GetShardIterator", "ShardIterator", Form::Token, OPAQUE),
    member("dynamodbstreams", "GetRecords", "NextShardIterator", Form::Token, OPAQUE),
    member("dynamodb", "*", "RevisionId", Form::Number, "It is the millisecond at which the policy was put."),
    member("dynamodb", "*", "**.LatestStreamLabel", Form::Token, STREAM),
    member("dynamodb", "*", "**.LatestStreamArn", Form::Token, STREAM),
    member("dynamodbstreams", "*", "**.StreamLabel", Form::Token, STREAM),
    member("dynamodbstreams", "*", "**.StreamArn", Form::Token, STREAM),
    member("dynamodb", "DescribeTable", "**.TableStatus", Form::State, BECOMING),
    member("dynamodb", "DescribeTable", "**.IndexStatus", Form::State, BECOMING),
    member("dynamodb", "DescribeTable", "**.ReplicaStatus", Form::State, BECOMING),
    member("dynamodb", "DescribeTimeToLive", "**.TimeToLiveStatus", Form::State, BECOMING),
    member("dynamodb", "DescribeBackup|ListBackups", "**.BackupStatus", Form::State, BECOMING),
    member("dynamodb", "DescribeExport|ListExports", "**.ExportStatus", Form::State, BECOMING),
    member("dynamodb", "DescribeImport|ListImports", "**.ImportStatus", Form::State, BECOMING),
    member("dynamodb", "DescribeKinesisStreamingDestination", "**.DestinationStatus", Form::State, BECOMING),
    member("dynamodb", "DescribeContributorInsights", "ContributorInsightsStatus", Form::State, BECOMING),
    answer("dynamodb", "DescribeTable|DescribeBackup|DescribeExport|DescribeImport", BECOMING),
    // CloudWatch Logs.
    member("logs", "GetQueryResults", "status", Form::State, BECOMING),
    member("logs", "DescribeExportTasks", "**.status.code", Form::State, BECOMING),
    answer("logs", "GetQueryResults|DescribeExportTasks", BECOMING),
    member("logs", "*", "nextToken", Form::Token, OPAQUE),
    member("logs", "*", "nextForwardToken", Form::Token, OPAQUE),
    member("logs", "*", "nextBackwardToken", Form::Token, OPAQUE),
    member("logs", "PutLogEvents", "nextSequenceToken", Form::Number, DRAWN),
    member("logs", "DescribeLogStreams", "**.uploadSequenceToken", Form::Number, DRAWN),
    member("logs", "FilterLogEvents", "**.eventId", Form::Number, DRAWN),
    member("logs", "*", "**.queryId", Form::Uuid, DRAWN),
    member("logs", "*", "**.queryDefinitionId", Form::Uuid, DRAWN),
    member("logs", "*", "**.revisionId", Form::Token, DRAWN),
    member("logs", "*", "**.ingestionTime", Form::Moment, IN_MILLIS),
    member("logs", "*", "**.creationTime", Form::Moment, IN_MILLIS),
    member("logs", "*", "**.createTime", Form::Moment, IN_MILLIS),
    member("logs", "*", "**.lastIngestionTime", Form::Moment, IN_MILLIS),
    member("logs", "StartLiveTail", "**.requestId", Form::RequestId, DRAWN),
    member("logs", "StartLiveTail", "**.sessionId", Form::Uuid, DRAWN),
    member("logs", "GetLogRecord", "logRecord.@ptr", Form::Token, OPAQUE),
    // IAM and STS.
    member("iam", "*", "**.UserId", Form::UniqueId, DRAWN),
    member("iam", "*", "**.RoleId", Form::UniqueId, DRAWN),
    member("iam", "*", "**.GroupId", Form::UniqueId, DRAWN),
    member("iam", "*", "**.PolicyId", Form::UniqueId, DRAWN),
    member("iam", "*", "**.InstanceProfileId", Form::UniqueId, DRAWN),
    member("iam", "*", "**.AccessKeyId", Form::AccessKeyId, DRAWN),
    member("sts", "*", "**.AccessKeyId", Form::AccessKeyId, DRAWN),
    member("sts", "*", "**.SecretAccessKey", Form::Token, DRAWN),
    member("sts", "*", "**.SessionToken", Form::Token, DRAWN),
];

const BECOMING: &str =
    "AWS works on it for as long as it takes and promises no time; callers ask until it is done.";
const SENDER: &str = "It names who sent the message: the caller of the recording, whom a replay cannot be.";
const DELIVERY: &str = "SQS delivers at least once, in no order and from a sample of its servers: how many messages one call brings \
     is chance. What came over the whole conversation is compared.";
const UNORDERED: &str =
    "DynamoDB gives the items of a batch as they are found, in another order from call to call.";
const COUNTED: &str = "DynamoDB counts items and bytes about every six hours, and does not say when.";
const BATCH: &str =
    "The entries of a batch are worked on side by side and answered in the order they are done.";
