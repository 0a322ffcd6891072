//! CreateTable.
//!
//! Mistakes are told in AWS's order: the name, what is missing, capacity, keys, indexes, and what else is said of the table.
//! Sources: see `schema` and `throughput`.

use super::description::describe;
use super::schema::{self, Wanted};
use super::throughput;
use super::{encryption, tags};
use crate::gateway::Caller;
use crate::services::dynamodb::name::{TableName, unsatisfied};
use crate::services::dynamodb::settings::{Doing, OnDemand, Settings, Throughput, Work};
use crate::services::dynamodb::store::{Definition, Index, IndexKind, KeyAttribute, KeySchema, Table};
use crate::services::dynamodb::streams::{Stream, View};
use crate::services::dynamodb::{DynamoDb, DynamoDbError, extras};
use ruststack_models::dynamodb::types::{
    CreateTableInput, CreateTableOutput, GlobalSecondaryIndex, LocalSecondaryIndex, ProvisionedThroughput,
    StreamSpecification, TableDescription,
};
use ruststack_wire::Timestamp;
use std::sync::Arc;

/// The most indexes of a table.
const MOST_LOCAL: usize = 5;
pub(super) const MOST_GLOBAL: usize = 20;

/// A table that a request describes, all of it checked.
pub(in crate::services::dynamodb) struct Plan {
    pub(in crate::services::dynamodb) name: String,
    pub(in crate::services::dynamodb) keys: KeySchema,
    pub(in crate::services::dynamodb) attributes: Vec<KeyAttribute>,
    pub(in crate::services::dynamodb) indexes: Vec<Arc<Index>>,
    pub(in crate::services::dynamodb) settings: Settings,
    /// What the stream shows, where there is one.
    pub(in crate::services::dynamodb) stream: Option<View>,
}

impl DynamoDb {
    /// Makes a table.
    pub(in crate::services::dynamodb) async fn create_table(
        &self,
        caller: &Caller,
        input: CreateTableInput,
    ) -> Result<CreateTableOutput, DynamoDbError> {
        let plan = plan(caller, input)?;
        Ok(CreateTableOutput { table_description: Some(self.install(caller, plan)?.1) })
    }

    /// Puts a planned table in its place, and tells it as it is while it is made.
    pub(in crate::services::dynamodb) fn install(
        &self,
        caller: &Caller,
        plan: Plan,
    ) -> Result<(Arc<Table>, TableDescription), DynamoDbError> {
        let Plan { name, keys, attributes, indexes, mut settings, stream } = plan;
        let arn = format!("arn:aws:dynamodb:{}:{}:table/{name}", caller.region, caller.account);
        let space = self.space(&caller.account, &caller.region);
        let mut tables = space.tables_mut();
        if let Some(known) = tables.get(&name) {
            let doing = known.settings().doing(caller.now);
            match doing {
                _ if known.settings().is_gone(caller.now) => {}
                Some(Work::Creating) => {
                    return Err(DynamoDbError::in_use(format!("Table is being created: {name}")));
                }
                _ => {
                    return Err(DynamoDbError::ResourceInUse(format!("Table already exists: {name}").into()));
                }
            }
        }
        let stream =
            stream.map(|view| Stream::new(&arn, keys.clone(), view, caller.now, self.events.clone()));
        let stream = stream.map(Arc::new);
        settings.stream = stream.clone();
        settings.doing = Some(self.work(Work::Creating, caller));
        for index in indexes.iter().filter(|index| index.kind == IndexKind::Global) {
            settings.index_doing.insert(index.name.clone(), self.work(Work::Creating, caller));
        }
        let definition =
            Definition { attributes, indexes, stream: stream.clone(), expires_by: None, history: None };
        let table =
            Table::new((name.clone(), arn, caller.fresh.uuid()), caller.now, keys, definition, settings);
        let table = Arc::new(table);
        if let Some(stream) = stream {
            space.add_stream(stream);
        }
        let mut description = describe(&table, caller);
        description.table_status = Some("CREATING".to_owned());
        description.warm_throughput = None;
        if let Some(class) = &mut description.table_class_summary {
            class.last_update_date_time = None;
        }
        for index in description.global_secondary_indexes.iter_mut().flatten() {
            index.index_status = Some("CREATING".to_owned());
            index.warm_throughput = None;
        }
        tables.insert(name, table.clone());
        Ok((table, description))
    }

