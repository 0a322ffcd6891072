//! GetItem.

use crate::gateway::Caller;
use crate::services::dynamodb::attribute::{Layer, from_wire, given};
use crate::services::dynamodb::capacity::{self, Consumed, Detail, read_units};
use crate::services::dynamodb::expression::{Kind, Projection};
use crate::services::dynamodb::legacy::wire;
use crate::services::dynamodb::parameters::Parameters;
use crate::services::dynamodb::store::Item;
use crate::services::dynamodb::{DynamoDb, DynamoDbError, keys, name};
use ruststack_models::AttributeMap;
use ruststack_models::dynamodb::types::{GetItemInput, GetItemOutput};

impl DynamoDb {
    /// Gives an item; nothing where there is none.
    pub(in crate::services::dynamodb) async fn get_item(
        &self,
        caller: &Caller,
        input: GetItemInput,
    ) -> Result<GetItemOutput, DynamoDbError> {
        name::check_one(input.table_name.as_deref())?;
        let mut parameters = Parameters::new(input.expression_attribute_names, None, &[])
            .legacy("AttributesToGet", &input.attributes_to_get)
            .expression(Kind::Projection, &input.projection_expression);
        parameters.check()?;
        let key = from_wire(input.key.unwrap_or_default(), Layer::Current)?;
        let names = wire::attributes_to_get(input.attributes_to_get.as_ref())?;
        let projection = parameters.read(|placeholders| {
            let projection = input.projection_expression.as_deref();
            Ok(projection.map(|text| Projection::parse(text, placeholders)).transpose()?)
        })?;
        let table = self.table(caller, input.table_name.as_deref())?;
        let place = keys::of_key(&table, &key)?;
        keys::check_scalars(&table, projection.iter().flat_map(Projection::nested))?;
        let item = table.get(&place);
        let detail = Detail::of(input.return_consumed_capacity.as_deref());
        let units = read_units(item.as_ref().map_or(0, Item::size), input.consistent_read == Some(true));
        let consumed = Consumed::of_table(units);
        Ok(GetItemOutput {
            item: item.map(|item| project(&item, projection.or(names).as_ref())),
            consumed_capacity: consumed.told(&table.name, detail, capacity::Kind::Plain),
        })
    }
}

/// What is wanted of an item.
pub(in crate::services::dynamodb) fn project(item: &Item, projection: Option<&Projection>) -> AttributeMap {
    match projection {
        Some(projection) => given(projection.of(item)),
        None => item.given(|_| true),
    }
}
