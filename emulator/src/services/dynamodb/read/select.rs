//! Which attributes a read gives.
//!
//! Source: API reference, Query and Scan, `Select`.

use super::target::{Seen, Target};
use crate::services::dynamodb::attribute::given;
use crate::services::dynamodb::expression::{Condition, Path, Projection, Source};
use crate::services::dynamodb::store::{Index, IndexKind, Item, Projected};
use crate::services::dynamodb::value::Attributes;
use crate::services::dynamodb::{DynamoDbError, keys};
use ruststack_models::AttributeMap;

/// What is given of each item.
pub(in crate::services::dynamodb) struct Selection {
    /// Only how many there are.
    pub(in crate::services::dynamodb) counts: bool,
    projection: Option<Projection>,
    /// The paths that are given, each under a name of its own; they go before a projection.
    columns: Option<Vec<(String, Path)>>,
    /// Whether the table is read for what a local index does not have.
    pub(in crate::services::dynamodb) fetches: bool,
}

/// Refuses what contradicts itself, before the table is known. `has_names` says whether a projection, or attributes to get,
/// are there.
pub(super) fn check(
    select: Option<&str>,
    has_index: bool,
    has_names: bool,
    verb: &str,
) -> Result<(), DynamoDbError> {
    match select {
        Some("ALL_PROJECTED_ATTRIBUTES") if !has_index => Err(DynamoDbError::validation(format!(
            "ALL_PROJECTED_ATTRIBUTES can be used only when {verb} using an IndexName"
        ))),
        Some(select @ ("ALL_ATTRIBUTES" | "ALL_PROJECTED_ATTRIBUTES" | "COUNT")) if has_names => {
            Err(DynamoDbError::validation(format!(
                "Cannot specify the AttributesToGet when choosing to get {}",
                if select == "COUNT" { "only the Count" } else { select }
            )))
        }
        Some("SPECIFIC_ATTRIBUTES") if !has_names => Err(DynamoDbError::validation(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
        )),
        _ => Ok(()),
    }
}

/// Refuses to look into keys.
pub(super) fn check_scalars(
    target: &Target,
    projection: Option<&Projection>,
    filter: Option<&Condition>,
) -> Result<(), DynamoDbError> {
    let paths = filter.map(Condition::paths).unwrap_or_default();
    let filtered = paths.iter().filter(|path| path.is_nested()).map(|path| path.name.as_str());
    keys::check_scalars(&target.table, projection.into_iter().flat_map(Projection::nested).chain(filtered))
}

impl Selection {
    /// What `Select` and the projection mean for what is read.
    pub(super) fn of(
        select: Option<&str>,
        projection: Option<Projection>,
        target: &Target,
    ) -> Result<Selection, DynamoDbError> {
        let counts = select == Some("COUNT");
        let mut selection = Selection { counts, projection, columns: None, fetches: false };
        let Some(index) = &target.index else { return Ok(selection) };
        let wants_all = select == Some("ALL_ATTRIBUTES") && index.projected != Projected::All;
        match index.kind {
            IndexKind::Global => {
                if wants_all {
                    return Err(DynamoDbError::parameter(format!(
                        "Select type ALL_ATTRIBUTES is not supported for global secondary index {} because its projection type is not ALL",
                        index.name
                    )));
                }
                check_projected(index, selection.projection.iter().flat_map(Projection::names))?;
            }
            IndexKind::Local => {
                let lacks = selection.projection.iter().flat_map(Projection::names);
                selection.fetches = wants_all || lacks.into_iter().any(|name| !index.shows(name));
            }
        }
        Ok(selection)
    }

    /// The paths that a statement names; all of an item where it names none.
    pub(in crate::services::dynamodb) fn of_columns(
        columns: Option<Vec<(String, Path)>>,
        target: &Target,
    ) -> Result<Selection, DynamoDbError> {
        let mut selection = Selection { counts: false, projection: None, columns, fetches: false };
        let names = selection.columns.iter().flatten().map(|(_, path)| path.name.as_str());
        match &target.index {
            Some(index) if index.kind == IndexKind::Global => check_projected(index, names)?,
            Some(index) => selection.fetches = names.into_iter().any(|name| !index.shows(name)),
            None => {}
        }
        Ok(selection)
    }

    /// What is given of an item.
    pub(super) fn given(&self, target: &Target, item: &Item) -> AttributeMap {
        let index = target.index.as_deref().filter(|_| !self.fetches);
        if let Some(columns) = &self.columns {
            return given(columns_of(columns, &Seen { item, index }));
        }
        match (&self.projection, index) {
            (Some(projection), index) => given(projection.of(&Seen { item, index })),
            (None, Some(index)) if index.projected != Projected::All => item.given(|name| index.shows(name)),
            (None, _) => item.given(|_| true),
        }
    }
}

/// What paths lead to, under the names of the columns.
pub(in crate::services::dynamodb) fn columns_of(columns: &[(String, Path)], item: &dyn Source) -> Attributes {
    let found = |(name, path): &(String, Path)| Some((name.clone(), path.find(item)?.into_owned()));
    columns.iter().filter_map(found).collect()
}

/// Refuses attributes that a global index does not have.
fn check_projected<'n>(index: &Index, names: impl Iterator<Item = &'n str>) -> Result<(), DynamoDbError> {
    let missing: Vec<&str> = names.filter(|name| !index.shows(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(DynamoDbError::parameter(format!(
        "Global secondary index {} does not project [{}]",
        index.name,
        missing.join(", ")
    )))
}