    /// Work that begins now and takes as long as changes of tables take here. What takes no time is over whatever the
    /// clock says afterwards.
    pub(in crate::services::dynamodb) fn work(&self, what: Work, caller: &Caller) -> Doing {
        let until = match self.transition_ms {
            0 => Timestamp::from_millis(0),
            millis => Timestamp::from_millis(caller.now.millis() + millis),
        };
        Doing { what, until }
    }
}

/// Checks all that a request says about a new table.
pub(in crate::services::dynamodb) fn plan(
    caller: &Caller,
    input: CreateTableInput,
) -> Result<Plan, DynamoDbError> {
    let name = TableName::of(input.table_name.as_deref().unwrap_or_default())?.name.to_owned();
    let missing =
        |path: &str| format!("Value null at '{path}' failed to satisfy constraint: Member must not be null");
    let (Some(definitions), Some(elements)) = (&input.attribute_definitions, &input.key_schema) else {
        let mut errors = Vec::new();
        if input.attribute_definitions.is_none() {
            errors.push(missing("attributeDefinitions"));
        }
        if input.key_schema.is_none() {
            errors.push(missing("keySchema"));
        }
        return Err(unsatisfied(&errors));
    };
    schema::at_most_two("keySchema", elements)?;
    let local = input.local_secondary_indexes;
    for (index, wanted) in local.iter().flatten().enumerate() {
        let path = format!("localSecondaryIndexes.{}.member.keySchema", index + 1);
        schema::at_most_two(&path, wanted.key_schema.as_deref().unwrap_or_default())?;
    }
    let is_on_demand = input.billing_mode.as_deref() == Some("PAY_PER_REQUEST");
    let units = billed(is_on_demand, input.provisioned_throughput.as_ref())?;
    let attributes = schema::attributes(definitions)?;
    let keys = schema::table_keys(elements, &attributes)?;
    let mut settings = Settings {
        is_on_demand,
        on_demand_since: is_on_demand.then_some(caller.now),
        throughput: units,
        on_demand: input.on_demand_throughput.as_ref().map(OnDemand::of),
        key_arn: encryption::key_arn(caller, input.sse_specification.as_ref())?,
        table_class: input.table_class,
        is_protected: input.deletion_protection_enabled == Some(true),
        ..Settings::default()
    };
    let global = input.global_secondary_indexes;
    let indexes = indexes(caller, (local, global), &attributes, &keys, &mut settings)?;
    throughput::check_on_demand(input.on_demand_throughput.as_ref(), is_on_demand, None, false)?;
    settings.throughput.warm = throughput::warmed(input.warm_throughput.as_ref(), units, is_on_demand, None)?;
    throughput::check_quota(units, None, &caller.region)?;
    let stream = stream(input.stream_specification.as_ref())?;
    settings.tags = tags::checked(input.tags.unwrap_or_default())?;
    if let Some(policy) = input.resource_policy {
        let revision = caller.now.millis().to_string();
        settings.policies.insert(String::new(), (extras::policy::checked(&policy)?, revision));
    }
    Ok(Plan { name, keys, attributes, indexes, settings, stream })
}

/// The capacity of a new table, which goes with how it is billed.
fn billed(is_on_demand: bool, said: Option<&ProvisionedThroughput>) -> Result<Throughput, DynamoDbError> {
    match said {
        Some(_) if is_on_demand => Err(DynamoDbError::parameter(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
        )),
        None if !is_on_demand => Err(DynamoDbError::parameter(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
        )),
        said => throughput::units(said, None),
    }
}

