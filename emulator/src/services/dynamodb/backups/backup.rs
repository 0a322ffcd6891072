//! What a backup keeps of a table.

use crate::gateway::Caller;
use crate::services::dynamodb::settings::Settings;
use crate::services::dynamodb::store::{Index, IndexKind, KeyAttribute, KeySchema, Projected, Shard, Table};
use crate::services::dynamodb::streams::View;
use crate::services::dynamodb::tables::{Plan, key_schema, projection};
use ruststack_models::dynamodb::types::{
    BackupDescription, BackupDetails, BackupSummary, GlobalSecondaryIndexInfo, LocalSecondaryIndexInfo,
    ProvisionedThroughput, SSEDescription, SourceTableDetails, SourceTableFeatureDetails,
    StreamSpecification, TimeToLiveDescription,
};
use ruststack_wire::Timestamp;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A backup: the items of a table at one moment, and what was said of it.
pub(in crate::services::dynamodb) struct Backup {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) created: Timestamp,
    pub(super) expires: Option<Timestamp>,
    pub(super) snapshot: Snapshot,
}

/// A table at one moment.
pub(super) struct Snapshot {
    pub(super) items: Shard,
    pub(super) table_name: String,
    pub(super) table_arn: String,
    table_id: String,
    table_created: Timestamp,
    bytes: i64,
    keys: KeySchema,
    attributes: Vec<KeyAttribute>,
    pub(super) indexes: Vec<IndexShape>,
    /// What of the settings goes into a table that is made from it.
    pub(super) settings: Settings,
    stream: Option<View>,
    expires_by: Option<String>,
}

/// An index without its items.
#[derive(Clone)]
pub(super) struct IndexShape {
    pub(super) name: String,
    pub(super) kind: IndexKind,
    pub(super) keys: KeySchema,
    pub(super) projected: Projected,
}

impl Snapshot {
    /// A table as it was at a moment.
    pub(super) fn of(table: &Table, moment: Timestamp) -> Snapshot {
        let definition = table.definition();
        let items = table.items_at(moment);
        let settings = table.settings();
        let indexes = definition.indexes.iter().map(|index| IndexShape {
            name: index.name.clone(),
            kind: index.kind,
            keys: index.keys.clone(),
            projected: index.projected.clone(),
        });
        Snapshot {
            items,
            table_name: table.name.clone(),
            table_arn: table.arn.clone(),
            table_id: table.id.clone(),
            table_created: settings.created.unwrap_or(table.created),
            bytes: table.bytes.load(Ordering::Relaxed),
            keys: table.keys.clone(),
            attributes: definition.attributes.clone(),
            indexes: indexes.collect(),
            settings: Settings {
                is_on_demand: settings.is_on_demand,
                on_demand_since: settings.on_demand_since,
                throughput: settings.throughput,
                index_throughput: settings.index_throughput.clone(),
                on_demand: settings.on_demand,
                index_on_demand: settings.index_on_demand.clone(),
                key_arn: settings.key_arn.clone(),
                ..Settings::default()
            },
            stream: definition.stream.as_ref().map(|stream| stream.view),
            expires_by: definition.expires_by.clone(),
        }
    }

    /// A plan for a table of this kind. Tags, streams, expiry and protection do not come back.
    pub(super) fn plan(&self, name: &str, indexes: Vec<IndexShape>, settings: Settings) -> Plan {
        let made = indexes.into_iter().map(|index| {
            Arc::new(Index::new(index.name, index.kind, index.keys, self.keys.clone(), index.projected))
        });
        let made: Vec<Arc<Index>> = made.collect();
        let is_used = |attribute: &&KeyAttribute| {
            self.keys.has(&attribute.name) || made.iter().any(|index| index.keys.has(&attribute.name))
        };
        Plan {
            name: name.to_owned(),
            keys: self.keys.clone(),
            attributes: self.attributes.iter().filter(is_used).cloned().collect(),
            indexes: made,
            settings,
            stream: None,
        }
    }

    fn details(&self) -> SourceTableDetails {
        let settings = &self.settings;
        let mode = if settings.is_on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" };
        SourceTableDetails {
            table_name: Some(self.table_name.clone()),
            table_id: Some(self.table_id.clone()),
            table_arn: Some(self.table_arn.clone()),
            table_size_bytes: Some(self.bytes),
            key_schema: Some(key_schema(&self.keys)),
            table_creation_date_time: Some(self.table_created),
            provisioned_throughput: Some(units(settings.throughput.read, settings.throughput.write)),
            on_demand_throughput: settings.on_demand.map(|units| units.told()),
            item_count: i64::try_from(self.items.len()).ok(),
            billing_mode: Some(mode.to_owned()),
        }
    }

