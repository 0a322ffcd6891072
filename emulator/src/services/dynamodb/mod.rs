//! DynamoDB: tables, the items in them, and the streams of their changes.
//!
//! `tables` answers for tables, `items` for one item or a batch of them, `transact` for transactions, `read` for Query and
//! Scan, `partiql` for statements, `streams` for the changes of a table, `transfers` for tables that go to S3 or come from there.
//!
//! `value` is what items are made of, `attribute` the same on the wire, `expression` the language of conditions and updates,
//! `store` where items are, `keys` how a request names one, `index_keys` what indexes ask of it, `capacity` what it costs,
//! `settings` what is said of a table besides its items, `name` how a table is called.

mod attribute;
mod backups;
mod capacity;
mod errors;
mod expression;
mod extras;
mod index_keys;
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
pub(crate) mod streams;
mod tables;
#[cfg(test)]
mod tests;
mod transact;
mod transfers;
mod value;

pub(crate) use errors::DynamoDbError;

use super::s3::S3;
use super::{Authorize, operations};
use crate::events::Events;
use crate::gateway::Caller;
use backups::Backup;
use dashmap::DashMap;
use name::TableName;
use ruststack_wire::{Fault, Timestamp};
use settings::Work;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};
use store::Table;
use streams::Stream;
use transfers::{Export, Import};

/// DynamoDB as all accounts and regions share it.
pub struct DynamoDb {
    /// What each account has in each region.
    spaces: DashMap<String, Arc<Space>>,
    /// Whether all callers share one space, whatever their account and region.
    is_shared: bool,
    /// For how long tables are made, changed and deleted.
    transition_ms: i64,
    /// Who hears what happens.
    events: Arc<Events>,
    /// Where exports go, and imports come from.
    s3: Arc<S3>,
}

/// The tables of one account in one region.
#[derive(Default)]
struct Space {
    tables: RwLock<BTreeMap<String, Arc<Table>>>,
    /// The streams of tables, those of deleted ones for a day, by ARN.
    streams: RwLock<BTreeMap<String, Arc<Stream>>>,
    /// The backups of tables, by ARN.
    backups: Mutex<BTreeMap<String, Arc<Backup>>>,
    /// The exports and the imports, by ARN.
    exports: Mutex<BTreeMap<String, Arc<Export>>>,
    imports: Mutex<BTreeMap<String, Arc<Import>>>,
    transactions: transact::Tokens,
}

operations! { DynamoDb: dynamodb of dynamodb {
    BATCH_EXECUTE_STATEMENT => batch_execute_statement,
    BATCH_GET_ITEM => batch_get_item,
    BATCH_WRITE_ITEM => batch_write_item,
    CREATE_BACKUP => create_backup,
    CREATE_GLOBAL_TABLE => create_global_table,
    CREATE_TABLE => create_table,
    DELETE_BACKUP => delete_backup,
    DELETE_ITEM => delete_item,
    DELETE_RESOURCE_POLICY => delete_resource_policy,
    DELETE_TABLE => delete_table,
    DESCRIBE_BACKUP => describe_backup,
    DESCRIBE_CONTINUOUS_BACKUPS => describe_continuous_backups,
    DESCRIBE_CONTRIBUTOR_INSIGHTS => describe_contributor_insights,
    DESCRIBE_ENDPOINTS => describe_endpoints,
    DESCRIBE_EXPORT => describe_export,
    DESCRIBE_GLOBAL_TABLE => describe_global_table,
    DESCRIBE_IMPORT => describe_import,
    DESCRIBE_KINESIS_STREAMING_DESTINATION => describe_kinesis_streaming_destination,
    DESCRIBE_LIMITS => describe_limits,
    DESCRIBE_TABLE => describe_table,
    DESCRIBE_TIME_TO_LIVE => describe_time_to_live,
    DISABLE_KINESIS_STREAMING_DESTINATION => disable_kinesis_streaming_destination,
    ENABLE_KINESIS_STREAMING_DESTINATION => enable_kinesis_streaming_destination,
    EXECUTE_STATEMENT => execute_statement,
    EXECUTE_TRANSACTION => execute_transaction,
    EXPORT_TABLE_TO_POINT_IN_TIME => export_table_to_point_in_time,
    GET_ITEM => get_item,
    GET_RESOURCE_POLICY => get_resource_policy,
    IMPORT_TABLE => import_table,
    LIST_BACKUPS => list_backups,
    LIST_CONTRIBUTOR_INSIGHTS => list_contributor_insights,
    LIST_EXPORTS => list_exports,
    LIST_GLOBAL_TABLES => list_global_tables,
    LIST_IMPORTS => list_imports,
    LIST_TABLES => list_tables,
    LIST_TAGS_OF_RESOURCE => list_tags_of_resource,
    PUT_ITEM => put_item,
    PUT_RESOURCE_POLICY => put_resource_policy,
    QUERY => query,
    RESTORE_TABLE_FROM_BACKUP => restore_table_from_backup,
    RESTORE_TABLE_TO_POINT_IN_TIME => restore_table_to_point_in_time,
    SCAN => scan,
    TAG_RESOURCE => tag_resource,
    TRANSACT_GET_ITEMS => transact_get_items,
    TRANSACT_WRITE_ITEMS => transact_write_items,
    UNTAG_RESOURCE => untag_resource,
    UPDATE_CONTINUOUS_BACKUPS => update_continuous_backups,
    UPDATE_CONTRIBUTOR_INSIGHTS => update_contributor_insights,
    UPDATE_GLOBAL_TABLE => update_global_table,
    UPDATE_ITEM => update_item,
    UPDATE_KINESIS_STREAMING_DESTINATION => update_kinesis_streaming_destination,
    UPDATE_TABLE => update_table,
    UPDATE_TIME_TO_LIVE => update_time_to_live,
}}

