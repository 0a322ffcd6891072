//! Scan: all items, in the order of the hash of their partition keys.

use super::page::Reading;
use super::select::{self, Selection, check_scalars};
use super::start::{self, Reader};
use super::target::Target;
use crate::gateway::Caller;
use crate::services::dynamodb::attribute::{Layer, from_wire, to_wire};
use crate::services::dynamodb::capacity::Detail;
use crate::services::dynamodb::expression::{Condition, Kind, Projection};
use crate::services::dynamodb::legacy::wire;
use crate::services::dynamodb::parameters::Parameters;
use crate::services::dynamodb::store::{Place, Span};
use crate::services::dynamodb::{DynamoDb, DynamoDbError, name};
use ruststack_models::dynamodb::types::{ScanInput, ScanOutput};
use std::ops::Bound;

impl DynamoDb {
    /// Gives all items of a table or an index, or those of one segment.
    pub(in crate::services::dynamodb) async fn scan(
        &self,
        caller: &Caller,
        input: ScanInput,
    ) -> Result<ScanOutput, DynamoDbError> {
        name::check_one(input.table_name.as_deref())?;
        let names = input.expression_attribute_names;
        let values = input.expression_attribute_values;
        let mut parameters = Parameters::new(names, values, &[Kind::Filter])
            .older()
            .legacy("AttributesToGet", &input.attributes_to_get)
            .legacy("ScanFilter", &input.scan_filter)
            .legacy("ConditionalOperator", &input.conditional_operator)
            .expression(Kind::Projection, &input.projection_expression)
            .expression(Kind::Filter, &input.filter_expression);
        parameters.check()?;
        let segment = segment(input.segment, input.total_segments)?;
        let start = input.exclusive_start_key.map(|key| from_wire(key, Layer::Older)).transpose()?;
        let has_names = input.attributes_to_get.is_some() || input.projection_expression.is_some();
        let names = wire::attributes_to_get(input.attributes_to_get.as_ref())?;
        let legacy_filter =
            wire::filter(input.scan_filter, input.conditional_operator.as_deref(), Layer::Older)?;
        let (projection, filter) = parameters.read(|placeholders| {
            // In this order (github.com/architect/dynalite, test/scan.js, "empty FilterExpression").
            let filter = input.filter_expression.as_deref();
            let filter = filter.map(|text| Condition::parse(Kind::Filter, text, placeholders)).transpose()?;
            let projection = input.projection_expression.as_deref();
            let projection = projection.map(|text| Projection::parse(text, placeholders)).transpose()?;
            Ok((projection, filter))
        })?;
        let select = input.select.as_deref();
        select::check(select, input.index_name.is_some(), has_names, "Scanning")?;
        let filter = filter.or(legacy_filter);
        let is_consistent = input.consistent_read == Some(true);
        let table = self.table(caller, input.table_name.as_deref())?;
        let definition = table.definition();
        let target = Target::of(table, &definition, input.index_name.as_deref(), is_consistent)?;
        check_scalars(&target, projection.as_ref(), filter.as_ref())?;
        let selection = Selection::of(select, projection.or(names), &target)?;
        let mut span = span(segment);
        if let Some(start) = start {
            let place = start::place(&target, &start, Reader::Scan)?;
            if !span.has(&place) {
                return Err(DynamoDbError::validation(
                    "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: {total} Segment: {segment}"
                        .replace("{total}", &segment.1.to_string())
                        .replace("{segment}", &segment.0.to_string()),
                ));
            }
            span = span.after(place, false);
        }
        let reading = Reading {
            target: &target,
            span,
            backward: false,
            limit: input.limit.and_then(|limit| usize::try_from(limit).ok()),
            filter: filter.as_ref(),
            selection: &selection,
            is_consistent,
        };
        let mut page = reading.page();
        let detail = Detail::of(input.return_consumed_capacity.as_deref());
        Ok(ScanOutput {
            items: page.items(&selection),
            count: Some(page.count),
            scanned_count: Some(page.scanned),
            consumed_capacity: page.consumed(&reading, detail),
            last_evaluated_key: page.last.map(to_wire),
        })
    }
}

/// Which segment of how many is read: the first of one where nothing is said.
fn segment(segment: Option<i32>, total: Option<i32>) -> Result<(u64, u64), DynamoDbError> {
    let number = |number: i32| u64::try_from(number).unwrap_or_default();
    match (segment, total) {
        (None, None) => Ok((0, 1)),
        (Some(_), None) => Err(DynamoDbError::validation(
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
        )),
        (None, Some(_)) => Err(DynamoDbError::validation(
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
        )),
        (Some(segment), Some(total)) if segment >= total => Err(DynamoDbError::validation(format!(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: {segment} is not less than TotalSegments: {total}"
        ))),
        (Some(segment), Some(total)) => Ok((number(segment), number(total))),
    }
}

/// The places of a segment: each has an equal share of all hashes.
fn span((segment, total): (u64, u64)) -> Span {
    // The first hash of a segment: rounded up, so that each hash is in one.
    let first = |segment: u64| {
        let first = (u128::from(segment) << 64).div_ceil(u128::from(total.max(1)));
        u64::try_from(first).map(Place::first).ok()
    };
    Span {
        from: first(segment).map_or(Bound::Unbounded, Bound::Included),
        to: first(segment + 1).map_or(Bound::Unbounded, Bound::Excluded),
    }
}
