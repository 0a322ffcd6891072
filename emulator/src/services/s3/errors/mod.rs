//! Every way an S3 call fails, with the words AWS uses.
//!
//! Sources: the API reference's "Error responses" (codes and statuses) and recordings (sentences and members); for
//! uploads in parts what people report of S3 itself: versitygw issues 2036, 2038 and 2040 (members), floci issue 3093
//! and arrow-rs-object-store issue 709 (checksums), s5cmd issue 450 (NoSuchUpload);
//! for tags versitygw issues 1232, 2039 and 2072.

mod fault;
mod sentence;

pub(super) use fault::is_of_old;
pub(super) use sentence::*;

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
        /// The region that was asked.
        asked: String,
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
