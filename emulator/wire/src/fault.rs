//! What went wrong, before any protocol has put it into words of its own.

use crate::shape::Shape;
use crate::value::Structure;
use http::StatusCode;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// An error answer, the same for every protocol until it is encoded.
#[derive(Clone)]
pub struct Fault {
    /// The error code on the wire, such as `NoSuchKey`.
    pub code: Cow<'static, str>,
    /// The HTTP status.
    pub status: StatusCode,
    /// The sentence; `None` writes none.
    pub message: Option<Cow<'static, str>>,
    /// Further members of the error, in order, such as S3's `BucketName`.
    pub members: Vec<(Cow<'static, str>, String)>,
    /// The error's structure of the model, for members that are more than text; its message member is not used.
    pub detail: Option<Arc<dyn Structure + Send + Sync>>,
    /// What precedes the code in `__type`, such as `com.amazonaws.dynamodb.v20120810#`.
    pub namespace: Option<&'static str>,
    /// Whether the caller is at fault; the query protocol says so in `Type`.
    pub sender: bool,
    /// Headers that the answer has besides the protocol's, such as `x-amz-bucket-region`.
    pub headers: Vec<(&'static str, String)>,
}

impl Fault {
    /// An error of the caller's: the code, the status and the sentence.
    pub fn new(
        code: impl Into<Cow<'static, str>>,
        status: u16,
        message: impl Into<Cow<'static, str>>,
    ) -> Fault {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Fault {
            code: code.into(),
            status,
            message: Some(message.into()),
            members: Vec::new(),
            detail: None,
            namespace: None,
            sender: status.is_client_error(),
            headers: Vec::new(),
        }
    }

    /// An error that the model describes: its code, status and whose fault it is come from there.
    pub fn modelled(shape: &'static Shape, message: impl Into<Cow<'static, str>>) -> Fault {
        let status = shape.error.map_or(400, |error| error.status);
        let sender = shape.error.is_none_or(|error| error.sender);
        Fault { sender, ..Fault::new(shape.error_code(), status, message) }
    }

    /// A failure of our own, told as AWS tells its own.
    pub fn internal() -> Fault {
        Fault::new("InternalFailure", 500, "We encountered an internal error. Please try again.")
    }

    /// What is not there, by name.
    pub fn not_implemented(service: &str, operation: &str) -> Fault {
        let message = format!("RustStack does not implement {service} {operation}.");
        Fault { sender: true, ..Fault::new("NotImplemented", 501, message) }
    }

    /// Adds a member.
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Fault {
        self.members.push((name.into(), value.into()));
        self
    }

    /// Adds the members of the error's own structure.
    pub fn detailed(mut self, detail: impl Structure + Send + Sync + 'static) -> Fault {
        self.detail = Some(Arc::new(detail));
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Fault {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets what precedes the code in `__type`.
    pub fn in_namespace(mut self, namespace: &'static str) -> Fault {
        self.namespace = Some(namespace);
        self
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status.as_u16(), self.code, self.message.as_deref().unwrap_or_default())
    }
}
