//! What each failure is on the wire: code, status, sentence and members.

use super::S3Error;
use ruststack_models::s3::shapes;
use ruststack_wire::Fault;
use ruststack_wire::sign::checksum::Algorithm;

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
                    .with("MinSizeAllowed", crate::services::s3::multipart::SMALLEST_PART.to_string())
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
            PermanentRedirect { bucket, region, asked } => Fault::new(
                "PermanentRedirect",
                301,
                "The bucket you are attempting to access must be addressed using the specified endpoint. Please \
                 send all future requests to this endpoint.",
            )
            .with("Endpoint", format!("{bucket}.{}", endpoint(&region, &asked)))
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
pub(in crate::services::s3) fn is_of_old(region: &str) -> bool {
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

/// The endpoint that a redirect names. Asked in us-east-1, S3 names regions of old in their first spelling (captures in
/// s3rs issue 18, in mountpoint-s3's tests of 2023, and of August 2026), asked elsewhere in the other
/// (puppetlabs-aws's recording, of sa-east-1).
fn endpoint(region: &str, asked: &str) -> String {
    match region {
        "us-east-1" => "s3.amazonaws.com".to_owned(),
        old if is_of_old(old) && asked == "us-east-1" => format!("s3-{old}.amazonaws.com"),
        region => format!("s3.{region}.amazonaws.com"),
    }
}
