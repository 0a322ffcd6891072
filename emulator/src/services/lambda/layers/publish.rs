//! PublishLayerVersion.

use super::{LayerVersion, NamedLayer};
use crate::gateway::Caller;
use crate::services::lambda::configuration::moment;
use crate::services::lambda::{Lambda, LambdaError, location};
use ruststack_models::lambda::types::{
    LayerVersionContentOutput, PublishLayerVersionRequest, PublishLayerVersionResponse,
};
use std::sync::Arc;

impl Lambda {
    /// Publishes the next version of a layer; the first makes the layer. Numbers are never given twice.
    pub(in crate::services::lambda) async fn publish_layer_version(
        &self,
        caller: &Caller,
        input: PublishLayerVersionRequest,
    ) -> Result<PublishLayerVersionResponse, LambdaError> {
        let named = NamedLayer::of(caller, input.layer_name.as_deref());
        let code = Arc::new(self.fetch(caller, input.content.unwrap_or_default().into()).await?);
        let space = self.space(&named.account, &named.region);
        let mut layers = space.layers_mut();
        let layer = layers.entry(named.name.clone()).or_default();
        layer.last += 1;
        let version = LayerVersion {
            number: layer.last,
            layer_arn: named.arn(),
            description: input.description.unwrap_or_default(),
            created: caller.now,
            runtimes: input.compatible_runtimes,
            architectures: input.compatible_architectures,
            license: input.license_info,
            code,
            statements: Vec::new(),
            revision_id: caller.fresh.uuid(),
        };
        layer.versions.insert(version.number, version.clone());
        drop(layers);
        Ok(PublishLayerVersionResponse {
            content: Some(content(caller, &named, &version)),
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
}

/// What is in a version, and where it can be had.
pub(super) fn content(
    caller: &Caller,
    named: &NamedLayer,
    version: &LayerVersion,
) -> LayerVersionContentOutput {
    let place = (named.account.as_str(), named.region.as_str());
    LayerVersionContentOutput {
        location: Some(location::of_layer(caller, place, &named.name, version.number, &version.code)),
        code_sha256: Some(version.code.sha256.clone()),
        code_size: Some(version.code.size),
        ..Default::default()
    }
}
