//! What DynamoDB says when it refuses: code, status, sentence and what precedes the code, in one place.
//!
//! Sources: API reference, "Common errors" and each operation's "Errors"; the recordings of go-cloud for the two
//! prefixes of `__type`.

use super::attribute;
use super::expression::Invalid;
use super::value::{Attributes, NumberError};
use ruststack_models::dynamodb::{shapes, types};
use ruststack_wire::Fault;
use ruststack_wire::shape::Shape;
use std::borrow::Cow;

/// What precedes the code of DynamoDB's own errors.
const DYNAMODB: &str = "com.amazonaws.dynamodb.v20120810#";
/// What precedes the code of a request that says something wrong.
const CORAL: &str = "com.amazon.coral.validate#";

/// What precedes the code of errors that all services have.
const SERVICE: &str = "com.amazon.coral.service#";

/// Why DynamoDB refuses a call.
#[derive(Debug, Clone)]
pub(crate) enum DynamoDbError {
    /// The request says something that it may not: the sentence.
    Validation(Cow<'static, str>),
    /// A condition does not hold. With the item as it is, where the caller asked for it.
    ConditionalCheckFailed(Option<Box<Attributes>>),
    /// A table or an index is not there.
    ResourceNotFound(Cow<'static, str>),
    /// A table that is being changed, or is there already.
    ResourceInUse(Cow<'static, str>),
    /// A table that an operation on backups or global tables names is not there.
    TableNotFound(Cow<'static, str>),
    /// A transaction that did not take place: why, action by action.
    TransactionCanceled(Vec<Reason>),
    /// The same token came with another transaction.
    IdempotentParameterMismatch,
    /// Too much at once.
    LimitExceeded(Cow<'static, str>),
    /// Something of another account.
    AccessDenied,
    /// A part of an operation that is not here.
    NotImplemented(&'static str),
    /// An error that the model describes, with its sentence.
    Modelled(&'static Shape, Cow<'static, str>),
}

/// Why one action of a transaction did not take place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reason {
    /// The code: `None` for an action that had no part in it.
    pub(crate) code: Option<&'static str>,
    /// The sentence.
    pub(crate) message: Option<String>,
    /// The item as it is, where the caller asked for it.
    pub(crate) item: Option<Attributes>,
}

impl DynamoDbError {
    /// A request that says something wrong.
    pub(super) fn validation(sentence: impl Into<Cow<'static, str>>) -> DynamoDbError {
        DynamoDbError::Validation(sentence.into())
    }

    /// As PutItem, UpdateItem and DeleteItem say what is wrong with a request before they look at any table.
    pub(super) fn enveloped(self) -> DynamoDbError {
        match self {
            DynamoDbError::Validation(sentence) => Invalid(sentence.into_owned()).enveloped().into(),
            other => other,
        }
    }

    /// A parameter whose value cannot be.
    pub(super) fn parameter(what: impl std::fmt::Display) -> DynamoDbError {
        DynamoDbError::Validation(format!("One or more parameter values were invalid: {what}").into())
    }

    /// A table of an operation on items is not there.
    pub(super) fn no_such_resource() -> DynamoDbError {
        DynamoDbError::ResourceNotFound("Requested resource not found".into())
    }

    /// A table or an index that is being changed.
    pub(super) fn in_use(why: impl std::fmt::Display) -> DynamoDbError {
        DynamoDbError::ResourceInUse(
            format!("Attempt to change a resource which is still in use: {why}").into(),
        )
    }

    /// A table of an operation on tables is not there.
    pub(super) fn no_such_table(name: &str) -> DynamoDbError {
        DynamoDbError::ResourceNotFound(
            format!("Requested resource not found: Table: {name} not found").into(),
        )
    }
}

impl From<Invalid> for DynamoDbError {
    fn from(invalid: Invalid) -> DynamoDbError {
        DynamoDbError::Validation(invalid.0.into())
    }
}

impl From<NumberError> for DynamoDbError {
    fn from(error: NumberError) -> DynamoDbError {
        DynamoDbError::Validation(error.to_string().into())
    }
}

impl From<DynamoDbError> for Fault {
    fn from(error: DynamoDbError) -> Fault {
        let modelled = |shape: &'static Shape, sentence: Cow<'static, str>| {
            Fault::modelled(shape, sentence).in_namespace(DYNAMODB)
        };
        match error {
            DynamoDbError::Validation(sentence) => {
                Fault::new("ValidationException", 400, sentence).in_namespace(CORAL)
            }
            DynamoDbError::ConditionalCheckFailed(item) => {
                let shape = &shapes::CONDITIONAL_CHECK_FAILED_EXCEPTION;
                let fault = modelled(shape, "The conditional request failed".into());
                match item {
                    Some(item) => fault.detailed(types::ConditionalCheckFailedException {
                        item: Some(attribute::given(*item)),
                        message: None,
                    }),
                    None => fault,
                }
            }
            DynamoDbError::ResourceNotFound(sentence) => {
                modelled(&shapes::RESOURCE_NOT_FOUND_EXCEPTION, sentence)
            }
            DynamoDbError::ResourceInUse(sentence) => modelled(&shapes::RESOURCE_IN_USE_EXCEPTION, sentence),
            DynamoDbError::TableNotFound(sentence) => modelled(&shapes::TABLE_NOT_FOUND_EXCEPTION, sentence),
            DynamoDbError::LimitExceeded(sentence) => modelled(&shapes::LIMIT_EXCEEDED_EXCEPTION, sentence),
            DynamoDbError::IdempotentParameterMismatch => modelled(
                &shapes::IDEMPOTENT_PARAMETER_MISMATCH_EXCEPTION,
                "Item in request with same client token already exists but parameters don't match".into(),
            ),
            DynamoDbError::AccessDenied => {
                Fault::new("AccessDeniedException", 400, "Access is denied").in_namespace(SERVICE)
            }
            DynamoDbError::NotImplemented(what) => Fault::not_implemented("DynamoDB", what),
            DynamoDbError::Modelled(shape, sentence) => modelled(shape, sentence),
            DynamoDbError::TransactionCanceled(reasons) => canceled(reasons),
        }
    }
}

/// A canceled transaction: the sentence lists the codes, the members tell the rest.
fn canceled(reasons: Vec<Reason>) -> Fault {
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code.unwrap_or("None")).collect();
    let sentence = format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        codes.join(", ")
    );
    let reasons = reasons.into_iter().map(|reason| types::CancellationReason {
        item: reason.item.map(attribute::given),
        code: Some(reason.code.unwrap_or("None").to_owned()),
        message: reason.message,
    });
    let detail =
        types::TransactionCanceledException { cancellation_reasons: Some(reasons.collect()), message: None };
    Fault::modelled(&shapes::TRANSACTION_CANCELED_EXCEPTION, sentence).in_namespace(DYNAMODB).detailed(detail)
}
