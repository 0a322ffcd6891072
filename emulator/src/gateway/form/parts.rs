//! The parts of a form: the fields, then the file, which is passed on while it comes in.
//!
//! Sources of what is refused: s3_direct_upload issue 45 and ember-uploader issue 45 (fields that are too long),
//! vue-dropzone issue 303 and boto3 issue 934 (no file), jQuery-File-Upload issue 1832 (two).

use crate::gateway::payload::{broken, refused};
use crate::services::s3::form::Fields;
use bytes::Bytes;
use futures_util::Stream;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http_body::{Body as HttpBody, Frame};
use multer::{Field, Multipart};
use ruststack_wire::body::BodyError;
use ruststack_wire::{Body, Fault};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::task::{Context, Poll};

/// The most bytes of all that stands before the file.
const MOST_BEFORE_FILE: usize = 20 << 10;

/// A form as it came: what stands before the file is read, the file is still to be.
pub(super) struct Sent {
    pub(super) fields: Fields,
    pub(super) file_name: Option<String>,
    pub(super) file: Body,
}

/// Reads a form up to its file. What comes after the file counts for nothing.
pub(super) async fn read(parts: &Parts, body: Body) -> Result<Sent, Fault> {
    let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let boundary = multer::parse_boundary(content_type.unwrap_or_default()).map_err(|_| malformed_form())?;
    let progress = Arc::new(Progress::default());
    let pieces = Pieces { body, progress: progress.clone(), passed: 0, is_ready: true };
    let mut form = Multipart::new(pieces, boundary);
    let mut fields = Fields::default();
    let mut size = 0;
    while let Some(mut field) = form.next_field().await.map_err(told)? {
        progress.is_made();
        let Some(name) = field.name().map(str::to_owned) else { continue };
        if name.eq_ignore_ascii_case("file") {
            progress.is_at_file.store(true, Ordering::Relaxed);
            let file_name = field.file_name().map(str::to_owned);
            let file = Body::stream(FilePart { file: Some(field), rest: form, is_over: false });
            return Ok(Sent { fields, file_name, file });
        }
        let mut value = Vec::new();
        size += name.len();
        while let Some(piece) = field.chunk().await.map_err(told)? {
            progress.is_made();
            size += piece.len();
            if size > MOST_BEFORE_FILE {
                return Err(too_much_before_file());
            }
            value.extend_from_slice(&piece);
        }
        fields.push(name, String::from_utf8_lossy(&value).into_owned());
    }
    Err(not_one_file(0))
}

/// How far the reading of a form has come.
#[derive(Default)]
struct Progress {
    is_at_file: AtomicBool,
    /// How often more was asked for since a field or a piece of one was found.
    asked: AtomicU8,
}

impl Progress {
    fn is_made(&self) {
        self.asked.store(0, Ordering::Relaxed);
    }
}

/// A body as the reader of forms is to have it. The reader asks for more before it looks at what it has, so it is given
/// one piece at a time, and before the file only when it asks again and again.
struct Pieces {
    body: Body,
    progress: Arc<Progress>,
    /// How much has come, as long as the file has not.
    passed: usize,
    is_ready: bool,
}

impl Pieces {
    /// Whether the next piece is to wait until it is asked for again.
    fn waits(&mut self) -> bool {
        if self.progress.is_at_file.load(Ordering::Relaxed) {
            self.is_ready = !self.is_ready;
            return self.is_ready;
        }
        self.passed > 0 && self.progress.asked.fetch_add(1, Ordering::Relaxed) < 3
    }
}

impl Stream for Pieces {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.waits() {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        loop {
            let frame = match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(Some(frame)) => frame?,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => {
                    self.is_ready = true;
                    return Poll::Pending;
                }
            };
            let Ok(data) = frame.into_data() else { continue };
            if !self.progress.is_at_file.load(Ordering::Relaxed) {
                if self.passed > MOST_BEFORE_FILE {
                    return Poll::Ready(Some(Err(refused(too_much_before_file()))));
                }
                self.passed = self.passed.saturating_add(data.len());
                self.progress.is_made();
            }
            return Poll::Ready(Some(Ok(data)));
        }
    }
}

/// The file, and after it the rest of the form, which is read and must hold no other.
struct FilePart {
    file: Option<Field<'static>>,
    rest: Multipart<'static>,
    is_over: bool,
}

impl HttpBody for FilePart {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        if let Some(file) = &mut self.file {
            match std::task::ready!(Pin::new(file).poll_next(cx)) {
                Some(Ok(data)) => return Poll::Ready(Some(Ok(Frame::data(data)))),
                Some(Err(error)) => return self.end(Some(told(error))),
                None => self.file = None,
            }
        }
        loop {
            match std::task::ready!(self.rest.poll_next_field(cx)) {
                Ok(Some(field)) if field.name().is_some_and(|name| name.eq_ignore_ascii_case("file")) => {
                    return self.end(Some(not_one_file(2)));
                }
                Ok(Some(_passed_over)) => {}
                Ok(None) => return self.end(None),
                Err(error) => return self.end(Some(told(error))),
            }
        }
    }
}

impl FilePart {
    fn end(&mut self, fault: Option<Fault>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.is_over = true;
        Poll::Ready(fault.map(|fault| Err(refused(fault))))
    }
}

/// What became of a body that is no form, or was cut off.
fn told(error: multer::Error) -> Fault {
    match error {
        multer::Error::StreamReadFailed(error) => broken(error),
        _ => malformed_form(),
    }
}

fn malformed_form() -> Fault {
    let message = "The body of your POST request is not well-formed multipart/form-data.";
    Fault::new("MalformedPOSTRequest", 400, message)
}

fn too_much_before_file() -> Fault {
    // It is spelt so.
    let message = "Your POST request fields preceeding the upload file was too large.";
    Fault::new("MaxPostPreDataLengthExceeded", 400, message)
        .with("MaxPostPreDataLengthBytes", MOST_BEFORE_FILE.to_string())
}

fn not_one_file(count: usize) -> Fault {
    Fault::new("InvalidArgument", 400, "POST requires exactly one file upload per request.")
        .with("ArgumentName", "file")
        .with("ArgumentValue", count.to_string())
}