impl Authorize for DynamoDb {}

impl DynamoDb {
    /// DynamoDB without tables, which tells this bus what happens and exports to this S3.
    pub(super) fn new(events: Arc<Events>, s3: Arc<S3>, is_shared: bool, transition_ms: u32) -> DynamoDb {
        DynamoDb { spaces: DashMap::new(), is_shared, transition_ms: transition_ms.into(), events, s3 }
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
    fn find(&self, caller: &Caller, name: TableName<'_>) -> Option<Arc<Table>> {
        let account = name.account.unwrap_or(&caller.account);
        let region = name.region.unwrap_or(&caller.region);
        let table = self.living(&self.space(account, region), name.name, caller.now)?;
        table.expire(caller.now);
        Some(table)
    }

    /// A table that has not been deleted.
    fn living(&self, space: &Space, name: &str, now: Timestamp) -> Option<Arc<Table>> {
        let table = space.tables().get(name).cloned()?;
        // Where changes take no time, a deleted table is not in the map.
        let is_gone = self.transition_ms > 0 && table.settings().is_gone(now);
        (!is_gone).then_some(table)
    }

    /// The table of an operation on tables.
    fn named(&self, caller: &Caller, name: Option<&str>) -> Result<Arc<Table>, DynamoDbError> {
        let name = TableName::of(name.unwrap_or_default())?;
        self.find(caller, name).ok_or_else(|| DynamoDbError::no_such_table(name.name))
    }

    /// The space that a table is in.
    fn space_of(&self, table: &Table) -> Arc<Space> {
        self.space(table.account(), table.region())
    }

    /// The table of an operation on items, which is there when it has been made.
    fn table(&self, caller: &Caller, name: Option<&str>) -> Result<Arc<Table>, DynamoDbError> {
        let found = self.find(caller, TableName::of(name.unwrap_or_default())?);
        let is_made = |table: &Arc<Table>| {
            self.transition_ms == 0 || table.settings().doing(caller.now) != Some(Work::Creating)
        };
        found.filter(is_made).ok_or_else(DynamoDbError::no_such_resource)
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

    /// The streams, to be looked at. The guard is let go before anything awaits.
    fn streams(&self) -> RwLockReadGuard<'_, BTreeMap<String, Arc<Stream>>> {
        self.streams.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Adds a stream.
    fn add_stream(&self, stream: Arc<Stream>) {
        let mut streams = self.streams.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        streams.insert(stream.arn.clone(), stream);
    }

    /// The backups. The guard is let go before anything awaits.
    fn backups_mut(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Backup>>> {
        self.backups.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The exports. The guard is let go before anything awaits.
    fn exports_mut(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Export>>> {
        self.exports.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The imports. The guard is let go before anything awaits.
    fn imports_mut(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Import>>> {
        self.imports.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
