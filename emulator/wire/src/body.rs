//! The bytes of a message, held or still on their way.

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A request as the gateway hands it on.
pub type Request = http::Request<Body>;
/// A response as the gateway takes it.
pub type Response = http::Response<Body>;

/// Why a stream of bytes ended early, in a sentence.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

type Stream = Pin<Box<dyn http_body::Body<Data = Bytes, Error = BodyError> + Send>>;

/// The bytes of a message. Chunks are passed on as they came, never joined unless somebody asks.
#[derive(Default)]
pub struct Body(Inner);

#[derive(Default)]
enum Inner {
    #[default]
    Empty,
    Chunks(VecDeque<Bytes>),
    Unsized(Bytes),
    Stream(Stream),
}

impl Body {
    /// A body without bytes.
    pub const fn empty() -> Body {
        Body(Inner::Empty)
    }

    /// A body that arrives, or is made, piece by piece.
    pub fn stream(stream: impl http_body::Body<Data = Bytes, Error = BodyError> + Send + 'static) -> Body {
        Body(Inner::Stream(Box::pin(stream)))
    }

    /// A body of pieces that are all there.
    pub fn chunks(chunks: impl IntoIterator<Item = Bytes>) -> Body {
        let chunks: VecDeque<Bytes> = chunks.into_iter().filter(|chunk| !chunk.is_empty()).collect();
        if chunks.is_empty() { Body::empty() } else { Body(Inner::Chunks(chunks)) }
    }

    /// A body whose length is not told, so that HTTP/1.1 sends it in chunks, as S3 does its XML.
    pub fn unsized_bytes(bytes: Bytes) -> Body {
        Body(Inner::Unsized(bytes))
    }

    /// The bytes, where they are all there in one piece.
    pub fn held(&self) -> Option<Bytes> {
        match &self.0 {
            Inner::Empty => Some(Bytes::new()),
            Inner::Chunks(chunks) if chunks.len() == 1 => chunks.front().cloned(),
            Inner::Unsized(bytes) => Some(bytes.clone()),
            Inner::Chunks(_) | Inner::Stream(_) => None,
        }
    }

    /// The CRC-32 of the bytes that are held.
    pub(crate) fn crc32(&self) -> u32 {
        let mut digest = crc_fast::Digest::new(crc_fast::CrcAlgorithm::Crc32IsoHdlc);
        match &self.0 {
            Inner::Chunks(chunks) => chunks.iter().for_each(|chunk| digest.update(chunk)),
            Inner::Unsized(bytes) => digest.update(bytes),
            Inner::Empty | Inner::Stream(_) => {}
        }
        digest.finalize() as u32
    }

    /// The length in bytes, where it is known.
    pub fn len(&self) -> Option<u64> {
        http_body::Body::size_hint(self).exact()
    }

    /// Whether the body is known to have no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The next piece or the trailers, or `None` at the end.
    pub async fn frame(&mut self) -> Option<Result<Frame<Bytes>, BodyError>> {
        std::future::poll_fn(|cx| http_body::Body::poll_frame(Pin::new(self), cx)).await
    }

    /// The next piece, or `None` at the end; trailers are passed over.
    pub async fn next(&mut self) -> Option<Result<Bytes, BodyError>> {
        loop {
            match self.frame().await?.map(Frame::into_data) {
                Ok(Ok(data)) if data.is_empty() => continue,
                Ok(Ok(data)) => return Some(Ok(data)),
                Ok(Err(_trailers)) => continue,
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// All bytes in one piece; a body that is one piece already is not copied.
    ///
    /// Gives [`CollectError::TooLarge`] as soon as more than `limit` bytes have come.
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, CollectError> {
        if self.len().is_some_and(|len| len > limit as u64) {
            return Err(CollectError::TooLarge);
        }
        let Some(first) = self.next().await else { return Ok(Bytes::new()) };
        let first = first.map_err(CollectError::Broken)?;
        let Some(second) = self.next().await else { return within(first, limit) };
        let mut all = BytesMut::from(first);
        all.extend_from_slice(&second.map_err(CollectError::Broken)?);
        while let Some(chunk) = self.next().await {
            if all.len() > limit {
                return Err(CollectError::TooLarge);
            }
            all.extend_from_slice(&chunk.map_err(CollectError::Broken)?);
        }
        within(all.freeze(), limit)
    }
}

fn within(bytes: Bytes, limit: usize) -> Result<Bytes, CollectError> {
    if bytes.len() > limit { Err(CollectError::TooLarge) } else { Ok(bytes) }
}

/// Why a body could not be held as a whole.
#[derive(Debug)]
pub enum CollectError {
    /// It has more bytes than were asked for.
    TooLarge,
    /// It ended before its end.
    Broken(BodyError),
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Body {
        Body::chunks([bytes])
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Body {
        Body::from(Bytes::from(bytes))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len() {
            Some(len) => write!(f, "Body({len} bytes)"),
            None => write!(f, "Body(stream)"),
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.0 {
            Inner::Empty => Poll::Ready(None),
            Inner::Chunks(chunks) => Poll::Ready(chunks.pop_front().map(|chunk| Ok(Frame::data(chunk)))),
            Inner::Unsized(bytes) => {
                let bytes = std::mem::take(bytes);
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            Inner::Stream(stream) => stream.as_mut().poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Inner::Empty => true,
            Inner::Chunks(chunks) => chunks.is_empty(),
            Inner::Unsized(_) => false,
            Inner::Stream(stream) => stream.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Inner::Empty => SizeHint::with_exact(0),
            Inner::Chunks(chunks) => {
                SizeHint::with_exact(chunks.iter().map(|chunk| chunk.len() as u64).sum())
            }
            Inner::Unsized(_) => SizeHint::default(),
            Inner::Stream(stream) => stream.size_hint(),
        }
    }
}
