//! BatchGetItem.

use super::get::project;
use super::names::{self, Echo};
use crate::gateway::Caller;
use crate::services::dynamodb::attribute::{Layer, WireMap, from_wire, to_wire};
use crate::services::dynamodb::capacity::{self, Consumed, Detail, read_units};
use crate::services::dynamodb::expression::{Kind, Projection};
use crate::services::dynamodb::legacy::wire;
use crate::services::dynamodb::parameters::Parameters;
use crate::services::dynamodb::store::{Item, Place, Table};
use crate::services::dynamodb::value::Attributes;
use crate::services::dynamodb::{DynamoDb, DynamoDbError, keys};
use ruststack_models::dynamodb::types::{BatchGetItemInput, BatchGetItemOutput, KeysAndAttributes};
use ruststack_wire::IndexMap;
use std::collections::HashSet;
use std::sync::Arc;

/// The most items of one call.
const MOST_KEYS: usize = 100;
/// The most bytes of one answer (API reference, BatchGetItem).
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// What is wanted of one table.
struct Wanted {
    keys: Vec<Attributes>,
    projection: Option<Projection>,
    is_consistent: bool,
    /// The request as it came, for what is left over.
    request: KeysAndAttributes,
}

impl DynamoDb {
    /// Gives up to a hundred items of one or more tables.
    pub(in crate::services::dynamodb) async fn batch_get_item(
        &self,
        caller: &Caller,
        input: BatchGetItemInput,
    ) -> Result<BatchGetItemOutput, DynamoDbError> {
        names::check(input.request_items.iter().flat_map(IndexMap::keys), &input, Echo::Json)?;
        let requests = input.request_items.unwrap_or_default();
        let count: usize = requests.values().map(|request| request.keys.as_ref().map_or(0, Vec::len)).sum();
        let mut wanted = Vec::with_capacity(requests.len());
        for (name, request) in requests {
            wanted.push((name, Wanted::of(request)?));
        }
        if count > MOST_KEYS {
            return Err(DynamoDbError::validation("Too many items requested for the BatchGetItem call"));
        }
        let mut found: Vec<(String, Arc<Table>, Vec<Place>, Wanted)> = Vec::with_capacity(wanted.len());
        for (name, wanted) in wanted {
            let table = self.table(caller, Some(&name))?;
            let places = wanted.keys.iter().map(|key| keys::of_key(&table, key)).collect::<Result<_, _>>()?;
            keys::check_scalars(&table, wanted.projection.iter().flat_map(Projection::nested))?;
            found.push((name, table, places, wanted));
        }
        let detail = Detail::of(input.return_consumed_capacity.as_deref());
        let mut output = BatchGetItemOutput {
            responses: Some(IndexMap::default()),
            unprocessed_keys: Some(IndexMap::default()),
            consumed_capacity: (detail != Detail::None).then(Vec::new),
        };
        let mut left = MOST_BYTES;
        for (name, table, places, mut wanted) in found {
            let mut items = Vec::new();
            let mut units = 0.0;
            let mut unprocessed: Vec<WireMap> = Vec::new();
            for (place, key) in places.iter().zip(wanted.keys) {
                let item = table.get(place);
                let size = item.as_ref().map_or(0, Item::size);
                if size > left {
                    left = 0;
                    unprocessed.push(to_wire(key));
                    continue;
                }
                left -= size;
                units += read_units(size, wanted.is_consistent);
                items.extend(item.map(|item| project(&item, wanted.projection.as_ref())));
            }
            if let Some(told) = Consumed::of_table(units).told(&table.name, detail, capacity::Kind::Plain) {
                output.consumed_capacity.get_or_insert_default().push(told);
            }
            if !unprocessed.is_empty() {
                wanted.request.keys = Some(unprocessed);
                output.unprocessed_keys.get_or_insert_default().insert(name.clone(), wanted.request);
            }
            output.responses.get_or_insert_default().insert(name, items);
        }
        Ok(output)
    }
}

impl Wanted {
    fn of(mut request: KeysAndAttributes) -> Result<Wanted, DynamoDbError> {
        let mut parameters = Parameters::new(request.expression_attribute_names.clone(), None, &[])
            .legacy("AttributesToGet", &request.attributes_to_get)
            .expression(Kind::Projection, &request.projection_expression);
        parameters.check()?;
        let wire = request.keys.take().unwrap_or_default();
        let keys: Vec<Attributes> =
            wire.into_iter().map(|key| from_wire(key, Layer::Current)).collect::<Result<_, _>>()?;
        let names = wire::attributes_to_get(request.attributes_to_get.as_ref())?;
        let projection = parameters.read(|placeholders| {
            let projection = request.projection_expression.as_deref();
            Ok(projection.map(|text| Projection::parse(text, placeholders)).transpose()?)
        })?;
        let mut seen = HashSet::with_capacity(keys.len());
        // The packed form of equal keys is the same.
        if !keys.iter().all(|key| seen.insert(Item::new(key))) {
            return Err(DynamoDbError::validation("Provided list of item keys contains duplicates"));
        }
        Ok(Wanted {
            keys,
            projection: projection.or(names),
            is_consistent: request.consistent_read == Some(true),
            request,
        })
    }
}
