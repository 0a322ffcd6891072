//! GetItem.

use crate::gateway::Caller;
use crate::services::dynamodb::attribute::{from_wire, to_wire};
use crate::services::dynamodb::capacity::{self, Consumed, Detail, read_units};
use crate::services::dynamodb::expression::{Kind, Path, Projection};
use crate::services::dynamodb::parameters::Parameters;
use crate::services::dynamodb::store::Item;
use crate::services::dynamodb::value::Attributes;
use crate::services::dynamodb::{DynamoDb, DynamoDbError, keys};
use ruststack_models::dynamodb::types::{GetItemInput, GetItemOutput};

impl DynamoDb {
    /// Gives an item; nothing where there is none.
    pub(in crate::services::dynamodb) async fn get_item(
        &self,
        caller: &Caller,
        input: GetItemInput,
    ) -> Result<GetItemOutput, DynamoDbError> {
        let mut parameters = Parameters::new(input.expression_attribute_names, None, &[])
            .legacy("AttributesToGet", &input.attributes_to_get)
            .expression(Kind::Projection, &input.projection_expression);
        parameters.check()?;
        let key = from_wire(input.key.unwrap_or_default())?;
        let names = attributes_to_get(input.attributes_to_get)?;
        let projection = parameters.read(|placeholders| {
            let projection = input.projection_expression.as_deref();
            Ok(projection.map(|text| Projection::parse(text, placeholders)).transpose()?)
        })?;
        let table = self.table(caller, input.table_name.as_deref())?;
        let place = keys::of_key(&table, &key)?;
        let item = table.get(&place);
        let detail = Detail::of(input.return_consumed_capacity.as_deref());
        let units = read_units(item.as_ref().map_or(0, Item::size), input.consistent_read == Some(true));
        let consumed = Consumed::of_table(units);
        Ok(GetItemOutput {
            item: item.map(|item| to_wire(project(&item, projection.or(names).as_ref()))),
            consumed_capacity: consumed.told(&table.name, detail, capacity::Kind::Plain),
        })
    }
}

/// The projection that `AttributesToGet` means.
pub(in crate::services::dynamodb) fn attributes_to_get(
    names: Option<Vec<String>>,
) -> Result<Option<Projection>, DynamoDbError> {
    let Some(names) = names else { return Ok(None) };
    if let Some((_, twice)) = names.iter().enumerate().find(|(place, name)| names[..*place].contains(*name)) {
        return Err(DynamoDbError::parameter(format!("Duplicate value in attribute name: {twice}")));
    }
    Ok(Some(Projection::to(names.into_iter().map(Path::of).collect::<Vec<_>>().iter())))
}

/// What is wanted of an item.
pub(in crate::services::dynamodb) fn project(item: &Item, projection: Option<&Projection>) -> Attributes {
    match projection {
        Some(projection) => projection.of(item),
        None => item.attributes(),
    }
}
