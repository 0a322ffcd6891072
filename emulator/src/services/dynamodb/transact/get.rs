//! TransactGetItems.

use super::write::told;
use crate::gateway::Caller;
use crate::services::dynamodb::attribute::{Layer, from_wire};
use crate::services::dynamodb::capacity::{Consumed, Detail, Kind as Units, read_units};
use crate::services::dynamodb::errors::Reason;
use crate::services::dynamodb::expression::{Kind, Projection};
use crate::services::dynamodb::items::project;
use crate::services::dynamodb::parameters::Parameters;
use crate::services::dynamodb::store::{Item, Place, Shards, Table};
use crate::services::dynamodb::{DynamoDb, DynamoDbError, keys, name};
use ruststack_models::dynamodb::types::{Get, ItemResponse, TransactGetItemsInput, TransactGetItemsOutput};
use ruststack_wire::Fault;
use ruststack_wire::IndexMap;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// One item that is wanted.
pub(in crate::services::dynamodb) struct Wanted {
    pub(in crate::services::dynamodb) table: Arc<Table>,
    pub(in crate::services::dynamodb) place: Result<Place, DynamoDbError>,
    pub(in crate::services::dynamodb) projection: Option<Projection>,
}

impl DynamoDb {
    /// Gives up to a hundred items as they are at one moment.
    pub(in crate::services::dynamodb) async fn transact_get_items(
        &self,
        caller: &Caller,
        input: TransactGetItemsInput,
    ) -> Result<TransactGetItemsOutput, DynamoDbError> {
        let mut read = Vec::new();
        let items = input.transact_items.unwrap_or_default();
        name::check_each(items.iter().enumerate().filter_map(|(at, item)| {
            let name = item.get.as_ref()?.table_name.as_deref()?;
            Some((name, format!("transactItems.{}.member.get.tableName", at + 1)))
        }))?;
        for item in items {
            read.push(parse(item.get.unwrap_or_default())?);
        }
        let mut wanted = Vec::with_capacity(read.len());
        for (name, key, projection) in read {
            let table = self.table(caller, name.as_deref())?;
            keys::check_empty(&table.keys, &key)?;
            let nested = projection.iter().flat_map(Projection::nested);
            let place = keys::of_key(&table, &key)
                .and_then(|place| keys::check_scalars(&table, nested).map(|()| place));
            wanted.push(Wanted { table, place, projection });
        }
        let places = places(&wanted)?;
        let items = read_at_once(&wanted, &places);
        let consumed = consumed(&wanted, &items);
        let responses = wanted.iter().zip(items).map(|(wanted, item)| ItemResponse {
            item: item.map(|item| project(&item, wanted.projection.as_ref())),
        });
        let detail = Detail::of(input.return_consumed_capacity.as_deref());
        Ok(TransactGetItemsOutput {
            responses: Some(responses.collect()),
            consumed_capacity: told(&consumed, detail, Units::TransactRead),
        })
    }
}

type Parsed = (Option<String>, crate::services::dynamodb::value::Attributes, Option<Projection>);

fn parse(get: Get) -> Result<Parsed, DynamoDbError> {
    let mut parameters = Parameters::new(get.expression_attribute_names, None, &[])
        .expression(Kind::Projection, &get.projection_expression);
    parameters.check()?;
    let key = from_wire(get.key.unwrap_or_default(), Layer::Older)?;
    let projection = parameters.read(|placeholders| {
        let projection = get.projection_expression.as_deref();
        Ok(projection.map(|text| Projection::parse(text, placeholders)).transpose()?)
    })?;
    Ok((get.table_name, key, projection))
}

/// The places of all items, each another.
pub(in crate::services::dynamodb) fn places(wanted: &[Wanted]) -> Result<Vec<&Place>, DynamoDbError> {
    if wanted.iter().any(|wanted| wanted.place.is_err()) {
        let reasons = wanted.iter().map(|wanted| match &wanted.place {
            Ok(_) => Reason::default(),
            Err(error) => Reason {
                code: Some("ValidationError"),
                message: Fault::from(error.clone()).message.map(Into::into),
                item: None,
            },
        });
        return Err(DynamoDbError::TransactionCanceled(reasons.collect()));
    }
    let mut seen = HashSet::with_capacity(wanted.len());
    let places: Vec<&Place> = wanted.iter().flat_map(|wanted| &wanted.place).collect();
    if !wanted.iter().zip(&places).all(|(wanted, place)| seen.insert((Arc::as_ptr(&wanted.table), *place))) {
        return Err(DynamoDbError::validation(
            "Transaction request cannot include multiple operations on one item",
        ));
    }
    Ok(places)
}

/// Reads while no shard that is read can change.
pub(in crate::services::dynamodb) fn read_at_once(wanted: &[Wanted], places: &[&Place]) -> Vec<Option<Item>> {
    let mut shards = BTreeMap::new();
    for (wanted, place) in wanted.iter().zip(places) {
        shards.insert((Arc::as_ptr(&wanted.table), Shards::number(place.partition)), &wanted.table);
    }
    let locked: BTreeMap<_, _> = shards
        .into_iter()
        .map(|((table, number), found)| ((table, number), found.shards.read(number)))
        .collect();
    let read = wanted.iter().zip(places).map(|(wanted, place)| {
        let shard = locked.get(&(Arc::as_ptr(&wanted.table), Shards::number(place.partition)))?;
        shard.get(place).cloned()
    });
    read.collect()
}

/// What reading these items costs, by table: twice what it costs outside of a transaction.
pub(in crate::services::dynamodb) fn consumed(
    wanted: &[Wanted],
    items: &[Option<Item>],
) -> IndexMap<String, Consumed> {
    let mut consumed: IndexMap<String, Consumed> = IndexMap::default();
    for (wanted, item) in wanted.iter().zip(items) {
        let units = read_units(item.as_ref().map_or(0, Item::size), true);
        consumed.entry(wanted.table.name.clone()).or_default().add(Consumed::of_table(units).doubled());
    }
    consumed
}
