//! PutQueryDefinition, DescribeQueryDefinitions and DeleteQueryDefinition: queries that are kept under a name.

use crate::gateway::Caller;
use crate::services::logs::{Logs, LogsError, Space, page};
use ruststack_models::logs::types::{
    DeleteQueryDefinitionRequest, DeleteQueryDefinitionResponse, DescribeQueryDefinitionsRequest,
    DescribeQueryDefinitionsResponse, PutQueryDefinitionRequest, PutQueryDefinitionResponse, QueryDefinition,
};
use ruststack_wire::value::copy;
use std::collections::BTreeMap;
use std::sync::MutexGuard;

impl Logs {
    /// Keeps a query, or changes the one with this id.
    pub(in crate::services::logs) async fn put_query_definition(
        &self,
        caller: &Caller,
        input: PutQueryDefinitionRequest,
    ) -> Result<PutQueryDefinitionResponse, LogsError> {
        let space = self.space(&caller.account, &caller.region);
        let mut definitions = space.definitions();
        let id = match input.query_definition_id {
            Some(id) if definitions.contains_key(&id) => id,
            Some(_) => return Err(missing()),
            None => caller.fresh.uuid(),
        };
        let definition = QueryDefinition {
            query_language: Some(input.query_language.unwrap_or_else(|| "CWLI".to_owned())),
            query_definition_id: Some(id.clone()),
            name: input.name,
            query_string: input.query_string,
            last_modified: Some(caller.now.millis()),
            log_group_names: Some(input.log_group_names.unwrap_or_default()),
            parameters: input.parameters,
        };
        definitions.insert(id.clone(), definition);
        Ok(PutQueryDefinitionResponse { query_definition_id: Some(id) })
    }

    /// Tells the queries that are kept, in the order of their names.
    pub(in crate::services::logs) async fn describe_query_definitions(
        &self,
        caller: &Caller,
        input: DescribeQueryDefinitionsRequest,
    ) -> Result<DescribeQueryDefinitionsResponse, LogsError> {
        let prefix = input.query_definition_name_prefix.unwrap_or_default();
        let key = |definition: &QueryDefinition| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            format!("{}\n{}", text(&definition.name), text(&definition.query_definition_id))
        };
        let after = page::after(input.next_token.as_deref())?;
        let space = self.space(&caller.account, &caller.region);
        let definitions = space.definitions();
        let is_wanted = |definition: &&QueryDefinition| {
            definition.name.as_deref().is_some_and(|name| name.starts_with(&prefix))
                && (input.query_language.is_none() || definition.query_language == input.query_language)
                && after.as_ref().is_none_or(|after| key(definition) > *after)
        };
        let mut wanted: Vec<&QueryDefinition> = definitions.values().filter(is_wanted).collect();
        wanted.sort_by_cached_key(|definition| key(definition));
        let (page, next_token) =
            page::cut(wanted.into_iter(), page::limit(input.max_results, 1000), |definition| key(definition));
        Ok(DescribeQueryDefinitionsResponse {
            query_definitions: Some(page.into_iter().map(copy).collect()),
            next_token,
        })
    }

    /// Forgets a query.
    pub(in crate::services::logs) async fn delete_query_definition(
        &self,
        caller: &Caller,
        input: DeleteQueryDefinitionRequest,
    ) -> Result<DeleteQueryDefinitionResponse, LogsError> {
        let space = self.space(&caller.account, &caller.region);
        let removed = space.definitions().remove(&input.query_definition_id.unwrap_or_default());
        removed.map(|_| DeleteQueryDefinitionResponse { success: Some(true) }).ok_or_else(missing)
    }
}

impl Space {
    /// The queries that are kept, by id. The guard is let go before anything awaits.
    fn definitions(&self) -> MutexGuard<'_, BTreeMap<String, QueryDefinition>> {
        self.definitions.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn missing() -> LogsError {
    LogsError::NotFound("The specified query definition does not exist.".into())
}
