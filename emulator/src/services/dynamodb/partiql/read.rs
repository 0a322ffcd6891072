//! Reading: what of a table or an index a `SELECT` wants, and in what order.
//!
//! Sources: Developer Guide, "PartiQL select statements" and "PartiQL operators" (pages of ten behind `IN`);
//! github.com/paritysuite/dynamodb-conformance, tests/tier2/partiql/executeStatementIndex.test.ts,
//! tests/tier3/error-messages/partiqlMultiAttributeIndex.test.ts.

use super::key::Keyed;
use super::ranges::{Range, ranges};
use super::resolve::{Column, Read};
use super::token::Start;
use crate::gateway::Caller;
use crate::services::dynamodb::expression::Condition;
use crate::services::dynamodb::name::TableName;
use crate::services::dynamodb::read::{Page, Reader, Reading, Selection, Target, place_of_start};
use crate::services::dynamodb::store::{IndexKind, KeySchema, Place, Span, Table};
use crate::services::dynamodb::{DynamoDb, DynamoDbError, keys};
use std::ops::Bound;
use std::sync::Arc;

/// How many ranges one page reads.
const MOST_RANGES: usize = 10;

/// What is read.
pub(super) struct Plan {
    /// The table or index.
    pub(super) target: Target,
    filter: Option<Condition>,
    columns: Option<Vec<Column>>,
    spans: Vec<Span>,
    backward: bool,
    is_consistent: bool,
}

/// One item that is wanted by its key.
pub(super) struct One {
    /// The table.
    pub(super) table: Arc<Table>,
    /// Where the item stands.
    pub(super) place: Result<Place, DynamoDbError>,
    /// What is given of it.
    pub(super) columns: Option<Vec<Column>>,
}

impl DynamoDb {
    /// Plans a read.
    pub(super) fn plan(
        &self,
        caller: &Caller,
        read: &Read,
        is_consistent: bool,
    ) -> Result<Plan, DynamoDbError> {
        let table = self.find(caller, TableName::of(&read.table)?);
        let (table, columns) = columns(table, read)?;
        let definition = table.definition();
        let index = read.index.as_deref();
        let is_global = index
            .and_then(|name| definition.index(name))
            .is_some_and(|index| index.kind == IndexKind::Global);
        if is_consistent && is_global {
            return Err(DynamoDbError::validation(
                "Strongly consistent read is not supported on Global Secondary Indexes",
            ));
        }
        let target = Target::of(table.clone(), &definition, index, is_consistent)?;
        let filter = read.filter.clone();
        let ranges = filter.as_ref().map(|filter| ranges(filter, target.keys())).transpose()?.flatten();
        if ranges.is_some() {
            check_filter(filter.as_ref(), &target)?;
        }
        let (spans, backward) = ordered(read, ranges, target.keys())?;
        Ok(Plan { target, filter, columns, spans, backward, is_consistent })
    }

    /// Finds the one item that a read names by its key, and says nothing else of; `needs_key` is what is said otherwise.
    pub(super) fn one(
        &self,
        caller: &Caller,
        read: Read,
        needs_key: &'static str,
    ) -> Result<One, DynamoDbError> {
        let table = self.find(caller, TableName::of(&read.table)?);
        let (table, columns) = columns(table, &read)?;
        let needs_key = || DynamoDbError::validation(needs_key);
        let keyed = Keyed::of(read.filter, &table.keys);
        if read.index.is_some() || !keyed.is_whole() || !keyed.rest.is_empty() {
            return Err(needs_key());
        }
        let place = keys::of_key(&table, &keyed.key);
        Ok(One { table, place, columns })
    }
}

/// The table, and what is given of its items. An index whose key has several attributes is refused before a column is,
/// and a column before a table that is not there.
fn columns(
    table: Option<Arc<Table>>,
    read: &Read,
) -> Result<(Arc<Table>, Option<Vec<Column>>), DynamoDbError> {
    if let (Some(table), Some(name)) = (&table, &read.index) {
        let definition = table.definition();
        let index = definition
            .index(name)
            .ok_or_else(|| DynamoDbError::validation("The table does not have the specified index"))?;
        if index.keys.hash.len() > 1 || index.keys.range.len() > 1 {
            return Err(DynamoDbError::validation(
                "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute RANGE keys.",
            ));
        }
    }
    let columns = read.columns()?;
    Ok((table.ok_or_else(DynamoDbError::no_such_resource)?, columns))
}

