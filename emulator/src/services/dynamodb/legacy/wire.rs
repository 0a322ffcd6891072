//! The same as a request has them: maps by attribute, operators by name, values not yet checked.

use super::{
    AttributeUpdate, ComparisonOperator, ConditionalOperator, Expectation, check_conditional_operator,
};
use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::attribute::{Layer, value_from_wire};
use crate::services::dynamodb::expression::{Condition, KeyCondition, Projection, Update};
use crate::services::dynamodb::value::Value;
use ruststack_models::AttributeValue;
use ruststack_models::dynamodb::types::{
    AttributeValueUpdate, Condition as WireCondition, ExpectedAttributeValue,
};
use ruststack_wire::IndexMap;

/// A condition on an attribute, by name.
type Compared<'a> = (&'a str, ComparisonOperator, Vec<Value>);

/// `Expected` with `ConditionalOperator`.
pub(in crate::services::dynamodb) fn expected(
    given: Option<IndexMap<String, ExpectedAttributeValue>>,
    operator: Option<&str>,
    layer: Layer,
) -> Result<Option<Condition>, DynamoDbError> {
    if operator.is_some() {
        check_conditional_operator(given.as_ref().map(IndexMap::len))?;
    }
    let Some(given) = given else { return Ok(None) };
    let mut expectations = Vec::with_capacity(given.len());
    for (attribute, expected) in &given {
        expectations.push(Expectation {
            attribute,
            value: expected.value.clone().map(|value| value_from_wire(value, layer)).transpose()?,
            exists: expected.exists,
            comparison: expected.comparison_operator.as_deref().and_then(ComparisonOperator::named),
            values: values(expected.attribute_value_list.clone(), layer)?,
        });
    }
    Ok(Some(super::expected(expectations, conditional(operator))?))
}

/// `QueryFilter` or `ScanFilter` with `ConditionalOperator`.
pub(in crate::services::dynamodb) fn filter(
    given: Option<IndexMap<String, WireCondition>>,
    operator: Option<&str>,
    layer: Layer,
) -> Result<Option<Condition>, DynamoDbError> {
    if operator.is_some() {
        check_conditional_operator(given.as_ref().map(IndexMap::len))?;
    }
    let Some(given) = given else { return Ok(None) };
    Ok(Some(super::filter(compared(&given, layer)?, conditional(operator))?))
}

/// `KeyConditions`.
pub(in crate::services::dynamodb) fn key_conditions(
    given: Option<IndexMap<String, WireCondition>>,
    layer: Layer,
) -> Result<Option<KeyCondition>, DynamoDbError> {
    let Some(given) = given else { return Ok(None) };
    Ok(Some(super::key_conditions(compared(&given, layer)?)?))
}

/// `AttributeUpdates`.
pub(in crate::services::dynamodb) fn attribute_updates(
    given: Option<IndexMap<String, AttributeValueUpdate>>,
    layer: Layer,
) -> Result<Option<Update>, DynamoDbError> {
    let Some(given) = given else { return Ok(None) };
    let mut updates = Vec::with_capacity(given.len());
    for (name, update) in &given {
        let action = update.action.as_deref().and_then(AttributeUpdate::named).unwrap_or_default();
        updates.push((
            name.as_str(),
            action,
            update.value.clone().map(|value| value_from_wire(value, layer)).transpose()?,
        ));
    }
    Ok(Some(super::attribute_updates(updates)?))
}

/// `AttributesToGet`.
pub(in crate::services::dynamodb) fn attributes_to_get(
    given: Option<&Vec<String>>,
) -> Result<Option<Projection>, DynamoDbError> {
    let Some(given) = given else { return Ok(None) };
    Ok(Some(super::attributes_to_get(given.iter().map(String::as_str))?))
}

/// The model's constraints let no other names through than those of the operators.
fn compared(
    given: &IndexMap<String, WireCondition>,
    layer: Layer,
) -> Result<Vec<Compared<'_>>, DynamoDbError> {
    let mut compared = Vec::with_capacity(given.len());
    for (name, condition) in given {
        let operator = condition.comparison_operator.as_deref().and_then(ComparisonOperator::named);
        let values = values(condition.attribute_value_list.clone(), layer)?.unwrap_or_default();
        compared.extend(operator.map(|operator| (name.as_str(), operator, values)));
    }
    Ok(compared)
}

fn values(given: Option<Vec<AttributeValue>>, layer: Layer) -> Result<Option<Vec<Value>>, DynamoDbError> {
    given.map(|values| values.into_iter().map(|value| value_from_wire(value, layer)).collect()).transpose()
}

fn conditional(operator: Option<&str>) -> ConditionalOperator {
    if operator == Some("OR") { ConditionalOperator::Or } else { ConditionalOperator::And }
}