    /// Streams, expiry, keys of KMS and indexes, each where there are any.
    fn features(&self) -> SourceTableFeatureDetails {
        let of = |kind| self.indexes.iter().filter(move |index| index.kind == kind);
        let local: Vec<_> = of(IndexKind::Local)
            .map(|index| LocalSecondaryIndexInfo {
                index_name: Some(index.name.clone()),
                key_schema: Some(key_schema(&index.keys)),
                projection: Some(projection(&index.projected)),
            })
            .collect();
        let global: Vec<_> = of(IndexKind::Global)
            .map(|index| {
                let capacity = self.settings.index_throughput.get(&index.name).copied().unwrap_or_default();
                GlobalSecondaryIndexInfo {
                    index_name: Some(index.name.clone()),
                    key_schema: Some(key_schema(&index.keys)),
                    projection: Some(projection(&index.projected)),
                    provisioned_throughput: Some(units(capacity.read, capacity.write)),
                    on_demand_throughput: self
                        .settings
                        .index_on_demand
                        .get(&index.name)
                        .map(|one| one.told()),
                }
            })
            .collect();
        SourceTableFeatureDetails {
            local_secondary_indexes: (!local.is_empty()).then_some(local),
            global_secondary_indexes: (!global.is_empty()).then_some(global),
            stream_description: self.stream.map(|view| StreamSpecification {
                stream_enabled: Some(true),
                stream_view_type: Some(view.name().to_owned()),
            }),
            time_to_live_description: self.expires_by.clone().map(|attribute| TimeToLiveDescription {
                time_to_live_status: Some("ENABLED".to_owned()),
                attribute_name: Some(attribute),
            }),
            sse_description: self.settings.key_arn.clone().map(|arn| SSEDescription {
                status: Some("ENABLED".to_owned()),
                sse_type: Some("KMS".to_owned()),
                kms_master_key_arn: Some(arn),
                ..SSEDescription::default()
            }),
        }
    }
}

impl Backup {
    /// A backup of a table as it is.
    pub(super) fn new(caller: &Caller, table: &Table, name: &str, is_system: bool) -> Backup {
        let id = if is_system { "00000000".to_owned() } else { caller.fresh.text(8, b"0123456789abcdef") };
        Backup {
            arn: format!("{}/backup/{:014}-{id}", table.arn, caller.now.millis()),
            name: name.to_owned(),
            created: caller.now,
            expires: is_system.then(|| caller.now.plus_seconds(35 * 24 * 3600)),
            snapshot: Snapshot::of(table, caller.now),
        }
    }

    /// Who made it.
    pub(super) fn kind(&self) -> &'static str {
        if self.expires.is_some() { "SYSTEM" } else { "USER" }
    }

    /// The backup itself, in this state.
    pub(super) fn details(&self, status: &str) -> BackupDetails {
        BackupDetails {
            backup_arn: Some(self.arn.clone()),
            backup_name: Some(self.name.clone()),
            backup_size_bytes: Some(self.snapshot.bytes),
            backup_status: Some(status.to_owned()),
            backup_type: Some(self.kind().to_owned()),
            backup_creation_date_time: Some(self.created),
            backup_expiry_date_time: self.expires,
        }
    }

    /// The backup and the table that it is of.
    pub(super) fn description(&self, status: &str) -> BackupDescription {
        BackupDescription {
            backup_details: Some(self.details(status)),
            source_table_details: Some(self.snapshot.details()),
            source_table_feature_details: Some(self.snapshot.features()),
        }
    }

    /// The backup in a list.
    pub(super) fn summary(&self) -> BackupSummary {
        BackupSummary {
            table_name: Some(self.snapshot.table_name.clone()),
            table_id: Some(self.snapshot.table_id.clone()),
            table_arn: Some(self.snapshot.table_arn.clone()),
            backup_arn: Some(self.arn.clone()),
            backup_name: Some(self.name.clone()),
            backup_creation_date_time: Some(self.created),
            backup_expiry_date_time: self.expires,
            backup_status: Some("AVAILABLE".to_owned()),
            backup_type: Some(self.kind().to_owned()),
            backup_size_bytes: Some(self.snapshot.bytes),
        }
    }
}

fn units(read: i64, write: i64) -> ProvisionedThroughput {
    ProvisionedThroughput { read_capacity_units: Some(read), write_capacity_units: Some(write) }
}
