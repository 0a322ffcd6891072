//! Global indexes that are made, changed or deleted.

use super::super::create::MOST_GLOBAL;
use super::super::schema::{self, Wanted};
use super::super::throughput;
use super::capacity;
use super::rules::name_of;
use crate::gateway::Caller;
use crate::services::dynamodb::settings::{OnDemand, Throughput, Work};
use crate::services::dynamodb::store::{Index, IndexKind, KeyAttribute, Table};
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{
    AttributeDefinition, CreateGlobalSecondaryIndexAction, GlobalSecondaryIndexUpdate, TableDescription,
    UpdateGlobalSecondaryIndexAction,
};
use std::sync::Arc;

/// What becomes of a table's indexes.
#[derive(Default)]
pub(super) struct Plan {
    made: Option<(Arc<Index>, Throughput, Option<OnDemand>)>,
    /// All attributes that keys may be made of, where an index is made.
    attributes: Vec<KeyAttribute>,
    deleted: Option<String>,
    changed: Vec<Changed>,
}

/// An index that is changed.
struct Changed {
    name: String,
    throughput: Option<Throughput>,
    on_demand: Option<OnDemand>,
}

/// Checks what a request says about indexes.
pub(super) fn plan(
    caller: &Caller,
    table: &Arc<Table>,
    updates: Vec<GlobalSecondaryIndexUpdate>,
    definitions: Option<&[AttributeDefinition]>,
    capacity: &capacity::Plan,
) -> Result<Plan, DynamoDbError> {
    let moves = updates.iter().filter(|update| update.create.is_some() || update.delete.is_some()).count();
    let definition = table.definition();
    let busy = |what: Work| {
        let settings = table.settings();
        definition.indexes.iter().any(|index| settings.index_doing(&index.name, caller.now) == Some(what))
    };
    if moves > 1 || (moves == 1 && (busy(Work::Creating) || busy(Work::Deleting))) {
        return Err(DynamoDbError::LimitExceeded(
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
                .into(),
        ));
    }
    let mut plan = Plan::default();
    for update in updates {
        let name = name_of(&update).to_owned();
        let known = definition.index(&name);
        let global = |verb: &str| match known {
            Some(index) if index.kind == IndexKind::Global => Ok(()),
            Some(_) => Err(DynamoDbError::validation(format!(
                "Cannot {verb} an index that is not a GlobalSecondaryIndex: {name}"
            ))),
            None => Err(DynamoDbError::ResourceNotFound(
                format!("Requested resource not found: Index {name} for table {}", table.name).into(),
            )),
        };
        if let Some(action) = update.create {
            if known.is_some() {
                return Err(DynamoDbError::validation("Attempting to create an index which already exists"));
            }
            plan.make(caller, table, definitions, action, capacity.is_on_demand)?;
        } else if let Some(action) = &update.update {
            global("update")?;
            let changed = change(caller, table, action, capacity)?;
            plan.changed.push(changed);
        } else {
            global("delete")?;
            plan.deleted = Some(name);
        }
    }
    Ok(plan)
}

fn change(
    caller: &Caller,
    table: &Table,
    action: &UpdateGlobalSecondaryIndexAction,
    capacity: &capacity::Plan,
) -> Result<Changed, DynamoDbError> {
    let settings = table.settings();
    let name = action.index_name.clone().unwrap_or_default();
    if settings.index_doing(&name, caller.now).is_some() {
        return Err(DynamoDbError::in_use(format!(
            "Index is being updated. Table: {} Index: {name}",
            table.name
        )));
    }
    if capacity.is_on_demand && action.provisioned_throughput.is_some() {
        return Err(DynamoDbError::parameter(format!(
            "The only Updates for index: {name} when TableThroughputMode is PAY_PER_REQUEST can be to OnDemandThroughput, WarmThroughput"
        )));
    }
    throughput::check_on_demand(
        action.on_demand_throughput.as_ref(),
        capacity.is_on_demand,
        Some(&name),
        true,
    )?;
    let old = settings.index_throughput.get(&name).copied().unwrap_or_default();
    let mut new = None;
    if action.provisioned_throughput.is_some() {
        let wanted = throughput::units(action.provisioned_throughput.as_ref(), Some(&name))?;
        throughput::check_quota(wanted, Some(&name), &caller.region)?;
        new = Some(capacity::changed(caller, old, wanted, Some(&name))?);
    }
    if let Some(said) = &action.warm_throughput {
        let warm = throughput::warmer(said, old.warm, Some(&name))?;
        new = Some(Throughput { warm, ..new.unwrap_or(old) });
    }
    Ok(Changed { name, throughput: new, on_demand: action.on_demand_throughput.as_ref().map(OnDemand::of) })
}

