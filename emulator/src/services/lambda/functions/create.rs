//! CreateFunction.
//!
//! Sources: API reference, CreateFunction; recordings of AWS that localstack publishes (test_lambda_api.snapshot.json:
//! test_function_lifecycle, test_publish_version_on_create, test_function_arns); <https://github.com/pipe-cd/pipecd/issues/1400>
//! for functions without a runtime.

use crate::gateway::Caller;
use crate::services::lambda::configuration::{Told, describe};
use crate::services::lambda::errors::constraint;
use crate::services::lambda::function::Function;
use crate::services::lambda::name::LATEST;
use crate::services::lambda::settings::Said;
use crate::services::lambda::version::{Settings, Version};
use crate::services::lambda::{Lambda, LambdaError, named, tags};
use ruststack_models::lambda::types::{CreateFunctionRequest, FunctionConfiguration};
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// The longest name.
const LONGEST_NAME: usize = 64;

impl Lambda {
    /// Makes a function. It is told as `Pending`, and is there at once.
    pub(in crate::services::lambda) async fn create_function(
        &self,
        caller: &Caller,
        mut input: CreateFunctionRequest,
    ) -> Result<FunctionConfiguration, LambdaError> {
        let wanted = named(caller, input.function_name.as_deref(), None)?;
        if wanted.name.len() > LONGEST_NAME {
            let demand = format!("have length less than or equal to {LONGEST_NAME}");
            return Err(LambdaError::invalid(constraint(&wanted.name, "functionName", &demand)));
        }
        let mut settings = Settings::of(&wanted.name);
        settings.apply(Said::at_creation(&mut input))?;
        if let Some(architecture) = input.architectures.take().and_then(|mut given| given.pop()) {
            settings.architecture = architecture;
        }
        let tags = input.tags.take().unwrap_or_default();
        tags::check_count(tags.len())?;
        if wanted.account != caller.account {
            return Err(LambdaError::other_account());
        }
        if self.find(&wanted).is_some() {
            return Err(already(&wanted.name));
        }
        let source = input.code.take().unwrap_or_default().into();
        let code = Arc::new(self.fetch(caller, source).await?);
        if settings.runtime.is_none() || settings.handler.is_none() {
            return Err(LambdaError::invalid(
                "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
            ));
        }
        let layers = self.laid(caller, input.layers.take().unwrap_or_default())?;
        let latest = Version {
            function_name: wanted.name.clone(),
            function_arn: wanted.arn(),
            version: LATEST.to_owned(),
            revision_id: caller.fresh.uuid(),
            last_modified: caller.now,
            settings,
            code,
            layers,
        };
        let mut function = Function::new(latest);
        function.tags = tags.into_iter().collect();
        if let Some(arn) = input.code_signing_config_arn.take().filter(|arn| !arn.is_empty()) {
            self.check_signing_config(caller, &arn)?;
            function.code_signing_config = Some(arn);
        }
        let mut told = describe(&function.latest, function.arn.clone(), Told::Made);
        // The function has another revision when it is done.
        told.revision_id = Some(caller.fresh.uuid());
        if input.publish == Some(true) {
            let version = function.publish(None, || caller.fresh.uuid(), caller.now);
            told.version = Some(version.version.clone());
        }
        match self.space(&wanted.account, &wanted.region).functions_mut().entry(wanted.name) {
            Entry::Occupied(taken) => Err(already(taken.key())),
            Entry::Vacant(place) => {
                self.runner.look_for(place.key(), told.runtime.as_deref().unwrap_or_default());
                place.insert(Arc::new(function));
                Ok(told)
            }
        }
    }
}

fn already(name: &str) -> LambdaError {
    LambdaError::conflict(format!("Function already exist: {name}"))
}
