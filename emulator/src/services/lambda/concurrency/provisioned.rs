//! PutProvisionedConcurrencyConfig, GetProvisionedConcurrencyConfig, DeleteProvisionedConcurrencyConfig and
//! ListProvisionedConcurrencyConfigs. What is asked for is there as soon as the call that asks is answered.
//!
//! Source: API reference; recordings of AWS that localstack publishes (test_lambda_api.snapshot.json:
//! TestLambdaProvisionedConcurrency).

use super::{CONCURRENCY, LEAST_UNRESERVED};
use crate::gateway::Caller;
use crate::services::lambda::function::{Function, Provisioned};
use crate::services::lambda::name::{LATEST, Named, is_number, qualified};
use crate::services::lambda::page::page;
use crate::services::lambda::{Lambda, LambdaError, named};
use ruststack_models::lambda::shapes;
use ruststack_models::lambda::types::{
    DeleteProvisionedConcurrencyConfigRequest, GetProvisionedConcurrencyConfigRequest,
    GetProvisionedConcurrencyConfigResponse, ListProvisionedConcurrencyConfigsRequest,
    ListProvisionedConcurrencyConfigsResponse, ProvisionedConcurrencyConfigListItem,
    PutProvisionedConcurrencyConfigRequest, PutProvisionedConcurrencyConfigResponse,
};
use ruststack_wire::Timestamp;
use ruststack_wire::value::Unit;
use std::sync::Arc;

impl Lambda {
    /// Keeps environments ready for a version or an alias.
    pub(in crate::services::lambda) async fn put_provisioned_concurrency_config(
        &self,
        caller: &Caller,
        input: PutProvisionedConcurrencyConfigRequest,
    ) -> Result<PutProvisionedConcurrencyConfigResponse, LambdaError> {
        let mut named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let qualifier = named.qualifier.clone().unwrap_or_default();
        if qualifier == LATEST {
            return Err(LambdaError::invalid(
                "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
            ));
        }
        self.qualified_function(&named)?;
        named.qualifier = None;
        let executions = input.provisioned_concurrent_executions.unwrap_or_default();
        let space = self.space(&named.account, &named.region);
        check_limits(executions, CONCURRENCY - space.reserved())?;
        self.change(&named, |function| {
            function.check_qualifier(&qualifier)?;
            check_conflict(function, &qualifier)?;
            let provisioned = Provisioned { executions, last_modified: caller.now };
            function.provisioned.insert(qualifier, provisioned);
            Ok(PutProvisionedConcurrencyConfigResponse {
                requested_provisioned_concurrent_executions: Some(executions),
                available_provisioned_concurrent_executions: Some(0),
                allocated_provisioned_concurrent_executions: Some(0),
                status: Some("IN_PROGRESS".to_owned()),
                status_reason: None,
                last_modified: Some(moment(caller.now)),
            })
        })
    }

