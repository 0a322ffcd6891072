//! One object: its bytes, what is known of them, and what its writer said of it.

use super::conditions::Subject;
use bytes::Bytes;
use indexmap::IndexMap;
use ruststack_wire::sign::checksum::Checksum;
use ruststack_wire::{Body, Timestamp};

/// An object. What never changes after the write is shared by all who read it.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) content: Content,
    /// The hexadecimal MD5, without quotes.
    pub(super) etag: String,
    /// When it was written, to the second.
    pub(super) last_modified: Timestamp,
    /// The checksum that is kept with it; objects of old have none.
    pub(super) checksum: Option<Checksum>,
    pub(super) storage_class: Option<String>,
    pub(super) described: Description,
}

/// The bytes of an object, in the pieces in which they came.
#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    chunks: Box<[Bytes]>,
    len: u64,
}

/// What the writer said of an object, which every reader is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Description {
    pub(super) content_type: Option<String>,
    pub(super) cache_control: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_language: Option<String>,
    pub(super) expires: Option<String>,
    pub(super) website_redirect_location: Option<String>,
    pub(super) metadata: IndexMap<String, String>,
}

impl Object {
    /// The ETag as it stands in answers, in quotes.
    pub(super) fn quoted_etag(&self) -> String {
        format!("\"{}\"", self.etag)
    }

    /// What conditions are held against.
    pub(super) fn subject(&self) -> Subject<'_> {
        Subject { etag: &self.etag, last_modified: self.last_modified }
    }
}

impl Description {
    /// The content type that readers see: what nobody named is a stream of bytes, and what was named with an
    /// empty value stays empty (go-cloud recordings, TestWrite).
    pub(super) fn content_type(&self) -> String {
        self.content_type.clone().unwrap_or_else(|| "binary/octet-stream".into())
    }
}

impl Content {
    /// The content made of these pieces.
    pub(super) fn new(chunks: Vec<Bytes>) -> Content {
        let len = chunks.iter().map(|chunk| chunk.len() as u64).sum();
        Content { chunks: chunks.into_boxed_slice(), len }
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// All of it as a body; nothing is copied.
    pub(super) fn body(&self) -> Body {
        Body::chunks(self.chunks.iter().cloned())
    }

    /// The bytes from `start` up to `end`, which must lie within, as a body; nothing is copied.
    pub(super) fn slice(&self, start: u64, end: u64) -> Body {
        let mut offset = 0;
        let mut pieces = Vec::new();
        for chunk in &self.chunks {
            let (from, to) = (offset, offset + chunk.len() as u64);
            offset = to;
            if to <= start {
                continue;
            }
            if from >= end {
                break;
            }
            let first = start.saturating_sub(from) as usize;
            let last = (end.min(to) - from) as usize;
            pieces.push(chunk.slice(first..last));
        }
        Body::chunks(pieces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_spans_chunks() {
        let content = Content::new(vec![Bytes::from_static(b"hello "), Bytes::from_static(b"world")]);
        assert_eq!(content.len(), 11);
        let read = |start, end| content.slice(start, end).held();
        assert_eq!(read(0, 5).as_deref(), Some(&b"hello"[..]));
        assert_eq!(read(6, 11).as_deref(), Some(&b"world"[..]));
        assert_eq!(content.slice(4, 8).len(), Some(4));
        assert_eq!(read(3, 3).as_deref(), Some(&b""[..]));
    }
}
