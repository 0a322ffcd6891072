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
