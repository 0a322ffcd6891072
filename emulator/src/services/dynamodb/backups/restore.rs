//! RestoreTableFromBackup and RestoreTableToPointInTime.

use super::backup::{IndexShape, Snapshot};
use crate::gateway::Caller;
use crate::services::dynamodb::name::TableName;
use crate::services::dynamodb::settings::{OnDemand, Restored, Throughput};
use crate::services::dynamodb::store::IndexKind;
use crate::services::dynamodb::tables::{describe, encryption_key, key_schema, projection, table_of_arn};
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::shapes;
use ruststack_models::dynamodb::types::{
    GlobalSecondaryIndex, KeySchemaElement, LocalSecondaryIndex, OnDemandThroughput, Projection,
    ProvisionedThroughput, RestoreTableFromBackupInput, RestoreTableFromBackupOutput,
    RestoreTableToPointInTimeInput, RestoreTableToPointInTimeOutput, SSESpecification, TableDescription,
};
use ruststack_wire::Timestamp;

/// What is to be otherwise than it was.
struct Overrides {
    billing: Option<String>,
    throughput: Option<ProvisionedThroughput>,
    on_demand: Option<OnDemandThroughput>,
    encryption: Option<SSESpecification>,
    global: Option<Vec<GlobalSecondaryIndex>>,
    local: Option<Vec<LocalSecondaryIndex>>,
}

/// What an input sets otherwise, moved out of it. Two inputs have the same members, and no type in common.
macro_rules! overrides {
    ($input:ident) => {
        Overrides {
            billing: $input.billing_mode_override,
            throughput: $input.provisioned_throughput_override,
            on_demand: $input.on_demand_throughput_override,
            encryption: $input.sse_specification_override,
            global: $input.global_secondary_index_override,
            local: $input.local_secondary_index_override,
        }
    };
}

impl DynamoDb {
    /// Makes a table of what a backup has kept.
    pub(in crate::services::dynamodb) async fn restore_table_from_backup(
        &self,
        caller: &Caller,
        input: RestoreTableFromBackupInput,
    ) -> Result<RestoreTableFromBackupOutput, DynamoDbError> {
        let arn = input.backup_arn.unwrap_or_default();
        let backup = self.backup(caller, &arn)?;
        let overrides = overrides!(input);
        let target = input.target_table_name.unwrap_or_default();
        let from = (Some(arn), backup.created);
        let description = self.restore(caller, &backup.snapshot, &target, overrides, from)?;
        Ok(RestoreTableFromBackupOutput { table_description: Some(description) })
    }

    /// Makes a table of what another was at a moment.
    pub(in crate::services::dynamodb) async fn restore_table_to_point_in_time(
        &self,
        caller: &Caller,
        input: RestoreTableToPointInTimeInput,
    ) -> Result<RestoreTableToPointInTimeOutput, DynamoDbError> {
        let name = match (&input.source_table_name, &input.source_table_arn) {
            (Some(name), None) => name.as_str(),
            (None, Some(arn)) => table_of_arn(arn)?.2,
            _ => {
                return Err(DynamoDbError::validation(
                    "Invalid Request: Must provide exactly one of: sourceTableArn, sourceTableName",
                ));
            }
        };
        let is_latest = input.use_latest_restorable_time == Some(true);
        if is_latest == input.restore_date_time.is_some() {
            return Err(DynamoDbError::validation(
                "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both",
            ));
        }
        let table = self.backed_up(caller, name)?;
        let recovery = table.settings().recovery;
        let Some(recovery) = recovery else {
            return Err(DynamoDbError::Modelled(
                &shapes::POINT_IN_TIME_RECOVERY_UNAVAILABLE_EXCEPTION,
                format!("Point in time recovery is not enabled for table '{}'", table.name).into(),
            ));
        };
        let moment = input.restore_date_time.unwrap_or(caller.now);
        if moment < recovery.earliest(caller.now) || moment > caller.now {
            return Err(DynamoDbError::Modelled(
                &shapes::INVALID_RESTORE_TIME_EXCEPTION,
                "An invalid restore time was specified. RestoreDateTime must be between EarliestRestorableDateTime and LatestRestorableDateTime.".into(),
            ));
        }
        let overrides = overrides!(input);
        let snapshot = Snapshot::of(&table, moment);
        let target = input.target_table_name.unwrap_or_default();
        let description = self.restore(caller, &snapshot, &target, overrides, (None, moment))?;
        Ok(RestoreTableToPointInTimeOutput { table_description: Some(description) })
    }

    fn restore(
        &self,
        caller: &Caller,
        snapshot: &Snapshot,
        target: &str,
        overrides: Overrides,
        (backup_arn, moment): (Option<String>, Timestamp),
    ) -> Result<TableDescription, DynamoDbError> {
        TableName::of(target)?;
        let space = self.space(&caller.account, &caller.region);
        if self.living(&space, target, caller.now).is_some() {
            return Err(DynamoDbError::Modelled(
                &shapes::TABLE_ALREADY_EXISTS_EXCEPTION,
                format!("Table already exists: {target}").into(),
            ));
        }
        let mut plan = overridden(caller, snapshot, target, overrides)?;
        let until = Timestamp::from_millis(caller.now.millis() + self.transition_ms);
        let table_arn = snapshot.table_arn.clone();
        plan.settings.restored = Some(Restored { backup_arn, table_arn, moment, until });
        let (table, mut description) = self.install(caller, plan)?;
        for (place, item) in &snapshot.items {
            table.replace(place.clone(), Some(item.clone()), caller.now);
        }
        let now = describe(&table, caller);
        description.item_count = Some(0);
        description.table_size_bytes = Some(0);
        description.restore_summary = now.restore_summary;
        if let Some(summary) = &mut description.restore_summary {
            summary.restore_in_progress = Some(true);
        }
        Ok(description)
    }
}

