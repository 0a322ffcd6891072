//! Changing one item: `INSERT`, `UPDATE` and `DELETE`, alone or as an action of a transaction.
//!
//! Source: github.com/paritysuite/dynamodb-conformance, tests/tier2/partiql: an update of an item that is not there fails
//! its condition, a deletion of one does nothing, and an insertion puts nothing in the place of an item.

use super::key::Keyed;
use super::resolve::{What, Write};
use super::tree::Returning;
use crate::gateway::Caller;
use crate::services::dynamodb::errors::Reason;
use crate::services::dynamodb::expression::{Condition, Path};
use crate::services::dynamodb::items::Guard;
use crate::services::dynamodb::store::{Change, Item, KeySchema, Table};
use crate::services::dynamodb::transact::{self, Action, Placed};
use crate::services::dynamodb::value::Attributes;
use crate::services::dynamodb::{DynamoDb, DynamoDbError, keys};
use ruststack_models::dynamodb::shapes;
use std::sync::Arc;

/// A change that has taken place.
pub(super) struct Written {
    /// The table.
    pub(super) table: Arc<Table>,
    /// What was and what is.
    pub(super) change: Change,
    /// What is told of the item.
    pub(super) told: Option<Attributes>,
}

/// The action that a statement wants of the items of a table with these keys.
pub(super) fn action(write: Write, schema: &KeySchema, tells_item: bool) -> Result<Action, DynamoDbError> {
    let Write { table, what, filter, .. } = write;
    let table_name = Some(table);
    if let What::Insert(mut item) = what {
        keys::check_size(&item)?;
        item.sort_sets();
        let what = transact::What::Insert(Item::new(&item));
        return Ok(Action { table_name, key: item, what, guard: Guard::new(None, tells_item) });
    }
    let keyed = Keyed::of(filter, schema);
    let is_check = matches!(what, What::Check);
    if is_check && (!keyed.is_whole() || keyed.rest.is_empty()) {
        return Err(DynamoDbError::validation(
            "EXISTS() must contain a single item read with additional condition",
        ));
    }
    if !keyed.is_whole() {
        return Err(DynamoDbError::validation(
            "Where clause does not contain a mandatory equality on all key attributes",
        ));
    }
    let mut rest = keyed.rest;
    let hash = Path::of(schema.hash.first().map(|hash| hash.name.clone()).unwrap_or_default());
    let (what, condition) = match what {
        What::Update(update) => {
            rest.insert(0, Condition::AttributeExists(hash));
            (transact::What::Update(update), Some(Condition::And(rest)))
        }
        What::Delete if rest.is_empty() => (transact::What::Delete, None),
        What::Delete => {
            let either = vec![Condition::AttributeNotExists(hash), Condition::And(rest)];
            (transact::What::Delete, Some(Condition::Or(either)))
        }
        _ => (transact::What::Check, Some(Condition::And(rest))),
    };
    Ok(Action { table_name, key: keyed.key, what, guard: Guard::new(condition, tells_item) })
}

impl DynamoDb {
    /// Changes one item.
    pub(super) fn write_statement(
        &self,
        caller: &Caller,
        write: Write,
        tells_item: bool,
    ) -> Result<Written, DynamoDbError> {
        let returning = write.returning;
        let table = self.table(caller, Some(&write.table))?;
        let action = action(write, &table.keys, tells_item)?;
        let placed = action.placed(self, caller)?.map_err(refusal)?;
        let decide = |old: Option<&Item>| placed.decide(old).map_err(refusal);
        let change = table.write(placed.place.clone(), caller.now, decide)?;
        let told = returning.and_then(|returning| told(returning, &change, &placed));
        Ok(Written { table, change, told })
    }
}

/// What a returning clause wants to be told.
fn told(returning: Returning, change: &Change, placed: &Placed) -> Option<Attributes> {
    let item = if returning.is_new { &change.new } else { &change.old }.as_ref()?;
    if !returning.is_modified {
        return Some(item.attributes());
    }
    match &placed.action.what {
        transact::What::Update(update) => Some(update.changed(item)).filter(|changed| !changed.is_empty()),
        _ => None,
    }
}

/// The error of a statement that stands alone, by the reason of an action.
fn refusal(reason: Reason) -> DynamoDbError {
    let sentence = reason.message.unwrap_or_default();
    match reason.code {
        Some("ConditionalCheckFailed") => DynamoDbError::ConditionalCheckFailed(reason.item.map(Box::new)),
        Some("DuplicateItem") => DynamoDbError::Modelled(&shapes::DUPLICATE_ITEM_EXCEPTION, sentence.into()),
        _ => DynamoDbError::Validation(sentence.into()),
    }
}