    /// Tells how many environments are kept ready.
    pub(in crate::services::lambda) async fn get_provisioned_concurrency_config(
        &self,
        caller: &Caller,
        input: GetProvisionedConcurrencyConfigRequest,
    ) -> Result<GetProvisionedConcurrencyConfigResponse, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let function = self.published(&named)?;
        let kept = function.provisioned.get(named.qualifier.as_deref().unwrap_or_default());
        let kept = kept.ok_or_else(|| {
            LambdaError::Modelled(
                &shapes::PROVISIONED_CONCURRENCY_CONFIG_NOT_FOUND_EXCEPTION,
                "No Provisioned Concurrency Config found for this function".into(),
            )
        })?;
        Ok(GetProvisionedConcurrencyConfigResponse {
            requested_provisioned_concurrent_executions: Some(kept.executions),
            available_provisioned_concurrent_executions: Some(kept.executions),
            allocated_provisioned_concurrent_executions: Some(kept.executions),
            status: Some("READY".to_owned()),
            status_reason: None,
            last_modified: Some(moment(kept.last_modified)),
        })
    }

    /// Keeps no environments ready any more. That there are none is no error.
    pub(in crate::services::lambda) async fn delete_provisioned_concurrency_config(
        &self,
        caller: &Caller,
        input: DeleteProvisionedConcurrencyConfigRequest,
    ) -> Result<Unit, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        self.published(&named)?;
        self.change(&named, |function| {
            function.provisioned.remove(named.qualifier.as_deref().unwrap_or_default());
            Ok(Unit::default())
        })
    }

    /// Tells where environments of a function are kept ready.
    pub(in crate::services::lambda) async fn list_provisioned_concurrency_configs(
        &self,
        caller: &Caller,
        input: ListProvisionedConcurrencyConfigsRequest,
    ) -> Result<ListProvisionedConcurrencyConfigsResponse, LambdaError> {
        let function = self.function(&named(caller, input.function_name.as_deref(), None)?)?;
        let all = function.provisioned.iter().map(|(qualifier, kept)| {
            let item = ProvisionedConcurrencyConfigListItem {
                function_arn: Some(qualified(&function.arn, Some(qualifier))),
                requested_provisioned_concurrent_executions: Some(kept.executions),
                available_provisioned_concurrent_executions: Some(kept.executions),
                allocated_provisioned_concurrent_executions: Some(kept.executions),
                status: Some("READY".to_owned()),
                status_reason: None,
                last_modified: Some(moment(kept.last_modified)),
            };
            (qualifier.clone(), item)
        });
        let (configs, next_marker) = page(all, input.marker.as_deref(), input.max_items);
        Ok(ListProvisionedConcurrencyConfigsResponse {
            provisioned_concurrency_configs: Some(configs),
            next_marker,
        })
    }

    /// The function of a version or an alias that has been published.
    fn published(&self, named: &Named) -> Result<Arc<Function>, LambdaError> {
        if named.qualifier.as_deref() == Some(LATEST) {
            return Err(LambdaError::invalid(
                "The function resource provided must be an alias or a published version.",
            ));
        }
        self.qualified_function(named)
    }

    /// The function of a qualifier. Where it is not there, that is said of the alias or the version.
    fn qualified_function(&self, named: &Named) -> Result<Arc<Function>, LambdaError> {
        let qualifier = named.qualifier.as_deref().unwrap_or_default();
        let Some(function) = self.find(named) else {
            let arn = named.qualified_arn();
            let is_version = is_number(qualifier);
            return Err(if is_version { LambdaError::no_function(arn) } else { LambdaError::no_alias(arn) });
        };
        function.check_qualifier(qualifier)?;
        Ok(function)
    }
}

/// Refuses more environments than the account has calls at once that nobody has reserved.
fn check_limits(executions: i32, unreserved: i32) -> Result<(), LambdaError> {
    let refuse = |sentence: String| {
        Err(LambdaError::Untyped(&shapes::INVALID_PARAMETER_VALUE_EXCEPTION, sentence.into()))
    };
    if executions > unreserved {
        return refuse(format!(
            "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [{unreserved}]."
        ));
    }
    if unreserved - executions < LEAST_UNRESERVED {
        return refuse(format!(
            "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [{LEAST_UNRESERVED}]."
        ));
    }
    Ok(())
}

/// Refuses to keep environments for an alias and for its version both.
fn check_conflict(function: &Function, qualifier: &str) -> Result<(), LambdaError> {
    if let Some(alias) = function.aliases.get(qualifier) {
        if function.provisioned.contains_key(&alias.version) {
            return Err(LambdaError::conflict(
                "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
            ));
        }
        return Ok(());
    }
    let is_of = |name: &String| function.aliases.get(name).is_some_and(|alias| alias.version == qualifier);
    if function.provisioned.keys().any(is_of) {
        return Err(LambdaError::conflict("Version is pointed by a Provisioned Concurrency alias"));
    }
    Ok(())
}

/// A moment as these configurations have it, to the second (API reference, GetProvisionedConcurrencyConfig).
fn moment(at: Timestamp) -> String {
    at.whole_seconds().iso8601_millis().replace(".000Z", "+0000")
}
