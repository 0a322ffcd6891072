//! What a body says once its content coding is undone.

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use std::io::Read as _;

/// What decoded content may grow to: a hostile body must not fill the memory.
const LARGEST: u64 = 1 << 28;

/// The content behind a content coding; the bytes themselves where there is none that we know, or where a recorder
/// decoded them already.
pub(super) fn decoded(coding: Option<&str>, bytes: Bytes) -> Bytes {
    if !coding.is_some_and(is_gzip) || !bytes.starts_with(&[0x1f, 0x8b]) {
        return bytes;
    }
    let mut content = Vec::new();
    match MultiGzDecoder::new(&bytes[..]).take(LARGEST).read_to_end(&mut content) {
        Ok(length) if (length as u64) < LARGEST => content.into(),
        _ => bytes,
    }
}

/// Whether a content coding is gzip.
pub(super) fn is_gzip(coding: &str) -> bool {
    let names = ["gzip", "x-gzip"];
    coding.split(',').any(|own| names.iter().any(|name| own.trim().eq_ignore_ascii_case(name)))
}
