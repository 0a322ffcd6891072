//! UpdateTable.
//!
//! `rules` says what one request may ask for, `capacity` changes capacity and billing, `indexes` makes, changes and deletes
//! global indexes, `replicas` puts the table into other regions; all of it is checked before anything changes.
//!
//! Sources: API reference, "UpdateTable"; for the sentences, the order and what the answer shows while a change is under way
//! aws-controllers-k8s/dynamodb-controller (docs/api-quirks/table-indexes.md, table-throughput-billing.md,
//! table-streams-encryption-class.md and details/DDB-TABLE-442.md to 446.md) and architect/dynalite, test/updateTable.js.

mod capacity;
mod indexes;
mod replicas;
mod rules;

use super::description::describe;
use super::{encryption, throughput};
use crate::gateway::Caller;
use crate::services::dynamodb::name::TableName;
use crate::services::dynamodb::settings::{OnDemand, Settings, Work};
use crate::services::dynamodb::store::Table;
use crate::services::dynamodb::streams::{Stream, View};
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{
    SSEDescription, StreamSpecification, TableDescription, UpdateTableInput, UpdateTableOutput,
};
use std::sync::Arc;

impl DynamoDb {
    /// Changes a table.
    pub(in crate::services::dynamodb) async fn update_table(
        &self,
        caller: &Caller,
        mut input: UpdateTableInput,
    ) -> Result<UpdateTableOutput, DynamoDbError> {
        TableName::of(input.table_name.as_deref().unwrap_or_default())?;
        rules::check(&input)?;
        let table = self.named(caller, input.table_name.as_deref())?;
        check_state(caller, &table)?;
        if let Some(updates) = &input.replica_updates {
            self.update_replicas(caller, &table, updates)?;
            let mut description = describe(&table, caller);
            description.table_status = Some("UPDATING".to_owned());
            return Ok(UpdateTableOutput { table_description: Some(description) });
        }
        let mut before = describe(&table, caller);
        let capacity = capacity::plan(caller, &table, &input)?;
        let updates = input.global_secondary_index_updates.take().unwrap_or_default();
        let definitions = input.attribute_definitions.as_deref();
        let indexes = indexes::plan(caller, &table, updates, definitions, &capacity)?;
        let stream = self.stream_change(caller, &table, input.stream_specification.as_ref())?;
        let key = key_change(caller, &table.settings(), &input)?;
        let is_on_demand = capacity.is_on_demand;
        throughput::check_on_demand(input.on_demand_throughput.as_ref(), is_on_demand, None, true)?;
        let warm = match &input.warm_throughput {
            Some(said) => Some(throughput::warmer(said, table.settings().throughput.warm, None)?),
            None => None,
        };

        capacity.apply(self, caller, &table);
        if let Some(said) = &input.on_demand_throughput {
            capacity::set_on_demand(&mut table.settings().on_demand, OnDemand::of(said));
        }
        if let Some(warm) = warm {
            table.settings().throughput.warm = warm;
        }
        if let Some(change) = stream.clone() {
            self.switch_stream(caller, &table, change);
        }
        if let Some(key) = key.clone() {
            table.settings().key_arn = key;
        }
        if let Some(class) = &input.table_class {
            let mut settings = table.settings();
            settings.table_class = Some(class.clone());
            settings.table_class_since = Some(caller.now);
            settings.doing = Some(self.work(Work::Class, caller));
        }
        if let Some(is_protected) = input.deletion_protection_enabled {
            table.settings().is_protected = is_protected;
        }
        indexes.apply(self, caller, &table);

        let mut description = describe(&table, caller);
        let is_updating = capacity.is_change
            || stream.is_some()
            || input.table_class.is_some()
            || indexes.is_made_or_deleted();
        let status = if is_updating { "UPDATING" } else { "ACTIVE" };
        description.table_status = Some(status.to_owned());
        capacity.tell(&mut before, &mut description);
        indexes.tell(&mut before, &mut description);
        tell_rest(before, &mut description, input, key.is_some());
        Ok(UpdateTableOutput { table_description: Some(description) })
    }

