//! DeleteItem.

use super::guard::Guard;
use super::wants::Wants;
use crate::gateway::Caller;
use crate::services::dynamodb::attribute::{Layer, from_wire, given};
use crate::services::dynamodb::expression::Kind;
use crate::services::dynamodb::legacy::wire;
use crate::services::dynamodb::parameters::Parameters;
use crate::services::dynamodb::value::Attributes;
use crate::services::dynamodb::{DynamoDb, DynamoDbError, keys, name};
use ruststack_models::dynamodb::types::{DeleteItemInput, DeleteItemOutput};

impl DynamoDb {
    /// Takes an item away; that there is none is no error.
    pub(in crate::services::dynamodb) async fn delete_item(
        &self,
        caller: &Caller,
        mut input: DeleteItemInput,
    ) -> Result<DeleteItemOutput, DynamoDbError> {
        let name = input.table_name.take();
        name::check_one(name.as_deref())?;
        let (key, wants, guard) = read(input).map_err(DynamoDbError::enveloped)?;
        let table = self.table(caller, name.as_deref())?;
        let place = keys::of_key(&table, &key)?;
        keys::check_scalars(&table, guard.nested())?;
        let change = table.write(place, caller.now, |old| {
            guard.check(old)?;
            Ok::<_, DynamoDbError>(None)
        })?;
        Ok(DeleteItemOutput {
            attributes: wants.old(&change).map(given),
            consumed_capacity: wants.consumed(&table, &change),
            item_collection_metrics: wants.metrics(&table, &key),
        })
    }
}

/// What can be said of a request without its table.
fn read(input: DeleteItemInput) -> Result<(Attributes, Wants, Guard), DynamoDbError> {
    let names = input.expression_attribute_names;
    let values = input.expression_attribute_values;
    let mut parameters = Parameters::new(names, values, &[])
        .legacy("Expected", &input.expected)
        .legacy("ConditionalOperator", &input.conditional_operator)
        .expression(Kind::Condition, &input.condition_expression);
    parameters.check()?;
    let key = from_wire(input.key.unwrap_or_default(), Layer::Current)?;
    let wants = Wants::old_or_none(
        input.return_values,
        input.return_consumed_capacity.as_deref(),
        input.return_item_collection_metrics.as_deref(),
    )?;
    let on_failure = input.return_values_on_condition_check_failure.as_deref();
    let expected = wire::expected(input.expected, input.conditional_operator.as_deref(), Layer::Current)?;
    let condition = input.condition_expression.as_deref();
    let guard = parameters.read(|placeholders| Guard::of(condition, placeholders, on_failure))?.or(expected);
    Ok((key, wants, guard))
}
