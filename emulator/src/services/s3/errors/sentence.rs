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
    NO_SUCH_VERSION: "NoSuchVersion" 404 "The specified version does not exist.";
}
