//! What a caller wants to be told of a write: values, capacity, the size of the item collection.

use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::attribute::to_wire;
use crate::services::dynamodb::capacity::{Consumed, Detail, Kind};
use crate::services::dynamodb::store::{Change, IndexKind, Item, Table};
use crate::services::dynamodb::value::Attributes;
use ruststack_models::dynamodb::types::{ConsumedCapacity, ItemCollectionMetrics};

/// What a caller wants to be told.
pub(in crate::services::dynamodb) struct Wants {
    /// `ReturnValues`, `NONE` where it is not said.
    pub(in crate::services::dynamodb) values: String,
    capacity: Detail,
    /// Whether the size of the item collection is wanted.
    metrics: bool,
}

impl Wants {
    /// What the parameters of a put or a delete say, which give back the item as it was or nothing.
    pub(super) fn old_or_none(
        values: Option<String>,
        capacity: Option<&str>,
        metrics: Option<&str>,
    ) -> Result<Wants, DynamoDbError> {
        let wants = Wants::of(values, capacity, metrics);
        if !matches!(wants.values.as_str(), "NONE" | "ALL_OLD") {
            return Err(DynamoDbError::validation("ReturnValues can only be ALL_OLD or NONE"));
        }
        Ok(wants)
    }

    /// What the parameters of a write say.
    pub(super) fn of(values: Option<String>, capacity: Option<&str>, metrics: Option<&str>) -> Wants {
        Wants {
            values: values.unwrap_or_else(|| "NONE".to_owned()),
            capacity: Detail::of(capacity),
            metrics: metrics == Some("SIZE"),
        }
    }

    /// The item as it was, where that is wanted.
    pub(super) fn old(&self, change: &Change) -> Option<Attributes> {
        change.old.as_ref().filter(|_| self.values == "ALL_OLD").map(Item::attributes)
    }

    /// What the write cost, where that is wanted.
    pub(super) fn consumed(&self, table: &Table, change: &Change) -> Option<ConsumedCapacity> {
        (self.capacity != Detail::None)
            .then(|| Consumed::of_change(change).told(&table.name, self.capacity, Kind::Plain))
            .flatten()
    }

    /// The size of the item collection of a key, where that is wanted.
    pub(super) fn metrics(&self, table: &Table, key: &Attributes) -> Option<ItemCollectionMetrics> {
        self.metrics.then(|| collection_metrics(table, key)).flatten()
    }
}

/// The size of the items that share a partition key, which tables with local indexes tell: a range in gigabytes.
pub(in crate::services::dynamodb) fn collection_metrics(
    table: &Table,
    key: &Attributes,
) -> Option<ItemCollectionMetrics> {
    let definition = table.definition();
    if !definition.indexes.iter().any(|index| index.kind == IndexKind::Local) {
        return None;
    }
    let hash = key.iter().filter(|(name, _)| table.keys.hash.iter().any(|attribute| attribute.name == *name));
    let hash: Attributes = hash.map(|(name, value)| (name, value.clone())).collect();
    // AWS estimates in steps of a gigabyte, and collections of an emulator are smaller than one.
    Some(ItemCollectionMetrics {
        item_collection_key: Some(to_wire(hash)),
        size_estimate_range_gb: Some(vec![0.0, 1.0]),
    })
}
