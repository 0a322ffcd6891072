//! The parameters of the time before expressions.

use super::DynamoDbError;
use super::expression::{Condition, KeyCondition, Update};

fn refuse<T, U>(parameter: Option<T>) -> Result<Option<U>, DynamoDbError> {
    match parameter {
        Some(_) => {
            Err(DynamoDbError::validation("RustStack reads no parameters of the time before expressions"))
        }
        None => Ok(None),
    }
}

/// `Expected`.
pub(super) fn expected<T>(given: Option<T>, _: Option<&str>) -> Result<Option<Condition>, DynamoDbError> {
    refuse(given)
}

/// `QueryFilter` and `ScanFilter`.
pub(super) fn filter<T>(given: Option<T>, _: Option<&str>) -> Result<Option<Condition>, DynamoDbError> {
    refuse(given)
}

/// `AttributeUpdates`.
pub(super) fn attribute_updates<T>(given: Option<T>) -> Result<Option<Update>, DynamoDbError> {
    refuse(given)
}

/// `KeyConditions`.
pub(super) fn key_conditions<T>(given: Option<T>) -> Result<Option<KeyCondition>, DynamoDbError> {
    refuse(given)
}
