//! A table as it is told.

use crate::services::dynamodb::settings::{Settings, Throughput};
use crate::services::dynamodb::store::{Index, IndexKind, KeySchema, Projected, Table};
use ruststack_models::dynamodb::types::{
    AttributeDefinition, BillingModeSummary, GlobalSecondaryIndexDescription, KeySchemaElement,
    LocalSecondaryIndexDescription, Projection, ProvisionedThroughputDescription, TableDescription,
};
use std::sync::atomic::Ordering;

/// Everything about a table.
pub(super) fn describe(table: &Table) -> TableDescription {
    let definition = table.definition();
    let settings = table.settings();
    let attributes = definition.attributes.iter().map(|attribute| AttributeDefinition {
        attribute_name: Some(attribute.name.clone()),
        attribute_type: Some(attribute.kind.name().to_owned()),
    });
    let of = |kind: IndexKind| definition.indexes.iter().filter(move |index| index.kind == kind);
    let local: Vec<_> = of(IndexKind::Local).map(|index| local(table, index)).collect();
    let global: Vec<_> = of(IndexKind::Global).map(|index| global(table, index, &settings)).collect();
    TableDescription {
        attribute_definitions: Some(attributes.collect()),
        table_name: Some(table.name.clone()),
        key_schema: Some(key_schema(&table.keys)),
        table_status: Some("ACTIVE".to_owned()),
        creation_date_time: Some(settings.created.unwrap_or(table.created)),
        provisioned_throughput: Some(throughput(&settings.throughput)),
        table_size_bytes: Some(table.bytes.load(Ordering::Relaxed)),
        item_count: Some(table.items.load(Ordering::Relaxed)),
        table_arn: Some(table.arn.clone()),
        table_id: Some(table.id.clone()),
        billing_mode_summary: settings.is_on_demand.then(|| BillingModeSummary {
            billing_mode: Some("PAY_PER_REQUEST".to_owned()),
            last_update_to_pay_per_request_date_time: settings.on_demand_since,
        }),
        local_secondary_indexes: (!local.is_empty()).then_some(local),
        global_secondary_indexes: (!global.is_empty()).then_some(global),
        deletion_protection_enabled: Some(settings.is_protected),
        ..TableDescription::default()
    }
}

fn key_schema(keys: &KeySchema) -> Vec<KeySchemaElement> {
    let element = |kind: &'static str| {
        move |attribute: &crate::services::dynamodb::store::KeyAttribute| KeySchemaElement {
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

fn projection(projected: &Projected) -> Projection {
    let (kind, names) = match projected {
        Projected::All => ("ALL", None),
        Projected::KeysOnly => ("KEYS_ONLY", None),
        Projected::Include(names) => ("INCLUDE", Some(names.iter().cloned().collect())),
    };
    Projection { projection_type: Some(kind.to_owned()), non_key_attributes: names }
}

fn index_arn(table: &Table, index: &Index) -> String {
    format!("{}/index/{}", table.arn, index.name)
}

fn local(table: &Table, index: &Index) -> LocalSecondaryIndexDescription {
    LocalSecondaryIndexDescription {
        index_name: Some(index.name.clone()),
        key_schema: Some(key_schema(&index.keys)),
        projection: Some(projection(&index.projected)),
        index_size_bytes: Some(index.bytes.load(Ordering::Relaxed)),
        item_count: Some(index.items.load(Ordering::Relaxed)),
        index_arn: Some(index_arn(table, index)),
    }
}

fn global(table: &Table, index: &Index, settings: &Settings) -> GlobalSecondaryIndexDescription {
    let units = settings.index_throughput.get(&index.name).copied().unwrap_or_default();
    GlobalSecondaryIndexDescription {
        index_name: Some(index.name.clone()),
        key_schema: Some(key_schema(&index.keys)),
        projection: Some(projection(&index.projected)),
        index_status: Some("ACTIVE".to_owned()),
        provisioned_throughput: Some(throughput(&units)),
        index_size_bytes: Some(index.bytes.load(Ordering::Relaxed)),
        item_count: Some(index.items.load(Ordering::Relaxed)),
        index_arn: Some(index_arn(table, index)),
        ..GlobalSecondaryIndexDescription::default()
    }
}
