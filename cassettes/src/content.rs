//! What a body says once its content coding is undone. Only gzip is seen from AWS.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

/// What decoded content may grow to: a hostile body must not fill the memory.
const LARGEST: u64 = 1 << 28;

/// The content of gzip bytes; `None` when they are not gzip, or grow beyond measure.
pub(crate) fn gunzip(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return None;
    }
    let mut content = Vec::new();
    let read = MultiGzDecoder::new(bytes).take(LARGEST).read_to_end(&mut content).ok()?;
    ((read as u64) < LARGEST).then_some(content)
}

/// The gzip form of some content.
pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).and_then(|()| encoder.finish()).expect("writing to memory does not fail")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_unpacked() {
        assert_eq!(gunzip(&gzip(b"hello")).as_deref(), Some(&b"hello"[..]));
        assert_eq!(gunzip(b"hello"), None);
        assert_eq!(gunzip(&[0x1f, 0x8b, 8, 0, 1]), None);
    }
}
