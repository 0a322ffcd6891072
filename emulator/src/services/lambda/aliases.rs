//! CreateAlias, GetAlias, UpdateAlias, DeleteAlias and ListAliases.
//!
//! Source: API reference; recordings of AWS that localstack publishes (test_lambda_api.snapshot.json: TestLambdaAlias).

use super::function::{Alias, Function};
use super::name::{LATEST, qualified};
use super::page::page;
use super::{Lambda, LambdaError, named};
use crate::gateway::Caller;
use ruststack_models::lambda::shapes;
use ruststack_models::lambda::types::{
    AliasConfiguration, AliasRoutingConfiguration, CreateAliasRequest, DeleteAliasRequest, GetAliasRequest,
    ListAliasesRequest, ListAliasesResponse, UpdateAliasRequest,
};
use ruststack_wire::IndexMap;
use ruststack_wire::value::Unit;

impl Lambda {
    /// Makes an alias of a version.
    pub(super) async fn create_alias(
        &self,
        caller: &Caller,
        input: CreateAliasRequest,
    ) -> Result<AliasConfiguration, LambdaError> {
        let mut named = named(caller, input.function_name.as_deref(), None)?;
        let version = input.function_version.unwrap_or_default();
        named.qualifier = Some(version.clone());
        self.change(&named, |function| {
            let alias = Alias {
                name: input.name.unwrap_or_default(),
                description: input.description.unwrap_or_default(),
                weights: weights(function, &version, input.routing_config)?,
                version,
                revision_id: caller.fresh.uuid(),
            };
            check_version(function, &alias.version)?;
            if function.aliases.contains_key(&alias.name) {
                let arn = qualified(&function.arn, Some(&alias.name));
                return Err(LambdaError::conflict(format!("Alias already exists: {arn}")));
            }
            let told = describe(function, &alias);
            function.aliases.insert(alias.name.clone(), alias);
            Ok(told)
        })
    }

    /// Tells an alias.
    pub(super) async fn get_alias(
        &self,
        caller: &Caller,
        input: GetAliasRequest,
    ) -> Result<AliasConfiguration, LambdaError> {
        let mut named = named(caller, input.function_name.as_deref(), None)?;
        let name = input.name.unwrap_or_default();
        named.qualifier = Some(name.clone());
        let function = self.find(&named).ok_or_else(|| LambdaError::no_alias(named.qualified_arn()))?;
        let alias = function.aliases.get(&name);
        let alias = alias.ok_or_else(|| LambdaError::no_alias(named.qualified_arn()))?;
        Ok(describe(&function, alias))
    }

    /// Changes an alias.
    pub(super) async fn update_alias(
        &self,
        caller: &Caller,
        input: UpdateAliasRequest,
    ) -> Result<AliasConfiguration, LambdaError> {
        let mut named = named(caller, input.function_name.as_deref(), None)?;
        let name = input.name.unwrap_or_default();
        named.qualifier = Some(name.clone());
        self.find(&named).ok_or_else(|| LambdaError::no_alias(named.qualified_arn()))?;
        self.change(&named, |function| {
            let missing = || LambdaError::no_alias(named.qualified_arn());
            let mut alias = function.aliases.get(&name).cloned().ok_or_else(missing)?;
            if input.revision_id.is_some_and(|wanted| wanted != alias.revision_id) {
                return Err(LambdaError::revision());
            }
            if let Some(version) = input.function_version {
                alias.version = version;
            }
            if let Some(routing) = input.routing_config {
                alias.weights = weights(function, &alias.version, Some(routing))?;
            }
            check_version(function, &alias.version)?;
            if let Some(description) = input.description {
                alias.description = description;
            }
            alias.revision_id = caller.fresh.uuid();
            let told = describe(function, &alias);
            function.aliases.insert(name, alias);
            Ok(told)
        })
    }

    /// Deletes an alias with what is said of it. That it is not there is no error.
    pub(super) async fn delete_alias(
        &self,
        caller: &Caller,
        input: DeleteAliasRequest,
    ) -> Result<Unit, LambdaError> {
        let named = named(caller, input.function_name.as_deref(), None)?;
        let name = input.name.unwrap_or_default();
        self.change(&named, |function| {
            function.aliases.remove(&name);
            function.policies.remove(&name);
            function.provisioned.remove(&name);
            function.event_invoke.remove(&name);
            function.urls.remove(&name);
            Ok(Unit::default())
        })
    }

    /// Tells the aliases of a function, or of one of its versions.
    pub(super) async fn list_aliases(
        &self,
        caller: &Caller,
        input: ListAliasesRequest,
    ) -> Result<ListAliasesResponse, LambdaError> {
        let function = self.function(&named(caller, input.function_name.as_deref(), None)?)?;
        let is_wanted = |alias: &&Alias| match &input.function_version {
            Some(version) => alias.version == *version || alias.weights.contains_key(version),
            None => true,
        };
        let all = function.aliases.values().filter(is_wanted);
        let told = all.map(|alias| (alias.name.clone(), describe(&function, alias)));
        let (aliases, next_marker) = page(told, input.marker.as_deref(), input.max_items);
        Ok(ListAliasesResponse { next_marker, aliases: Some(aliases) })
    }
}

/// The share of another version, where one is wanted and it may have one.
fn weights(
    function: &Function,
    version: &str,
    routing: Option<AliasRoutingConfiguration>,
) -> Result<IndexMap<String, f64>, LambdaError> {
    let weights = routing.and_then(|routing| routing.additional_version_weights).unwrap_or_default();
    if weights.len() > 1 {
        return Err(LambdaError::invalid(
            "Number of items in AdditionalVersionWeights cannot be greater than 1",
        ));
    }
    for other in weights.keys() {
        if other == version {
            return Err(LambdaError::invalid(format!(
                "Invalid function version {version}. Function version {version} is already included in routing configuration."
            )));
        }
        if version == LATEST {
            // This one is told without a type.
            return Err(LambdaError::Untyped(
                &shapes::INVALID_PARAMETER_VALUE_EXCEPTION,
                "$LATEST is not supported for an alias pointing to more than 1 version".into(),
            ));
        }
        check_version(function, other)?;
    }
    Ok(weights)
}

fn check_version(function: &Function, version: &str) -> Result<(), LambdaError> {
    let found = function.version(version).map(drop);
    found.ok_or_else(|| LambdaError::no_function(qualified(&function.arn, Some(version))))
}

fn describe(function: &Function, alias: &Alias) -> AliasConfiguration {
    AliasConfiguration {
        alias_arn: Some(qualified(&function.arn, Some(&alias.name))),
        name: Some(alias.name.clone()),
        function_version: Some(alias.version.clone()),
        description: Some(alias.description.clone()),
        routing_config: (!alias.weights.is_empty())
            .then(|| AliasRoutingConfiguration { additional_version_weights: Some(alias.weights.clone()) }),
        revision_id: Some(alias.revision_id.clone()),
    }
}
