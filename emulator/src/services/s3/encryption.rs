//! How objects are encrypted: with S3's own keys, with keys of KMS, or with keys that the caller brings. Nothing is
//! encrypted here; what can be seen of it from outside is as it is on AWS.
//!
//! Sources: S3 User Guide, "Protecting data with server-side encryption"; the sentences of SSE-C as reported of S3
//! itself: aws-cli issues 1349 and 6906, node-s3-client issue 137, aws-sdk-php issue 1050, aws-sdk-ruby issue 1302.

use super::S3Error;
use super::errors::{
    ENCRYPTION_NOT_APPLICABLE, ENCRYPTION_PARAMETERS_MISSING, INVALID_ENCRYPTION_ALGORITHM,
    PART_HAS_OTHER_ENCRYPTION, PART_LACKS_ENCRYPTION,
};
use super::etag::ETag;
use super::state::Bucket;
use crate::gateway::Caller;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ruststack_wire::sign::checksum::{Algorithm, Checksum};
use sha2::{Digest, Sha256};
use std::sync::Arc;

const ALGORITHM: &str = "x-amz-server-side-encryption-customer-algorithm";
const METHOD: &str = "x-amz-server-side-encryption";

/// How an object is encrypted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Encryption {
    /// With S3's own keys (SSE-S3).
    #[default]
    S3,
    /// With a key of KMS (SSE-KMS, DSSE-KMS).
    Kms(Arc<Kms>),
    /// With a key that the caller brings with each request (SSE-C).
    Customer(Arc<CustomerKey>),
}

/// A key of KMS, and how it is used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kms {
    /// `aws:kms` or `aws:kms:dsse`.
    pub(super) method: String,
    /// The key's ARN.
    pub(super) key: String,
    pub(super) has_bucket_key: bool,
}

/// A key that a caller brought: its digests, never itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CustomerKey {
    /// The MD5, in base64, as answers tell it.
    pub(super) md5: String,
    /// The SHA-256, which a key that is brought to read with must have.
    sha256: [u8; 32],
}

/// The headers of a request that say how an object is to be encrypted.
#[derive(Default)]
pub(super) struct EncryptionHeaders<'a> {
    pub(super) method: Option<&'a str>,
    pub(super) kms_key: Option<&'a str>,
    pub(super) bucket_key: Option<bool>,
    pub(super) customer: CustomerHeaders<'a>,
}

/// The headers of a request that bring a key.
#[derive(Default)]
pub(super) struct CustomerHeaders<'a> {
    pub(super) algorithm: Option<&'a str>,
    pub(super) key: Option<&'a str>,
    pub(super) md5: Option<&'a str>,
}

/// What a bucket does with objects whose writer says nothing of encryption.
#[derive(Debug, Clone)]
struct BucketDefault {
    method: Option<String>,
    kms_key: Option<String>,
    has_bucket_key: bool,
    /// Whether keys that callers bring are refused.
    blocks_customer_keys: bool,
}

impl BucketDefault {
    /// What the bucket's configuration says. A new bucket's is that S3's own keys encrypt, and that callers bring none
    /// (User Guide, "Blocking or unblocking SSE-C for a general purpose bucket").
    fn of(bucket: &Bucket) -> BucketDefault {
        let settings = bucket.settings();
        let rule = settings.encryption.as_ref().and_then(|kept| kept.rules.as_deref()?.first());
        let default = rule.and_then(|rule| rule.apply_server_side_encryption_by_default.as_ref());
        let blocked =
            rule.and_then(|rule| rule.blocked_encryption_types.as_ref()?.encryption_type.as_deref());
        BucketDefault {
            method: default.and_then(|default| default.sse_algorithm.clone()),
            kms_key: default.and_then(|default| default.kms_master_key_id.clone()),
            has_bucket_key: rule.and_then(|rule| rule.bucket_key_enabled) == Some(true),
            blocks_customer_keys: blocked.is_none_or(|types| types.iter().any(|kind| kind == "SSE-C")),
        }
    }
}

