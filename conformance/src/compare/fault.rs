//! Where an error tells its code and its sentence, in each of the protocols.

use super::node::Node;
use crate::classify::Subject;
use ruststack_wire::shape::Shape;

/// What a member of an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Code,
    Message,
    Other,
}

/// The part of a body that tells of the error.
fn error(root: &Node) -> &Node {
    root.get("Error").or_else(|| root.get("Errors")?.get("Error")).unwrap_or(root)
}

/// The sentence of an error.
pub(super) fn message(root: &Node) -> Option<&str> {
    let error = error(root);
    error.text("Message").or_else(|| error.text("message"))
}

/// The code of an error, without its namespace.
pub(super) fn code(root: &Node) -> Option<&str> {
    let error = error(root);
    let code = error.text("__type").or_else(|| error.text("Code")).or_else(|| error.text("code"))?;
    Some(without_namespace(code))
}

/// `com.amazonaws.sqs#QueueDoesNotExist` without what precedes the name.
pub(super) fn without_namespace(code: &str) -> &str {
    let code = code.rsplit('#').next().unwrap_or(code);
    code.split(':').next().unwrap_or(code)
}

/// The shape of the error of this code.
pub(super) fn shape(subject: &Subject, code: &str) -> Option<&'static Shape> {
    subject.operation?.error(code)
}

/// What the member of this name is, at the top of an error.
pub(super) fn part(name: &str) -> Part {
    match name {
        "__type" | "Code" | "code" => Part::Code,
        "Message" | "message" | "errorMessage" => Part::Message,
        _ => Part::Other,
    }
}