/// Refuses a filter on what an index does not have.
fn check_filter(filter: Option<&Condition>, target: &Target) -> Result<(), DynamoDbError> {
    let Some(index) = &target.index else { return Ok(()) };
    let mut missing: Vec<&str> = Vec::new();
    for path in filter.iter().flat_map(|filter| filter.paths()) {
        if !index.shows(&path.name) && !missing.contains(&path.name.as_str()) {
            missing.push(&path.name);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    in_order_of_hashes(&mut missing);
    Err(DynamoDbError::parameter(format!(
        "Secondary index {} does not project one or more filter attributes: [{}]",
        index.name,
        missing.join(", ")
    )))
}

/// The order in which a hash set of Java gives texts that were put into it in this one, which is the order in which AWS
/// names them (github.com/floci-io/floci, DynamoDbPartiQLEdgeCaseIntegrationTest.java, captured from DynamoDB).
fn in_order_of_hashes(names: &mut [&str]) {
    let mut buckets = 16_u32;
    while u64::from(buckets) * 3 < names.len() as u64 * 4 {
        buckets *= 2;
    }
    names.sort_by_key(|name| {
        let hash =
            name.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
        (hash ^ (hash >> 16)) & (buckets - 1)
    });
}

/// The spans in the order in which they are read, and whether each is read backward.
fn ordered(
    read: &Read,
    ranges: Option<Vec<Range>>,
    keys: &KeySchema,
) -> Result<(Vec<Span>, bool), DynamoDbError> {
    let Some(mut ranges) = ranges else {
        if !read.order.is_empty() {
            let what = match read.filter {
                None => "Must have WHERE clause in the statement when using ORDER BY clause.",
                Some(_) => {
                    "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."
                }
            };
            return Err(DynamoDbError::validation(what));
        }
        return Ok((vec![Span { from: Bound::Unbounded, to: Bound::Unbounded }], false));
    };
    let (mut by_hash, mut by_range) = (None, None);
    for (path, is_descending) in &read.order {
        if !path.is_nested() && keys.hash.iter().any(|hash| hash.name == path.name) {
            by_hash = Some(*is_descending);
        } else if !path.is_nested() && keys.range.iter().any(|range| range.name == path.name) {
            by_range = Some(*is_descending);
        } else {
            return Err(DynamoDbError::validation(format!(
                "Attribute {} in ORDER BY clause must be part of the primary key",
                path.name
            )));
        }
    }
    let has_several = ranges.windows(2).any(|two| two[0].hash != two[1].hash);
    if has_several && !read.order.is_empty() && by_hash.is_none() {
        return Err(DynamoDbError::validation(
            "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE clause.",
        ));
    }
    // The ranges come sorted; whole partitions turn round by the partition key, and those within by the sort key.
    let hash_backward = by_hash == Some(true);
    // An order that does not name the sort key has it backward, whichever way the partition key goes
    // (github.com/floci-io/floci, DynamoDbPartiQLDocumentedSyntaxIntegrationTest.java, captured from DynamoDB).
    let backward = by_range.unwrap_or(!read.order.is_empty());
    if hash_backward {
        ranges.reverse();
    }
    if hash_backward != backward {
        for partition in ranges.chunk_by_mut(|one, other| one.hash == other.hash) {
            partition.reverse();
        }
    }
    Ok((ranges.into_iter().map(|range| range.span).collect(), backward))
}

impl Plan {
    /// What is given of each item.
    pub(super) fn selection(&mut self) -> Result<Selection, DynamoDbError> {
        Selection::of_columns(self.columns.take(), &self.target)
    }

    /// What is to be read.
    pub(super) fn reading<'a>(&'a self, selection: &'a Selection, limit: Option<usize>) -> Reading<'a> {
        Reading {
            target: &self.target,
            span: Span { from: Bound::Unbounded, to: Bound::Unbounded },
            backward: self.backward,
            limit,
            filter: self.filter.as_ref(),
            selection,
            is_consistent: self.is_consistent,
        }
    }

    /// Reads a page, and says where the next one begins.
    pub(super) fn page(
        &self,
        reading: &Reading<'_>,
        start: Start,
    ) -> Result<(Page, Option<Start>), DynamoDbError> {
        let mut page = Page::default();
        let mut after = start.after;
        for (at, span) in self.spans.iter().enumerate().skip(start.range) {
            if at - start.range == MOST_RANGES {
                return Ok((page, Some(Start { range: at, after: None })));
            }
            match after.take() {
                Some(key) if span.has(&key) => {
                    reading.read(&span.clone().after(key, self.backward), &mut page)
                }
                Some(_) => return Err(DynamoDbError::validation("Invalid NextToken")),
                None => reading.read(span, &mut page),
            }
            if let Some(last) = &page.last {
                let place = place_of_start(&self.target, last, Reader::Query)?;
                return Ok((page, Some(Start { range: at, after: Some(place) })));
            }
        }
        Ok((page, None))
    }
}
