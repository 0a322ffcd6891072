//! Which checksums an upload has: their algorithm, and whether the object's is one of all its bytes or one of its
//! parts' checksums.
//!
//! Sources: S3 User Guide, "Checking object integrity in Amazon S3", "Using part-level checksums for multipart
//! uploads"; the sentences as floci issue 3093 reports them of S3 itself.

use crate::services::s3::S3Error;
use crate::services::s3::upload::Claims;
use ruststack_wire::sign::checksum::Algorithm;

/// The checksums of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scheme {
    pub(super) algorithm: Algorithm,
    pub(super) is_composite: bool,
    /// Whether the caller named the algorithm; S3 does not show the one that it uses by itself before the end.
    pub(super) is_declared: bool,
}

impl Default for Scheme {
    /// What S3 uses by itself.
    fn default() -> Scheme {
        Scheme { algorithm: Algorithm::Crc64Nvme, is_composite: false, is_declared: false }
    }
}

impl Scheme {
    /// Reads `x-amz-checksum-algorithm` and `x-amz-checksum-type`.
    ///
    /// Without a word of the caller's it is a CRC64NVME of all bytes. The hashes are composites always, CRC64NVME never,
    /// the other CRCs unless the caller says otherwise.
    pub(super) fn parse(algorithm: Option<&str>, kind: Option<&str>) -> Result<Scheme, S3Error> {
        let invalid = |message: String| Err(S3Error::InvalidRequest(message));
        let is_composite = match kind {
            None => None,
            Some("COMPOSITE") => Some(true),
            Some("FULL_OBJECT") => Some(false),
            Some(_) => return invalid("Value for x-amz-checksum-type header is invalid.".into()),
        };
        let Some(algorithm) = Claims::parse(None, [], algorithm)?.algorithm() else {
            if is_composite.is_some() {
                return invalid(
                    "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header."
                        .into(),
                );
            }
            return Ok(Scheme::default());
        };
        let allowed: &[bool] = match algorithm {
            Algorithm::Crc32 | Algorithm::Crc32c => &[true, false],
            Algorithm::Crc64Nvme => &[false],
            _ => &[true],
        };
        let is_composite = is_composite.unwrap_or(allowed[0]);
        let scheme = Scheme { algorithm, is_composite, is_declared: true };
        if allowed.contains(&is_composite) {
            return Ok(scheme);
        }
        let name = algorithm.as_str().to_ascii_lowercase();
        invalid(format!(
            "The {} checksum type cannot be used with the {name} checksum algorithm.",
            scheme.kind()
        ))
    }

    /// The name of the kind.
    pub(super) fn kind(&self) -> &'static str {
        if self.is_composite { "COMPOSITE" } else { "FULL_OBJECT" }
    }

    /// The algorithm and the kind, as answers show them where the caller has named them.
    pub(super) fn shown(&self) -> (Option<String>, Option<String>) {
        let shown = |text: &str| self.is_declared.then(|| text.to_owned());
        (shown(self.algorithm.as_str()), shown(self.kind()))
    }

    /// Checks that a part comes with a checksum of this algorithm, or with none where none is needed.
    ///
    /// Where the upload names none, parts may have any, as SDKs send by themselves (aws-sdk-java-v2 issue 6518).
    pub(super) fn check_part(&self, actual: Option<Algorithm>) -> Result<(), S3Error> {
        let expected = Some(self.algorithm);
        let may_lack = actual.is_none() && !self.is_composite;
        if !self.is_declared || may_lack || actual == expected {
            return Ok(());
        }
        Err(S3Error::ChecksumTypeMismatch { expected, actual })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruststack_wire::Fault;

    #[track_caller]
    fn check(algorithm: Option<&str>, kind: Option<&str>, expected: &str) {
        let told = match Scheme::parse(algorithm, kind) {
            Ok(scheme) => format!("{} {}", scheme.algorithm.as_str(), scheme.kind()),
            Err(error) => Fault::from(error).message.unwrap_or_default().into_owned(),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn each_algorithm_has_its_kinds() {
        check(None, None, "CRC64NVME FULL_OBJECT");
        check(Some("CRC64NVME"), None, "CRC64NVME FULL_OBJECT");
        check(Some("crc32"), None, "CRC32 COMPOSITE");
        check(Some("CRC32C"), Some("FULL_OBJECT"), "CRC32C FULL_OBJECT");
        check(Some("SHA256"), Some("COMPOSITE"), "SHA256 COMPOSITE");
        let sha = "The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm.";
        check(Some("SHA256"), Some("FULL_OBJECT"), sha);
        let crc = "The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.";
        check(Some("CRC64NVME"), Some("COMPOSITE"), crc);
        let alone =
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.";
        check(None, Some("COMPOSITE"), alone);
        check(Some("SHA1"), Some("x"), "Value for x-amz-checksum-type header is invalid.");
    }

    #[test]
    fn a_part_has_the_algorithm_of_its_upload() {
        let check = |algorithm: Option<&str>, kind: Option<&str>, actual: Option<Algorithm>| {
            let scheme = Scheme::parse(algorithm, kind).expect("a scheme");
            scheme
                .check_part(actual)
                .map_err(|error| Fault::from(error).message.unwrap_or_default().into_owned())
        };
        let mismatch = |expected: &str, actual: &str| {
            Err(format!(
                "Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum Type: {actual}"
            ))
        };
        assert_eq!(check(None, None, None), Ok(()));
        assert_eq!(check(None, None, Some(Algorithm::Sha256)), Ok(()));
        assert_eq!(check(Some("SHA256"), None, None), mismatch("sha256", "null"));
        assert_eq!(check(Some("SHA256"), None, Some(Algorithm::Sha256)), Ok(()));
        assert_eq!(check(Some("CRC32"), Some("FULL_OBJECT"), None), Ok(()));
        assert_eq!(
            check(Some("CRC32"), Some("FULL_OBJECT"), Some(Algorithm::Sha1)),
            mismatch("crc32", "sha1")
        );
    }
}
