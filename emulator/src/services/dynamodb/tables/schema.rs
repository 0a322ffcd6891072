//! Keys and indexes as a request says them, held against the attributes that it defines.
//!
//! Sources: the order of the mistakes is that of the public tests that are run against AWS (architect/dynalite,
//! test/createTable.js; paritysuite/dynamodb-conformance, tests/tier3), the sentences are those of the tests and of the
//! answers that aws-controllers-k8s/dynamodb-controller lists (docs/api-quirks/table-indexes.md, DDB-TABLE-123 to 129).

use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::expression::KeyType;
use crate::services::dynamodb::name::unsatisfied;
use crate::services::dynamodb::store::{Index, IndexKind, KeyAttribute, KeySchema, Projected};
use ruststack_models::dynamodb::types::{AttributeDefinition, KeySchemaElement, Projection};
use std::collections::BTreeSet;

/// The most attributes of each kind in the key of a global index.
const MOST_OF_A_KIND: usize = 4;

/// An index as a request says it.
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) kind: IndexKind,
    pub(super) elements: Vec<KeySchemaElement>,
    pub(super) projection: Projection,
}

/// The attributes that a request defines, by name.
pub(super) fn attributes(definitions: &[AttributeDefinition]) -> Result<Vec<KeyAttribute>, DynamoDbError> {
    let mut attributes: Vec<KeyAttribute> = Vec::new();
    for definition in definitions {
        let name = definition.attribute_name.clone().unwrap_or_default();
        if attributes.iter().any(|known| known.name == name) {
            return Err(DynamoDbError::validation(format!("Attribute Name is duplicated: {name}")));
        }
        if let Some(kind) = definition.attribute_type.as_deref().and_then(KeyType::of) {
            attributes.push(KeyAttribute { name, kind });
        }
    }
    attributes.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(attributes)
}

/// Refuses a key of more than two attributes, where the model has no such constraint.
pub(super) fn at_most_two(path: &str, elements: &[KeySchemaElement]) -> Result<(), DynamoDbError> {
    if elements.len() <= 2 {
        return Ok(());
    }
    let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "null".to_owned());
    let printed: Vec<String> = elements
        .iter()
        .map(|element| {
            let (name, kind) = (shown(&element.attribute_name), shown(&element.key_type));
            format!("KeySchemaElement(attributeName={name}, keyType={kind})")
        })
        .collect();
    Err(unsatisfied(&[format!(
        "Value '[{}]' at '{path}' failed to satisfy constraint: Member must have length less than or equal to 2",
        printed.join(", ")
    )]))
}

/// The keys of a table.
pub(super) fn table_keys(
    elements: &[KeySchemaElement],
    attributes: &[KeyAttribute],
) -> Result<KeySchema, DynamoDbError> {
    if let [_, _] = elements
        && (attributes.len() < 2 || !all_defined(elements, attributes))
    {
        return Err(DynamoDbError::validation(
            "Invalid KeySchema: Some index key attribute have no definition",
        ));
    }
    check_defined(elements, attributes)?;
    check_two(elements)?;
    Ok(keys(elements, attributes))
}

/// Refuses indexes whose keys are not defined, or whose keys and the table's leave definitions over.
pub(super) fn check_all_defined(
    table_keys: &KeySchema,
    wanted: &[Wanted],
    attributes: &[KeyAttribute],
) -> Result<(), DynamoDbError> {
    let mut used: BTreeSet<&str> = table_keys.attributes().map(|attribute| attribute.name.as_str()).collect();
    for index in wanted {
        check_defined(&index.elements, attributes)?;
        used.extend(index.elements.iter().filter_map(|element| element.attribute_name.as_deref()));
    }
    if attributes.iter().all(|attribute| used.contains(attribute.name.as_str())) {
        return Ok(());
    }
    if wanted.is_empty() {
        return Err(DynamoDbError::parameter(
            "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
        ));
    }
    Err(DynamoDbError::parameter(format!(
        "Some AttributeDefinitions are not used. AttributeDefinitions: [{}], keys used: [{}]",
        listed(attributes.iter().map(|attribute| attribute.name.as_str())),
        listed(used)
    )))
}

/// The index that a request says.
pub(super) fn index(
    wanted: Wanted,
    attributes: &[KeyAttribute],
    table_keys: &KeySchema,
) -> Result<Index, DynamoDbError> {
    match wanted.kind {
        IndexKind::Local => check_local(&wanted, table_keys)?,
        IndexKind::Global => check_global(&wanted.elements)?,
    }
    let keys = keys(&wanted.elements, attributes);
    let projected = projected(wanted.projection)?;
    Ok(Index::new(wanted.name, wanted.kind, keys, table_keys.clone(), projected))
}

fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

fn name_of(element: &KeySchemaElement) -> &str {
    element.attribute_name.as_deref().unwrap_or_default()
}

fn is_hash(element: &KeySchemaElement) -> bool {
    element.key_type.as_deref() == Some("HASH")
}

