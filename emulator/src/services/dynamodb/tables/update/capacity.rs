//! Changes of capacity and of billing.

use super::super::throughput::{self, WARM};
use crate::gateway::Caller;
use crate::services::dynamodb::settings::{OnDemand, Throughput, Work};
use crate::services::dynamodb::store::{IndexKind, Table};
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{TableDescription, UpdateTableInput};
use std::sync::Arc;
use time::OffsetDateTime;
use time::macros::format_description;

/// How often a day capacity may be lowered before it takes an hour in between.
const FREE_DECREASES: i64 = 4;
const SECONDS_BETWEEN: i64 = 3600;

/// What becomes of a table's capacity.
pub(super) struct Plan {
    /// Whether anything was asked for.
    pub(super) is_change: bool,
    /// Whether the table is billed by the request afterwards.
    pub(super) is_on_demand: bool,
    /// Whether it is billed otherwise than before.
    pub(super) is_switch: bool,
    throughput: Option<Throughput>,
}

/// Checks what a request says about capacity and billing.
pub(super) fn plan(
    caller: &Caller,
    table: &Arc<Table>,
    input: &UpdateTableInput,
) -> Result<Plan, DynamoDbError> {
    let settings = table.settings();
    let was_on_demand = settings.is_on_demand;
    let is_on_demand = match input.billing_mode.as_deref() {
        Some(mode) => mode == "PAY_PER_REQUEST",
        None => was_on_demand,
    };
    let said = input.provisioned_throughput.as_ref();
    if is_on_demand && said.is_some() {
        return Err(DynamoDbError::parameter(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
        ));
    }
    if input.billing_mode.is_some() && !is_on_demand && said.is_none() {
        return Err(DynamoDbError::parameter(
            "ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
        ));
    }
    let is_switch = is_on_demand != was_on_demand;
    if is_switch && !is_on_demand {
        check_every_index(table, input)?;
    }
    let old = settings.throughput;
    let throughput = match said {
        Some(_) => {
            let wanted = throughput::units(said, None)?;
            throughput::check_quota(wanted, None, &caller.region)?;
            Some(changed(caller, old, wanted, None)?)
        }
        None if is_switch => Some(Throughput {
            read: 0,
            write: 0,
            warm: (old.warm.0.max(WARM.0), old.warm.1.max(WARM.1)),
            ..old
        }),
        None => None,
    };
    let is_change = said.is_some() || input.billing_mode.is_some();
    Ok(Plan { is_change, is_on_demand, is_switch, throughput })
}

/// A capacity after a change, which must be one and not come too often.
pub(super) fn changed(
    caller: &Caller,
    old: Throughput,
    wanted: Throughput,
    index: Option<&str>,
) -> Result<Throughput, DynamoDbError> {
    let Throughput { read, write, .. } = wanted;
    if (read, write) == (old.read, old.write) {
        let (of, at) = index.map_or_else(
            || ("table".to_owned(), "the table".to_owned()),
            |index| (format!("index {index}"), format!("index {index}")),
        );
        return Err(DynamoDbError::validation(format!(
            "The provisioned throughput for the {of} will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for {at}: {read}. Requested ReadCapacityUnits: {read}. Current WriteCapacityUnits provisioned for {at}: {write}. Requested WriteCapacityUnits: {write}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
        )));
    }
    let new = old.changed(read, write, caller.now);
    match old.decreased {
        Some(last)
            if new.decreases > FREE_DECREASES
                && new.decreased == Some(caller.now)
                && caller.now.seconds() - last.seconds() < SECONDS_BETWEEN =>
        {
            Err(DynamoDbError::LimitExceeded(
                format!(
                    "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. After the first {FREE_DECREASES} decreases, each subsequent decrease in the same UTC day can be performed at most once every {SECONDS_BETWEEN} seconds. Number of decreases today: {}. Last decrease at {}. Next decrease can be made at {}",
                    old.decreases,
                    spelled(last.seconds()),
                    spelled(last.seconds() + SECONDS_BETWEEN),
                )
                .into(),
            ))
        }
        _ => Ok(new),
    }
}

/// A moment as DynamoDB spells it in sentences.
fn spelled(seconds: i64) -> String {
    let format = format_description!(
        "[weekday], [month repr:long] [day padding:none], [year] at [hour repr:12 padding:none]:[minute]:[second] [period] Coordinated Universal Time"
    );
    let moment = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    moment.format(&format).unwrap_or_default()
}

/// Who goes from on demand to provisioned says the capacity of every index.
fn check_every_index(table: &Table, input: &UpdateTableInput) -> Result<(), DynamoDbError> {
    let updates = input.global_secondary_index_updates.as_deref().unwrap_or_default();
    for index in table.definition().indexes.iter().filter(|index| index.kind == IndexKind::Global) {
        let is_said = updates.iter().filter_map(|update| update.update.as_ref()).any(|update| {
            update.index_name.as_deref() == Some(&index.name) && update.provisioned_throughput.is_some()
        });
        if !is_said {
            return Err(DynamoDbError::parameter(format!(
                "ProvisionedThroughput must be specified for index: {}",
                index.name
            )));
        }
    }
    Ok(())
}

/// Sets the most that may be used on demand; -1 takes it back.
pub(super) fn set_on_demand(current: &mut Option<OnDemand>, said: OnDemand) {
    let old = current.take();
    let read = said.read.or(old.and_then(|old| old.read));
    let write = said.write.or(old.and_then(|old| old.write));
    let is_set = |units: Option<i64>| units.is_some_and(|units| units != -1);
    if is_set(read) || is_set(write) {
        *current = Some(OnDemand { read, write });
    }
}

impl Plan {
    /// Makes the change.
    pub(super) fn apply(&self, dynamodb: &DynamoDb, caller: &Caller, table: &Table) {
        let mut settings = table.settings();
        if let Some(throughput) = self.throughput {
            settings.throughput = throughput;
        }
        if self.is_switch {
            settings.is_on_demand = self.is_on_demand;
            settings.on_demand = None;
            settings.index_on_demand.clear();
        }
        if self.is_switch && self.is_on_demand {
            settings.on_demand_since = Some(caller.now);
            for units in settings.index_throughput.values_mut() {
                units.warm = (units.warm.0.max(WARM.0), units.warm.1.max(WARM.1));
                (units.read, units.write) = (0, 0);
            }
        }
        if self.is_change {
            settings.doing = Some(dynamodb.work(Work::Capacity, caller));
        }
    }

    /// Shows the old capacity in the answer: the new one is still to come, unless billing changes with it.
    pub(super) fn tell(&self, before: &mut TableDescription, description: &mut TableDescription) {
        if let Some(billing) = description.billing_mode_summary.as_mut().filter(|_| self.is_switch) {
            billing.last_update_to_pay_per_request_date_time = None;
        }
        let (Some(_), false) = (self.throughput, self.is_switch) else { return };
        description.warm_throughput = before.warm_throughput.take();
        if let (Some(shown), Some(old)) =
            (&mut description.provisioned_throughput, &before.provisioned_throughput)
        {
            shown.read_capacity_units = old.read_capacity_units;
            shown.write_capacity_units = old.write_capacity_units;
            shown.number_of_decreases_today = old.number_of_decreases_today;
        }
    }
}
