//! How much a table and its indexes may use: provisioned, on demand, and warm.
//!
//! Sources: API reference, "ProvisionedThroughput", "OnDemandThroughput" and "WarmThroughput"; the sentences are those of
//! AWS's answers that aws-controllers-k8s/dynamodb-controller lists (docs/api-quirks/table-indexes.md, DDB-TABLE-128 and
//! 170; docs/api-quirks/details/DDB-TABLE-442.md and 443.md).

use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::settings::Throughput;
use ruststack_models::dynamodb::types::{OnDemandThroughput, ProvisionedThroughput, WarmThroughput};

/// The most units that can be said at all.
const MOST_UNITS: i64 = 1_000_000_000_000;
/// The most units of one table or one index (`DescribeLimits`).
pub(super) const TABLE_UNITS: i64 = 40_000;
/// The units of all tables of an account.
pub(super) const ACCOUNT_UNITS: i64 = 80_000;
/// What a table that is billed by the request is warm for, when it is new.
pub(super) const WARM: (i64, i64) = (12_000, 4_000);

/// The units that a request says, of the table or of an index.
pub(super) fn units(
    said: Option<&ProvisionedThroughput>,
    index: Option<&str>,
) -> Result<Throughput, DynamoDbError> {
    let Some(said) = said else { return Ok(Throughput::default()) };
    let read = said.read_capacity_units.unwrap_or_default();
    let write = said.write_capacity_units.unwrap_or_default();
    for (name, units) in [("ReadCapacityUnits", read), ("WriteCapacityUnits", write)] {
        if units > MOST_UNITS {
            let of = index.map(|index| format!(" for index {index}")).unwrap_or_default();
            return Err(DynamoDbError::validation(format!(
                "Given value {units} for {name} is out of bounds{of}"
            )));
        }
    }
    Ok(Throughput::new(read, write))
}

/// Refuses more units than an account may give one table or index.
pub(super) fn check_quota(
    throughput: Throughput,
    index: Option<&str>,
    region: &str,
) -> Result<(), DynamoDbError> {
    for (name, units) in [("ReadCapacityUnits", throughput.read), ("WriteCapacityUnits", throughput.write)] {
        if units > TABLE_UNITS {
            let of = index.map(|index| format!(" for index {index}")).unwrap_or_default();
            let kind = if index.is_some() { "index" } else { "table" };
            return Err(DynamoDbError::LimitExceeded(
                format!(
                    "The requested {name}{of}, {units}, is above the per {kind} maximum for the account in {region}. Per table maximum: {TABLE_UNITS}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
                )
                .into(),
            ));
        }
    }
    Ok(())
}

/// Checks the most that may be used on demand, of a table or an index. What is taken back again is -1.
pub(super) fn check_on_demand(
    said: Option<&OnDemandThroughput>,
    is_on_demand: bool,
    index: Option<&str>,
    can_take_back: bool,
) -> Result<(), DynamoDbError> {
    let Some(said) = said else { return Ok(()) };
    let read = ("MaxReadRequestUnits", said.max_read_request_units);
    let write = ("MaxWriteRequestUnits", said.max_write_request_units);
    for (name, units) in [read, write] {
        let Some(units) = units else { continue };
        if !is_on_demand {
            let of = index.map(|index| format!(" for index : {index}")).unwrap_or_default();
            return Err(DynamoDbError::parameter(format!(
                "{name} for OnDemandThroughput{of} cannot be specified when the table BillingMode is PROVISIONED"
            )));
        }
        if units < 1 && !(can_take_back && units == -1) {
            let of = index.map_or_else(|| "table".to_owned(), |index| format!("index : {index}"));
            return Err(DynamoDbError::parameter(format!(
                "Requested {name} for OnDemandThroughput for {of} is outside of valid range"
            )));
        }
    }
    Ok(())
}

/// What the table or the index is to be warm for, at least as much as it is without.
pub(super) fn warmed(
    said: Option<&WarmThroughput>,
    throughput: Throughput,
    is_on_demand: bool,
    index: Option<&str>,
) -> Result<(i64, i64), DynamoDbError> {
    let least = if is_on_demand { WARM } else { (throughput.read, throughput.write) };
    let Some(said) = said else { return Ok(least) };
    let of = index.map_or_else(|| "table".to_owned(), |index| format!("index {index}"));
    let read = ("ReadUnitsPerSecond", "ReadCapacityUnits", said.read_units_per_second, least.0);
    let write = ("WriteUnitsPerSecond", "WriteCapacityUnits", said.write_units_per_second, least.1);
    for (name, capacity, wanted, least) in [read, write] {
        if wanted.is_some_and(|wanted| wanted < least) {
            let than = if is_on_demand {
                "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html".to_owned()
            } else {
                format!("{capacity} of ProvisionedThroughput")
            };
            return Err(DynamoDbError::parameter(format!(
                "Requested {name} for WarmThroughput for {of} is lower than {than}"
            )));
        }
    }
    Ok((said.read_units_per_second.unwrap_or(least.0), said.write_units_per_second.unwrap_or(least.1)))
}

/// What is warm after more was asked for.
pub(super) fn warmer(
    said: &WarmThroughput,
    now: (i64, i64),
    index: Option<&str>,
) -> Result<(i64, i64), DynamoDbError> {
    let of = index.map_or_else(|| "table".to_owned(), |index| format!("index {index}"));
    let read = ("ReadUnitsPerSecond", said.read_units_per_second, now.0);
    let write = ("WriteUnitsPerSecond", said.write_units_per_second, now.1);
    for (name, wanted, current) in [read, write] {
        if wanted.is_some_and(|wanted| wanted < current) {
            return Err(DynamoDbError::parameter(format!(
                "Requested {name} for WarmThroughput for {of} is lower than current WarmThroughput, decreasing WarmThroughput is not supported"
            )));
        }
    }
    Ok((said.read_units_per_second.unwrap_or(now.0), said.write_units_per_second.unwrap_or(now.1)))
}
