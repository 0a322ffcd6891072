//! PutFunctionEventInvokeConfig, UpdateFunctionEventInvokeConfig, GetFunctionEventInvokeConfig,
//! DeleteFunctionEventInvokeConfig and ListFunctionEventInvokeConfigs.
//!
//! Source: API reference; recordings of AWS that localstack publishes (test_lambda_api.snapshot.json:
//! test_lambda_eventinvokeconfig_exceptions).

use super::function::EventInvoke;
use super::name::{LATEST, Named, qualified};
use super::page::page;
use super::{Lambda, LambdaError, named};
use crate::gateway::Caller;
use ruststack_models::lambda::types::{
    DeleteFunctionEventInvokeConfigRequest, DestinationConfig, FunctionEventInvokeConfig,
    GetFunctionEventInvokeConfigRequest, ListFunctionEventInvokeConfigsRequest,
    ListFunctionEventInvokeConfigsResponse, OnFailure, OnSuccess, PutFunctionEventInvokeConfigRequest,
    UpdateFunctionEventInvokeConfigRequest,
};
use ruststack_wire::value::Unit;

/// The services that take what became of a call.
const DESTINATIONS: [&str; 5] = ["sns", "sqs", "lambda", "events", "s3"];

/// Where what became of a call goes, as far as it is said.
#[derive(Default)]
struct Destinations {
    on_success: Option<Option<String>>,
    on_failure: Option<Option<String>>,
}

