//! CreateTable.

use super::description::describe;
use super::schema;
use crate::gateway::Caller;
use crate::services::dynamodb::name::TableName;
use crate::services::dynamodb::settings::{Settings, Throughput};
use crate::services::dynamodb::store::{Definition, IndexKind, Table};
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{CreateTableInput, CreateTableOutput, ProvisionedThroughput};
use std::sync::Arc;

impl DynamoDb {
    /// Makes a table.
    pub(in crate::services::dynamodb) async fn create_table(
        &self,
        caller: &Caller,
        input: CreateTableInput,
    ) -> Result<CreateTableOutput, DynamoDbError> {
        let name = TableName::of(input.table_name.as_deref().unwrap_or_default())?.name.to_owned();
        let attributes = schema::attributes(&input.attribute_definitions.unwrap_or_default());
        let keys = schema::keys(&input.key_schema.unwrap_or_default(), &attributes)?;
        let mut settings = Settings {
            is_on_demand: input.billing_mode.as_deref() == Some("PAY_PER_REQUEST"),
            throughput: throughput(input.provisioned_throughput.as_ref()),
            on_demand: input.on_demand_throughput,
            sse: input.sse_specification,
            table_class: input.table_class,
            is_protected: input.deletion_protection_enabled == Some(true),
            ..Settings::default()
        };
        settings.on_demand_since = settings.is_on_demand.then_some(caller.now);
        for tag in input.tags.unwrap_or_default() {
            settings.tags.insert(tag.key.unwrap_or_default(), tag.value.unwrap_or_default());
        }
        let mut indexes = Vec::new();
        for index in input.local_secondary_indexes.unwrap_or_default() {
            let elements = index.key_schema.unwrap_or_default();
            let name = (index.index_name, IndexKind::Local);
            indexes.push(Arc::new(schema::index(name, &elements, index.projection, &attributes, &keys)?));
        }
        for index in input.global_secondary_indexes.unwrap_or_default() {
            let elements = index.key_schema.unwrap_or_default();
            let name = (index.index_name, IndexKind::Global);
            let made = schema::index(name, &elements, index.projection, &attributes, &keys)?;
            let throughput = throughput(index.provisioned_throughput.as_ref());
            settings.index_throughput.insert(made.name.clone(), throughput);
            indexes.push(Arc::new(made));
        }
        let definition = Definition { attributes, indexes, stream: None, expires_by: None };
        let arn = format!("arn:aws:dynamodb:{}:{}:table/{name}", caller.region, caller.account);
        let table =
            Table::new((name.clone(), arn, caller.fresh.uuid()), caller.now, keys, definition, settings);
        let table = Arc::new(table);
        let space = self.space(&caller.account, &caller.region);
        let mut tables = space.tables_mut();
        if tables.contains_key(&name) {
            return Err(DynamoDbError::ResourceInUse(format!("Table already exists: {name}").into()));
        }
        let mut description = describe(&table);
        description.table_status = Some("CREATING".to_owned());
        tables.insert(name, table);
        Ok(CreateTableOutput { table_description: Some(description) })
    }
}

/// The capacity that a request says.
pub(super) fn throughput(said: Option<&ProvisionedThroughput>) -> Throughput {
    Throughput {
        read: said.and_then(|said| said.read_capacity_units).unwrap_or_default(),
        write: said.and_then(|said| said.write_capacity_units).unwrap_or_default(),
        ..Throughput::default()
    }
}
