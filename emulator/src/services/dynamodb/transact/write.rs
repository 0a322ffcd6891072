//! TransactWriteItems.

use super::action::{Action, Placed};
use crate::gateway::Caller;
use crate::services::dynamodb::capacity::{Consumed, Detail, Kind, read_units};
use crate::services::dynamodb::errors::Reason;
use crate::services::dynamodb::items::collection_metrics;
use crate::services::dynamodb::store::{Change, Item, Shard, Shards, Table};
use crate::services::dynamodb::{DynamoDb, DynamoDbError, name};
use ruststack_models::dynamodb::types::{
    ConsumedCapacity, ItemCollectionMetrics, TransactWriteItem, TransactWriteItemsInput,
    TransactWriteItemsOutput,
};
use ruststack_wire::IndexMap;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, RwLockWriteGuard};

/// The most bytes that a transaction writes (Developer Guide, "Amazon DynamoDB Transactions").
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// What a transaction has done.
pub(in crate::services::dynamodb) struct Written {
    placed: Vec<Placed>,
    /// What it cost, where that is wanted.
    pub(in crate::services::dynamodb) consumed: Option<Vec<ConsumedCapacity>>,
    /// Whether it had been done before.
    is_repeated: bool,
}

impl DynamoDb {
    /// Writes up to a hundred items, all or none.
    pub(in crate::services::dynamodb) async fn transact_write_items(
        &self,
        caller: &Caller,
        mut input: TransactWriteItemsInput,
    ) -> Result<TransactWriteItemsOutput, DynamoDbError> {
        let token = input.client_request_token.take();
        let request: [u8; 32] = Sha256::digest(format!("{input:?}")).into();
        let items = input.transact_items.unwrap_or_default();
        name::check_each(items.iter().enumerate().filter_map(|(at, item)| named(at + 1, item)))?;
        let actions: Vec<Action> = items.into_iter().map(Action::of).collect::<Result<_, _>>()?;
        let detail = Detail::of(input.return_consumed_capacity.as_deref());
        let token = token.map(|token| (token, request));
        let written = self.write_all(caller, actions, token, detail)?;
        let wants_metrics =
            input.return_item_collection_metrics.as_deref() == Some("SIZE") && !written.is_repeated;
        Ok(TransactWriteItemsOutput {
            consumed_capacity: written.consumed,
            item_collection_metrics: wants_metrics
                .then(|| metrics(&written.placed))
                .filter(|told| !told.is_empty()),
        })
    }

    /// Does all actions or none, unless the token came with this very request before.
    pub(in crate::services::dynamodb) fn write_all(
        &self,
        caller: &Caller,
        actions: Vec<Action>,
        token: Option<(String, [u8; 32])>,
        detail: Detail,
    ) -> Result<Written, DynamoDbError> {
        let placed = place(self, caller, actions)?;
        let space = self.space(&caller.account, &caller.region);
        if let Some((token, request)) = &token
            && space.transactions.has(token, *request, caller.now)?
        {
            let consumed = told(&reread(&placed), detail, Kind::TransactRead);
            return Ok(Written { placed, consumed, is_repeated: true });
        }
        let changes = write(&placed, caller)?;
        if let Some((token, request)) = token {
            space.transactions.remember(&token, request, caller.now);
        }
        let consumed = told(&consumed(&placed, &changes), detail, Kind::TransactWrite);
        Ok(Written { placed, consumed, is_repeated: false })
    }
}

/// The table that an action names, and the member that names it (github.com/paritysuite/dynamodb-conformance,
/// tests/tier3/error-messages/transactWriteItems.test.ts).
fn named(at: usize, item: &TransactWriteItem) -> Option<(&str, String)> {
    let (action, name) = match item {
        TransactWriteItem { condition_check: Some(check), .. } => ("conditionCheck", &check.table_name),
        TransactWriteItem { put: Some(put), .. } => ("put", &put.table_name),
        TransactWriteItem { delete: Some(delete), .. } => ("delete", &delete.table_name),
        TransactWriteItem { update: Some(update), .. } => ("update", &update.table_name),
        _ => return None,
    };
    Some((name.as_deref()?, format!("transactItems.{at}.member.{action}.tableName")))
}

