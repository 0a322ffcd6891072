//! What is no HTTP is refused in AWS's form.
//!
//! hyper answers bytes that it cannot parse by itself, with a bare status, and offers no say in it. Every answer of
//! ours has a content type or a request id; one that has neither is hyper's, and gets a body on its way out.
//!
//! Source of the words: S3 API reference, "List of error codes", BadRequest and RequestHeaderSectionTooLarge.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection whose bare refusals become errors.
pub(super) struct Told<S> {
    stream: S,
    /// What is still to be written of an error that takes the place of what hyper wrote.
    error: Vec<u8>,
}

impl<S> Told<S> {
    pub(super) fn new(stream: S) -> Told<S> {
        Told { stream, error: Vec::new() }
    }
}

/// The error for a refusal of hyper's; `None` for any other bytes.
fn error(written: &[u8]) -> Option<Vec<u8>> {
    let head = written.strip_prefix(b"HTTP/1.")?.get(2..)?;
    let is_refusal = head.starts_with(b"4") && written.ends_with(b"\r\n\r\n") && written.len() < 200;
    let text = std::str::from_utf8(written).ok().filter(|_| is_refusal)?;
    if text.contains("x-am") || text.contains("content-type") || !text.contains("content-length: 0\r\n") {
        return None;
    }
    let too_large = head.starts_with(b"431") || head.starts_with(b"414");
    let (code, message) = if too_large {
        ("RequestHeaderSectionTooLarge", "Your request header section exceeds the maximum allowed size.")
    } else {
        ("BadRequest", "An error occurred when parsing the HTTP request.")
    };
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    let kept = text.trim_end().replace("content-length: 0", &format!("content-length: {}", body.len()));
    Some(format!("{kept}\r\ncontent-type: application/xml\r\nconnection: close\r\n\r\n{body}").into_bytes())
}

impl<S: AsyncWrite + Unpin> Told<S> {
    /// Writes what is left of an error.
    fn drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.error.is_empty() {
            let count = std::task::ready!(Pin::new(&mut self.stream).poll_write(cx, &self.error))?;
            if count == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.error.drain(..count);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Told<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        std::task::ready!(self.drain(cx))?;
        match error(bytes) {
            Some(error) => {
                self.error = error;
                let _ = self.drain(cx)?;
                Poll::Ready(Ok(bytes.len()))
            }
            None => Pin::new(&mut self.stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match slices {
            [only] => self.poll_write(cx, only),
            _ => {
                std::task::ready!(self.drain(cx))?;
                Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        std::task::ready!(self.drain(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        std::task::ready!(self.drain(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Told<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_refusal_gets_a_body() {
        let bare =
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\ndate: Sat, 21 Nov 2026 08:45:02 GMT\r\n\r\n";
        let told = String::from_utf8(error(bare).unwrap()).unwrap();
        let (head, body) = told.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains(&format!("content-length: {}", body.len())) && body.contains("BadRequest"),
            "{told}"
        );
        for ours in [
            &b"HTTP/1.1 404 Not Found\r\nx-amz-request-id: A\r\ncontent-length: 0\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: 0\r\n\r\n",
            b"",
        ] {
            assert_eq!(error(ours), None);
        }
    }
}
