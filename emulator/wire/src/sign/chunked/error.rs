//! How a chunked body is refused, in S3's words.

use http::StatusCode;

use crate::sign::payload::Framing;
use crate::sign::refusal::{MISMATCH, Refusal, spaced_hex};

/// What is wrong with a chunked body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChunkError {
    /// It ends early, is longer or shorter than it said, or its framing is broken. S3 has one answer.
    Incomplete,
    /// A chunk other than the last is too small.
    TooSmall {
        /// The number of the chunk that shows it, the first being 1.
        chunk: u64,
        /// The size.
        size: u64,
    },
    /// The trailers are broken, or not those announced.
    MalformedTrailer,
    /// The signature of a chunk or of the trailers is not ours.
    Mismatch {
        /// The access key id.
        access_key_id: String,
        /// Our string to sign.
        string_to_sign: String,
        /// Their signature.
        signature_provided: String,
    },
    /// A framing that we know by name only.
    Unsupported(Framing),
}

impl ChunkError {
    /// The refusal as S3 words it.
    pub fn refusal(&self) -> Refusal {
        match self {
            ChunkError::Incomplete => Refusal::new(
                "IncompleteBody",
                StatusCode::BAD_REQUEST,
                "The request body terminated unexpectedly",
            ),
            ChunkError::TooSmall { chunk, size } => Refusal::new(
                "InvalidChunkSizeError",
                StatusCode::FORBIDDEN,
                "Only the last chunk is allowed to have a size less than 8192 bytes",
            )
            .with("Chunk", chunk.to_string())
            .with("BadChunkSize", size.to_string()),
            ChunkError::MalformedTrailer => Refusal::new(
                "MalformedTrailerError",
                StatusCode::BAD_REQUEST,
                "The request contained trailing data that was not well-formed or did not conform to our \
                 published schema.",
            ),
            ChunkError::Mismatch { access_key_id, string_to_sign, signature_provided } => {
                Refusal::new("SignatureDoesNotMatch", StatusCode::FORBIDDEN, MISMATCH)
                    .with("AWSAccessKeyId", access_key_id)
                    .with("StringToSign", string_to_sign)
                    .with("SignatureProvided", signature_provided)
                    .with("StringToSignBytes", spaced_hex(string_to_sign.as_bytes()))
            }
            ChunkError::Unsupported(framing) => Refusal::new(
                "NotImplemented",
                StatusCode::NOT_IMPLEMENTED,
                format!("Bodies of the form {} are not supported", framing.as_str()),
            ),
        }
    }
}

impl std::fmt::Display for ChunkError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.refusal().message)
    }
}

impl std::error::Error for ChunkError {}
