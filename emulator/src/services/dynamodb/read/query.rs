//! Query: the items of one partition, in the order of the sort key.

use super::page::Reading;
use super::select::{self, Selection, check_scalars};
use super::start::{self, Reader};
use super::target::Target;
use crate::gateway::Caller;
use crate::services::dynamodb::attribute::{Layer, from_wire, to_wire};
use crate::services::dynamodb::capacity::Detail;
use crate::services::dynamodb::expression::{
    Condition, KeyCondition, KeyNames, KeyType, Kind, Projection, RangeCondition, Selected,
};
use crate::services::dynamodb::legacy::wire;
use crate::services::dynamodb::parameters::Parameters;
use crate::services::dynamodb::store::{
    KeyAttribute, KeySchema, Place, Span, begin, successor, write_beginning, write_key_value,
};
use crate::services::dynamodb::{DynamoDb, DynamoDbError, name};
use ruststack_models::dynamodb::types::{QueryInput, QueryOutput};
use std::ops::Bound;

impl DynamoDb {
    /// Gives the items of a partition for which a condition on the sort key holds.
    pub(in crate::services::dynamodb) async fn query(
        &self,
        caller: &Caller,
        input: QueryInput,
    ) -> Result<QueryOutput, DynamoDbError> {
        name::check_one(input.table_name.as_deref())?;
        let names = input.expression_attribute_names;
        let values = input.expression_attribute_values;
        let users = &[Kind::Filter, Kind::KeyCondition];
        let mut parameters = Parameters::new(names, values, users)
            .legacy("AttributesToGet", &input.attributes_to_get)
            .legacy("QueryFilter", &input.query_filter)
            .legacy("ConditionalOperator", &input.conditional_operator)
            .legacy("KeyConditions", &input.key_conditions)
            .expression(Kind::Projection, &input.projection_expression)
            .expression(Kind::Filter, &input.filter_expression)
            .expression(Kind::KeyCondition, &input.key_condition_expression);
        parameters.check()?;
        let start = input.exclusive_start_key.map(|key| from_wire(key, Layer::Current)).transpose()?;
        let has_names = input.attributes_to_get.is_some() || input.projection_expression.is_some();
        let names = wire::attributes_to_get(input.attributes_to_get.as_ref())?;
        let operator = input.conditional_operator.as_deref();
        let key_conditions = wire::key_conditions(input.key_conditions, Layer::Current)?;
        let legacy_filter = wire::filter(input.query_filter, operator, Layer::Current)?;
        let (projection, filter, keys) = parameters.read(|placeholders| {
            // In this order, and what a key condition may not say comes after (github.com/architect/dynalite,
            // test/query.js, "empty KeyConditionExpression", "empty FilterExpression").
            let keys = input.key_condition_expression.as_deref();
            let keys = keys.map(|text| KeyCondition::parse(text, placeholders)).transpose()?;
            let filter = input.filter_expression.as_deref();
            let filter = filter.map(|text| Condition::parse(Kind::Filter, text, placeholders)).transpose()?;
            let projection = input.projection_expression.as_deref();
            let projection = projection.map(|text| Projection::parse(text, placeholders)).transpose()?;
            Ok((projection, filter, keys))
        })?;
        let select = input.select.as_deref();
        select::check(select, input.index_name.is_some(), has_names, "Querying")?;
        let keys = keys.map(|keys| KeyCondition::check(&keys)).transpose()?.or(key_conditions);
        let keys = keys.ok_or_else(|| {
            DynamoDbError::validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
            )
        })?;
        let filtering = if legacy_filter.is_some() { "QueryFilter" } else { "Filter Expression" };
        let filter = filter.or(legacy_filter);
        let is_consistent = input.consistent_read == Some(true);
        let table = self.table(caller, input.table_name.as_deref())?;
        let definition = table.definition();
        let target = Target::of(table, &definition, input.index_name.as_deref(), is_consistent)?;
        let (hash, range) = (named(&target.keys().hash), named(&target.keys().range));
        let selected = keys.against(&KeyNames { hash: &hash, range: &range })?;
        check_filter(filtering, filter.as_ref(), target.keys())?;
        check_scalars(&target, projection.as_ref(), filter.as_ref())?;
        let selection = Selection::of(select, projection.or(names), &target)?;
        let backward = input.scan_index_forward == Some(false);
        let mut span = span(&selected);
        if let Some(start) = start {
            let place = start::place(&target, &start, Reader::Query)?;
            if !span.has(&place) {
                start::check(&target, &start, &selected, &span)?;
            }
            span = span.after(place, backward);
        }
        let reading = Reading {
            target: &target,
            span,
            backward,
            limit: input.limit.and_then(|limit| usize::try_from(limit).ok()),
            filter: filter.as_ref(),
            selection: &selection,
            is_consistent,
        };
        let mut page = reading.page();
        let detail = Detail::of(input.return_consumed_capacity.as_deref());
        Ok(QueryOutput {
            items: page.items(&selection),
            count: Some(page.count),
            scanned_count: Some(page.scanned),
            consumed_capacity: page.consumed(&reading, detail),
            last_evaluated_key: page.last.map(to_wire),
        })
    }
}

/// The names and types of the attributes of a key.
fn named(attributes: &[KeyAttribute]) -> Vec<(&str, KeyType)> {
    attributes.iter().map(|attribute| (attribute.name.as_str(), attribute.kind)).collect()
}

/// Refuses a filter that names a key: the key condition is there for those.
fn check_filter(filtering: &str, filter: Option<&Condition>, keys: &KeySchema) -> Result<(), DynamoDbError> {
    let paths = filter.map(Condition::paths).unwrap_or_default();
    match paths.iter().find(|path| keys.has(&path.name)) {
        Some(path) => Err(DynamoDbError::validation(format!(
            "{filtering} can only contain non-primary key attributes: Primary key attribute: {}",
            path.name
        ))),
        None => Ok(()),
    }
}

/// The places that a key condition selects.
pub(in crate::services::dynamodb) fn span(selected: &Selected) -> Span {
    let (partition, mut prefix) = begin(&selected.hash.iter().collect::<Vec<_>>());
    for value in &selected.equal {
        write_key_value(&mut prefix, value);
    }
    let Some(range) = &selected.range else { return Span::prefix(partition, prefix) };
    let with = |value| {
        let mut rest = prefix.clone();
        write_key_value(&mut rest, value);
        rest
    };
    let at = |value| Place { partition, rest: with(value).into() };
    let after = |value| successor(partition, with(value));
    let all = Span::prefix(partition, prefix.clone());
    match range {
        RangeCondition::Eq(value) => Span::prefix(partition, with(value)),
        RangeCondition::Lt(value) => Span { to: Bound::Excluded(at(value)), ..all },
        RangeCondition::Le(value) => Span { to: after(value), ..all },
        RangeCondition::Gt(value) => Span { from: beginning(after(value)), ..all },
        RangeCondition::Ge(value) => Span { from: Bound::Included(at(value)), ..all },
        RangeCondition::Between(lower, upper) => Span { from: Bound::Included(at(lower)), to: after(upper) },
        RangeCondition::BeginsWith(value) => {
            let mut rest = prefix.clone();
            write_beginning(&mut rest, value);
            Span::prefix(partition, rest)
        }
    }
}

/// The end of one span as the beginning of the next.
fn beginning(end: Bound<Place>) -> Bound<Place> {
    match end {
        Bound::Excluded(end) => Bound::Included(end),
        other => other,
    }
}
