//! An upload becomes an object.

use super::assemble::{self, Named};
use super::scheme::Scheme;
use super::state::{Completion, Known, Part};
use crate::gateway::Caller;
use crate::services::s3::answers::{set_checksum, set_checksum_text};
use crate::services::s3::conditions::WriteConditions;
use crate::services::s3::happening::Kind;
use crate::services::s3::listing::url_encode;
use crate::services::s3::object::Object;
use crate::services::s3::state::Bucket;
use crate::services::s3::sum::Sum;
use crate::services::s3::{S3, S3Error};
use ruststack_models::s3::types::{CompleteMultipartUploadOutput, CompleteMultipartUploadRequest};
use ruststack_wire::sign::checksum::{Algorithm, Checksum};
use std::sync::Arc;

/// What the caller says of the object beforehand.
struct Claims {
    sum: Option<(Algorithm, String)>,
    is_composite: Option<bool>,
    size: Option<i64>,
}

/// What is found under an id.
enum Found {
    Parts(Scheme, Vec<Arc<Part>>),
    /// The same request has been answered before.
    Done(Completion),
}

impl S3 {
    /// Makes an object of the parts that are named, in place of one that is there. The same request again is answered
    /// the same as long as it is remembered.
    pub(in crate::services::s3) async fn complete_multipart_upload(
        &self,
        caller: &Caller,
        mut input: CompleteMultipartUploadRequest,
    ) -> Result<CompleteMultipartUploadOutput, S3Error> {
        let key = input.key.take().unwrap_or_default();
        let id = input.upload_id.take().unwrap_or_default();
        let bucket = self.bucket(caller, input.bucket.as_ref(), input.expected_bucket_owner.as_ref())?;
        let list = input.multipart_upload.take().ok_or_else(without_parts)?.parts;
        let named = assemble::read(&id, list)?;
        let claims = Claims::read(&mut input)?;
        let (scheme, parts) = match find(&bucket, &key, &id, &named)? {
            Found::Parts(scheme, parts) => (scheme, parts),
            Found::Done(completion) => return Ok(answer(&bucket, key, completion)),
        };
        let assembled = assemble::assemble(scheme, &parts);
        claims.check(scheme, &assembled.sum, assembled.content.len())?;
        let conditions = WriteConditions::parse(input.if_match.as_deref(), input.if_none_match.as_deref())?;
        bucket.check_write(&key, &conditions)?;
        let (ended, found, completion) = {
            let mut uploads = bucket.uploads();
            let upload = uploads.open(&key, &id).ok_or_else(|| S3Error::NoSuchUpload(id.clone()))?;
            conditions.check_undisturbed(&key, upload.is_disturbed)?;
            let object = Object {
                content: assembled.content,
                etag: assembled.etag,
                // An object in parts is as old as its upload (User Guide, "System-defined object metadata").
                last_modified: upload.initiated,
                checksum: Some(assembled.sum.clone()),
                parts: assembled.parts,
                storage_class: upload.storage_class,
                tags: upload.tags.clone(),
                access: upload.access.clone(),
                described: upload.described.clone(),
                encryption: upload.encryption.clone(),
                lock: upload.lock.clone().map(Box::new),
                ..Object::default()
            };
            let (found, replaced) = bucket.put(caller, &key, object, &conditions)?;
            let completion = Completion {
                parts: names(&named),
                etag: found.object.quoted_etag(),
                sum: assembled.sum,
                version_id: found.version_id.clone(),
                expiration: found.expiration.clone(),
                encryption: found.object.encryption.clone(),
            };
            let upload = uploads.end(&id, Some(completion.clone()), caller.now);
            uploads.disturb(&key);
            ((upload, replaced), found, completion)
        };
        // What has been replaced and what was not used is let go of after the locks.
        drop(ended);
        self.happened(caller, &bucket, &found.happening(Kind::CompleteMultipartUpload, &key));
        Ok(answer(&bucket, key, completion))
    }
}

/// The parts of the upload of this id that are named, or what was answered before.
fn find(bucket: &Bucket, key: &str, id: &str, named: &[Named]) -> Result<Found, S3Error> {
    match bucket.uploads().find(key, id) {
        Known::Open(upload) => Ok(Found::Parts(upload.scheme, assemble::choose(upload, named)?)),
        Known::Ended(Some(completion)) if completion.parts == names(named) => {
            Ok(Found::Done(completion.clone()))
        }
        Known::Ended(_) | Known::Not => Err(S3Error::NoSuchUpload(id.to_owned())),
    }
}

fn names(named: &[Named]) -> Vec<(i32, String)> {
    named.iter().map(|part| (part.number, part.etag.clone())).collect()
}

/// A request without a body names no part (cassettes/corpus/s3/multipart-upload-refused).
fn without_parts() -> S3Error {
    S3Error::InvalidRequest("You must specify at least one part".to_owned())
}

