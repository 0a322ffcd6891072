//! Keys and indexes as a request says them, held against the attributes that it defines.

use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::expression::KeyType;
use crate::services::dynamodb::name;
use crate::services::dynamodb::store::{Index, IndexKind, KeyAttribute, KeySchema, Projected};
use ruststack_models::dynamodb::types::{AttributeDefinition, KeySchemaElement, Projection};

/// The attributes that a request defines.
pub(super) fn attributes(definitions: &[AttributeDefinition]) -> Vec<KeyAttribute> {
    let read = definitions.iter().filter_map(|definition| {
        Some(KeyAttribute {
            name: definition.attribute_name.clone()?,
            kind: KeyType::of(definition.attribute_type.as_deref()?)?,
        })
    });
    read.collect()
}

/// The keys that a request says.
pub(super) fn keys(
    elements: &[KeySchemaElement],
    attributes: &[KeyAttribute],
) -> Result<KeySchema, DynamoDbError> {
    let mut keys = KeySchema { hash: Vec::new(), range: Vec::new() };
    for element in elements {
        let wanted = element.attribute_name.as_deref().unwrap_or_default();
        let attribute = attributes.iter().find(|attribute| attribute.name == wanted).ok_or_else(|| {
            let names = |names: Vec<&str>| names.join(", ");
            DynamoDbError::parameter(format!(
                "Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], AttributeDefinitions: [{}]",
                names(elements.iter().filter_map(|element| element.attribute_name.as_deref()).collect()),
                names(attributes.iter().map(|attribute| attribute.name.as_str()).collect()),
            ))
        })?;
        match element.key_type.as_deref() {
            Some("RANGE") => keys.range.push(attribute.clone()),
            _ => keys.hash.push(attribute.clone()),
        }
    }
    Ok(keys)
}

/// The index that a request says.
pub(super) fn index(
    (name, kind): (Option<String>, IndexKind),
    elements: &[KeySchemaElement],
    projection: Option<Projection>,
    attributes: &[KeyAttribute],
    table_keys: &KeySchema,
) -> Result<Index, DynamoDbError> {
    let name = name.unwrap_or_default();
    name::check(&name)?;
    let keys = keys(elements, attributes)?;
    let projection = projection.unwrap_or_default();
    let projected = match projection.projection_type.as_deref() {
        Some("KEYS_ONLY") => Projected::KeysOnly,
        Some("INCLUDE") => {
            Projected::Include(projection.non_key_attributes.unwrap_or_default().into_iter().collect())
        }
        _ => Projected::All,
    };
    Ok(Index::new(name, kind, keys, table_keys.clone(), projected))
}
