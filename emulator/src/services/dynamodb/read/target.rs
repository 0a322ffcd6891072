//! The table or the index that is read.

use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::expression::Source;
use crate::services::dynamodb::store::{Definition, Index, IndexKind, Item, KeySchema, Shards, Table};
use crate::services::dynamodb::value::{Attributes, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// What is read.
pub(in crate::services::dynamodb) struct Target {
    pub(in crate::services::dynamodb) table: Arc<Table>,
    pub(in crate::services::dynamodb) index: Option<Arc<Index>>,
}

/// An item as it is seen through an index: what the index does not project is not there.
pub(in crate::services::dynamodb) struct Seen<'a> {
    pub(in crate::services::dynamodb) item: &'a Item,
    pub(in crate::services::dynamodb) index: Option<&'a Index>,
}

impl Target {
    /// The table, or its index of this name.
    pub(in crate::services::dynamodb) fn of(
        table: Arc<Table>,
        definition: &Definition,
        index: Option<&str>,
        is_consistent: bool,
    ) -> Result<Target, DynamoDbError> {
        let index = match index {
            Some(name) => Some(definition.index(name).cloned().ok_or_else(|| {
                DynamoDbError::validation(format!("The table does not have the specified index: {name}"))
            })?),
            None => None,
        };
        if is_consistent && index.as_ref().is_some_and(|index| index.kind == IndexKind::Global) {
            return Err(DynamoDbError::validation(
                "Consistent reads are not supported on global secondary indexes",
            ));
        }
        Ok(Target { table, index })
    }

    /// The keys by which it is read.
    pub(in crate::services::dynamodb) fn keys(&self) -> &KeySchema {
        self.index.as_ref().map_or(&self.table.keys, |index| &index.keys)
    }

    /// Where its items are.
    pub(in crate::services::dynamodb) fn shards(&self) -> &Shards {
        self.index.as_ref().map_or(&self.table.shards, |index| &index.shards)
    }

    /// What names an item of it: its keys, and those of the table.
    pub(in crate::services::dynamodb) fn key_of(&self, item: &Item) -> Attributes {
        item.only(|name| self.table.keys.has(name) || self.keys().has(name))
    }

    /// How many bytes of an item are read.
    pub(in crate::services::dynamodb) fn size_of(&self, item: &Item) -> usize {
        self.index.as_ref().map_or_else(|| item.size(), |index| index.size_of(item))
    }
}

impl Source for Seen<'_> {
    fn attribute(&self, name: &str) -> Option<Cow<'_, Value>> {
        if self.index.is_some_and(|index| !index.shows(name)) {
            return None;
        }
        self.item.attribute(name).map(Cow::Owned)
    }
}