fn answer(bucket: &Bucket, key: String, completion: Completion) -> CompleteMultipartUploadOutput {
    // Slashes are encoded as well (aws-sdk-js issues 811 and 1158).
    let path = url_encode(&key).replace('/', "%2F");
    let mut output = CompleteMultipartUploadOutput {
        location: Some(format!("https://{}.s3.{}.amazonaws.com/{path}", bucket.name, bucket.region)),
        bucket: Some(bucket.name.clone()),
        key: Some(key),
        etag: Some(completion.etag),
        version_id: completion.version_id,
        expiration: completion.expiration,
        server_side_encryption: completion.encryption.method(),
        ssekms_key_id: completion.encryption.kms_key(),
        bucket_key_enabled: completion.encryption.bucket_key(),
        ..Default::default()
    };
    set_checksum!(output, Some(completion.sum));
    output
}

impl Claims {
    fn read(input: &mut CompleteMultipartUploadRequest) -> Result<Claims, S3Error> {
        let sums = [
            (Algorithm::Crc32, input.checksum_crc32.take()),
            (Algorithm::Crc32c, input.checksum_crc32c.take()),
            (Algorithm::Crc64Nvme, input.checksum_crc64nvme.take()),
            (Algorithm::Sha1, input.checksum_sha1.take()),
            (Algorithm::Sha256, input.checksum_sha256.take()),
            (Algorithm::Sha512, input.checksum_sha512.take()),
            (Algorithm::Md5, input.checksum_md5.take()),
            (Algorithm::XxHash64, input.checksum_xxhash64.take()),
            (Algorithm::XxHash3, input.checksum_xxhash3.take()),
            (Algorithm::XxHash128, input.checksum_xxhash128.take()),
        ];
        let mut sums = sums.into_iter().filter_map(|(algorithm, text)| Some((algorithm, text?)));
        let sum = sums.next();
        if sums.next().is_some() {
            let message =
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
            return Err(S3Error::InvalidRequest(message.into()));
        }
        let is_composite = match input.checksum_type.as_deref() {
            None => None,
            Some("COMPOSITE") => Some(true),
            Some("FULL_OBJECT") => Some(false),
            Some(_) => {
                let message = "Value for x-amz-checksum-type header is invalid.";
                return Err(S3Error::InvalidRequest(message.into()));
            }
        };
        Ok(Claims { sum, is_composite, size: input.mpu_object_size })
    }

    /// Holds what was said against what came out.
    fn check(&self, scheme: Scheme, sum: &Sum, size: u64) -> Result<(), S3Error> {
        if self.is_composite.is_some_and(|claimed| claimed != scheme.is_composite) {
            return Err(S3Error::ChecksumKindMismatch(scheme.kind()));
        }
        if let Some(claimed) = self.size.filter(|claimed| u64::try_from(*claimed) != Ok(size)) {
            return Err(S3Error::InvalidRequest(format!(
                "The provided 'x-amz-mp-object-size' header value {claimed} does not match what was computed: {size}"
            )));
        }
        let Some((algorithm, text)) = &self.sum else { return Ok(()) };
        if *algorithm != scheme.algorithm {
            let expected = scheme.is_declared.then_some(scheme.algorithm);
            return Err(S3Error::ChecksumTypeMismatch { expected, actual: Some(*algorithm) });
        }
        let (base64, count) = match text.split_once('-') {
            Some((base64, count)) => (base64, Some(count)),
            None => (text.as_str(), None),
        };
        let Some(claimed) = Checksum::parse(*algorithm, base64) else {
            let header = algorithm.header().unwrap_or_default();
            return Err(S3Error::InvalidRequest(format!("Value for {header} header is invalid.")));
        };
        let count_fits = match (count, sum) {
            (None, _) => true,
            (Some(count), Sum::Composite(_, parts)) => count == parts.to_string(),
            (Some(_), _) => false,
        };
        if claimed == *sum.checksum() && count_fits {
            return Ok(());
        }
        Err(S3Error::CompletedChecksumMismatch(*algorithm))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_wire::Fault;

    #[track_caller]
    fn check(sum: &str, kind: Option<bool>, size: Option<i64>, expected: Option<&str>) {
        let composite = Sum::Composite(Algorithm::Crc32.digest(b"sums"), 2);
        let scheme = Scheme::parse(Some("CRC32"), None).expect("a scheme");
        let sum = Some((Algorithm::Crc32, sum.to_owned())).filter(|(_, text)| !text.is_empty());
        let found = Claims { sum, is_composite: kind, size }.check(scheme, &composite, 10);
        let code = found.err().map(|error| Fault::from(error).code.into_owned());
        assert_eq!(code.as_deref(), expected);
    }

    #[test]
    fn what_is_said_of_the_object_is_so() {
        let right = Algorithm::Crc32.digest(b"sums").to_base64();
        check("", None, None, None);
        check(&right, Some(true), Some(10), None);
        check(&format!("{right}-2"), None, None, None);
        check(&format!("{right}-3"), None, None, Some("BadDigest"));
        check("AAAAAA==", None, None, Some("BadDigest"));
        check("nonsense", None, None, Some("InvalidRequest"));
        check("", Some(false), None, Some("BadDigest"));
        check("", None, Some(11), Some("InvalidRequest"));
        check("", None, Some(-1), Some("InvalidRequest"));
    }
}
