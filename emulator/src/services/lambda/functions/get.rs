//! GetFunction and GetFunctionConfiguration.
//!
//! Sources: API reference, GetFunction; recordings of AWS that localstack publishes (test_lambda_api.snapshot.json:
//! test_function_lifecycle, test_alias_lifecycle, test_tag_lifecycle).

use crate::gateway::Caller;
use crate::services::lambda::configuration::{Told, describe};
use crate::services::lambda::name::qualified;
use crate::services::lambda::{Lambda, LambdaError, location, named};
use ruststack_models::lambda::types::{
    Concurrency, FunctionCodeLocation, FunctionConfiguration, GetFunctionConfigurationRequest,
    GetFunctionRequest, GetFunctionResponse,
};

impl Lambda {
    /// Tells a version of a function, with where its code can be had, and what is said of the function.
    pub(in crate::services::lambda) async fn get_function(
        &self,
        caller: &Caller,
        input: GetFunctionRequest,
    ) -> Result<GetFunctionResponse, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let function = self.function(&named)?;
        let version = function.at(named.qualifier.as_deref())?;
        let arn = qualified(&function.arn, named.qualifier.as_deref());
        let code = FunctionCodeLocation {
            repository_type: Some("S3".to_owned()),
            location: Some(location::of_function(caller, &named, version)),
            ..Default::default()
        };
        let tags = function.tags.iter().map(|(key, value)| (key.clone(), value.clone()));
        Ok(GetFunctionResponse {
            configuration: Some(describe(version, arn, Told::Settled)),
            code: Some(code),
            tags: (!function.tags.is_empty()).then(|| tags.collect()),
            tags_error: None,
            concurrency: function
                .reserved_concurrency
                .map(|reserved| Concurrency { reserved_concurrent_executions: Some(reserved) }),
        })
    }

    /// Tells a version of a function.
    pub(in crate::services::lambda) async fn get_function_configuration(
        &self,
        caller: &Caller,
        input: GetFunctionConfigurationRequest,
    ) -> Result<FunctionConfiguration, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let function = self.function(&named)?;
        let version = function.at(named.qualifier.as_deref())?;
        let arn = qualified(&function.arn, named.qualifier.as_deref());
        Ok(describe(version, arn, Told::Settled))
    }
}
