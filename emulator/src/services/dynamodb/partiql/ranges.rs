//! What part of a table or an index a condition reads: one or more ranges of keys where it says what the partition key is
//! equal to, everything where it does not.
//!
//! Sources: Developer Guide, "PartiQL select statements" (`OrderID = 100 OR OrderID = 200` and `IN` scan nothing);
//! github.com/paritysuite/dynamodb-conformance, tests/tier2/partiql/whereOverlap.test.ts.

use super::key::{equality, flatten};
use super::resolve::too_many_among;
use crate::services::dynamodb::DynamoDbError;
use crate::services::dynamodb::expression::{Comparator, Condition, Operand, RangeCondition, Selected};
use crate::services::dynamodb::read::span;
use crate::services::dynamodb::store::{KeyAttribute, KeySchema, Place, Span};
use crate::services::dynamodb::value::Value;
use std::cmp::Ordering;
use std::ops::Bound;

/// How many partitions a statement may name.
const MOST_PARTITIONS: usize = 50;

/// How many ranges a condition may be taken apart into.
const MOST_BRANCHES: usize = 5000;

/// The keys of one partition that are read.
#[derive(Clone, Debug)]
pub(super) struct Range {
    /// The value of the partition key.
    pub(super) hash: Value,
    /// The keys.
    pub(super) span: Span,
}

/// A way in which a condition can hold: what the partition key is, and what is asked of the sort key.
#[derive(Clone)]
struct Branch {
    hash: Value,
    asked: Vec<RangeCondition>,
    /// Whether something is asked of the sort key that is no range.
    is_negated: bool,
}

/// The ranges that a condition reads, by the partition key and then by the sort key; `None` where it reads everything.
pub(super) fn ranges(condition: &Condition, keys: &KeySchema) -> Result<Option<Vec<Range>>, DynamoDbError> {
    let Some(hash) = keys.hash.first() else { return Ok(None) };
    let range = keys.range.first();
    let Some(branches) = branches(condition, hash, range) else { return Ok(None) };
    let fits = |branch: &Branch| {
        hash.kind.is_of(&branch.hash)
            && branch
                .asked
                .iter()
                .flat_map(RangeCondition::values)
                .all(|value| range.is_some_and(|range| range.kind.is_of(value)))
    };
    if !branches.iter().all(fits) {
        return Err(DynamoDbError::parameter("Condition parameter type does not match schema type"));
    }
    let mut found: Vec<(Range, bool)> =
        branches.into_iter().map(|branch| (branch.range(), branch.is_negated)).collect();
    found.retain(|(range, _)| !range.span.is_empty());
    found.sort_by(|(one, _), (other, _)| {
        let by_hash = one.hash.order(&other.hash).unwrap_or(Ordering::Equal);
        by_hash.then_with(|| lower(&one.span).cmp(&lower(&other.span)))
    });
    let mut ranges: Vec<(Range, bool)> = Vec::with_capacity(found.len());
    for (range, is_negated) in found {
        match ranges.last_mut() {
            Some((last, was_negated)) if last.hash == range.hash && overlap(&last.span, &range.span) => {
                if !is_negated && !*was_negated {
                    return Err(DynamoDbError::validation(
                        "Overlapping conditions with range keys are not supported in where clause",
                    ));
                }
                *was_negated = true;
                if is_above(&range.span.to, &last.span.to) {
                    last.span.to = range.span.to;
                }
            }
            _ => ranges.push((range, is_negated)),
        }
    }
    let partitions = 1 + ranges.windows(2).filter(|two| two[0].0.hash != two[1].0.hash).count();
    if partitions > MOST_PARTITIONS {
        return Err(too_many_among(partitions));
    }
    Ok(Some(ranges.into_iter().map(|(range, _)| range).collect()))
}

impl Branch {
    fn of(hash: Value) -> Branch {
        Branch { hash, asked: Vec::new(), is_negated: false }
    }

    fn range(&self) -> Range {
        let span_of = |range| span(&Selected { hash: vec![self.hash.clone()], equal: Vec::new(), range });
        let whole = span_of(None);
        let asked = self.asked.iter().map(|asked| span_of(Some(asked.clone())));
        Range { hash: self.hash.clone(), span: asked.fold(whole, |one, other| both(&one, &other)) }
    }
}