    /// The stream that is to be there, or `None` in it where there is to be none any more.
    fn stream_change(
        &self,
        caller: &Caller,
        table: &Arc<Table>,
        said: Option<&StreamSpecification>,
    ) -> Result<Option<Option<Arc<Stream>>>, DynamoDbError> {
        let Some(said) = said else { return Ok(None) };
        let view = said.stream_view_type.as_deref().and_then(View::of);
        let is_there = table.definition().stream.is_some();
        match (said.stream_enabled == Some(true), view) {
            (true, None) => {
                Err(DynamoDbError::parameter("If stream is being enabled then UpdateViewType is required"))
            }
            (false, Some(_)) => Err(DynamoDbError::parameter(
                "If stream is being disabled, then UpdateViewType must not be specified",
            )),
            (true, Some(_)) if is_there => Err(DynamoDbError::validation(format!(
                "Table already has an enabled stream: TableName: {}",
                table.name
            ))),
            (false, None) if !is_there => Err(DynamoDbError::validation(format!(
                "Table has no stream to disable: TableName: {}",
                table.name
            ))),
            (false, None) if !table.settings().regions.is_empty() => {
                Err(DynamoDbError::parameter("Disabling Stream is not allowed for a Global Table replica."))
            }
            (false, None) => Ok(Some(None)),
            (true, Some(view)) => {
                let keys = table.keys.clone();
                let stream = Stream::new(&table.arn, keys, view, caller.now, self.events.clone());
                Ok(Some(Some(Arc::new(stream))))
            }
        }
    }

    /// Writes into another stream from now on, or into none.
    fn switch_stream(&self, caller: &Caller, table: &Arc<Table>, stream: Option<Arc<Stream>>) {
        let old = table.definition().stream.clone();
        table.redefine(|definition| definition.stream = stream.clone());
        if let Some(old) = old {
            old.close(caller.now);
        }
        let mut settings = table.settings();
        if let Some(stream) = stream {
            self.space_of(table).add_stream(stream.clone());
            settings.stream = Some(stream);
        }
        settings.doing = Some(self.work(Work::Stream, caller));
    }
}

/// Refuses changes while others are under way.
fn check_state(caller: &Caller, table: &Table) -> Result<(), DynamoDbError> {
    let name = &table.name;
    let why = match table.settings().doing(caller.now) {
        None => return Ok(()),
        Some(Work::Creating) => format!("Table is being created: {name}"),
        Some(Work::Deleting) => format!("Table is being deleted: {name}"),
        Some(Work::Capacity) => format!("Table IOPS are currently being updated. Table: {name}"),
        Some(_) => format!("Table is being updated: {name}"),
    };
    Err(DynamoDbError::in_use(why))
}

/// The key that the table is to be encrypted with, where that changes.
fn key_change(
    caller: &Caller,
    settings: &Settings,
    input: &UpdateTableInput,
) -> Result<Option<Option<String>>, DynamoDbError> {
    let Some(said) = &input.sse_specification else { return Ok(None) };
    let key = encryption::key_arn(caller, Some(said))?;
    if key.is_none() && settings.key_arn.is_none() {
        return Err(DynamoDbError::parameter("Table is already encrypted by default"));
    }
    if said.kms_master_key_id.is_some() && said.kms_master_key_id == settings.key_arn {
        return Err(DynamoDbError::parameter(
            "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master Key",
        ));
    }
    Ok(Some(key))
}

/// What the answer shows as it was before, because the change is still to come.
fn tell_rest(
    before: TableDescription,
    description: &mut TableDescription,
    input: UpdateTableInput,
    has_new_key: bool,
) {
    if input.table_class.is_some() {
        description.table_class_summary = before.table_class_summary;
    }
    if has_new_key {
        let old = before.sse_description;
        let status = Some("UPDATING".to_owned());
        description.sse_description = Some(SSEDescription { status, ..old.unwrap_or_default() });
    }
    if input.warm_throughput.is_some() {
        description.warm_throughput = before.warm_throughput;
        if let Some(warm) = &mut description.warm_throughput {
            warm.status = Some("UPDATING".to_owned());
        }
    }
    if input.stream_specification.is_some() {
        description.stream_specification = input.stream_specification;
    }
}
