//! GetLayerVersion, GetLayerVersionByArn, ListLayers, ListLayerVersions and DeleteLayerVersion.

use super::publish::content;
use super::{LayerVersion, NamedLayer};
use crate::gateway::Caller;
use crate::services::lambda::configuration::moment;
use crate::services::lambda::page::{number_key, page};
use crate::services::lambda::{Lambda, LambdaError};
use ruststack_models::lambda::types::{
    DeleteLayerVersionRequest, GetLayerVersionByArnRequest, GetLayerVersionRequest, GetLayerVersionResponse,
    LayerVersionsListItem, LayersListItem, ListLayerVersionsRequest, ListLayerVersionsResponse,
    ListLayersRequest, ListLayersResponse,
};
use ruststack_wire::value::Unit;

impl Lambda {
    /// Tells a version of a layer.
    pub(in crate::services::lambda) async fn get_layer_version(
        &self,
        caller: &Caller,
        input: GetLayerVersionRequest,
    ) -> Result<GetLayerVersionResponse, LambdaError> {
        let named = NamedLayer::of(caller, input.layer_name.as_deref());
        let number = checked(input.version_number)?;
        self.told_layer_version(caller, &named, number)
    }

    /// Tells a version of a layer.
    pub(in crate::services::lambda) async fn get_layer_version_by_arn(
        &self,
        caller: &Caller,
        input: GetLayerVersionByArnRequest,
    ) -> Result<GetLayerVersionResponse, LambdaError> {
        let named = NamedLayer::of(caller, input.arn.as_deref());
        let number = checked(named.version)?;
        self.told_layer_version(caller, &named, number)
    }

    fn told_layer_version(
        &self,
        caller: &Caller,
        named: &NamedLayer,
        number: i64,
    ) -> Result<GetLayerVersionResponse, LambdaError> {
        let version = self.layer_version(named, number).ok_or_else(LambdaError::no_resource)?;
        Ok(GetLayerVersionResponse {
            content: Some(content(caller, named, &version)),
            layer_version_arn: Some(version.arn()),
            layer_arn: Some(version.layer_arn),
            description: Some(version.description),
            created_date: Some(moment(version.created)),
            version: Some(version.number),
            compatible_runtimes: version.runtimes,
            license_info: version.license,
            compatible_architectures: version.architectures,
        })
    }

    /// Tells the layers of the account, each with the newest version that suits.
    pub(in crate::services::lambda) async fn list_layers(
        &self,
        caller: &Caller,
        input: ListLayersRequest,
    ) -> Result<ListLayersResponse, LambdaError> {
        let space = self.own_space(caller);
        let layers = space.layers();
        let (runtime, architecture) =
            (input.compatible_runtime.as_deref(), input.compatible_architecture.as_deref());
        let all = layers.iter().filter_map(|(name, layer)| {
            let newest = layer.versions.values().rfind(|version| version.suits(runtime, architecture))?;
            let item = LayersListItem {
                layer_name: Some(name.clone()),
                layer_arn: Some(newest.layer_arn.clone()),
                latest_matching_version: Some(item(newest)),
            };
            Some((name.clone(), item))
        });
        let (layers, next_marker) = page(all, input.marker.as_deref(), input.max_items);
        Ok(ListLayersResponse { next_marker, layers: Some(layers) })
    }

    /// Tells the versions of a layer, the newest first.
    pub(in crate::services::lambda) async fn list_layer_versions(
        &self,
        caller: &Caller,
        input: ListLayerVersionsRequest,
    ) -> Result<ListLayerVersionsResponse, LambdaError> {
        let named = NamedLayer::of(caller, input.layer_name.as_deref());
        let space = self.space(&named.account, &named.region);
        let layers = space.layers();
        let (runtime, architecture) =
            (input.compatible_runtime.as_deref(), input.compatible_architecture.as_deref());
        let versions = layers.get(&named.name).into_iter().flat_map(|layer| layer.versions.values().rev());
        let all = versions
            .filter(|version| version.suits(runtime, architecture))
            .map(|version| (number_key(u64::MAX - version.number.unsigned_abs()), item(version)));
        let (versions, next_marker) = page(all, input.marker.as_deref(), input.max_items);
        Ok(ListLayerVersionsResponse { next_marker, layer_versions: Some(versions) })
    }

    /// Deletes a version of a layer. Functions that have it keep it; that it is not there is no error.
    pub(in crate::services::lambda) async fn delete_layer_version(
        &self,
        caller: &Caller,
        input: DeleteLayerVersionRequest,
    ) -> Result<Unit, LambdaError> {
        let named = NamedLayer::of(caller, input.layer_name.as_deref());
        let number = checked(input.version_number)?;
        let space = self.space(&named.account, &named.region);
        if let Some(layer) = space.layers_mut().get_mut(&named.name) {
            layer.versions.remove(&number);
        }
        Ok(Unit::default())
    }
}

fn checked(number: Option<i64>) -> Result<i64, LambdaError> {
    match number {
        Some(number) if number >= 1 => Ok(number),
        _ => Err(LambdaError::invalid("Layer Version Cannot be less than 1")),
    }
}

fn item(version: &LayerVersion) -> LayerVersionsListItem {
    LayerVersionsListItem {
        layer_version_arn: Some(version.arn()),
        version: Some(version.number),
        description: Some(version.description.clone()),
        created_date: Some(moment(version.created)),
        compatible_runtimes: version.runtimes.clone(),
        license_info: version.license.clone(),
        compatible_architectures: version.architectures.clone(),
    }
}