/// The ways in which a condition can hold, if each says what the partition key is. Goes no deeper than the parser did.
fn branches(condition: &Condition, hash: &KeyAttribute, range: Option<&KeyAttribute>) -> Option<Vec<Branch>> {
    if let Some((_, value)) = equality(condition).filter(|(name, _)| *name == hash.name) {
        return Some(vec![Branch::of(value.clone())]);
    }
    match condition {
        Condition::In(operand, among) if is_named(operand, hash) => {
            values(among).map(|values| values.into_iter().map(Branch::of).collect())
        }
        Condition::Or(all) => {
            let all: Option<Vec<Vec<Branch>>> = all.iter().map(|each| branches(each, hash, range)).collect();
            all.map(|all| all.into_iter().flatten().collect())
        }
        Condition::And(_) => {
            let mut all = Vec::new();
            flatten([condition.clone()], &mut all);
            let named = |(at, each)| branches(each, hash, range).map(|found| (at, found));
            let (at, mut found) = all.iter().enumerate().find_map(named)?;
            all.remove(at);
            let Some(range) = range else { return Some(found) };
            for each in &all {
                match asked(each, range) {
                    // What would be too many ranges remains a filter.
                    Some(ways) if found.len() * ways.len() > MOST_BRANCHES => {}
                    Some(ways) => {
                        let with = |branch: &Branch, way: &RangeCondition| {
                            let mut branch = branch.clone();
                            branch.asked.push(way.clone());
                            branch
                        };
                        found = found
                            .iter()
                            .flat_map(|branch| ways.iter().map(|way| with(branch, way)))
                            .collect();
                    }
                    None if is_no_range(each, range) => {
                        found.iter_mut().for_each(|branch| branch.is_negated = true)
                    }
                    None => {}
                }
            }
            Some(found)
        }
        _ => None,
    }
}

/// What a condition asks of the sort key, if that is all it does: one of these ranges.
fn asked(condition: &Condition, range: &KeyAttribute) -> Option<Vec<RangeCondition>> {
    match condition {
        Condition::Compare(comparator, operand, Operand::Value(value)) if is_named(operand, range) => {
            RangeCondition::of(*comparator, value.clone()).map(|asked| vec![asked])
        }
        Condition::Compare(comparator, Operand::Value(value), operand) if is_named(operand, range) => {
            RangeCondition::of(turned(*comparator), value.clone()).map(|asked| vec![asked])
        }
        Condition::Between(operand, Operand::Value(lower), Operand::Value(upper))
            if is_named(operand, range) =>
        {
            Some(vec![RangeCondition::Between(lower.clone(), upper.clone())])
        }
        Condition::BeginsWith(operand, Operand::Value(prefix)) if is_named(operand, range) => {
            Some(vec![RangeCondition::BeginsWith(prefix.clone())])
        }
        Condition::In(operand, among) if is_named(operand, range) => {
            values(among).map(|values| values.into_iter().map(RangeCondition::Eq).collect())
        }
        Condition::Or(all) => {
            let all: Option<Vec<_>> = all.iter().map(|each| asked(each, range)).collect();
            all.map(|all| all.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// Whether a condition is on the sort key and is no range.
fn is_no_range(condition: &Condition, range: &KeyAttribute) -> bool {
    match condition {
        Condition::Not(negated) => negated.paths().iter().any(|path| path.name == range.name),
        Condition::Compare(Comparator::Ne, left, right) => is_named(left, range) || is_named(right, range),
        _ => false,
    }
}

fn is_named(operand: &Operand, attribute: &KeyAttribute) -> bool {
    matches!(operand, Operand::Path(path) if !path.is_nested() && path.name == attribute.name)
}

fn values(operands: &[Operand]) -> Option<Vec<Value>> {
    let value = |operand: &Operand| match operand {
        Operand::Value(value) => Some(value.clone()),
        _ => None,
    };
    operands.iter().map(value).collect()
}

fn turned(comparator: Comparator) -> Comparator {
    match comparator {
        Comparator::Lt => Comparator::Gt,
        Comparator::Le => Comparator::Ge,
        Comparator::Gt => Comparator::Lt,
        Comparator::Ge => Comparator::Le,
        same => same,
    }
}

/// The places that are in both.
fn both(one: &Span, other: &Span) -> Span {
    let from = if lower(one) >= lower(other) { &one.from } else { &other.from };
    let to = if is_above(&one.to, &other.to) { &other.to } else { &one.to };
    Span { from: from.clone(), to: to.clone() }
}

fn overlap(one: &Span, other: &Span) -> bool {
    !both(one, other).is_empty()
}

/// The first place, and whether it is left out.
fn lower(span: &Span) -> (Option<&Place>, bool) {
    match &span.from {
        Bound::Included(place) => (Some(place), false),
        Bound::Excluded(place) => (Some(place), true),
        Bound::Unbounded => (None, false),
    }
}

/// Whether an end lies behind another.
fn is_above(one: &Bound<Place>, other: &Bound<Place>) -> bool {
    match (one, other) {
        (_, Bound::Unbounded) => false,
        (Bound::Unbounded, _) => true,
        (Bound::Included(one), Bound::Excluded(other)) => one >= other,
        (Bound::Included(one) | Bound::Excluded(one), Bound::Included(other) | Bound::Excluded(other)) => {
            one > other
        }
    }
}