impl Plan {
    fn make(
        &mut self,
        caller: &Caller,
        table: &Table,
        definitions: Option<&[AttributeDefinition]>,
        action: CreateGlobalSecondaryIndexAction,
        is_on_demand: bool,
    ) -> Result<(), DynamoDbError> {
        let name = action.index_name.clone().unwrap_or_default();
        let definition = table.definition();
        let Some(definitions) = definitions else {
            return Err(DynamoDbError::parameter(format!(
                "AttributeDefinitions is not specified for index: {name}"
            )));
        };
        // What is defined already stays as it is; what no key uses is left aside.
        let mut attributes = definition.attributes.clone();
        for attribute in schema::attributes(definitions)? {
            if !attributes.iter().any(|known| known.name == attribute.name) {
                attributes.push(attribute);
            }
        }
        let wanted = Wanted {
            name: name.clone(),
            kind: IndexKind::Global,
            elements: action.key_schema.unwrap_or_default(),
            projection: action.projection.unwrap_or_default(),
        };
        schema::check_defined(&wanted.elements, &attributes)?;
        let index = schema::index(wanted, &attributes, &table.keys)?;
        match &action.provisioned_throughput {
            Some(_) if is_on_demand => {
                return Err(DynamoDbError::parameter(format!(
                    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {name} when BillingMode is PAY_PER_REQUEST"
                )));
            }
            None if !is_on_demand => {
                return Err(DynamoDbError::parameter(format!(
                    "Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {name}"
                )));
            }
            _ => {}
        }
        let mut units = throughput::units(action.provisioned_throughput.as_ref(), Some(&name))?;
        throughput::check_on_demand(action.on_demand_throughput.as_ref(), is_on_demand, Some(&name), false)?;
        units.warm = throughput::warmed(action.warm_throughput.as_ref(), units, is_on_demand, Some(&name))?;
        throughput::check_quota(units, Some(&name), &caller.region)?;
        if definition.indexes.iter().filter(|index| index.kind == IndexKind::Global).count() >= MOST_GLOBAL {
            return Err(DynamoDbError::LimitExceeded(
                format!(
                    "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of {MOST_GLOBAL}"
                )
                .into(),
            ));
        }
        self.attributes = attributes;
        self.made = Some((Arc::new(index), units, action.on_demand_throughput.as_ref().map(OnDemand::of)));
        Ok(())
    }

    /// Whether an index comes or goes.
    pub(super) fn is_made_or_deleted(&self) -> bool {
        self.made.is_some() || self.deleted.is_some()
    }

    /// Makes the changes. An index that is made takes in all items, one that is deleted takes its attributes along.
    pub(super) fn apply(&self, dynamodb: &DynamoDb, caller: &Caller, table: &Table) {
        if self.is_made_or_deleted() {
            table.redefine(|definition| {
                if let Some((index, ..)) = &self.made {
                    definition.indexes.push(index.clone());
                    definition.attributes.clone_from(&self.attributes);
                }
                definition.indexes.retain(|index| Some(&index.name) != self.deleted.as_ref());
                let indexes = definition.indexes.clone();
                definition.attributes.retain(|attribute| {
                    table.keys.has(&attribute.name)
                        || indexes.iter().any(|index| index.keys.has(&attribute.name))
                });
                definition.attributes.sort_by(|one, other| one.name.cmp(&other.name));
            });
        }
        let mut settings = table.settings();
        if let Some((index, units, on_demand)) = &self.made {
            settings.index_throughput.insert(index.name.clone(), *units);
            settings.index_on_demand.extend(on_demand.map(|said| (index.name.clone(), said)));
            settings.index_doing.insert(index.name.clone(), dynamodb.work(Work::Creating, caller));
        }
        if let Some(name) = &self.deleted {
            settings.index_throughput.remove(name);
            settings.index_on_demand.remove(name);
            settings.index_doing.remove(name);
            settings.insights.remove(name);
        }
        if self.is_made_or_deleted() {
            settings.doing = Some(dynamodb.work(Work::Index, caller));
        }
        for changed in &self.changed {
            if let Some(units) = changed.throughput {
                settings.index_throughput.insert(changed.name.clone(), units);
            }
            if let Some(said) = changed.on_demand {
                let mut current = settings.index_on_demand.remove(&changed.name);
                capacity::set_on_demand(&mut current, said);
                settings.index_on_demand.extend(current.map(|said| (changed.name.clone(), said)));
            }
            settings.index_doing.insert(changed.name.clone(), dynamodb.work(Work::Capacity, caller));
        }
    }

    /// Shows indexes as they are while they are made, changed or deleted.
    pub(super) fn tell(&self, before: &mut TableDescription, description: &mut TableDescription) {
        let mut old = before.global_secondary_indexes.take().unwrap_or_default();
        let mut take = |name: &str| {
            let place = old.iter().position(|index| index.index_name.as_deref() == Some(name))?;
            Some(old.swap_remove(place))
        };
        if let Some(name) = &self.deleted
            && let Some(mut index) = take(name)
        {
            index.index_status = Some("DELETING".to_owned());
            description.global_secondary_indexes.get_or_insert_default().push(index);
            description.attribute_definitions = before.attribute_definitions.take();
        }
        for index in description.global_secondary_indexes.iter_mut().flatten() {
            let name = index.index_name.clone().unwrap_or_default();
            if self.made.as_ref().is_some_and(|(made, ..)| made.name == name) {
                index.index_status = Some("CREATING".to_owned());
                index.backfilling = Some(false);
            }
            if self.changed.iter().any(|changed| changed.name == name) {
                index.index_status = Some("UPDATING".to_owned());
                let old_units = take(&name).and_then(|old| old.provisioned_throughput);
                if let (Some(shown), Some(old)) = (&mut index.provisioned_throughput, old_units) {
                    shown.read_capacity_units = old.read_capacity_units;
                    shown.write_capacity_units = old.write_capacity_units;
                    shown.number_of_decreases_today = old.number_of_decreases_today;
                }
            }
        }
    }
}
