//! What one UpdateTable may ask for.

use super::super::throughput;
use crate::services::dynamodb::DynamoDbError;
use ruststack_models::dynamodb::types::{GlobalSecondaryIndexUpdate, UpdateTableInput};
use std::collections::BTreeSet;

/// What is told to a request that changes nothing.
const NOTHING: &str = "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required";

/// Refuses requests that ask for nothing, or for changes that do not go together.
pub(super) fn check(input: &UpdateTableInput) -> Result<(), DynamoDbError> {
    let updates = input.global_secondary_index_updates.as_deref();
    let asked = [
        input.sse_specification.is_some(),
        input.table_class.is_some(),
        input.deletion_protection_enabled.is_some(),
        input.replica_updates.is_some(),
        input.warm_throughput.is_some(),
        input.provisioned_throughput.is_some() || input.billing_mode.is_some(),
        input.stream_specification.is_some(),
        updates.is_some_and(|updates| !updates.is_empty()),
        input.on_demand_throughput.is_some(),
    ];
    let count = asked.iter().filter(|is_asked| **is_asked).count();
    if count == 0 {
        return Err(DynamoDbError::validation(NOTHING));
    }
    if updates.is_some_and(<[_]>::is_empty) {
        return Err(DynamoDbError::parameter("List of GlobalSecondaryIndexUpdates is empty"));
    }
    throughput::units(input.provisioned_throughput.as_ref(), None)?;
    check_alone(input, &asked, count)?;
    if input.on_demand_throughput.is_some()
        && (count > 2 || (count == 2 && input.billing_mode.is_none()))
        && updates.is_none()
    {
        return Err(DynamoDbError::parameter(
            "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request",
        ));
    }
    let is_capacity = input.provisioned_throughput.is_some();
    if input.stream_specification.is_some()
        && (is_capacity || input.billing_mode.as_deref() == Some("PROVISIONED"))
    {
        return Err(DynamoDbError::parameter("You cannot modify stream status while updating table IOPS"));
    }
    check_updates(input, updates.unwrap_or_default())
}

/// Some changes are alone in a request.
fn check_alone(input: &UpdateTableInput, asked: &[bool], count: usize) -> Result<(), DynamoDbError> {
    if count < 2 {
        return Ok(());
    }
    let alone = |sentence: &'static str| Err(DynamoDbError::parameter(sentence));
    match asked {
        [true, ..] => alone("Server-Side Encryption modification must be the only operation in the request"),
        [_, true, ..] => alone("TableClass modification must be the only operation in the request"),
        [_, _, true, ..] => {
            alone("DeletionProtection modification must be the only operation in the request")
        }
        [_, _, _, true, ..] => alone("Replica modification must be the only operation in the request"),
        [_, _, _, _, true, ..] => {
            let creates =
                input.global_secondary_index_updates.iter().flatten().any(|one| one.create.is_some());
            if creates {
                return alone(
                    "Create global secondary index cannot be specified when updating WarmThroughput",
                );
            }
            alone("WarmThroughput must be the only operation in the request")
        }
        _ => Ok(()),
    }
}

/// Each entry says one thing, and each index is named once.
fn check_updates(
    input: &UpdateTableInput,
    updates: &[GlobalSecondaryIndexUpdate],
) -> Result<(), DynamoDbError> {
    let mut named = BTreeSet::new();
    for update in updates {
        let said = [update.update.is_some(), update.create.is_some(), update.delete.is_some()];
        match said.iter().filter(|is_said| **is_said).count() {
            0 => {
                return Err(DynamoDbError::parameter(
                    "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null",
                ));
            }
            1 => {}
            _ => {
                return Err(DynamoDbError::parameter(
                    "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object",
                ));
            }
        }
        let name = name_of(update);
        if !named.insert(name) {
            return Err(DynamoDbError::parameter(format!(
                "Only one global secondary index update per index is allowed simultaneously. Index: {name}"
            )));
        }
    }
    let moves = updates.iter().any(|update| update.create.is_some() || update.delete.is_some());
    if moves && input.provisioned_throughput.is_some() && input.billing_mode.is_none() {
        return Err(DynamoDbError::parameter("You cannot create or delete index while updating table IOPS"));
    }
    if moves && input.stream_specification.is_some() {
        return Err(DynamoDbError::parameter(
            "You cannot create or delete index while changing stream status",
        ));
    }
    Ok(())
}

/// The index that an entry is about.
pub(super) fn name_of(update: &GlobalSecondaryIndexUpdate) -> &str {
    let update_name = update.update.as_ref().and_then(|update| update.index_name.as_deref());
    let create_name = update.create.as_ref().and_then(|create| create.index_name.as_deref());
    let delete_name = update.delete.as_ref().and_then(|delete| delete.index_name.as_deref());
    update_name.or(create_name).or(delete_name).unwrap_or_default()
}
