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

// Versions (User Guide, "Working with delete markers"; API reference, "Error responses").
sentences! {
    NO_SUCH_VERSION: "NoSuchVersion" 404 "The specified version does not exist.";
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
