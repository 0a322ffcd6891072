//! The bytes of an object: pieces that are shared, never copied.

use bytes::Bytes;
use ruststack_wire::Body;
use ruststack_wire::sign::checksum::{Algorithm, Checksum, Digests};
use std::sync::Arc;

/// How many bytes are hashed before others get their turn.
const TURN: u64 = 4 << 20;

/// The bytes of an object, in the pieces in which they came. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    pieces: Arc<[Piece]>,
    len: u64,
}

#[derive(Debug, Clone)]
struct Piece {
    /// The byte after its last one, counted from the first of all.
    end: u64,
    bytes: Bytes,
}

impl FromIterator<Bytes> for Content {
    fn from_iter<I: IntoIterator<Item = Bytes>>(chunks: I) -> Content {
        let mut len = 0;
        let pieces = chunks.into_iter().filter(|bytes| !bytes.is_empty()).map(|bytes| {
            len += bytes.len() as u64;
            Piece { end: len, bytes }
        });
        let pieces = pieces.collect();
        Content { pieces, len }
    }
}

impl Content {
    /// The content made of these pieces.
    pub(super) fn new(chunks: Vec<Bytes>) -> Content {
        chunks.into_iter().collect()
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// The pieces in order.
    pub(super) fn pieces(&self) -> impl Iterator<Item = Bytes> + '_ {
        self.pieces.iter().map(|piece| piece.bytes.clone())
    }

    /// The pieces of the bytes from `start` up to `end`, which must lie within.
    fn pieces_within(&self, start: u64, end: u64) -> impl Iterator<Item = Bytes> + '_ {
        let first = self.pieces.partition_point(|piece| piece.end <= start);
        self.pieces[first..].iter().map_while(move |piece| {
            let from = piece.end - piece.bytes.len() as u64;
            let cut = start.saturating_sub(from) as usize..(end.min(piece.end).saturating_sub(from)) as usize;
            (cut.start < cut.end).then(|| piece.bytes.slice(cut))
        })
    }

    /// All of it as a body.
    pub(super) fn body(&self) -> Body {
        Body::chunks(self.pieces())
    }

    /// The bytes from `start` up to `end`, which must lie within, as a body.
    pub(super) fn slice(&self, start: u64, end: u64) -> Body {
        Body::chunks(self.pieces_within(start, end))
    }

    /// The bytes from `start` up to `end`, which must lie within.
    pub(super) fn part(&self, start: u64, end: u64) -> Content {
        self.pieces_within(start, end).collect()
    }

    /// Checksums of all of it, in the order they are asked for. Lets others have their turn meanwhile.
    pub(super) async fn sums<const N: usize>(&self, algorithms: [Algorithm; N]) -> [Checksum; N] {
        let mut digests = Digests::new(algorithms);
        let mut turn = TURN;
        for piece in self.pieces.iter() {
            digests.update(&piece.bytes);
            if piece.end >= turn {
                turn = piece.end + TURN;
                tokio::task::yield_now().await;
            }
        }
        let found = digests.finish();
        algorithms.map(|wanted| {
            let found = found.iter().find(|checksum| checksum.algorithm() == wanted);
            found.expect("every algorithm that is asked for is computed").clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_spans_chunks() {
        let content = Content::new(vec![
            Bytes::from_static(b"hello "),
            Bytes::new(),
            Bytes::from_static(b"wor"),
            Bytes::from_static(b"ld"),
        ]);
        assert_eq!(content.len(), 11);
        let read = |start, end| content.slice(start, end).held();
        assert_eq!(read(0, 5).as_deref(), Some(&b"hello"[..]));
        assert_eq!(read(6, 9).as_deref(), Some(&b"wor"[..]));
        assert_eq!(read(3, 3).as_deref(), Some(&b""[..]));
        assert_eq!(read(11, 11).as_deref(), Some(&b""[..]));
        for start in 0..=11 {
            for end in start..=11 {
                let part: Vec<u8> = content.part(start, end).pieces().flatten().collect();
                assert_eq!(part, b"hello world"[start as usize..end as usize]);
                assert_eq!(content.slice(start, end).len(), Some(end - start));
            }
        }
    }
}
