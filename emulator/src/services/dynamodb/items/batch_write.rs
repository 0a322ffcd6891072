//! BatchWriteItem.

use super::names::{self, Echo};
use super::wants::collection_metrics;
use crate::gateway::Caller;
use crate::services::dynamodb::attribute::{Layer, from_wire};
use crate::services::dynamodb::capacity::{self, Consumed, Detail};
use crate::services::dynamodb::store::{Item, Place, Table};
use crate::services::dynamodb::value::Attributes;
use crate::services::dynamodb::{DynamoDb, DynamoDbError, keys};
use ruststack_models::dynamodb::types::{
    BatchWriteItemInput, BatchWriteItemOutput, ItemCollectionMetrics, WriteRequest,
};
use ruststack_wire::IndexMap;
use std::collections::HashSet;
use std::sync::Arc;

/// The most writes of one call.
const MOST_WRITES: usize = 25;

/// One write: the item to put, or the key of the item to delete.
enum Write {
    Put(Attributes),
    Delete(Attributes),
}

/// The writes to one table.
struct Batch {
    table: Arc<Table>,
    writes: Vec<(Place, Write)>,
}

impl DynamoDb {
    /// Puts and deletes up to 25 items of one or more tables, each on its own.
    pub(in crate::services::dynamodb) async fn batch_write_item(
        &self,
        caller: &Caller,
        input: BatchWriteItemInput,
    ) -> Result<BatchWriteItemOutput, DynamoDbError> {
        names::check(input.request_items.iter().flat_map(IndexMap::keys), &input, Echo::Java)?;
        let requests = input.request_items.unwrap_or_default();
        let mut parsed = Vec::with_capacity(requests.len());
        for (name, requests) in requests {
            let writes = requests.into_iter().map(write).collect::<Result<Vec<_>, _>>()?;
            parsed.push((name, writes));
        }
        if parsed.iter().map(|(_, writes)| writes.len()).sum::<usize>() > MOST_WRITES {
            return Err(DynamoDbError::validation("Too many items requested for the BatchWriteItem call"));
        }
        let mut batches = Vec::with_capacity(parsed.len());
        for (name, writes) in parsed {
            let table = self.table(caller, Some(&name))?;
            batches.push(Batch::of(table, writes)?);
        }
        let detail = Detail::of(input.return_consumed_capacity.as_deref());
        let wants_metrics = input.return_item_collection_metrics.as_deref() == Some("SIZE");
        let mut output = BatchWriteItemOutput {
            unprocessed_items: Some(IndexMap::default()),
            item_collection_metrics: wants_metrics.then(IndexMap::default),
            consumed_capacity: (detail != Detail::None).then(Vec::new),
        };
        for batch in batches {
            let (consumed, metrics) = batch.write(caller, wants_metrics);
            if let Some(told) = consumed.told(&batch.table.name, detail, capacity::Kind::Plain) {
                output.consumed_capacity.get_or_insert_default().push(told);
            }
            if !metrics.is_empty() {
                let told = output.item_collection_metrics.get_or_insert_default();
                told.insert(batch.table.name.clone(), metrics);
            }
        }
        Ok(output)
    }
}

fn write(request: WriteRequest) -> Result<Write, DynamoDbError> {
    match (request.put_request, request.delete_request) {
        (Some(put), None) => {
            let mut item = from_wire(put.item.unwrap_or_default(), Layer::Older)?;
            keys::check_size(&item)?;
            item.sort_sets();
            Ok(Write::Put(item))
        }
        (None, Some(delete)) => Ok(Write::Delete(from_wire(delete.key.unwrap_or_default(), Layer::Older)?)),
        // AWS says so of a request with neither, too (github.com/architect/dynalite, test/batchWriteItem.js).
        (None, None) | (Some(_), Some(_)) => Err(DynamoDbError::validation(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
        )),
    }
}

impl Batch {
    fn of(table: Arc<Table>, writes: Vec<Write>) -> Result<Batch, DynamoDbError> {
        let mut seen = HashSet::with_capacity(writes.len());
        let mut placed = Vec::with_capacity(writes.len());
        for write in writes {
            let place = match &write {
                Write::Put(item) => keys::of_batch_item(&table, item)?,
                Write::Delete(key) => keys::of_key(&table, key)?,
            };
            if !seen.insert(place.clone()) {
                return Err(DynamoDbError::validation("Provided list of item keys contains duplicates"));
            }
            placed.push((place, write));
        }
        Ok(Batch { table, writes: placed })
    }

    fn write(&self, caller: &Caller, wants_metrics: bool) -> (Consumed, Vec<ItemCollectionMetrics>) {
        let mut consumed = Consumed::default();
        let mut metrics = Vec::new();
        for (place, write) in &self.writes {
            let (new, key) = match write {
                Write::Put(item) => (Some(Item::new(item)), item),
                Write::Delete(key) => (None, key),
            };
            consumed.add(Consumed::of_change(&self.table.replace(place.clone(), new, caller.now)));
            if wants_metrics {
                metrics.extend(collection_metrics(&self.table, key));
            }
        }
        (consumed, metrics)
    }
}
