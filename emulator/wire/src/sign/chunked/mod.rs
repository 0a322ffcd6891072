//! aws-chunked bodies: chunks with a size and perhaps a signature each, then trailers.
//!
//! ```text
//! 400;chunk-signature=<64 digits>\r\n<1024 bytes>\r\n
//! 0;chunk-signature=<64 digits>\r\n
//! x-amz-checksum-crc32c:sOO8/Q==\r\n
//! x-amz-trailer-signature:<64 digits>\r\n
//! \r\n
//! ```
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html> and
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>.

mod decoder;
mod encoder;
mod error;
mod line;
mod signature;

pub use decoder::{Decoder, Trailers};
pub use encoder::{encode_signed, encode_unsigned_with_trailer};
pub use error::ChunkError;
pub use signature::ChunkSignatures;

#[cfg(test)]
mod tests;
