//! Code signing configurations and the functions that have one. They are kept; signatures are not looked at.
//!
//! Source: API reference; recordings of AWS that localstack publishes (test_lambda_api.snapshot.json:
//! TestCodeSigningConfig).

mod association;

use super::configuration::moment;
use super::page::page;
use super::tags;
use super::{Lambda, LambdaError};
use crate::gateway::Caller;
use ruststack_models::lambda::shapes;
use ruststack_models::lambda::types::{
    AllowedPublishers, CodeSigningConfig, CodeSigningPolicies, CreateCodeSigningConfigRequest,
    CreateCodeSigningConfigResponse, DeleteCodeSigningConfigRequest, DeleteCodeSigningConfigResponse,
    GetCodeSigningConfigRequest, GetCodeSigningConfigResponse, ListCodeSigningConfigsRequest,
    ListCodeSigningConfigsResponse, UpdateCodeSigningConfigRequest, UpdateCodeSigningConfigResponse,
};
use ruststack_wire::Timestamp;
use std::collections::BTreeMap;

/// Who may sign code, and what becomes of other code.
#[derive(Debug, Clone)]
pub(super) struct SigningConfig {
    id: String,
    arn: String,
    description: String,
    profiles: Vec<String>,
    /// `Warn` or `Enforce`.
    untrusted: String,
    last_modified: Timestamp,
    pub(super) tags: BTreeMap<String, String>,
}

impl Lambda {
    /// Keeps a configuration.
    pub(super) async fn create_code_signing_config(
        &self,
        caller: &Caller,
        input: CreateCodeSigningConfigRequest,
    ) -> Result<CreateCodeSigningConfigResponse, LambdaError> {
        let tags = input.tags.unwrap_or_default();
        tags::check_count(tags.len())?;
        let id = format!("csc-{}", caller.fresh.text(17, b"0123456789abcdef"));
        let config = SigningConfig {
            arn: format!("arn:aws:lambda:{}:{}:code-signing-config:{id}", caller.region, caller.account),
            id,
            description: input.description.unwrap_or_default(),
            profiles: profiles(input.allowed_publishers).unwrap_or_default(),
            untrusted: untrusted(input.code_signing_policies).unwrap_or_else(|| "Warn".to_owned()),
            last_modified: caller.now,
            tags: tags.into_iter().collect(),
        };
        let told = config.describe();
        self.own_space(caller).signing_mut().insert(config.arn.clone(), config);
        Ok(CreateCodeSigningConfigResponse { code_signing_config: Some(told) })
    }

    /// Tells a configuration.
    pub(super) async fn get_code_signing_config(
        &self,
        caller: &Caller,
        input: GetCodeSigningConfigRequest,
    ) -> Result<GetCodeSigningConfigResponse, LambdaError> {
        let config = self.signing_config(caller, &input.code_signing_config_arn.unwrap_or_default())?;
        Ok(GetCodeSigningConfigResponse { code_signing_config: Some(config.describe()) })
    }

    /// Changes a configuration.
    pub(super) async fn update_code_signing_config(
        &self,
        caller: &Caller,
        input: UpdateCodeSigningConfigRequest,
    ) -> Result<UpdateCodeSigningConfigResponse, LambdaError> {
        let arn = input.code_signing_config_arn.unwrap_or_default();
        let told = self.change_signing_config(caller, &arn, |config| {
            config.description = input.description.unwrap_or(std::mem::take(&mut config.description));
            if let Some(profiles) = profiles(input.allowed_publishers) {
                config.profiles = profiles;
            }
            if let Some(untrusted) = untrusted(input.code_signing_policies) {
                config.untrusted = untrusted;
            }
            config.last_modified = caller.now;
            Ok(config.describe())
        })?;
        Ok(UpdateCodeSigningConfigResponse { code_signing_config: Some(told) })
    }

    /// Deletes a configuration that no function has.
    pub(super) async fn delete_code_signing_config(
        &self,
        caller: &Caller,
        input: DeleteCodeSigningConfigRequest,
    ) -> Result<DeleteCodeSigningConfigResponse, LambdaError> {
        let arn = input.code_signing_config_arn.unwrap_or_default();
        self.signing_config(caller, &arn)?;
        let space = self.own_space(caller);
        if space.functions().values().any(|function| function.code_signing_config.as_ref() == Some(&arn)) {
            return Err(LambdaError::conflict(
                "The code signing configuration is in use by one or more functions.",
            ));
        }
        space.signing_mut().remove(&arn);
        Ok(DeleteCodeSigningConfigResponse::default())
    }

    /// Tells the configurations of the account.
    pub(super) async fn list_code_signing_configs(
        &self,
        caller: &Caller,
        input: ListCodeSigningConfigsRequest,
    ) -> Result<ListCodeSigningConfigsResponse, LambdaError> {
        let space = self.own_space(caller);
        let configs = space.signing_mut();
        let all = configs.values().map(|config| (config.arn.clone(), config.describe()));
        let (configs, next_marker) = page(all, input.marker.as_deref(), input.max_items);
        Ok(ListCodeSigningConfigsResponse { next_marker, code_signing_configs: Some(configs) })
    }

    /// The configuration of this ARN.
    pub(super) fn signing_config(&self, caller: &Caller, arn: &str) -> Result<SigningConfig, LambdaError> {
        self.own_space(caller).signing_mut().get(arn).cloned().ok_or_else(|| missing(arn))
    }

    /// Changes the configuration of this ARN.
    pub(super) fn change_signing_config<T>(
        &self,
        caller: &Caller,
        arn: &str,
        change: impl FnOnce(&mut SigningConfig) -> Result<T, LambdaError>,
    ) -> Result<T, LambdaError> {
        change(self.own_space(caller).signing_mut().get_mut(arn).ok_or_else(|| missing(arn))?)
    }
}

impl SigningConfig {
    fn describe(&self) -> CodeSigningConfig {
        CodeSigningConfig {
            code_signing_config_id: Some(self.id.clone()),
            code_signing_config_arn: Some(self.arn.clone()),
            description: Some(self.description.clone()),
            allowed_publishers: Some(AllowedPublishers {
                signing_profile_version_arns: Some(self.profiles.clone()),
            }),
            code_signing_policies: Some(CodeSigningPolicies {
                untrusted_artifact_on_deployment: Some(self.untrusted.clone()),
            }),
            last_modified: Some(moment(self.last_modified)),
        }
    }
}

fn profiles(publishers: Option<AllowedPublishers>) -> Option<Vec<String>> {
    publishers?.signing_profile_version_arns
}

fn untrusted(policies: Option<CodeSigningPolicies>) -> Option<String> {
    policies?.untrusted_artifact_on_deployment
}

/// This one is told without a type.
fn missing(arn: &str) -> LambdaError {
    LambdaError::Untyped(
        &shapes::RESOURCE_NOT_FOUND_EXCEPTION,
        format!("The Lambda code signing configuration {arn} can not be found.").into(),
    )
}