fn all_defined(elements: &[KeySchemaElement], attributes: &[KeyAttribute]) -> bool {
    elements.iter().all(|element| attributes.iter().any(|attribute| attribute.name == name_of(element)))
}

/// Refuses a key of attributes that are not defined.
pub(super) fn check_defined(
    elements: &[KeySchemaElement],
    attributes: &[KeyAttribute],
) -> Result<(), DynamoDbError> {
    if all_defined(elements, attributes) {
        return Ok(());
    }
    Err(DynamoDbError::parameter(format!(
        "Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], AttributeDefinitions: [{}]",
        listed(elements.iter().map(name_of)),
        listed(attributes.iter().map(|attribute| attribute.name.as_str())),
    )))
}

/// A key of one or two attributes: first HASH, then RANGE.
fn check_two(elements: &[KeySchemaElement]) -> Result<(), DynamoDbError> {
    if let [first, second] = elements
        && name_of(first) == name_of(second)
    {
        return Err(DynamoDbError::validation(
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ));
    }
    if elements.first().is_some_and(|first| !is_hash(first)) {
        return Err(not_hash_first());
    }
    if elements.get(1).is_some_and(is_hash) {
        return Err(DynamoDbError::validation(
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
        ));
    }
    Ok(())
}

fn not_hash_first() -> DynamoDbError {
    DynamoDbError::validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")
}

fn check_local(wanted: &Wanted, table_keys: &KeySchema) -> Result<(), DynamoDbError> {
    check_two(&wanted.elements)?;
    if wanted.elements.len() < 2 {
        return Err(DynamoDbError::parameter(format!(
            "Index KeySchema does not have a range key for index: {}",
            wanted.name
        )));
    }
    let own = wanted.elements.first().map(name_of).unwrap_or_default();
    let table = table_keys.hash.first().map(|attribute| attribute.name.as_str()).unwrap_or_default();
    if own != table {
        return Err(DynamoDbError::parameter(format!(
            "Index KeySchema does not have the same leading hash key as table KeySchema for index: {}. index hash key: {own}, table hash key: {table}",
            wanted.name
        )));
    }
    Ok(())
}

/// The key of a global index: up to four attributes that say the partition, then up to four that sort.
fn check_global(elements: &[KeySchemaElement]) -> Result<(), DynamoDbError> {
    // Keys of two attributes are told what they always were.
    if elements.len() <= 2 && !elements.iter().all(is_hash) {
        return check_two(elements);
    }
    if elements.first().is_some_and(|first| !is_hash(first)) {
        return Err(not_hash_first());
    }
    let mut names = BTreeSet::new();
    if !elements.iter().all(|element| names.insert(name_of(element))) {
        return Err(DynamoDbError::validation(
            "The KeySchema contains multiple key attributes with the same name",
        ));
    }
    let hashes = elements.iter().take_while(|element| is_hash(element)).count();
    if elements.iter().skip(hashes).any(is_hash) {
        return Err(DynamoDbError::parameter(
            "All HASH key attributes must precede RANGE key attributes in the KeySchema",
        ));
    }
    for (kind, count) in [("HASH", hashes), ("RANGE", elements.len() - hashes)] {
        if count > MOST_OF_A_KIND {
            return Err(DynamoDbError::parameter(format!(
                "The KeySchema exceeds the maximum allowed number of {kind} key attributes"
            )));
        }
    }
    Ok(())
}

/// The keys that elements say, all of which are defined.
fn keys(elements: &[KeySchemaElement], attributes: &[KeyAttribute]) -> KeySchema {
    let mut keys = KeySchema { hash: Vec::new(), range: Vec::new() };
    for element in elements {
        let found = attributes.iter().find(|attribute| attribute.name == name_of(element)).cloned();
        if is_hash(element) { keys.hash.extend(found) } else { keys.range.extend(found) }
    }
    keys
}

fn projected(projection: Projection) -> Result<Projected, DynamoDbError> {
    let kind = projection.projection_type.as_deref();
    let names = projection.non_key_attributes;
    let (kind, projected) = match kind {
        Some("ALL") => ("ALL", Projected::All),
        Some("KEYS_ONLY") => ("KEYS_ONLY", Projected::KeysOnly),
        Some("INCLUDE") => return included(names),
        other => {
            let shown = other.unwrap_or("null");
            return Err(DynamoDbError::parameter(format!("Unknown ProjectionType: {shown}")));
        }
    };
    if names.is_some() {
        return Err(DynamoDbError::parameter(format!(
            "ProjectionType is {kind}, but NonKeyAttributes is specified"
        )));
    }
    Ok(projected)
}

fn included(names: Option<Vec<String>>) -> Result<Projected, DynamoDbError> {
    let Some(names) = names else {
        return Err(DynamoDbError::parameter(
            "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
        ));
    };
    let mut known = BTreeSet::new();
    for name in names {
        if known.contains(&name) {
            return Err(DynamoDbError::parameter(format!("Duplicate element in NonKeyAttributes: {name}")));
        }
        known.insert(name);
    }
    Ok(Projected::Include(known))
}