impl EncryptionHeaders<'_> {
    /// How the object is to be encrypted in this bucket.
    pub(super) fn read(&self, caller: &Caller, bucket: &Bucket) -> Result<Encryption, S3Error> {
        let (region, bucket) = (&bucket.region, BucketDefault::of(bucket));
        if bucket.blocks_customer_keys && self.customer.any() {
            return Err(S3Error::AccessDenied);
        }
        if let Some(key) = self.customer.read()? {
            if let Some(method) = self.method {
                return Err(S3Error::InvalidArgument {
                    message: "Server Side Encryption with Customer provided key is incompatible with the encryption \
                              method specified",
                    name: METHOD,
                    value: method.to_owned(),
                });
            }
            return Ok(Encryption::Customer(Arc::new(key)));
        }
        let (method, named) = match self.method {
            Some(method) => (method, self.kms_key),
            None if self.kms_key.is_some() => {
                return Err(S3Error::InvalidArgument {
                    message: "Server Side Encryption with AWS KMS managed key requires HTTP header \
                              x-amz-server-side-encryption : aws:kms",
                    name: METHOD,
                    value: "null".into(),
                });
            }
            None => (bucket.method.as_deref().unwrap_or("AES256"), bucket.kms_key.as_deref()),
        };
        match method {
            "AES256" if self.kms_key.is_some() => Err(S3Error::InvalidArgument {
                message: "Server Side Encryption with AWS KMS managed key requires HTTP header \
                          x-amz-server-side-encryption : aws:kms",
                name: METHOD,
                value: method.to_owned(),
            }),
            "AES256" => Ok(Encryption::S3),
            "aws:kms" | "aws:kms:dsse" => {
                let has_bucket_key = self.bucket_key.unwrap_or(bucket.has_bucket_key) && method == "aws:kms";
                let key = key_arn(named, &caller.account, region);
                Ok(Encryption::Kms(Arc::new(Kms { method: method.to_owned(), key, has_bucket_key })))
            }
            other => Err(S3Error::InvalidArgument {
                message: "The encryption method specified is not supported",
                name: METHOD,
                value: other.to_owned(),
            }),
        }
    }
}

impl CustomerHeaders<'_> {
    /// Whether anything is said of a key.
    fn any(&self) -> bool {
        self.algorithm.is_some() || self.key.is_some() || self.md5.is_some()
    }

    /// The key that is brought, if one is: of 256 bits, and with its MD5.
    pub(super) fn read(&self) -> Result<Option<CustomerKey>, S3Error> {
        let lacking =
            |message| Err(S3Error::InvalidArgument { message, name: METHOD, value: "null".to_owned() });
        let (algorithm, key, md5) = match (self.algorithm, self.key, self.md5) {
            (None, None, None) => return Ok(None),
            (None, ..) => {
                return lacking(
                    "Requests specifying Server Side Encryption with Customer provided keys must provide a valid \
                     encryption algorithm.",
                );
            }
            (Some(algorithm), ..) if algorithm != "AES256" => {
                return Err(INVALID_ENCRYPTION_ALGORITHM
                    .with([("ArgumentName", ALGORITHM.into()), ("ArgumentValue", algorithm.into())]));
            }
            (Some(_), None, _) => {
                return lacking(
                    "Requests specifying Server Side Encryption with Customer provided keys must provide an \
                     appropriate secret key.",
                );
            }
            (Some(_), Some(_), None) => {
                return lacking(
                    "Requests specifying Server Side Encryption with Customer provided keys must provide the client \
                     calculated MD5 of the secret key.",
                );
            }
            (Some(algorithm), Some(key), Some(md5)) => (algorithm, key, md5),
        };
        let bytes = STANDARD.decode(key).ok().filter(|bytes| bytes.len() == 32);
        let Some(bytes) = bytes else {
            return Err(S3Error::InvalidArgument {
                message: "The secret key was invalid for the specified algorithm.",
                name: ALGORITHM,
                value: algorithm.to_owned(),
            });
        };
        let found = Algorithm::Md5.digest(&bytes).to_base64();
        if found != md5 {
            return Err(S3Error::InvalidArgument {
                message: "The calculated MD5 hash of the key did not match the hash that was provided.",
                name: "x-amz-server-side-encryption-customer-key-MD5",
                value: md5.to_owned(),
            });
        }
        Ok(Some(CustomerKey { md5: found, sha256: Sha256::digest(&bytes).into() }))
    }

    /// Checks that a reader brings the key that the object was written with, and none where it was written with none.
    pub(super) fn check(&self, encryption: &Encryption) -> Result<(), S3Error> {
        match (self.read()?, encryption) {
            (None, Encryption::S3 | Encryption::Kms(_)) => Ok(()),
            (None, Encryption::Customer(_)) => Err(ENCRYPTION_PARAMETERS_MISSING.told()),
            (Some(key), Encryption::Customer(written)) if key == **written => Ok(()),
            (Some(_), Encryption::Customer(_)) => Err(S3Error::AccessDenied),
            (Some(_), Encryption::S3 | Encryption::Kms(_)) => Err(ENCRYPTION_NOT_APPLICABLE.told()),
        }
    }
}

impl CustomerHeaders<'_> {
    /// Checks that a part comes with the key that its upload was begun with.
    pub(super) fn check_part(&self, encryption: &Encryption) -> Result<(), S3Error> {
        match (self.read()?, encryption) {
            (None, Encryption::S3 | Encryption::Kms(_)) => Ok(()),
            (None, Encryption::Customer(_)) => Err(PART_LACKS_ENCRYPTION.told()),
            (Some(key), Encryption::Customer(begun)) if key == **begun => Ok(()),
            (Some(_), _) => Err(PART_HAS_OTHER_ENCRYPTION.told()),
        }
    }
}

