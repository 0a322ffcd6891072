//! PutFunctionCodeSigningConfig, GetFunctionCodeSigningConfig, DeleteFunctionCodeSigningConfig and
//! ListFunctionsByCodeSigningConfig.

use crate::gateway::Caller;
use crate::services::lambda::page::page;
use crate::services::lambda::{Lambda, LambdaError, named};
use ruststack_models::lambda::shapes;
use ruststack_models::lambda::types::{
    DeleteFunctionCodeSigningConfigRequest, GetFunctionCodeSigningConfigRequest,
    GetFunctionCodeSigningConfigResponse, ListFunctionsByCodeSigningConfigRequest,
    ListFunctionsByCodeSigningConfigResponse, PutFunctionCodeSigningConfigRequest,
    PutFunctionCodeSigningConfigResponse,
};
use ruststack_wire::value::Unit;

impl Lambda {
    /// Gives a function a configuration.
    pub(in crate::services::lambda) async fn put_function_code_signing_config(
        &self,
        caller: &Caller,
        input: PutFunctionCodeSigningConfigRequest,
    ) -> Result<PutFunctionCodeSigningConfigResponse, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), None)?;
        let arn = input.code_signing_config_arn.unwrap_or_default();
        self.check_signing_config(caller, &arn)?;
        self.change(&named, |function| {
            function.code_signing_config = Some(arn.clone());
            Ok(PutFunctionCodeSigningConfigResponse {
                code_signing_config_arn: Some(arn),
                function_name: Some(function.name.clone()),
            })
        })
    }

    /// Tells the configuration of a function, where it has one.
    pub(in crate::services::lambda) async fn get_function_code_signing_config(
        &self,
        caller: &Caller,
        input: GetFunctionCodeSigningConfigRequest,
    ) -> Result<GetFunctionCodeSigningConfigResponse, LambdaError> {
        let function = self.function(&named(caller, input.function_name.as_deref(), None)?)?;
        let arn = function.code_signing_config.clone();
        let function_name = arn.is_some().then(|| function.name.clone());
        Ok(GetFunctionCodeSigningConfigResponse { code_signing_config_arn: arn, function_name })
    }

    /// Takes the configuration from a function. That it has none is no error.
    pub(in crate::services::lambda) async fn delete_function_code_signing_config(
        &self,
        caller: &Caller,
        input: DeleteFunctionCodeSigningConfigRequest,
    ) -> Result<Unit, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), None)?;
        self.change(&named, |function| {
            function.code_signing_config = None;
            Ok(Unit::default())
        })
    }

    /// Tells the functions that have a configuration.
    pub(in crate::services::lambda) async fn list_functions_by_code_signing_config(
        &self,
        caller: &Caller,
        input: ListFunctionsByCodeSigningConfigRequest,
    ) -> Result<ListFunctionsByCodeSigningConfigResponse, LambdaError> {
        let arn = input.code_signing_config_arn.unwrap_or_default();
        self.signing_config(caller, &arn)?;
        let space = self.own_space(caller);
        let functions = space.functions();
        let having =
            functions.values().filter(|function| function.code_signing_config.as_ref() == Some(&arn));
        let arns = having.map(|function| (function.arn.clone(), function.arn.clone()));
        let (arns, next_marker) = page(arns, input.marker.as_deref(), input.max_items);
        Ok(ListFunctionsByCodeSigningConfigResponse { next_marker, function_arns: Some(arns) })
    }

    /// Refuses a configuration that is not there, to be a function's.
    pub(in crate::services::lambda) fn check_signing_config(
        &self,
        caller: &Caller,
        arn: &str,
    ) -> Result<(), LambdaError> {
        self.signing_config(caller, arn).map(drop).map_err(|_| {
            LambdaError::Modelled(
                &shapes::CODE_SIGNING_CONFIG_NOT_FOUND_EXCEPTION,
                format!(
                    "The code signing configuration cannot be found. Check that the provided configuration is not deleted: {arn}."
                )
                .into(),
            )
        })
    }
}
