//! What Lambda says when it refuses: code, status and sentence in one place.
//!
//! Sources: recordings of AWS that localstack publishes (tests/aws/services/lambda_/test_lambda_api.snapshot.json, read as
//! of commit 961553a2); API reference, each operation's "Errors".

use ruststack_models::lambda::shapes;
use ruststack_wire::Fault;
use ruststack_wire::shape::Shape;
use std::borrow::Cow;

/// Why Lambda refuses a call.
#[derive(Debug, Clone)]
pub(crate) enum LambdaError {
    /// An error that the model describes, with its sentence.
    Modelled(&'static Shape, Cow<'static, str>),
    /// The same without `Type`, as few are told.
    Untyped(&'static Shape, Cow<'static, str>),
    /// A value breaks a constraint that the model does not have.
    Validation(Cow<'static, str>),
    /// The request is longer than it may be.
    TooLarge(Cow<'static, str>),
    /// A failure that is told as it is.
    Fault(Fault),
}

impl LambdaError {
    /// A resource is not there.
    pub(super) fn not_found(sentence: impl Into<Cow<'static, str>>) -> LambdaError {
        LambdaError::Modelled(&shapes::RESOURCE_NOT_FOUND_EXCEPTION, sentence.into())
    }

    /// A function, or a version of one, is not there.
    pub(super) fn no_function(arn: impl std::fmt::Display) -> LambdaError {
        LambdaError::not_found(format!("Function not found: {arn}"))
    }

    /// An alias is not there.
    pub(super) fn no_alias(arn: impl std::fmt::Display) -> LambdaError {
        LambdaError::not_found(format!("Cannot find alias arn: {arn}"))
    }

    /// Something of a function is not there.
    pub(super) fn no_resource() -> LambdaError {
        LambdaError::not_found("The resource you requested does not exist.")
    }

    /// A parameter may not be what it is.
    pub(super) fn invalid(sentence: impl Into<Cow<'static, str>>) -> LambdaError {
        LambdaError::Modelled(&shapes::INVALID_PARAMETER_VALUE_EXCEPTION, sentence.into())
    }

    /// The qualifier in the name is not the one besides it.
    pub(super) fn qualifiers_differ() -> LambdaError {
        LambdaError::invalid(
            "The derived qualifier from the function name does not match the specified qualifier.",
        )
    }

    /// A resource is there already, or used.
    pub(super) fn conflict(sentence: impl Into<Cow<'static, str>>) -> LambdaError {
        LambdaError::Modelled(&shapes::RESOURCE_CONFLICT_EXCEPTION, sentence.into())
    }

    /// The revision of a function or an alias has changed.
    pub(super) fn revision() -> LambdaError {
        LambdaError::Modelled(
            &shapes::PRECONDITION_FAILED_EXCEPTION,
            "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id".into(),
        )
    }

    /// A function would be made in an account that is not the caller's: told without a sentence.
    pub(super) fn other_account() -> LambdaError {
        LambdaError::Fault(Fault { message: None, ..Fault::new("AccessDeniedException", 403, "") })
    }
}

/// What is said of a value that breaks a constraint which the model does not have.
pub(super) fn constraint(value: impl std::fmt::Display, member: &str, demand: &str) -> String {
    format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must {demand}"
    )
}

impl From<Fault> for LambdaError {
    fn from(fault: Fault) -> LambdaError {
        LambdaError::Fault(fault)
    }
}

impl From<LambdaError> for Fault {
    fn from(error: LambdaError) -> Fault {
        match error {
            LambdaError::Modelled(shape, sentence) => Fault::modelled(shape, sentence).with("Type", "User"),
            LambdaError::Untyped(shape, sentence) => Fault::modelled(shape, sentence),
            LambdaError::Validation(sentence) => Fault::new("ValidationException", 400, sentence),
            LambdaError::TooLarge(sentence) => Fault::new("RequestEntityTooLargeException", 413, sentence),
            LambdaError::Fault(fault) => fault,
        }
    }
}