impl Lambda {
    /// Says what becomes of calls that nobody waits for, instead of what was said before.
    pub(super) async fn put_function_event_invoke_config(
        &self,
        caller: &Caller,
        input: PutFunctionEventInvokeConfigRequest,
    ) -> Result<FunctionEventInvokeConfig, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        self.check_there(&named)?;
        let (retries, age) = (input.maximum_retry_attempts, input.maximum_event_age_in_seconds);
        check_said(retries, age, input.destination_config.as_ref())?;
        let destinations = self.destinations(&named, input.destination_config)?;
        let config = EventInvoke {
            maximum_retry_attempts: retries,
            maximum_event_age_s: age,
            on_success: destinations.on_success.flatten(),
            on_failure: destinations.on_failure.flatten(),
            last_modified: caller.now,
        };
        self.keep(&named, config)
    }

    /// Changes what becomes of calls that nobody waits for.
    pub(super) async fn update_function_event_invoke_config(
        &self,
        caller: &Caller,
        input: UpdateFunctionEventInvokeConfigRequest,
    ) -> Result<FunctionEventInvokeConfig, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        self.check_there(&named)?;
        let (retries, age) = (input.maximum_retry_attempts, input.maximum_event_age_in_seconds);
        check_said(retries, age, input.destination_config.as_ref())?;
        let destinations = self.destinations(&named, input.destination_config)?;
        let kept = self.kept(&named)?;
        let config = EventInvoke {
            maximum_retry_attempts: retries.or(kept.maximum_retry_attempts),
            maximum_event_age_s: age.or(kept.maximum_event_age_s),
            on_success: destinations.on_success.unwrap_or(kept.on_success),
            on_failure: destinations.on_failure.unwrap_or(kept.on_failure),
            last_modified: caller.now,
        };
        self.keep(&named, config)
    }

    /// Tells what becomes of calls that nobody waits for.
    pub(super) async fn get_function_event_invoke_config(
        &self,
        caller: &Caller,
        input: GetFunctionEventInvokeConfigRequest,
    ) -> Result<FunctionEventInvokeConfig, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        Ok(describe(place_arn(&named), &self.kept(&named)?))
    }

    /// Forgets what was said of calls that nobody waits for.
    pub(super) async fn delete_function_event_invoke_config(
        &self,
        caller: &Caller,
        input: DeleteFunctionEventInvokeConfigRequest,
    ) -> Result<Unit, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        self.kept(&named)?;
        self.change(&named, |function| {
            function.event_invoke.remove(place(&named));
            Ok(Unit::default())
        })
    }

    /// Tells what is said of a function, its versions and its aliases.
    pub(super) async fn list_function_event_invoke_configs(
        &self,
        caller: &Caller,
        input: ListFunctionEventInvokeConfigsRequest,
    ) -> Result<ListFunctionEventInvokeConfigsResponse, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), None)?;
        let function = self.find(&named).ok_or_else(missing)?;
        let all = function.event_invoke.iter().map(|(qualifier, config)| {
            (qualifier.clone(), describe(qualified(&function.arn, Some(qualifier)), config))
        });
        let (configs, next_marker) = page(all, input.marker.as_deref(), input.max_items);
        Ok(ListFunctionEventInvokeConfigsResponse {
            function_event_invoke_configs: Some(configs),
            next_marker,
        })
    }

    fn check_there(&self, named: &Named) -> Result<(), LambdaError> {
        let function = self.find(named).ok_or_else(missing)?;
        function.check_qualifier(place(named)).map_err(|_| missing())
    }

    fn kept(&self, named: &Named) -> Result<EventInvoke, LambdaError> {
        let function = self.find(named);
        let kept = function.and_then(|function| function.event_invoke.get(place(named)).cloned());
        kept.ok_or_else(|| {
            LambdaError::not_found(format!(
                "The function {} doesn't have an EventInvokeConfig",
                place_arn(named)
            ))
        })
    }

    fn keep(&self, named: &Named, config: EventInvoke) -> Result<FunctionEventInvokeConfig, LambdaError> {
        let told = describe(place_arn(named), &config);
        self.change(named, |function| {
            function.event_invoke.insert(place(named).to_owned(), config);
            Ok(told)
        })
    }

    /// The destinations that are said, which have to be somebody else.
    fn destinations(
        &self,
        named: &Named,
        said: Option<DestinationConfig>,
    ) -> Result<Destinations, LambdaError> {
        let Some(said) = said else { return Ok(Destinations::default()) };
        let printed = format!("{said:?}");
        let check = |destination: Option<String>| {
            let Some(arn) = destination.filter(|arn| !arn.is_empty()) else { return Ok(None) };
            let service = arn.split(':').nth(2).unwrap_or_default();
            if !DESTINATIONS.contains(&service) && !arn.starts_with("kafka://") {
                return Err(LambdaError::invalid(format!(
                    "The provided destination config {printed} is invalid."
                )));
            }
            if service == "lambda" {
                let wanted = Named::of(&named.account, &named.region, &arn, None)?;
                if wanted.arn() == named.arn() {
                    return Err(LambdaError::invalid(
                        "You can't specify the function as a destination for itself.",
                    ));
                }
                if self.find(&wanted).is_none() {
                    return Err(LambdaError::invalid(format!("The destination ARN {arn} is invalid.")));
                }
            }
            Ok(Some(arn))
        };
        let on_success = said.on_success.map(|target| check(target.destination)).transpose()?;
        let on_failure = said.on_failure.map(|target| check(target.destination)).transpose()?;
        Ok(Destinations { on_success, on_failure })
    }
}

fn check_said(
    retries: Option<i32>,
    age: Option<i32>,
    destinations: Option<&DestinationConfig>,
) -> Result<(), LambdaError> {
    if retries.is_none() && age.is_none() && destinations.is_none() {
        return Err(LambdaError::invalid(
            "You must specify at least one of error handling or destination setting.",
        ));
    }
    Ok(())
}

/// Where a configuration is kept.
fn place(named: &Named) -> &str {
    named.qualifier.as_deref().unwrap_or(LATEST)
}

fn place_arn(named: &Named) -> String {
    qualified(&named.arn(), Some(place(named)))
}

fn missing() -> LambdaError {
    LambdaError::not_found("The function doesn't exist.")
}

fn describe(arn: String, config: &EventInvoke) -> FunctionEventInvokeConfig {
    FunctionEventInvokeConfig {
        last_modified: Some(config.last_modified),
        function_arn: Some(arn),
        maximum_retry_attempts: config.maximum_retry_attempts,
        maximum_event_age_in_seconds: config.maximum_event_age_s,
        destination_config: Some(DestinationConfig {
            on_success: Some(OnSuccess { destination: config.on_success.clone() }),
            on_failure: Some(OnFailure { destination: config.on_failure.clone() }),
        }),
    }
}
