//! Replicas: the same table in other regions (global tables, version 2019.11.21).
//!
//! All regions share one set of items, so that what is written in one is there in all others at once.
//! Sources: Developer Guide, "Global tables"; the sentences are those of AWS's answers that
//! aws-controllers-k8s/dynamodb-controller lists (docs/api-quirks/details/DDB-TABLE-442.md).

use crate::gateway::Caller;
use crate::services::dynamodb::store::Table;
use crate::services::dynamodb::streams::{Stream, View};
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::ReplicationGroupUpdate;
use std::sync::Arc;

impl DynamoDb {
    /// Puts a table into other regions, or takes it out of them.
    pub(super) fn update_replicas(
        &self,
        caller: &Caller,
        table: &Arc<Table>,
        updates: &[ReplicationGroupUpdate],
    ) -> Result<(), DynamoDbError> {
        for update in updates {
            let said = [update.create.is_some(), update.update.is_some(), update.delete.is_some()];
            match said.iter().filter(|is_said| **is_said).count() {
                0 => {
                    return Err(DynamoDbError::validation(
                        "There are no actions specified in the Replica Update Action of the request.",
                    ));
                }
                1 => {}
                _ => {
                    return Err(DynamoDbError::validation(
                        "Update table operation with more than one type of replica actions not allowed.",
                    ));
                }
            }
            let created = update.create.as_ref().and_then(|create| create.region_name.as_deref());
            let deleted = update.delete.as_ref().and_then(|delete| delete.region_name.as_deref());
            let changed = update.update.as_ref().and_then(|update| update.region_name.as_deref());
            if created.or(deleted) == Some(&caller.region) {
                return Err(DynamoDbError::validation(
                    "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as required.",
                ));
            }
            if let Some(region) = deleted.or(changed)
                && !table.settings().regions.contains(region)
            {
                return Err(DynamoDbError::validation(format!(
                    "Update global table operation failed because one or more replicas were not part of the global table. Please retry the request without these replicas: [{region}]."
                )));
            }
            if let Some(region) = created {
                self.add_replica(caller, table, region)?;
            }
            if let Some(region) = deleted {
                self.space(table.account(), region).tables_mut().remove(&table.name);
                let mut settings = table.settings();
                settings.regions.remove(region);
                if settings.regions.len() == 1 && settings.regions.contains(table.region()) {
                    settings.regions.clear();
                }
            }
        }
        Ok(())
    }

    fn add_replica(&self, caller: &Caller, table: &Arc<Table>, region: &str) -> Result<(), DynamoDbError> {
        if !table.settings().is_on_demand {
            return Err(DynamoDbError::validation(
                "Table write capacity should either be Pay-Per-Request or AutoScaled.",
            ));
        }
        let space = self.space(table.account(), region);
        let known = self.living(&space, &table.name, caller.now);
        match known {
            Some(known) if Arc::ptr_eq(&known, table) => {}
            Some(_) => {
                return Err(DynamoDbError::validation(format!(
                    "Failed to create a the new replica of table with name: \u{2018}{}\u{2019} because one or more replicas already existed as tables.",
                    table.name
                )));
            }
            None => {
                space.tables_mut().insert(table.name.clone(), table.clone());
            }
        }
        {
            let mut settings = table.settings();
            settings.regions.insert(table.region().to_owned());
            settings.regions.insert(region.to_owned());
        }
        // Replication reads a stream of both images, which is switched on with the first replica.
        if table.definition().stream.is_none() {
            let view = View::NewAndOldImages;
            let stream = Stream::new(&table.arn, table.keys.clone(), view, caller.now, self.events.clone());
            let stream = Arc::new(stream);
            table.redefine(|definition| definition.stream = Some(stream.clone()));
            self.space_of(table).add_stream(stream.clone());
            table.settings().stream = Some(stream);
        }
        Ok(())
    }
}
