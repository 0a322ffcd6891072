//! TagResource, UntagResource and ListTagsOfResource.
//!
//! Sources: Developer Guide, "Tagging restrictions in DynamoDB"; the sentences are those of AWS's answers that
//! aws-controllers-k8s/dynamodb-controller lists (docs/api-quirks/details/DDB-TABLE-107.md, 110, 372, 442 and 446).

use crate::gateway::Caller;
use crate::services::dynamodb::store::Table;
use crate::services::dynamodb::{DynamoDb, DynamoDbError};
use ruststack_models::dynamodb::types::{
    ListTagsOfResourceInput, ListTagsOfResourceOutput, Tag, TagResourceInput, UntagResourceInput,
};
use ruststack_wire::value::Unit;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most tags of a table.
const MOST_TAGS: usize = 50;
/// How many tags are told at once.
const PAGE: usize = 50;

impl DynamoDb {
    /// Adds tags to a table, in the place of those with the same key.
    pub(in crate::services::dynamodb) async fn tag_resource(
        &self,
        caller: &Caller,
        input: TagResourceInput,
    ) -> Result<Unit, DynamoDbError> {
        let tags = input.tags.unwrap_or_default();
        if tags.is_empty() {
            return Err(DynamoDbError::validation("Atleast one Tag needs to be provided as Input."));
        }
        let tags = checked(tags)?;
        let table = self.tagged(caller, input.resource_arn.as_deref().unwrap_or_default())?;
        let mut settings = table.settings();
        let mut all = settings.tags.clone();
        all.extend(tags);
        if all.len() > MOST_TAGS {
            return Err(too_many());
        }
        settings.tags = all;
        Ok(Unit::default())
    }

    /// Takes tags away from a table.
    pub(in crate::services::dynamodb) async fn untag_resource(
        &self,
        caller: &Caller,
        input: UntagResourceInput,
    ) -> Result<Unit, DynamoDbError> {
        let keys = input.tag_keys.unwrap_or_default();
        if keys.is_empty() {
            return Err(DynamoDbError::validation("Atleast one Tag Key needs to be provided as Input."));
        }
        keys.iter().try_for_each(|key| check_key(key))?;
        let table = self.tagged(caller, input.resource_arn.as_deref().unwrap_or_default())?;
        let mut settings = table.settings();
        for key in keys {
            settings.tags.remove(&key);
        }
        Ok(Unit::default())
    }

    /// Tells the tags of a table.
    pub(in crate::services::dynamodb) async fn list_tags_of_resource(
        &self,
        caller: &Caller,
        input: ListTagsOfResourceInput,
    ) -> Result<ListTagsOfResourceOutput, DynamoDbError> {
        let table = self.tagged(caller, input.resource_arn.as_deref().unwrap_or_default())?;
        let settings = table.settings();
        let tag =
            |(key, value): (&String, &String)| Tag { key: Some(key.clone()), value: Some(value.clone()) };
        Ok(ListTagsOfResourceOutput {
            tags: Some(settings.tags.iter().map(tag).take(PAGE).collect()),
            next_token: None,
        })
    }

    /// The table whose tags an operation means, which is named by its ARN.
    fn tagged(&self, caller: &Caller, arn: &str) -> Result<Arc<Table>, DynamoDbError> {
        let (region, account, name) = table_of_arn(arn)?;
        if region != caller.region && !self.is_shared {
            return Err(DynamoDbError::validation(format!(
                "Invalid TableArn: Invalid ResourceArn provided as input {arn}"
            )));
        }
        let found = self.living(&self.space(account, region), name, caller.now);
        found.ok_or_else(|| {
            DynamoDbError::ResourceNotFound(
                format!("Requested resource not found: ResourceArn: {arn} not found").into(),
            )
        })
    }
}

/// The region, the account and the name in the ARN of a table.
pub(in crate::services::dynamodb) fn table_of_arn(arn: &str) -> Result<(&str, &str, &str), DynamoDbError> {
    if !arn.starts_with("arn:") {
        return Err(DynamoDbError::parameter(format!("ARNs must start with 'arn:': {arn}")));
    }
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, "dynamodb", region, account, resource] = parts.as_slice() else {
        return Err(DynamoDbError::parameter(format!("Provided Arn is not a DynamoDB resource arn: {arn}")));
    };
    let name = resource.strip_prefix("table/").ok_or_else(|| {
        DynamoDbError::parameter(format!("Provided Arn is not a DynamoDB resource arn: {arn}"))
    })?;
    if name.contains('/') {
        return Err(DynamoDbError::parameter(format!(
            "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {arn}"
        )));
    }
    if !crate::services::dynamodb::name::is_name(name) {
        return Err(DynamoDbError::validation(format!(
            "Invalid TableArn: Invalid ResourceArn provided as input {arn}"
        )));
    }
    Ok((region, account, name))
}

/// Checks tags, each of which has a key of its own.
pub(super) fn checked(tags: Vec<Tag>) -> Result<BTreeMap<String, String>, DynamoDbError> {
    let mut checked = BTreeMap::new();
    for tag in tags {
        let key = tag.key.unwrap_or_default();
        check_key(&key)?;
        let value = tag.value.unwrap_or_default();
        if !value.chars().all(is_of_tags) {
            return Err(DynamoDbError::validation(format!(
                "The Tag Value provided is invalid, Value: {value}"
            )));
        }
        if checked.insert(key.clone(), value).is_some() {
            return Err(DynamoDbError::validation(format!(
                "Duplicate Tag Keys provided as input: Duplicate Tag Key found {key}"
            )));
        }
    }
    if checked.len() > MOST_TAGS { Err(too_many()) } else { Ok(checked) }
}

fn check_key(key: &str) -> Result<(), DynamoDbError> {
    if key.starts_with("aws:") {
        return Err(DynamoDbError::validation(format!("Tag Key cannot be prefixed with aws:, Key: {key}")));
    }
    if !key.chars().all(is_of_tags) {
        return Err(DynamoDbError::validation(format!("The Tag Key provided is invalid, Key: {key}")));
    }
    Ok(())
}

/// Letters and digits of any script, spaces, and a few signs.
fn is_of_tags(character: char) -> bool {
    character.is_alphanumeric()
        || character.is_whitespace()
        || matches!(character, '+' | '-' | '=' | '.' | '_' | ':' | '/' | '@')
}

fn too_many() -> DynamoDbError {
    DynamoDbError::validation("Number of Tags exceed the current limit for the provided ResourceArn")
}
