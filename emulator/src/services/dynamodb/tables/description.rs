//! A table as it is told.
//!
//! Sources: API reference, "TableDescription"; which members are there, and in which order, as aws-controllers-k8s/
//! dynamodb-controller saw them (docs/api-quirks/table-indexes.md, DDB-TABLE-125, 133, 134, 138).

use super::encryption;
use crate::gateway::Caller;
use crate::services::dynamodb::settings::{OnDemand, Settings, Throughput, Work};
use crate::services::dynamodb::store::{Index, IndexKind, KeyAttribute, KeySchema, Projected, Table};
use ruststack_models::dynamodb::types::{
    AttributeDefinition, BillingModeSummary, GlobalSecondaryIndexDescription,
    GlobalSecondaryIndexWarmThroughputDescription, KeySchemaElement, LocalSecondaryIndexDescription,
    Projection, ProvisionedThroughputDescription, ReplicaDescription, StreamSpecification, TableClassSummary,
    TableDescription, TableWarmThroughputDescription,
};
use ruststack_wire::Timestamp;
use std::sync::atomic::Ordering;

/// Everything about a table, as it is told in the caller's region.
pub(in crate::services::dynamodb) fn describe(table: &Table, caller: &Caller) -> TableDescription {
    let definition = table.definition();
    let settings = table.settings();
    let arn = arn(table, &settings, &caller.region);
    let attributes = definition.attributes.iter().map(|attribute| AttributeDefinition {
        attribute_name: Some(attribute.name.clone()),
        attribute_type: Some(attribute.kind.name().to_owned()),
    });
    let of = |kind: IndexKind| definition.indexes.iter().filter(move |index| index.kind == kind);
    let local: Vec<_> = of(IndexKind::Local).map(|index| local(&arn, index)).collect();
    let global: Vec<_> =
        of(IndexKind::Global).map(|index| global(&arn, index, &settings, caller.now)).collect();
    let stream = settings.stream.as_ref();
    let replicas = replicas(table, &settings, &caller.region);
    TableDescription {
        attribute_definitions: Some(attributes.collect()),
        table_name: Some(table.name.clone()),
        key_schema: Some(key_schema(&table.keys)),
        table_status: Some(settings.doing(caller.now).map_or("ACTIVE", Work::status).to_owned()),
        creation_date_time: Some(settings.created.unwrap_or(table.created)),
        provisioned_throughput: Some(throughput(&settings.throughput)),
        table_size_bytes: Some(table.bytes.load(Ordering::Relaxed)),
        item_count: Some(table.items.load(Ordering::Relaxed)),
        table_arn: Some(arn),
        table_id: Some(table.id.clone()),
        billing_mode_summary: billing(&settings),
        local_secondary_indexes: (!local.is_empty()).then_some(local),
        global_secondary_indexes: (!global.is_empty()).then_some(global),
        stream_specification: definition.stream.as_ref().map(|stream| StreamSpecification {
            stream_enabled: Some(true),
            stream_view_type: Some(stream.view.name().to_owned()),
        }),
        latest_stream_label: stream.map(|stream| stream.label.clone()),
        latest_stream_arn: stream.map(|stream| stream.arn.clone()),
        global_table_version: (!replicas.is_empty()).then(|| "2019.11.21".to_owned()),
        replicas: (!replicas.is_empty()).then_some(replicas),
        restore_summary: settings.restored.as_ref().map(|restored| restored.told(caller.now)),
        sse_description: encryption::described(settings.key_arn.as_ref(), "ENABLED"),
        table_class_summary: settings.table_class.as_ref().map(|class| TableClassSummary {
            table_class: Some(class.clone()),
            last_update_date_time: settings.table_class_since,
        }),
        deletion_protection_enabled: Some(settings.is_protected),
        on_demand_throughput: settings.on_demand.map(OnDemand::told),
        warm_throughput: Some(TableWarmThroughputDescription {
            read_units_per_second: Some(settings.throughput.warm.0),
            write_units_per_second: Some(settings.throughput.warm.1),
            status: Some("ACTIVE".to_owned()),
        }),
        ..TableDescription::default()
    }
}

/// The ARN by which a region knows the table.
fn arn(table: &Table, settings: &Settings, region: &str) -> String {
    if !settings.regions.contains(region) {
        return table.arn.clone();
    }
    format!("arn:aws:dynamodb:{region}:{}:table/{}", table.account(), table.name)
}

