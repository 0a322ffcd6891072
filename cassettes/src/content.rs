//! What a body says once its content coding is undone, and what an archive holds. Only gzip is seen from AWS.

use std::io::{Cursor, Read as _, Write as _};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

/// What decoded content may grow to: a hostile body must not fill the memory.
const LARGEST: u64 = 1 << 28;
/// More files than this are no function's code.
const MOST_FILES: usize = 10_000;

/// The content of gzip bytes; `None` when they are not gzip, or grow beyond measure.
pub(crate) fn gunzip(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return None;
    }
    let mut content = Vec::new();
    let read = MultiGzDecoder::new(bytes).take(LARGEST).read_to_end(&mut content).ok()?;
    ((read as u64) < LARGEST).then_some(content)
}

/// XML with the texts between its tags changed, each told with the name of the tag before it; `None` where all stay. Texts
/// are told as they are written, whatever they escape.
pub fn with_texts(xml: &str, mut change: impl FnMut(&str, &str) -> Option<String>) -> Option<String> {
    let mut made = String::with_capacity(xml.len());
    let mut changed = false;
    let mut rest = xml;
    while let Some(end) = rest.find('>') {
        let (tag, after) = rest.split_at(end + 1);
        made.push_str(tag);
        let (text, after) = after.split_at(after.find('<').unwrap_or(after.len()));
        let name = tag.rsplit('<').next().unwrap_or_default();
        let name = name.split([' ', '>', '/']).next().unwrap_or_default();
        match change(name, text) {
            Some(other) => {
                changed = true;
                made.push_str(&other);
            }
            None => made.push_str(text),
        }
        rest = after;
    }
    made.push_str(rest);
    changed.then_some(made)
}

/// The files of a zip archive, by name; none when the bytes are no archive. Those that grow beyond measure are cut.
pub(crate) fn unzip(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return Vec::new();
    }
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Vec::new() };
    let mut files = Vec::new();
    let mut left = LARGEST;
    for index in 0..archive.len().min(MOST_FILES) {
        let Ok(file) = archive.by_index(index) else { continue };
        let name = file.name().to_owned();
        let mut content = Vec::new();
        // What was read before an archive breaks off is looked at all the same.
        let _ = file.take(left).read_to_end(&mut content);
        left = left.saturating_sub(content.len() as u64);
        files.push((name, content));
    }
    files
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