impl Encryption {
    /// The header `x-amz-server-side-encryption`.
    pub(super) fn method(&self) -> Option<String> {
        match self {
            Encryption::S3 => Some("AES256".into()),
            Encryption::Kms(kms) => Some(kms.method.clone()),
            Encryption::Customer(_) => None,
        }
    }

    /// The ARN of the key, where it is one of KMS.
    pub(super) fn kms_key(&self) -> Option<String> {
        match self {
            Encryption::Kms(kms) => Some(kms.key.clone()),
            _ => None,
        }
    }

    /// Whether a bucket key is used; where none is, nothing is told.
    pub(super) fn bucket_key(&self) -> Option<bool> {
        matches!(self, Encryption::Kms(kms) if kms.has_bucket_key).then_some(true)
    }

    /// The MD5 of the key, where the caller brought it.
    pub(super) fn customer_md5(&self) -> Option<String> {
        match self {
            Encryption::Customer(key) => Some(key.md5.clone()),
            _ => None,
        }
    }

    /// The algorithm, where the caller brought the key.
    pub(super) fn customer_algorithm(&self) -> Option<String> {
        self.customer_md5().map(|_| "AES256".into())
    }

    /// The ETag of an object in one piece: the MD5 of its bytes only where S3's own keys encrypt it
    /// (API reference, Object, "ETag").
    pub(super) fn etag(&self, md5: &Checksum, caller: &Caller) -> ETag {
        match self {
            Encryption::S3 => ETag::of(md5),
            Encryption::Kms(_) | Encryption::Customer(_) => ETag::drawn(caller),
        }
    }
}

/// The ARN of a key that is named by its id, its alias or its ARN; of none that is named, that of the key that AWS
/// manages for S3, which every account has one of in each region.
fn key_arn(named: Option<&str>, account: &str, region: &str) -> String {
    match named {
        Some(arn) if arn.starts_with("arn:") => arn.to_owned(),
        Some(alias) if alias.starts_with("alias/") => format!("arn:aws:kms:{region}:{account}:{alias}"),
        Some(id) => format!("arn:aws:kms:{region}:{account}:key/{id}"),
        None => {
            let digest = Sha256::digest(format!("aws/s3 {account} {region}"));
            let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
            let id =
                format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..]);
            format!("arn:aws:kms:{region}:{account}:key/{id}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_wire::Fault;

    const KEY: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    fn md5() -> String {
        Algorithm::Md5.digest(b"01234567890123456789012345678901").to_base64()
    }

    #[track_caller]
    fn check(algorithm: Option<&str>, key: Option<&str>, md5: Option<&str>, expected: Result<bool, &str>) {
        let found = CustomerHeaders { algorithm, key, md5 }.read();
        let found = found.map(|key| key.is_some()).map_err(|error| Fault::from(error).code.into_owned());
        assert_eq!(found, expected.map_err(str::to_owned));
    }

    #[test]
    fn a_key_comes_with_its_algorithm_and_its_digest() {
        check(None, None, None, Ok(false));
        check(Some("AES256"), Some(KEY), Some(&md5()), Ok(true));
        check(None, Some(KEY), Some(&md5()), Err("InvalidArgument"));
        check(Some("AES128"), Some(KEY), Some(&md5()), Err("InvalidEncryptionAlgorithmError"));
        check(Some("AES256"), None, None, Err("InvalidArgument"));
        check(Some("AES256"), Some(KEY), None, Err("InvalidArgument"));
        check(Some("AES256"), Some("c2hvcnQ="), Some(&md5()), Err("InvalidArgument"));
        check(Some("AES256"), Some(KEY), Some("AAAA"), Err("InvalidArgument"));
    }

    #[test]
    fn who_reads_brings_the_key_of_who_wrote() {
        let md5 = md5();
        let headers = || CustomerHeaders { algorithm: Some("AES256"), key: Some(KEY), md5: Some(&md5) };
        let key = headers().read().ok().flatten().expect("a key");
        let written = Encryption::Customer(Arc::new(key.clone()));
        let other = Encryption::Customer(Arc::new(CustomerKey { sha256: [0; 32], ..key }));
        let code = |result: Result<(), S3Error>| result.map_err(|error| Fault::from(error).status.as_u16());
        assert_eq!(code(headers().check(&written)), Ok(()));
        assert_eq!(code(headers().check(&other)), Err(403));
        assert_eq!(code(headers().check(&Encryption::S3)), Err(400));
        assert_eq!(code(CustomerHeaders::default().check(&written)), Err(400));
        assert_eq!(code(CustomerHeaders::default().check(&Encryption::S3)), Ok(()));
    }
}
