//! Errors whose sentence is always the same: code, status and sentence in one table, the members named where they
//! are raised.

use super::S3Error;

/// An error whose sentence is always the same.
#[derive(Debug)]
pub struct Sentence {
    pub(super) code: &'static str,
    pub(super) status: u16,
    pub(super) message: &'static str,
}

impl Sentence {
    const fn new(code: &'static str, status: u16, message: &'static str) -> Sentence {
        Sentence { code, status, message }
    }

    /// The error, with these members.
    pub(in crate::services::s3) fn with<const N: usize>(
        &'static self,
        members: [(&'static str, String); N],
    ) -> S3Error {
        S3Error::Told { sentence: self, members: members.into() }
    }

    /// The error, without members.
    pub(in crate::services::s3) fn told(&'static self) -> S3Error {
        self.with([])
    }

    /// The error with a bucket, whose name it tells.
    pub(in crate::services::s3) fn of_bucket(&'static self, bucket: &str) -> S3Error {
        self.with([("BucketName", bucket.to_owned())])
    }
}

/// Names sentences, each with its code and status.
macro_rules! sentences {
    ($($name:ident: $code:literal $status:literal $message:literal;)*) => {
        $(pub(in crate::services::s3) static $name: Sentence = Sentence::new($code, $status, $message);)*
    };
}

// Conditional writes (snapshots of S3's answers that localstack publishes: `test_s3_api.snapshot.json`).
// Access (API reference, "Error responses"; https://github.com/versity/versitygw/issues/2073 and 959 for the members;
// boto3 issue 3627, knox pull request 90, minio-java pull request 253, pulumi/docs pull request 16293, Sleet issue 180
// for the sentences). Since October 2025 nobody is granted anything by e-mail address (API reference, PutObjectAcl).
sentences! {
    CANNED_AND_GRANTS: "InvalidRequest" 400 "Specifying both Canned ACLs and Header Grants is not allowed";
    EMAIL_GRANTEE: "MethodNotAllowed" 405 "The specified method is not allowed against this resource.";
    MALFORMED_ACL: "MalformedACLError" 400 "The XML you provided was not well-formed or did not validate against our published schema";
    MISSING_SECURITY_HEADER: "MissingSecurityHeader" 400 "Your request was missing a required header";
    NO_SUCH_BUCKET_POLICY: "NoSuchBucketPolicy" 404 "The bucket policy does not exist";
    NO_SUCH_PUBLIC_ACCESS_BLOCK: "NoSuchPublicAccessBlockConfiguration" 404 "The public access block configuration was not found";
    OWNERSHIP_CONTROLS_NOT_FOUND: "OwnershipControlsNotFoundError" 404 "The bucket ownership controls were not found";
    POLICY_OF_ANOTHER: "MethodNotAllowed" 405 "The specified method is not allowed against this resource.";
    PUBLIC_BUCKET_ACL: "InvalidBucketAclWithBlockPublicAccessError" 400 "Bucket cannot have public ACLs set with BlockPublicAccess enabled";
    UNEXPECTED_CONTENT: "UnexpectedContent" 400 "This request does not support content";
}

// Versions (User Guide, "Working with delete markers"; API reference, "Error responses").
sentences! {
    CONDITIONAL_REQUEST_CONFLICT: "ConditionalRequestConflict" 409
        "The conditional request cannot succeed due to a conflicting operation against this resource.";
    HEADER_NOT_IMPLEMENTED: "NotImplemented" 501
        "A header you provided implies functionality that is not implemented";
}

// Uploads in parts (the same).
sentences! {
    COPY_RANGE_BEHIND_SOURCE: "InvalidRequest" 400
        "The specified copy range is invalid for the source object size";
    PART_LACKS_ENCRYPTION: "InvalidRequest" 400
        "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.";
    PART_HAS_OTHER_ENCRYPTION: "InvalidRequest" 400
        "The provided encryption parameters did not match the ones used originally.";
}

// Versions (the same; User Guide, "Working with delete markers").
sentences! {
    BUCKET_HAS_VERSIONS: "BucketNotEmpty" 409
        "The bucket you tried to delete is not empty. You must delete all versions in the bucket.";
    ILLEGAL_VERSIONING: "IllegalVersioningConfigurationException" 400 "The Versioning element must be specified";
    MFA_REQUIRED: "AccessDenied" 403 "Mfa Authentication must be used for this request";
    NO_SUCH_VERSION: "NoSuchVersion" 404 "The specified version does not exist.";
    SOURCE_IS_DELETE_MARKER: "InvalidRequest" 400
        "The source of a copy request may not specifically refer to a delete marker by version id.";
}

// Object lock (the same; versitygw issue 1751: what is written is refused in other words than what is locked later).
sentences! {
    LOCK_NEEDS_VERSIONING: "InvalidBucketState" 409
        "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration";
    NO_OBJECT_LOCK: "NoSuchObjectLockConfiguration" 404
        "The specified object does not have a ObjectLock configuration";
    NO_LOCK_CONFIGURATION: "ObjectLockConfigurationNotFoundError" 404
        "Object Lock configuration does not exist for this bucket";
    LOCK_MISSING: "InvalidRequest" 400 "Bucket is missing Object Lock Configuration";
    LOCK_MISSING_FOR_WRITE: "InvalidRequest" 400 "Bucket is missing ObjectLockConfiguration";
    LOCK_NEEDS_CHECKSUM: "InvalidRequest" 400
        "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters";
    NOTHING_TO_BYPASS: "InvalidArgument" 400
        "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.";
    PROTECTED_BY_LOCK: "AccessDenied" 403 "Access Denied because object protected by object lock.";
    VERSIONING_IS_LOCKED: "InvalidBucketState" 409
        "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.";
}

// Archived objects (see `restore`).
sentences! {
    NOT_READABLE_WHILE_ARCHIVED: "InvalidObjectState" 403
        "The operation is not valid for the object's storage class";
    NOT_RESTORABLE: "InvalidObjectState" 403
        "Restore is not allowed for the object's current storage class";
    RESTORE_IN_PROGRESS: "RestoreAlreadyInProgress" 409 "Object restore is already in progress";
    SOURCE_IS_ARCHIVED: "InvalidObjectState" 403
        "Operation is not valid for the source object's storage class";
}

// Websites (the page is quoted in write-ups of the challenge "cats-in-a-bucket").
sentences! {
    INCORRECT_ENDPOINT: "IncorrectEndpoint" 400
        "The specified bucket exists in another region. Please direct requests to the specified endpoint.";
}

// Pages of other origins (see `cors`). It is spelt so.
sentences! {
    CORS_BUCKET_NOT_FOUND: "AccessForbidden" 403 "CORSResponse: Bucket not found";
    CORS_NOT_ALLOWED: "AccessForbidden" 403
        "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";
    CORS_NOT_ENABLED: "AccessForbidden" 403 "CORSResponse: CORS is not enabled for this bucket.";
}

// Forms (see `form`; the recordings and reports that its files and `gateway/form` name).
sentences! {
    EMPTY_KEY: "InvalidArgument" 400 "User key must have a length greater than 0.";
}

// Encryption (see `encryption`).
sentences! {
    ENCRYPTION_NOT_APPLICABLE: "InvalidRequest" 400
        "The encryption parameters are not applicable to this object.";
    ENCRYPTION_NOT_UPDATABLE: "InvalidRequest" 400
        "The encryption type of the source object is not supported by this operation.";
    ENCRYPTION_PARAMETERS_MISSING: "InvalidRequest" 400
        "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.";
    INVALID_ENCRYPTION_ALGORITHM: "InvalidEncryptionAlgorithmError" 400
        "The Encryption request you specified is not valid. Supported value: AES256.";
}

// Settings of buckets: localstack's recordings of S3 (tests/aws/services/s3/test_s3.snapshot.json: logging, lifecycle,
// inventory; test_s3_api.snapshot.json: encryption), versitygw issue 1870 and pithos pull request 126 (CORS), noobaa-core
// issue 8870 and crossplane provider-aws issue 1337 (lifecycle), nozaq/terraform-aws-remote-state-s3-backend issue 107
// (replication), sevenseconds issue 29 (logging), aws-sdk-cpp issue 733 (no body), terraform-aws-s3-static-website issue 5
// (acceleration); API reference, PutBucketMetricsConfiguration (TooManyConfigurations).
sentences! {
    ABORT_WITH_TAGS: "InvalidRequest" 400 "AbortIncompleteMultipartUpload cannot be specified with Tags.";
    CROSS_LOCATION_LOGGING: "CrossLocationLoggingProhibitted" 403 "Cross S3 location logging not allowed. ";
    DELETE_MARKER_WITH_TAGS: "InvalidRequest" 400 "ExpiredObjectDeleteMarker cannot be specified with Tags.";
    DESTINATION_IS_GONE: "InvalidRequest" 400 "Destination bucket must exist.";
    DESTINATION_IS_UNVERSIONED: "InvalidRequest" 400 "Destination bucket must have versioning enabled.";
    DOTTED_ACCELERATION: "InvalidRequest" 400
        "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names";
    DUPLICATE_TAG_KEYS: "InvalidRequest" 400 "Duplicate Tag Keys are not allowed.";
    ID_MISMATCH: "IdMismatch" 400 "Document ID does not match the specified configuration ID.";
    INVALID_S3_DESTINATION: "InvalidS3DestinationBucket" 400 "Invalid bucket ARN.";
    LOGGING_OWNERS_DIFFER: "InvalidTargetBucketForLogging" 400
        "The owner for the bucket to be logged and the target bucket must be the same.";
    LOGGING_TARGET_IS_GONE: "InvalidTargetBucketForLogging" 400 "The target bucket for logging does not exist";
    MISSING_BODY: "MissingRequestBodyError" 400 "Request Body is empty";
    NO_LIFECYCLE_ACTION: "InvalidRequest" 400 "At least one action needs to be specified in a rule";
    NO_SUCH_CONFIGURATION: "NoSuchConfiguration" 404 "The specified configuration does not exist.";
    NO_SUCH_CORS: "NoSuchCORSConfiguration" 404 "The CORS configuration does not exist";
    NO_SUCH_LIFECYCLE: "NoSuchLifecycleConfiguration" 404 "The lifecycle configuration does not exist";
    NO_SUCH_REPLICATION: "ReplicationConfigurationNotFoundError" 404 "The replication configuration was not found";
    NO_SUCH_WEBSITE: "NoSuchWebsiteConfiguration" 404
        "The specified bucket does not have a website configuration";
    SOURCE_IS_UNVERSIONED: "InvalidRequest" 400
        "Versioning must be 'Enabled' on the bucket to apply a replication configuration";
    TOO_MANY_CONFIGURATIONS: "TooManyConfigurations" 400
        "You are attempting to create a new configuration but have already reached the 1,000-configuration limit.";
}