/// Finds the items of all actions: each in a place of its own.
fn place(dynamodb: &DynamoDb, caller: &Caller, actions: Vec<Action>) -> Result<Vec<Placed>, DynamoDbError> {
    let mut results = Vec::with_capacity(actions.len());
    for action in actions {
        results.push(action.placed(dynamodb, caller)?);
    }
    if results.iter().any(Result::is_err) {
        let reasons = results.into_iter().map(|result| result.err().unwrap_or_default());
        return Err(DynamoDbError::TransactionCanceled(reasons.collect()));
    }
    let placed: Vec<Placed> = results.into_iter().flatten().collect();
    let mut seen = HashSet::with_capacity(placed.len());
    if !placed.iter().all(|placed| seen.insert((Arc::as_ptr(&placed.table), &placed.place))) {
        return Err(DynamoDbError::validation(
            "Transaction request cannot include multiple operations on one item",
        ));
    }
    Ok(placed)
}

/// Locks every shard that is touched, in an order that is the same for all transactions.
fn lock(placed: &[Placed]) -> BTreeMap<(*const Table, usize), RwLockWriteGuard<'_, Shard>> {
    let mut wanted = BTreeMap::new();
    for placed in placed {
        wanted.insert((Arc::as_ptr(&placed.table), Shards::number(placed.place.partition)), &placed.table);
    }
    wanted.into_iter().map(|((table, number), found)| ((table, number), found.shards.write(number))).collect()
}

fn write(placed: &[Placed], caller: &Caller) -> Result<Vec<Option<Change>>, DynamoDbError> {
    let mut shards = lock(placed);
    let shard_of = |placed: &Placed| (Arc::as_ptr(&placed.table), Shards::number(placed.place.partition));
    let mut decided: Vec<Result<Option<Item>, Reason>> = Vec::with_capacity(placed.len());
    let mut bytes = 0;
    for placed in placed {
        let old = shards.get(&shard_of(placed)).and_then(|shard| shard.get(&placed.place));
        let new = placed.decide(old);
        let size = |item: Option<&Item>| item.map_or(0, Item::size);
        bytes += size(old).max(size(new.as_ref().ok().and_then(Option::as_ref)));
        decided.push(new);
    }
    if decided.iter().any(Result::is_err) {
        let reasons = decided.into_iter().map(|result| result.err().unwrap_or_default());
        return Err(DynamoDbError::TransactionCanceled(reasons.collect()));
    }
    if bytes > MOST_BYTES {
        return Err(DynamoDbError::validation(
            "Transaction Canceled, as the aggregate size of the items in the transaction exceeded the maximum of 4 MB",
        ));
    }
    let changes = placed.iter().zip(decided).map(|(placed, new)| {
        let shard = shards.get_mut(&shard_of(placed)).filter(|_| placed.writes())?;
        Some(placed.table.apply(shard, placed.place.clone(), new.unwrap_or_default(), caller.now))
    });
    Ok(changes.collect())
}

/// What the writes cost, by table. A check costs as much as a write of what is there.
fn consumed(placed: &[Placed], changes: &[Option<Change>]) -> IndexMap<String, Consumed> {
    let mut all: IndexMap<String, Consumed> = IndexMap::default();
    for (placed, change) in placed.iter().zip(changes) {
        let consumed = match change {
            Some(change) => Consumed::of_change(change),
            None => Consumed::of_check(placed.table.get(&placed.place).as_ref()),
        };
        all.entry(placed.table.name.clone()).or_default().add(consumed.doubled());
    }
    all
}

/// What a transaction costs that has been done before: it reads what it wrote.
fn reread(placed: &[Placed]) -> IndexMap<String, Consumed> {
    let mut all: IndexMap<String, Consumed> = IndexMap::default();
    for placed in placed {
        let size = placed.table.get(&placed.place).map_or(0, |item| item.size());
        let consumed = Consumed::of_table(read_units(size, true)).doubled();
        all.entry(placed.table.name.clone()).or_default().add(consumed);
    }
    all
}

/// What is told of what a transaction cost.
pub(in crate::services::dynamodb) fn told(
    consumed: &IndexMap<String, Consumed>,
    detail: Detail,
    kind: Kind,
) -> Option<Vec<ConsumedCapacity>> {
    let told = consumed.iter().filter_map(|(table, consumed)| consumed.told(table, detail, kind));
    (detail != Detail::None).then(|| told.collect())
}

fn metrics(placed: &[Placed]) -> IndexMap<String, Vec<ItemCollectionMetrics>> {
    let mut all: IndexMap<String, Vec<ItemCollectionMetrics>> = IndexMap::default();
    for placed in placed.iter().filter(|placed| placed.writes()) {
        if let Some(metrics) = collection_metrics(&placed.table, &placed.action.key) {
            all.entry(placed.table.name.clone()).or_default().push(metrics);
        }
    }
    all
}
