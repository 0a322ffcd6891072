//! DynamoDB: tables, the items in them, and the streams of their changes.
//!
//! `tables` answers for tables, `items` for one item or a batch of them, `transact` for transactions, `read` for Query and
//! Scan, `partiql` for statements, `streams` for the changes of a table.
//!
//! `value` is what items are made of, `attribute` the same on the wire, `expression` the language of conditions and updates,
//! `store` where items are, `keys` how a request names one, `capacity` what it costs, `settings` what is said of a table
//! besides its items, `name` how a table is called.

#![allow(dead_code, reason = "some of what is kept of a table is told by operations that come next")]

mod attribute;
mod capacity;
mod errors;
mod expression;
mod items;
mod keys;
mod legacy;
mod name;
mod parameters;
mod partiql;
mod place;
mod read;
mod settings;
mod store;
mod streams;
mod tables;
#[cfg(test)]
mod tests;
mod transact;
mod value;

pub(crate) use errors::DynamoDbError;

use super::{Authorize, operations};
use crate::events::Events;
use crate::gateway::Caller;
use dashmap::DashMap;
use name::TableName;
use ruststack_wire::Fault;
use std::collections::BTreeMap;
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};
use store::Table;

/// DynamoDB as all accounts and regions share it.
pub struct DynamoDb {
    /// What each account has in each region.
    spaces: DashMap<String, Arc<Space>>,
    /// Whether all callers share one space, whatever their account and region.
    is_shared: bool,
    /// Who hears what happens.
    events: Arc<Events>,
}

/// The tables of one account in one region.
#[derive(Default)]
struct Space {
    tables: RwLock<BTreeMap<String, Arc<Table>>>,
    transactions: transact::Tokens,
}

operations! { DynamoDb: dynamodb of dynamodb {
    BATCH_EXECUTE_STATEMENT => batch_execute_statement,
    BATCH_GET_ITEM => batch_get_item,
    BATCH_WRITE_ITEM => batch_write_item,
    CREATE_TABLE => create_table,
    DELETE_ITEM => delete_item,
    DELETE_TABLE => delete_table,
    DESCRIBE_TABLE => describe_table,
    EXECUTE_STATEMENT => execute_statement,
    EXECUTE_TRANSACTION => execute_transaction,
    GET_ITEM => get_item,
    LIST_TABLES => list_tables,
    PUT_ITEM => put_item,
    QUERY => query,
    SCAN => scan,
    TRANSACT_GET_ITEMS => transact_get_items,
    TRANSACT_WRITE_ITEMS => transact_write_items,
    UPDATE_ITEM => update_item,
}}

impl Authorize for DynamoDb {}

impl DynamoDb {
    /// DynamoDB without tables, which tells this bus what happens.
    pub(super) fn new(events: Arc<Events>, is_shared: bool) -> DynamoDb {
        DynamoDb { spaces: DashMap::new(), is_shared, events }
    }

    /// Forgets every table.
    pub(super) fn reset(&self) {
        self.spaces.clear();
    }

    /// What an account has in a region.
    fn space(&self, account: &str, region: &str) -> Arc<Space> {
        let name = if self.is_shared { String::new() } else { format!("{account}/{region}") };
        if let Some(space) = self.spaces.get(&name) {
            return space.clone();
        }
        self.spaces.entry(name).or_default().clone()
    }

    /// The caller's table of this name or ARN.
    fn find(&self, caller: &Caller, name: Option<&str>) -> Result<Option<Arc<Table>>, DynamoDbError> {
        let name = TableName::of(name.unwrap_or_default())?;
        let account = name.account.unwrap_or(&caller.account);
        let region = name.region.unwrap_or(&caller.region);
        Ok(self.space(account, region).tables().get(name.name).cloned())
    }

    /// The table of an operation on tables.
    fn named(&self, caller: &Caller, name: Option<&str>) -> Result<Arc<Table>, DynamoDbError> {
        let found = self.find(caller, name)?;
        found.ok_or_else(|| DynamoDbError::no_such_table(name.unwrap_or_default()))
    }

    /// The space that a table is in.
    fn space_of(&self, table: &Table) -> Arc<Space> {
        self.space(table.account(), table.region())
    }

    /// The table of an operation on items.
    fn table(&self, caller: &Caller, name: Option<&str>) -> Result<Arc<Table>, DynamoDbError> {
        self.find(caller, name)?.ok_or_else(DynamoDbError::no_such_resource)
    }
}

impl Space {
    /// The tables, to be looked at. The guard is let go before anything awaits.
    fn tables(&self) -> RwLockReadGuard<'_, BTreeMap<String, Arc<Table>>> {
        self.tables.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The tables, to be changed. The guard is let go before anything awaits.
    fn tables_mut(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Arc<Table>>> {
        self.tables.write().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
