//! Every way an S3 call fails, with the words AWS uses.
//!
//! Sources: the API reference's "Error responses" (codes and statuses) and recordings (sentences and members); for
//! uploads in parts what people report of S3 itself: versitygw issues 2036, 2038 and 2040 (members), floci issue 3093
//! and arrow-rs-object-store issue 709 (checksums), s5cmd issue 450 (NoSuchUpload);
//! for tags versitygw issues 1232, 2039 and 2072.

mod sentence;

pub(super) use sentence::*;

use ruststack_models::s3::shapes;
use ruststack_wire::Fault;
use ruststack_wire::body::BodyError;
use ruststack_wire::sign::checksum::Algorithm;

/// Every way an S3 call fails.
#[derive(Debug)]
pub enum S3Error {
    /// The caller may not, or expected another owner.
    AccessDenied,
    /// The bucket's owner owns all objects, so that there are no access control lists.
    AclNotSupported,
    /// The `Content-MD5` that came with the bytes is not theirs.
    BadDigest {
        /// What came, in hex.
        expected: String,
        /// What was computed, in base64.
        calculated: String,
    },
    /// The request cannot be understood, for the reason in the sentence.
    BadRequest(String),
    /// Somebody else owns the bucket.
    BucketAlreadyExists(String),
    /// The caller owns the bucket already.
    BucketAlreadyOwnedByYou(String),
    /// The bucket has objects.
    BucketNotEmpty(String),
    /// An upload of this kind of checksum is completed with the other kind.
    ChecksumKindMismatch(&'static str),
    /// The checksum of this algorithm that came with the bytes is not theirs.
    ChecksumMismatch(&'static str),
    /// The checksum algorithm of a part is not that of its upload.
    ChecksumTypeMismatch {
        /// The upload's.
        expected: Option<Algorithm>,
        /// The part's.
        actual: Option<Algorithm>,
    },
    /// The checksum of this algorithm that an upload was completed with is not the object's.
    CompletedChecksumMismatch(Algorithm),
    /// A copy onto itself that changes nothing.
    CopyOntoItself,
    /// The object is larger than one request may bring.
    EntityTooLarge {
        /// Its bytes.
        proposed: u64,
        /// How many it may have.
        most: u64,
    },
    /// A part that is not the last is smaller than 5 MiB.
    EntityTooSmall {
        /// Its bytes.
        proposed: u64,
        /// Its number.
        part_number: i32,
        /// Its ETag, without quotes.
        etag: String,
    },
    /// The location constraint, or its absence, does not fit the region that was asked.
    IllegalLocationConstraint(Option<String>),
    /// The stream ended early, or was refused while it passed.
    Incomplete(BodyError),
    /// A header or parameter is not what it may be.
    InvalidArgument {
        /// The sentence.
        message: &'static str,
        /// The name of the header or parameter.
        name: &'static str,
        /// What it was.
        value: String,
    },
    /// The name of a bucket breaks the rules.
    InvalidBucketName(String),
    /// The continuation token is none that a listing gave.
    InvalidContinuationToken,
    /// The `Content-MD5` is no MD5.
    InvalidDigest(String),
    /// The range that is to be copied from does not lie within the source.
    InvalidCopyRange {
        /// The header.
        requested: String,
        /// The source's bytes.
        size: u64,
    },
    /// The location constraint is no region.
    InvalidLocationConstraint(String),
    /// The upload has no such part, or one with another ETag or checksum.
    InvalidPart {
        /// The upload.
        upload_id: String,
        /// What was asked for.
        part_number: i32,
        /// The ETag that was given, without quotes.
        etag: String,
    },
    /// The parts are not in the order of their numbers.
    InvalidPartOrder {
        /// The upload.
        upload_id: String,
        /// The first that follows a greater one.
        part_number: i32,
        /// The ETag that was given, without quotes.
        etag: String,
    },
    /// The part number is none of the object's.
    InvalidPartNumber {
        /// What was asked for.
        requested: i32,
        /// How many there are.
        actual: u32,
    },
    /// The range lies outside the object.
    InvalidRange {
        /// The header.
        requested: String,
        /// The object's bytes.
        size: u64,
    },
    /// The policy of a form is none, for the reason in the sentence.
    InvalidPolicyDocument(String),
    /// The request makes no sense, for the reason in the sentence.
    InvalidRequest(String),
    /// A website's redirect leads nowhere.
    InvalidRedirectLocation,
    /// A new bucket cannot have this access control list.
    InvalidBucketAcl,
    /// A configuration says what it may not.
    InvalidSetting {
        /// The sentence.
        message: String,
        /// The member that is wrong, where S3 names it.
        name: Option<&'static str>,
        /// What it was, where S3 tells it.
        value: Option<String>,
    },
    /// The storage class is none.
    InvalidStorageClass(String),
    /// A tag is not what it may be.
    InvalidTag {
        /// The sentence.
        message: &'static str,
        /// Its key, where the sentence is not about the key itself.
        key: Option<String>,
        /// Its value, where the sentence is about it.
        value: Option<String>,
    },
    /// The key has more than 1,024 bytes.
    KeyTooLong {
        /// Its bytes.
        size: usize,
    },
    /// The XML is not what the operation takes.
    MalformedXml,
    /// User metadata has more than 2,048 bytes.
    MetadataTooLarge {
        /// Its bytes.
        size: usize,
    },
    /// A policy that cannot be a bucket's, for the reason told.
    MalformedPolicy(String),
    /// There is no such bucket.
    NoSuchBucket(String),
    /// There is no such object.
    NoSuchKey(String),
    /// The bucket has no tags.
    NoSuchTagSet(String),
    /// There is no such upload, or none any more.
    NoSuchUpload(String),
    /// What this header asks for exists on AWS and not here.
    NotImplemented(&'static str),
    /// A delete marker stands where an object would be.
    NoSuchKeyButMarker {
        /// The key.
        key: String,
        /// The delete marker's id.
        version_id: String,
    },
    /// A version is a delete marker, with which this cannot be done.
    IsDeleteMarker {
        /// The HTTP method.
        method: &'static str,
        /// The delete marker's id.
        version_id: String,
        /// When the object was deleted, as an HTTP date.
        last_modified: String,
    },
    /// The caller may not, and is told why.
    NotAuthorized(String),
    /// The object is as the caller has it; the answer has no body.
    NotModified {
        /// The object's ETag, in quotes.
        etag: String,
        /// When it was written, as an HTTP date.
        last_modified: String,
    },
    /// The bucket lives in another region.
    PermanentRedirect {
        /// The bucket.
        bucket: String,
        /// Its region.
        region: String,
    },
    /// A condition of the request does not hold.
    PreconditionFailed(&'static str),
    /// An error whose sentence is always the same.
    Told {
        /// What it says.
        sentence: &'static Sentence,
        /// What it tells besides, in order.
        members: Vec<(&'static str, String)>,
    },
    /// There are more tags than there may be, as the sentence says.
    TooManyTags(&'static str),
    /// The file of a form is smaller than its policy wants.
    UploadTooSmall {
        /// Its bytes.
        proposed: u64,
        /// How many it must have.
        least: u64,
    },
}

impl S3Error {
    /// The caller may not, and is told why, as callers of the bucket owner's account are (User Guide, "Access denied
    /// message examples and how to troubleshoot them").
    pub(super) fn not_authorized(principal: &str, action: &str, resource: &str, why: &str) -> S3Error {
        let sentence = format!(
            "User: {principal} is not authorized to perform: {action} on resource: \"{resource}\" {why}"
        );
        S3Error::NotAuthorized(sentence)
    }
}

impl From<S3Error> for Fault {
    fn from(error: S3Error) -> Fault {
        use S3Error::*;
        match error {
            AccessDenied => Fault::new("AccessDenied", 403, "Access Denied"),
            AclNotSupported => {
                Fault::new("AccessControlListNotSupported", 400, "The bucket does not allow ACLs")
            }
            BadDigest { expected, calculated } => {
                Fault::new("BadDigest", 400, "The Content-MD5 you specified did not match what we received.")
                    .with("ExpectedDigest", expected)
                    .with("CalculatedDigest", calculated)
            }
            BadRequest(message) => Fault::new("BadRequest", 400, message),
            BucketAlreadyExists(bucket) => Fault::new(
                shapes::BUCKET_ALREADY_EXISTS.name,
                409,
                "The requested bucket name is not available. The bucket namespace is shared by all users of the \
                 system. Please select a different name and try again.",
            )
            .with("BucketName", bucket),
            BucketAlreadyOwnedByYou(bucket) => Fault::new(
                shapes::BUCKET_ALREADY_OWNED_BY_YOU.name,
                409,
                "Your previous request to create the named bucket succeeded and you already own it.",
            )
            .with("BucketName", bucket),
            BucketNotEmpty(bucket) => {
                Fault::new("BucketNotEmpty", 409, "The bucket you tried to delete is not empty")
                    .with("BucketName", bucket)
            }
            ChecksumKindMismatch(kind) => {
                let message = format!(
                    "The upload was created using the {kind} checksum mode. The complete request must use the same \
                     checksum mode."
                );
                Fault::new("BadDigest", 400, message)
            }
            ChecksumMismatch(algorithm) => {
                let message = format!("The {algorithm} you specified did not match the calculated checksum.");
                Fault::new("BadDigest", 400, message)
            }
            ChecksumTypeMismatch { expected, actual } => {
                let name = |algorithm: Option<Algorithm>| {
                    algorithm.map_or("null".into(), |algorithm| algorithm.as_str().to_ascii_lowercase())
                };
                let message = format!(
                    "Checksum Type mismatch occurred, expected checksum Type: {}, actual checksum Type: {}",
                    name(expected),
                    name(actual)
                );
                Fault::new("InvalidRequest", 400, message)
            }
            CompletedChecksumMismatch(algorithm) => {
                let name = algorithm.as_str().to_ascii_lowercase();
                let message = format!("The {name} you specified did not match the calculated checksum.");
                Fault::new("BadDigest", 400, message)
            }
            CopyOntoItself => Fault::new(
                "InvalidRequest",
                400,
                "This copy request is illegal because it is trying to copy an object to itself without changing \
                 the object's metadata, storage class, website redirect location or encryption attributes.",
            ),
            EntityTooLarge { proposed, most } => {
                Fault::new("EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size")
                    .with("ProposedSize", proposed.to_string())
                    .with("MaxSizeAllowed", most.to_string())
            }
            EntityTooSmall { proposed, part_number, etag } => {
                let message = "Your proposed upload is smaller than the minimum allowed size";
                Fault::new("EntityTooSmall", 400, message)
                    .with("ProposedSize", proposed.to_string())
                    .with("MinSizeAllowed", super::multipart::SMALLEST_PART.to_string())
                    .with("PartNumber", part_number.to_string())
                    .with("ETag", etag)
            }
            IllegalLocationConstraint(constraint) => {
                let constraint = constraint.as_deref().unwrap_or("unspecified");
                let message = format!(
                    "The {constraint} location constraint is incompatible for the region specific endpoint this \
                     request was sent to."
                );
                Fault::new("IllegalLocationConstraintException", 400, message)
            }
            Incomplete(error) => crate::gateway::broken(error),
            InvalidArgument { message, name, value } => {
                Fault::new("InvalidArgument", 400, message).with("ArgumentName", name).with("ArgumentValue", value)
            }
            InvalidBucketName(bucket) => {
                Fault::new("InvalidBucketName", 400, "The specified bucket is not valid.").with("BucketName", bucket)
            }
            // Its value is not told (https://github.com/aws/aws-sdk-js-v3/issues/1636).
            InvalidContinuationToken => {
                Fault::new("InvalidArgument", 400, "The continuation token provided is incorrect")
                    .with("ArgumentName", "continuation-token")
            }
            InvalidDigest(digest) => {
                Fault::new("InvalidDigest", 400, "The Content-MD5 you specified was invalid.")
                    .with("Content-MD5", digest)
            }
            InvalidCopyRange { requested, size } => {
                let message = format!("Range specified is not valid for source object of size: {size}");
                Fault::new("InvalidArgument", 400, message)
                    .with("ArgumentName", "x-amz-copy-source-range")
                    .with("ArgumentValue", requested)
            }
            InvalidLocationConstraint(constraint) => {
                Fault::new("InvalidLocationConstraint", 400, "The specified location-constraint is not valid")
                    .with("LocationConstraint", constraint)
            }
            InvalidPart { upload_id, part_number, etag } => Fault::new(
                "InvalidPart",
                400,
                "One or more of the specified parts could not be found.  The part may not have been uploaded, or the \
                 specified entity tag may not match the part's entity tag.",
            )
            .with("UploadId", upload_id)
            .with("PartNumber", part_number.to_string())
            .with("ETag", etag),
            InvalidPartOrder { upload_id, part_number, etag } => Fault::new(
                "InvalidPartOrder",
                400,
                "The list of parts was not in ascending order. Parts must be ordered by part number.",
            )
            .with("UploadId", upload_id)
            .with("PartNumber", part_number.to_string())
            .with("ETag", etag),
            InvalidPartNumber { requested, actual } => {
                Fault::new("InvalidPartNumber", 416, "The requested partnumber is not satisfiable")
                    .with("PartNumberRequested", requested.to_string())
                    .with("ActualPartCount", actual.to_string())
            }
            InvalidRange { requested, size } => {
                Fault::new("InvalidRange", 416, "The requested range is not satisfiable")
                    .with("RangeRequested", requested)
                    .with("ActualObjectSize", size.to_string())
            }
            InvalidBucketAcl => Fault::new(
                "InvalidBucketAclWithObjectOwnership",
                400,
                "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
            ),
            InvalidRedirectLocation => Fault::new(
                "InvalidRedirectLocation",
                400,
                "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
            ),
            InvalidRequest(message) => Fault::new("InvalidRequest", 400, message),
            InvalidSetting { message, name, value } => {
                let members = [("ArgumentName", name.map(str::to_owned)), ("ArgumentValue", value)];
                members.into_iter().fold(Fault::new("InvalidArgument", 400, message), |fault, (name, text)| {
                    match text {
                        Some(text) => fault.with(name, text),
                        None => fault,
                    }
                })
            }
            InvalidPolicyDocument(message) => Fault::new("InvalidPolicyDocument", 400, message),
            InvalidStorageClass(requested) => {
                Fault::new("InvalidStorageClass", 400, "The storage class you specified is not valid")
                    .with("StorageClassRequested", requested)
            }
            InvalidTag { message, key, value } => {
                let mut fault = Fault::new("InvalidTag", 400, message);
                for (name, text) in [("TagKey", key), ("TagValue", value)] {
                    fault = match text {
                        Some(text) => fault.with(name, text),
                        None => fault,
                    };
                }
                fault
            }
            KeyTooLong { size } => Fault::new("KeyTooLongError", 400, "Your key is too long")
                .with("Size", size.to_string())
                .with("MaxSizeAllowed", "1024"),
            MalformedPolicy(message) => Fault::new("MalformedPolicy", 400, message),
            MalformedXml => Fault::new(
                "MalformedXML",
                400,
                "The XML you provided was not well-formed or did not validate against our published schema",
            ),
            MetadataTooLarge { size } => {
                let message = "Your metadata headers exceed the maximum allowed metadata size";
                Fault::new("MetadataTooLarge", 400, message)
                    .with("Size", size.to_string())
                    .with("MaxSizeAllowed", "2048")
            }
            NoSuchBucket(bucket) => {
                Fault::new(shapes::NO_SUCH_BUCKET.name, 404, "The specified bucket does not exist")
                    .with("BucketName", bucket)
            }
            NoSuchKey(key) => {
                Fault::new(shapes::NO_SUCH_KEY.name, 404, "The specified key does not exist.").with("Key", key)
            }
            NoSuchTagSet(bucket) => {
                Fault::new("NoSuchTagSet", 404, "The TagSet does not exist").with("BucketName", bucket)
            }
            NoSuchUpload(upload_id) => Fault::new(
                shapes::NO_SUCH_UPLOAD.name,
                404,
                "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
                 aborted or completed.",
            )
            .with("UploadId", upload_id),
            NoSuchKeyButMarker { key, version_id } => Fault::from(NoSuchKey(key))
                .header("x-amz-delete-marker", "true")
                .header("x-amz-version-id", version_id),
            IsDeleteMarker { method, version_id, last_modified } => Fault::new(
                "MethodNotAllowed",
                405,
                "The specified method is not allowed against this resource.",
            )
            .with("Method", method)
            .with("ResourceType", "DeleteMarker")
            .header("allow", "DELETE")
            .header("last-modified", last_modified)
            .header("x-amz-delete-marker", "true")
            .header("x-amz-version-id", version_id),
            NotAuthorized(message) => Fault::new("AccessDenied", 403, message),
            NotImplemented(header) => {
                let message = "A header you provided implies functionality that is not implemented";
                Fault::new("NotImplemented", 501, message).with("Header", header)
            }
            NotModified { etag, last_modified } => Fault::new("NotModified", 304, "Not Modified")
                .header("etag", etag)
                .header("last-modified", last_modified),
            PermanentRedirect { bucket, region } => Fault::new(
                "PermanentRedirect",
                301,
                "The bucket you are attempting to access must be addressed using the specified endpoint. Please \
                 send all future requests to this endpoint.",
            )
            .with("Endpoint", format!("{bucket}.{}", endpoint(&region)))
            .with("Bucket", bucket)
            .header("x-amz-bucket-region", region),
            PreconditionFailed(condition) => Fault::new(
                "PreconditionFailed",
                412,
                "At least one of the pre-conditions you specified did not hold",
            )
            .with("Condition", condition),
            Told { sentence, members } => members.into_iter().fold(
                Fault::new(sentence.code, sentence.status, sentence.message),
                |fault, (name, value)| fault.with(name, value),
            ),
            TooManyTags(message) => Fault::new("BadRequest", 400, message),
            UploadTooSmall { proposed, least } => {
                Fault::new("EntityTooSmall", 400, "Your proposed upload is smaller than the minimum allowed size")
                    .with("ProposedSize", proposed.to_string())
                    .with("MinSizeAllowed", least.to_string())
            }
        }
    }
}

/// Whether a region is one of those whose endpoints have a first spelling besides (User Guide, "Website endpoints").
pub(super) fn is_of_old(region: &str) -> bool {
    const OF_OLD: [&str; 9] = [
        "ap-northeast-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-west-1",
        "sa-east-1",
        "us-east-1",
        "us-gov-west-1",
        "us-west-1",
        "us-west-2",
    ];
    OF_OLD.contains(&region)
}

/// The endpoint that a redirect names: in the regions of old in its first spelling, which S3 still tells
/// (User Guide, "Virtual hosting of general purpose buckets", for the spellings; the captures in mountpoint-s3's tests of
/// 2023 show it, where a recording of 2017 had the other).
fn endpoint(region: &str) -> String {
    match region {
        "us-east-1" => "s3.amazonaws.com".to_owned(),
        old if is_of_old(old) => format!("s3-{old}.amazonaws.com"),
        newer => format!("s3.{newer}.amazonaws.com"),
    }
}