/// What the stream of a new table shows.
fn stream(said: Option<&StreamSpecification>) -> Result<Option<View>, DynamoDbError> {
    let Some(said) = said else { return Ok(None) };
    let view = said.stream_view_type.as_deref().and_then(View::of);
    match (said.stream_enabled == Some(true), view) {
        (true, None) => Err(DynamoDbError::parameter(
            "Table is being created with a stream enabled, UpdateViewType is required",
        )),
        (false, Some(_)) => Err(DynamoDbError::parameter(
            "Table is being created with a stream disabled, UpdateViewType should not be specified",
        )),
        (_, view) => Ok(view),
    }
}

/// The indexes of a new table, the local ones first.
fn indexes(
    caller: &Caller,
    (local, global): (Option<Vec<LocalSecondaryIndex>>, Option<Vec<GlobalSecondaryIndex>>),
    attributes: &[KeyAttribute],
    keys: &KeySchema,
    settings: &mut Settings,
) -> Result<Vec<Arc<Index>>, DynamoDbError> {
    let empty = |kind: &str| DynamoDbError::parameter(format!("List of {kind} is empty"));
    if local.as_ref().is_some_and(Vec::is_empty) {
        return Err(empty("LocalSecondaryIndexes"));
    }
    if global.as_ref().is_some_and(Vec::is_empty) {
        return Err(empty("GlobalSecondaryIndexes"));
    }
    if local.is_some() && keys.range.is_empty() {
        return Err(DynamoDbError::parameter(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
        ));
    }
    let mut wanted = Vec::new();
    for index in local.into_iter().flatten() {
        wanted.push(Wanted {
            name: index.index_name.unwrap_or_default(),
            kind: IndexKind::Local,
            elements: index.key_schema.unwrap_or_default(),
            projection: index.projection.unwrap_or_default(),
        });
    }
    let locals = wanted.len();
    let mut capacities = Vec::new();
    for index in global.into_iter().flatten() {
        let name = index.index_name.clone().unwrap_or_default();
        capacities.push((
            name.clone(),
            index.provisioned_throughput,
            index.on_demand_throughput,
            index.warm_throughput,
        ));
        wanted.push(Wanted {
            name,
            kind: IndexKind::Global,
            elements: index.key_schema.unwrap_or_default(),
            projection: index.projection.unwrap_or_default(),
        });
    }
    schema::check_all_defined(keys, &wanted, attributes)?;
    let globals = wanted.len() - locals;
    let mut made: Vec<Arc<Index>> = Vec::new();
    for index in wanted {
        let index = schema::index(index, attributes, keys)?;
        if made.iter().any(|known| known.name == index.name) {
            return Err(DynamoDbError::parameter(format!("Duplicate index name: {}", index.name)));
        }
        made.push(Arc::new(index));
    }
    if locals > MOST_LOCAL {
        return Err(DynamoDbError::parameter(format!(
            "Number of LocalSecondaryIndexes exceeds per-table limit of {MOST_LOCAL}"
        )));
    }
    if globals > MOST_GLOBAL {
        return Err(DynamoDbError::parameter(format!(
            "GlobalSecondaryIndex count exceeds the per-table limit of {MOST_GLOBAL}"
        )));
    }
    for (name, provisioned, on_demand, warm) in capacities {
        match provisioned {
            Some(_) if settings.is_on_demand => {
                return Err(DynamoDbError::parameter(format!(
                    "ProvisionedThroughput should not be specified for index: {name} when BillingMode is PAY_PER_REQUEST"
                )));
            }
            None if !settings.is_on_demand => {
                return Err(DynamoDbError::parameter(format!(
                    "ProvisionedThroughput is not specified for index: {name}"
                )));
            }
            _ => {}
        }
        let mut units = throughput::units(provisioned.as_ref(), Some(&name))?;
        throughput::check_on_demand(on_demand.as_ref(), settings.is_on_demand, Some(&name), false)?;
        units.warm = throughput::warmed(warm.as_ref(), units, settings.is_on_demand, Some(&name))?;
        throughput::check_quota(units, Some(&name), &caller.region)?;
        settings.index_throughput.insert(name.clone(), units);
        settings.index_on_demand.extend(on_demand.as_ref().map(|said| (name, OnDemand::of(said))));
    }
    Ok(made)
}
