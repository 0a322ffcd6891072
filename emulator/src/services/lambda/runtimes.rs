//! What is said of a function's runtime, and of calls that come back to it: runtime management and recursion.
//!
//! Source: API reference, GetRuntimeManagementConfig, PutRuntimeManagementConfig, GetFunctionRecursionConfig and
//! PutFunctionRecursionConfig.

use super::name::{LATEST, qualified};
use super::settings::runtime_version_arn;
use super::{Lambda, LambdaError, named};
use crate::gateway::Caller;
use ruststack_models::lambda::types::{
    GetFunctionRecursionConfigRequest, GetFunctionRecursionConfigResponse, GetRuntimeManagementConfigRequest,
    GetRuntimeManagementConfigResponse, PutFunctionRecursionConfigRequest,
    PutFunctionRecursionConfigResponse, PutRuntimeManagementConfigRequest,
    PutRuntimeManagementConfigResponse,
};

impl Lambda {
    /// Says when a version gets updates of its runtime.
    pub(super) async fn put_runtime_management_config(
        &self,
        caller: &Caller,
        input: PutRuntimeManagementConfigRequest,
    ) -> Result<PutRuntimeManagementConfigResponse, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let mode = input.update_runtime_on.unwrap_or_default();
        if (mode == "Manual") != input.runtime_version_arn.is_some() {
            return Err(LambdaError::invalid(if mode == "Manual" {
                "You must provide a runtime version ARN for Manual update mode."
            } else {
                "You can only provide a runtime version ARN for Manual update mode."
            }));
        }
        self.change(&named, |function| {
            let version = function.at(named.qualifier.as_deref())?.version.clone();
            let arn = qualified(&function.arn, Some(&version));
            let runtime_version_arn = input.runtime_version_arn;
            function.runtime_management.insert(version, (mode.clone(), runtime_version_arn.clone()));
            Ok(PutRuntimeManagementConfigResponse {
                update_runtime_on: Some(mode),
                function_arn: Some(arn),
                runtime_version_arn,
            })
        })
    }

    /// Tells when a version gets updates of its runtime: at once, unless something else was said.
    pub(super) async fn get_runtime_management_config(
        &self,
        caller: &Caller,
        input: GetRuntimeManagementConfigRequest,
    ) -> Result<GetRuntimeManagementConfigResponse, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), input.qualifier.as_deref())?;
        let function = self.function(&named)?;
        let version = function.at(named.qualifier.as_deref())?;
        let said = function.runtime_management.get(&version.version);
        let current = || {
            let runtime = version.settings.runtime.as_deref()?;
            Some(runtime_version_arn(&named.region, runtime))
        };
        let (mode, runtime_version_arn) = match said {
            Some((mode, Some(arn))) => (mode.as_str(), Some(arn.clone())),
            Some((mode, None)) if mode == "FunctionUpdate" => (mode.as_str(), current()),
            _ => ("Auto", None),
        };
        let at = named.qualifier.as_deref().unwrap_or(LATEST);
        Ok(GetRuntimeManagementConfigResponse {
            update_runtime_on: Some(mode.to_owned()),
            runtime_version_arn,
            function_arn: Some(qualified(&function.arn, Some(at))),
        })
    }

    /// Says whether calls may come back to a function without end.
    pub(super) async fn put_function_recursion_config(
        &self,
        caller: &Caller,
        input: PutFunctionRecursionConfigRequest,
    ) -> Result<PutFunctionRecursionConfigResponse, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), None)?;
        let recursive_loop = input.recursive_loop.unwrap_or_default();
        self.change(&named, |function| {
            function.recursive_loop = recursive_loop.clone();
            Ok(PutFunctionRecursionConfigResponse { recursive_loop: Some(recursive_loop) })
        })
    }

    /// Tells whether calls may come back to a function without end.
    pub(super) async fn get_function_recursion_config(
        &self,
        caller: &Caller,
        input: GetFunctionRecursionConfigRequest,
    ) -> Result<GetFunctionRecursionConfigResponse, LambdaError> {
        let function = self.function(&named(caller, input.function_name.as_deref(), None)?)?;
        Ok(GetFunctionRecursionConfigResponse { recursive_loop: Some(function.recursive_loop.clone()) })
    }
}
