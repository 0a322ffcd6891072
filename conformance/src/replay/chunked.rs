//! aws-chunked bodies: the recorded ones carry signatures that no longer hold, so their chunks are framed anew.

use bytes::Bytes;
use ruststack_wire::sign::chunked::{ChunkSignatures, Decoder, encode_signed};
use ruststack_wire::sign::payload::Framing;

/// The chunks of a body and what follows them; `None` when the bytes are not framed so.
pub(super) struct Chunks {
    chunks: Vec<Bytes>,
    trailers: Vec<(String, String)>,
    framing: Framing,
}

impl Chunks {
    /// Takes a body apart.
    pub(super) fn of(body: &Bytes, framing: Framing) -> Option<Chunks> {
        let mut decoder = Decoder::new(framing).ok()?;
        let mut chunks = Vec::new();
        decoder.push(body.clone(), &mut chunks).ok()?;
        let trailers = decoder.finish().ok()?;
        Some(Chunks { chunks, trailers, framing })
    }

    /// Frames the chunks again, with signatures that go on from the request's.
    pub(super) fn signed(&self, signatures: ChunkSignatures) -> Bytes {
        let trailers = self.framing.has_trailers().then_some(self.trailers.as_slice());
        encode_signed(self.chunks.iter().map(Bytes::as_ref), trailers, signatures).into()
    }
}
