//! UpdateItem.

use super::guard::Guard;
use super::wants::Wants;
use crate::gateway::Caller;
use crate::services::dynamodb::attribute::{Layer, from_wire, given};
use crate::services::dynamodb::expression::{Kind, Update};
use crate::services::dynamodb::legacy::wire;
use crate::services::dynamodb::parameters::Parameters;
use crate::services::dynamodb::store::{Change, Item, KeySchema, Table};
use crate::services::dynamodb::value::Attributes;
use crate::services::dynamodb::{DynamoDb, DynamoDbError, index_keys, keys, name};
use ruststack_models::dynamodb::types::{UpdateItemInput, UpdateItemOutput};

/// A request, read.
struct Request {
    key: Attributes,
    update: Update,
    wants: Wants,
    guard: Guard,
}

impl DynamoDb {
    /// Changes attributes of an item, which begins with its key where there is none.
    pub(in crate::services::dynamodb) async fn update_item(
        &self,
        caller: &Caller,
        mut input: UpdateItemInput,
    ) -> Result<UpdateItemOutput, DynamoDbError> {
        let name = input.table_name.take();
        name::check_one(name.as_deref())?;
        let Request { key, update, wants, guard } = read(input).map_err(DynamoDbError::enveloped)?;
        let table = self.table(caller, name.as_deref())?;
        let place = keys::of_key(&table, &key)?;
        check_paths(&table, &update, &guard)?;
        let change = table.write(place, caller.now, |old| {
            guard.check(old)?;
            updated(&table, &key, old, &update)
        })?;
        Ok(UpdateItemOutput {
            attributes: told(&wants.values, &change, &update).map(given),
            consumed_capacity: wants.consumed(&table, &change),
            item_collection_metrics: wants.metrics(&table, &key),
        })
    }
}

/// What can be said of a request without its table.
fn read(input: UpdateItemInput) -> Result<Request, DynamoDbError> {
    let names = input.expression_attribute_names;
    let values = input.expression_attribute_values;
    let mut parameters = Parameters::new(names, values, &[])
        .legacy("AttributeUpdates", &input.attribute_updates)
        .legacy("Expected", &input.expected)
        .legacy("ConditionalOperator", &input.conditional_operator)
        .expression(Kind::Update, &input.update_expression)
        .expression(Kind::Condition, &input.condition_expression);
    parameters.check()?;
    let key = from_wire(input.key.unwrap_or_default(), Layer::Current)?;
    let updates = wire::attribute_updates(input.attribute_updates, Layer::Current)?;
    let expected = wire::expected(input.expected, input.conditional_operator.as_deref(), Layer::Current)?;
    let wants = Wants::of(
        input.return_values,
        input.return_consumed_capacity.as_deref(),
        input.return_item_collection_metrics.as_deref(),
    );
    let on_failure = input.return_values_on_condition_check_failure.as_deref();
    let (update, guard) = parameters.read(|placeholders| {
        let update = input.update_expression.as_deref();
        let update = update.map(|text| Update::parse(text, placeholders)).transpose()?;
        Ok((update, Guard::of(input.condition_expression.as_deref(), placeholders, on_failure)?))
    })?;
    let guard = guard.or(expected);
    let update = update.or(updates).unwrap_or_else(|| Update::new(Vec::new()));
    Ok(Request { key, update, wants, guard })
}

/// Refuses an update of the key, then one that an index cannot hold, then to look into keys.
pub(in crate::services::dynamodb) fn check_paths(
    table: &Table,
    update: &Update,
    guard: &Guard,
) -> Result<(), DynamoDbError> {
    check_targets(&table.keys, update)?;
    index_keys::check_update(&table.definition(), update)?;
    let paths = update.paths();
    let nested = paths.iter().filter(|path| path.is_nested()).map(|path| path.name.as_str());
    keys::check_scalars(table, nested.chain(guard.nested()))
}

/// Refuses an update of the key.
fn check_targets(keys: &KeySchema, update: &Update) -> Result<(), DynamoDbError> {
    match update.targets().find(|path| keys.has(&path.name)) {
        Some(path) => Err(DynamoDbError::parameter(format!(
            "Cannot update attribute {}. This attribute is part of the key",
            path.name
        ))),
        None => Ok(()),
    }
}

/// What an update makes of an item, or of none. An item that is not there comes to be, unless the update only takes
/// away what it does not have.
pub(in crate::services::dynamodb) fn updated(
    table: &Table,
    key: &Attributes,
    old: Option<&Item>,
    update: &Update,
) -> Result<Option<Item>, DynamoDbError> {
    let mut attributes = old.map_or_else(|| key.clone(), Item::attributes);
    update.apply(&mut attributes)?;
    keys::check_updated(&table.definition(), &attributes)?;
    Ok(Some(Item::new(&attributes)))
}

/// What `ReturnValues` wants to be told.
fn told(values: &str, change: &Change, update: &Update) -> Option<Attributes> {
    let (item, is_whole) = match values {
        "ALL_OLD" => (&change.old, true),
        "ALL_NEW" => (&change.new, true),
        "UPDATED_OLD" => (&change.old, false),
        "UPDATED_NEW" => (&change.new, false),
        _ => return None,
    };
    let item = item.as_ref()?;
    if is_whole {
        return Some(item.attributes());
    }
    Some(update.changed(item)).filter(|changed| !changed.is_empty())
}
