//! What CloudWatch Logs says when it refuses: code, status and sentence, in one place.
//!
//! Sources: recordings of AWS in localstack's tests/aws/services/logs (*.snapshot.json); sentences that those lack are
//! cited where they are made. `__type` is the bare code (github.com/maxbanton/cwh, issue 101).

use ruststack_models::logs::{shapes, types};
use ruststack_wire::Fault;
use std::borrow::Cow;

/// Why CloudWatch Logs refuses a call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum LogsError {
    /// The log group is not there.
    NoGroup,
    /// The log stream is not there.
    NoStream,
    /// Something else is not there: the sentence.
    NotFound(Cow<'static, str>),
    /// There is a log group of this name.
    GroupExists,
    /// There is a log stream of this name.
    StreamExists,
    /// A parameter that cannot be: the sentence.
    InvalidParameter(Cow<'static, str>),
    /// Parameters that do not go together: the sentence.
    Validation(Cow<'static, str>),
    /// Too much of something.
    LimitExceeded,
    /// Something of another account: the sentence.
    AccessDenied(&'static str),
    /// A resource with too many tags.
    TooManyTags(String),
    /// A query that cannot be understood: the sentence, and from where to where in the query.
    MalformedQuery(String, (usize, usize)),
    /// A part of an operation that is not here.
    NotImplemented(String),
}

impl LogsError {
    /// A parameter that cannot be.
    pub(super) fn invalid(sentence: impl Into<Cow<'static, str>>) -> LogsError {
        LogsError::InvalidParameter(sentence.into())
    }

    /// A token that no answer had.
    pub(super) fn bad_token() -> LogsError {
        LogsError::invalid("The specified nextToken is invalid.")
    }
}

impl From<LogsError> for Fault {
    fn from(error: LogsError) -> Fault {
        match error {
            LogsError::NoGroup => Fault::modelled(
                &shapes::RESOURCE_NOT_FOUND_EXCEPTION,
                "The specified log group does not exist.",
            ),
            LogsError::NoStream => Fault::modelled(
                &shapes::RESOURCE_NOT_FOUND_EXCEPTION,
                "The specified log stream does not exist.",
            ),
            LogsError::NotFound(sentence) => Fault::modelled(&shapes::RESOURCE_NOT_FOUND_EXCEPTION, sentence),
            LogsError::GroupExists => Fault::modelled(
                &shapes::RESOURCE_ALREADY_EXISTS_EXCEPTION,
                "The specified log group already exists",
            ),
            LogsError::StreamExists => Fault::modelled(
                &shapes::RESOURCE_ALREADY_EXISTS_EXCEPTION,
                "The specified log stream already exists",
            ),
            LogsError::InvalidParameter(sentence) => {
                Fault::modelled(&shapes::INVALID_PARAMETER_EXCEPTION, sentence)
            }
            LogsError::Validation(sentence) => Fault::modelled(&shapes::VALIDATION_EXCEPTION, sentence),
            LogsError::LimitExceeded => {
                Fault::modelled(&shapes::LIMIT_EXCEEDED_EXCEPTION, "Resource limit exceeded.")
            }
            LogsError::AccessDenied(sentence) => Fault::modelled(&shapes::ACCESS_DENIED_EXCEPTION, sentence),
            LogsError::TooManyTags(resource) => {
                let detail = types::TooManyTagsException { resource_name: Some(resource), message: None };
                Fault::modelled(
                    &shapes::TOO_MANY_TAGS_EXCEPTION,
                    "The number of tags exceeds the limit of 50 for this resource.",
                )
                .detailed(detail)
            }
            LogsError::NotImplemented(what) => Fault::not_implemented("CloudWatch Logs", &what),
            LogsError::MalformedQuery(sentence, (start, end)) => {
                let at = |index: usize| i32::try_from(index).ok();
                let location = types::QueryCompileErrorLocation {
                    start_char_offset: at(start),
                    end_char_offset: at(end),
                };
                let error =
                    types::QueryCompileError { location: Some(location), message: Some(sentence.clone()) };
                let detail = types::MalformedQueryException { query_compile_error: Some(error) };
                Fault::modelled(&shapes::MALFORMED_QUERY_EXCEPTION, sentence).detailed(detail)
            }
        }
    }
}