fn billing(settings: &Settings) -> Option<BillingModeSummary> {
    let mode = if settings.is_on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" };
    (settings.is_on_demand || settings.on_demand_since.is_some()).then(|| BillingModeSummary {
        billing_mode: Some(mode.to_owned()),
        last_update_to_pay_per_request_date_time: settings.on_demand_since,
    })
}

/// The other regions that the table is in.
fn replicas(table: &Table, settings: &Settings, region: &str) -> Vec<ReplicaDescription> {
    let here = if settings.regions.contains(region) { region } else { table.region() };
    let others = settings.regions.iter().filter(|other| other.as_str() != here);
    let described = others.map(|other| ReplicaDescription {
        region_name: Some(other.clone()),
        replica_status: Some("ACTIVE".to_owned()),
        ..ReplicaDescription::default()
    });
    described.collect()
}

/// The attributes of a key, those of the partition first.
pub(in crate::services::dynamodb) fn key_schema(keys: &KeySchema) -> Vec<KeySchemaElement> {
    let element = |kind: &'static str| {
        move |attribute: &KeyAttribute| KeySchemaElement {
            attribute_name: Some(attribute.name.clone()),
            key_type: Some(kind.to_owned()),
        }
    };
    keys.hash.iter().map(element("HASH")).chain(keys.range.iter().map(element("RANGE"))).collect()
}

fn throughput(throughput: &Throughput) -> ProvisionedThroughputDescription {
    ProvisionedThroughputDescription {
        last_increase_date_time: throughput.increased,
        last_decrease_date_time: throughput.decreased,
        number_of_decreases_today: Some(throughput.decreases),
        read_capacity_units: Some(throughput.read),
        write_capacity_units: Some(throughput.write),
    }
}

/// What an index shows.
pub(in crate::services::dynamodb) fn projection(projected: &Projected) -> Projection {
    let (kind, names) = match projected {
        Projected::All => ("ALL", None),
        Projected::KeysOnly => ("KEYS_ONLY", None),
        Projected::Include(names) => ("INCLUDE", Some(names.iter().cloned().collect())),
    };
    Projection { projection_type: Some(kind.to_owned()), non_key_attributes: names }
}

fn local(table_arn: &str, index: &Index) -> LocalSecondaryIndexDescription {
    LocalSecondaryIndexDescription {
        index_name: Some(index.name.clone()),
        key_schema: Some(key_schema(&index.keys)),
        projection: Some(projection(&index.projected)),
        index_size_bytes: Some(index.bytes.load(Ordering::Relaxed)),
        item_count: Some(index.items.load(Ordering::Relaxed)),
        index_arn: Some(format!("{table_arn}/index/{}", index.name)),
    }
}

fn global(
    table_arn: &str,
    index: &Index,
    settings: &Settings,
    now: Timestamp,
) -> GlobalSecondaryIndexDescription {
    let units = settings.index_throughput.get(&index.name).copied().unwrap_or_default();
    let doing = settings.index_doing(&index.name, now);
    // An index that comes with its table is not filled from it.
    let is_added = doing == Some(Work::Creating) && settings.doing(now) != Some(Work::Creating);
    GlobalSecondaryIndexDescription {
        index_name: Some(index.name.clone()),
        key_schema: Some(key_schema(&index.keys)),
        projection: Some(projection(&index.projected)),
        index_status: Some(doing.map_or("ACTIVE", Work::status).to_owned()),
        backfilling: is_added.then_some(settings.doing(now) != Some(Work::Index)),
        provisioned_throughput: Some(throughput(&units)),
        index_size_bytes: Some(index.bytes.load(Ordering::Relaxed)),
        item_count: Some(index.items.load(Ordering::Relaxed)),
        index_arn: Some(format!("{table_arn}/index/{}", index.name)),
        on_demand_throughput: settings.index_on_demand.get(&index.name).map(|units| units.told()),
        warm_throughput: Some(GlobalSecondaryIndexWarmThroughputDescription {
            read_units_per_second: Some(units.warm.0),
            write_units_per_second: Some(units.warm.1),
            status: Some("ACTIVE".to_owned()),
        }),
    }
}