/// A plan for a restored table, with what is to be otherwise.
fn overridden(
    caller: &Caller,
    snapshot: &Snapshot,
    target: &str,
    overrides: Overrides,
) -> Result<crate::services::dynamodb::tables::Plan, DynamoDbError> {
    let invalid = |why: String| DynamoDbError::validation(format!("Invalid Request: {why}"));
    let source = &snapshot.settings;
    let is_on_demand = match overrides.billing.as_deref() {
        Some(mode) => mode == "PAY_PER_REQUEST",
        None => source.is_on_demand,
    };
    let is_switch = is_on_demand != source.is_on_demand;
    if is_on_demand && overrides.throughput.is_some() {
        let why = if overrides.billing.is_some() {
            "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST"
        } else {
            "Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED"
        };
        return Err(invalid(why.to_owned()));
    }
    if is_switch && !is_on_demand && overrides.throughput.is_none() {
        return Err(invalid(
            "Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED".to_owned(),
        ));
    }
    if overrides.on_demand.is_some() && !is_on_demand {
        return Err(invalid(
            "Cannot override MaxReadRequestUnits for OnDemandThroughput unless BillingModeOverride is PAY_PER_REQUEST"
                .to_owned(),
        ));
    }
    let units = |said: &ProvisionedThroughput| {
        Throughput::new(
            said.read_capacity_units.unwrap_or_default(),
            said.write_capacity_units.unwrap_or_default(),
        )
    };
    let mut settings = crate::services::dynamodb::settings::Settings {
        is_on_demand,
        on_demand_since: is_on_demand.then_some(caller.now),
        throughput: overrides.throughput.as_ref().map_or(source.throughput, units),
        index_throughput: source.index_throughput.clone(),
        on_demand: overrides
            .on_demand
            .as_ref()
            .map(OnDemand::of)
            .or(source.on_demand)
            .filter(|_| is_on_demand),
        index_on_demand: source.index_on_demand.clone(),
        key_arn: match &overrides.encryption {
            Some(said) => encryption_key(caller, Some(said))?,
            None => source.key_arn.clone(),
        },
        ..Default::default()
    };
    if is_switch {
        settings.index_on_demand.clear();
    }
    if is_on_demand {
        for capacity in
            std::iter::once(&mut settings.throughput).chain(settings.index_throughput.values_mut())
        {
            let warm = (capacity.warm.0.max(12_000), capacity.warm.1.max(4_000));
            *capacity = Throughput { warm, ..Throughput::default() };
        }
    }
    let mut indexes = Vec::new();
    let of = |kind: IndexKind| snapshot.indexes.iter().filter(move |index| index.kind == kind);
    match overrides.local {
        None => indexes.extend(of(IndexKind::Local).cloned()),
        Some(local) => {
            for wanted in local {
                let name = wanted.index_name.unwrap_or_default();
                let found = matching(snapshot, IndexKind::Local, &wanted.key_schema, &wanted.projection);
                let found = found.ok_or_else(|| no_such_index(&name))?;
                indexes.push(IndexShape { name, ..found });
            }
        }
    }
    match overrides.global {
        None => indexes.extend(of(IndexKind::Global).cloned()),
        Some(global) => {
            for wanted in global {
                let name = wanted.index_name.unwrap_or_default();
                let found = matching(snapshot, IndexKind::Global, &wanted.key_schema, &wanted.projection);
                let found = found.ok_or_else(|| no_such_index(&name))?;
                match &wanted.provisioned_throughput {
                    Some(_) if is_on_demand => {
                        return Err(invalid(format!(
                            "Cannot override ProvisionedThroughput if BillingMode is overridden to PAY_PER_REQUEST for index {name}"
                        )));
                    }
                    None if !is_on_demand => {
                        return Err(invalid(format!("Must specify provisioned throughput for index {name}")));
                    }
                    Some(said) => {
                        settings.index_throughput.insert(name.clone(), units(said));
                    }
                    None => {
                        let warm = Throughput { warm: (12_000, 4_000), ..Throughput::default() };
                        settings.index_throughput.insert(name.clone(), warm);
                    }
                }
                indexes.push(IndexShape { name, ..found });
            }
        }
    }
    settings.index_throughput.retain(|name, _| indexes.iter().any(|index| index.name == *name));
    Ok(snapshot.plan(target, indexes, settings))
}

/// The index of the source that has these keys and shows this.
fn matching(
    snapshot: &Snapshot,
    kind: IndexKind,
    keys: &Option<Vec<KeySchemaElement>>,
    wanted: &Option<Projection>,
) -> Option<IndexShape> {
    let elements = |keys: &[KeySchemaElement]| -> Vec<(Option<String>, Option<String>)> {
        keys.iter().map(|element| (element.attribute_name.clone(), element.key_type.clone())).collect()
    };
    let wanted_keys = elements(keys.as_deref()?);
    let wanted = wanted.as_ref()?;
    let mut names = wanted.non_key_attributes.clone();
    names.iter_mut().for_each(|names| names.sort());
    let found = snapshot.indexes.iter().filter(|index| index.kind == kind).find(|index| {
        let shown = projection(&index.projected);
        elements(&key_schema(&index.keys)) == wanted_keys
            && shown.projection_type == wanted.projection_type
            && shown.non_key_attributes == names
    });
    found.cloned()
}

fn no_such_index(name: &str) -> DynamoDbError {
    DynamoDbError::validation(format!(
        "Invalid Request: Index {name} does not match a secondary index that existed in the source table and cannot be created during the restore operation"
    ))
}
