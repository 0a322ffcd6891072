//! AddLayerVersionPermission, RemoveLayerVersionPermission and GetLayerVersionPolicy.

use super::{LayerVersion, NamedLayer};
use crate::gateway::Caller;
use crate::services::lambda::policy::{self, Grant};
use crate::services::lambda::{Lambda, LambdaError};
use ruststack_models::lambda::shapes;
use ruststack_models::lambda::types::{
    AddLayerVersionPermissionRequest, AddLayerVersionPermissionResponse, GetLayerVersionPolicyRequest,
    GetLayerVersionPolicyResponse, RemoveLayerVersionPermissionRequest,
};
use ruststack_wire::value::Unit;

impl Lambda {
    /// Lets an account, those of an organization, or everybody use a version of a layer.
    pub(in crate::services::lambda) async fn add_layer_version_permission(
        &self,
        caller: &Caller,
        input: AddLayerVersionPermissionRequest,
    ) -> Result<AddLayerVersionPermissionResponse, LambdaError> {
        let named = NamedLayer::of(caller, input.layer_name.as_deref());
        self.change_layer_version(&named, input.version_number, |version| {
            check_revision(version, input.revision_id.as_deref())?;
            let statement = Grant {
                id: input.statement_id.as_deref().unwrap_or_default(),
                principal: policy::principal(input.principal.as_deref().unwrap_or_default())?,
                action: input.action.as_deref().unwrap_or_default(),
                resource: &version.arn(),
                conditions: vec![("StringEquals", "aws:PrincipalOrgID", input.organization_id)],
            }
            .statement();
            let told = statement.json.clone();
            policy::add(&mut version.statements, statement)?;
            version.revision_id = caller.fresh.uuid();
            Ok(AddLayerVersionPermissionResponse {
                statement: Some(told),
                revision_id: Some(version.revision_id.clone()),
            })
        })
    }

    /// Takes a statement back.
    pub(in crate::services::lambda) async fn remove_layer_version_permission(
        &self,
        caller: &Caller,
        input: RemoveLayerVersionPermissionRequest,
    ) -> Result<Unit, LambdaError> {
        let named = NamedLayer::of(caller, input.layer_name.as_deref());
        self.change_layer_version(&named, input.version_number, |version| {
            check_revision(version, input.revision_id.as_deref())?;
            policy::remove(&mut version.statements, input.statement_id.as_deref().unwrap_or_default())?;
            version.revision_id = caller.fresh.uuid();
            Ok(Unit::default())
        })
    }

    /// Tells who may use a version of a layer.
    pub(in crate::services::lambda) async fn get_layer_version_policy(
        &self,
        caller: &Caller,
        input: GetLayerVersionPolicyRequest,
    ) -> Result<GetLayerVersionPolicyResponse, LambdaError> {
        let named = NamedLayer::of(caller, input.layer_name.as_deref());
        self.change_layer_version(&named, input.version_number, |version| {
            if version.statements.is_empty() {
                return Err(LambdaError::not_found("No policy is associated with the given resource."));
            }
            Ok(GetLayerVersionPolicyResponse {
                policy: Some(policy::document(&version.statements)),
                revision_id: Some(version.revision_id.clone()),
            })
        })
    }

    fn change_layer_version<T>(
        &self,
        named: &NamedLayer,
        number: Option<i64>,
        change: impl FnOnce(&mut LayerVersion) -> Result<T, LambdaError>,
    ) -> Result<T, LambdaError> {
        let number = number.unwrap_or_default();
        let space = self.space(&named.account, &named.region);
        let mut layers = space.layers_mut();
        let layer = layers.get_mut(&named.name);
        let version = layer.and_then(|layer| layer.versions.get_mut(&number));
        change(version.ok_or_else(|| {
            LambdaError::not_found(format!("Layer version {}:{number} does not exist.", named.arn()))
        })?)
    }
}

fn check_revision(version: &LayerVersion, wanted: Option<&str>) -> Result<(), LambdaError> {
    if wanted.is_none_or(|wanted| wanted == version.revision_id) {
        return Ok(());
    }
    Err(LambdaError::Modelled(
        &shapes::PRECONDITION_FAILED_EXCEPTION,
        "The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve the latest Revision Id".into(),
    ))
}
