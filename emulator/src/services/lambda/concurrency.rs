//! Reserved and provisioned concurrency.
//!
//! Sources: API reference; Developer Guide, "Configuring reserved concurrency"; recordings of AWS that localstack publishes
//! (test_lambda_api.snapshot.json: TestLambdaReservedConcurrency, TestLambdaProvisionedConcurrency).

mod provisioned;

use super::account::CONCURRENCY;
use super::name::{LATEST, Named, qualified};
use super::{Lambda, LambdaError, Space, named};
use crate::gateway::Caller;
use ruststack_models::lambda::shapes;
use ruststack_models::lambda::types::{
    Concurrency, DeleteFunctionConcurrencyRequest, GetFunctionConcurrencyRequest,
    GetFunctionConcurrencyResponse, PutFunctionConcurrencyRequest,
};
use ruststack_wire::value::Unit;

/// What has to be left for functions that reserve nothing.
const LEAST_UNRESERVED: i32 = 100;

impl Lambda {
    /// Reserves a share of the account's calls at once for a function.
    pub(super) async fn put_function_concurrency(
        &self,
        caller: &Caller,
        input: PutFunctionConcurrencyRequest,
    ) -> Result<Concurrency, LambdaError> {
        let named = whole(named(caller, input.function_name.as_deref(), None)?)?;
        let missing = || LambdaError::no_function(qualified(&named.arn(), Some(LATEST)));
        self.find(&named).ok_or_else(missing)?;
        let reserved = input.reserved_concurrent_executions.unwrap_or_default();
        let space = self.space(&named.account, &named.region);
        let others = space.reserved() - space.reserved_by(&named.name);
        if CONCURRENCY - others - reserved < LEAST_UNRESERVED && reserved > 0 {
            return Err(LambdaError::Untyped(
                &shapes::INVALID_PARAMETER_VALUE_EXCEPTION,
                format!(
                    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [{LEAST_UNRESERVED}]."
                )
                .into(),
            ));
        }
        self.change(&named, |function| {
            function.reserved_concurrency = Some(reserved);
            Ok(Concurrency { reserved_concurrent_executions: Some(reserved) })
        })
    }

    /// Tells what is reserved for a function.
    pub(super) async fn get_function_concurrency(
        &self,
        caller: &Caller,
        input: GetFunctionConcurrencyRequest,
    ) -> Result<GetFunctionConcurrencyResponse, LambdaError> {
        let named = whole(named(caller, input.function_name.as_deref(), None)?)?;
        let reserved_concurrent_executions = self.function(&named)?.reserved_concurrency;
        Ok(GetFunctionConcurrencyResponse { reserved_concurrent_executions })
    }

    /// Reserves nothing for a function any more.
    pub(super) async fn delete_function_concurrency(
        &self,
        caller: &Caller,
        input: DeleteFunctionConcurrencyRequest,
    ) -> Result<Unit, LambdaError> {
        let named = whole(named(caller, input.function_name.as_deref(), None)?)?;
        self.change(&named, |function| {
            function.reserved_concurrency = None;
            Ok(Unit::default())
        })
    }
}

impl Space {
    /// What all functions have reserved.
    pub(super) fn reserved(&self) -> i32 {
        let reserved = |function: &std::sync::Arc<super::function::Function>| function.reserved_concurrency;
        self.functions().values().filter_map(reserved).sum()
    }

    fn reserved_by(&self, name: &str) -> i32 {
        let functions = self.functions();
        functions.get(name).and_then(|function| function.reserved_concurrency).unwrap_or_default()
    }
}

/// Refuses versions and aliases.
fn whole(named: Named) -> Result<Named, LambdaError> {
    if named.qualifier.is_none() {
        return Ok(named);
    }
    Err(LambdaError::invalid(
        "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.",
    ))
}
