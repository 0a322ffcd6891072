//! Reads from the upstream as much as is there. TLS gives a record at a time, 16 KiB at most, and each piece that is read
//! is handed from task to task and written by itself: fewer and longer pieces take much less of the machine.

use hyper::Uri;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tower_service::Service;

/// A connector whose connections read so.
#[derive(Clone, Debug)]
pub(crate) struct Gathering<C>(pub(crate) C);

/// A connection that reads so.
pub(crate) struct Gathered<S> {
    io: TokioIo<S>,
    /// A failure behind what was read before it, to be told next: it may come only once.
    failure: Option<io::Error>,
}

impl<C> Service<Uri> for Gathering<C>
where
    C: Service<Uri>,
    C::Future: Send + 'static,
{
    type Response = TokioIo<Gathered<C::Response>>;
    type Error = C::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, C::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), C::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connecting = self.0.call(to);
        Box::pin(
            async move { Ok(TokioIo::new(Gathered { io: TokioIo::new(connecting.await?), failure: None })) },
        )
    }
}

impl<S: Connection> Connection for Gathered<S> {
    fn connected(&self) -> Connected {
        self.io.inner().connected()
    }
}

impl<S: Read + Unpin> AsyncRead for Gathered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(failure) = self.failure.take() {
            return Poll::Ready(Err(failure));
        }
        let mut filled = buffer.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(cx, buffer))?;
        // Until there is no more for now, or for good.
        while buffer.filled().len() > filled && buffer.remaining() > 0 && self.failure.is_none() {
            filled = buffer.filled().len();
            if let Poll::Ready(Err(error)) = Pin::new(&mut self.io).poll_read(cx, buffer) {
                self.failure = Some(error);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: Write + Unpin> AsyncWrite for Gathered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, pieces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt as _;

    /// Gives pieces, then fails once, then ends.
    struct Pieces(Vec<&'static [u8]>, bool);

    impl Read for Pieces {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            mut buffer: hyper::rt::ReadBufCursor<'_>,
        ) -> Poll<io::Result<()>> {
            if self.0.is_empty() {
                let fails = std::mem::replace(&mut self.1, false);
                return Poll::Ready(if fails { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) });
            }
            buffer.put_slice(self.0.remove(0));
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn pieces_are_read_at_once_and_a_failure_is_told_after_them() {
        let pieces = Pieces(vec![b"one", b"two", b"three"], true);
        let mut gathered = Gathered { io: TokioIo::new(pieces), failure: None };
        let mut buffer = [0; 100];
        assert_eq!(gathered.read(&mut buffer).await.unwrap(), 11);
        assert_eq!(&buffer[..11], b"onetwothree");
        let failure = gathered.read(&mut buffer).await.unwrap_err();
        assert_eq!(failure.kind(), io::ErrorKind::ConnectionReset);
        assert_eq!(gathered.read(&mut buffer).await.unwrap(), 0);
    }
}
