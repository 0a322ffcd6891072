//! Runs a query: its commands work on the rows one after another.

use super::aggregates::of_group;
use super::evaluate::value;
use super::rows::Row;
use super::syntax::{Command, Commands, Expression, Named, Order};
use super::value::Value;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What comes of a query.
pub(super) struct Outcome {
    /// Rows of fields and their values; a field that a row lacks is left out.
    pub(super) rows: Vec<Vec<(String, String)>>,
    /// How many events came through the filters.
    pub(super) matched: usize,
}

/// Runs a query over rows, the latest event first, at a moment.
pub(super) fn run(commands: &Commands, mut rows: Vec<Row<'_>>, limit: usize, now: i64) -> Outcome {
    let mut shown: Vec<String> = Vec::new();
    let mut matched = rows.len();
    let (mut is_limited, mut is_counted) = (false, true);
    for command in &commands.0 {
        match command {
            Command::Fields(list) => show(list, &mut rows, &mut shown, now),
            Command::Display(list) => {
                shown.clear();
                show(list, &mut rows, &mut shown, now);
            }
            Command::Filter(condition) => {
                rows.retain(|row| value(condition, row, now).is_true());
                matched = if is_counted { rows.len() } else { matched };
            }
            Command::Sort(keys) => rows = sorted(rows, keys, now),
            Command::Limit(most) => {
                rows.truncate(*most);
                (is_limited, is_counted) = (true, false);
            }
            Command::Stats(aggregates, by) => {
                rows = grouped(&rows, aggregates, by, now);
                shown = by.iter().chain(aggregates).map(|named| named.name.clone()).collect();
                is_counted = false;
            }
            Command::Parse(field, regex, names) => {
                for row in &mut rows {
                    let Some(text) = value(field, row, now).text().map(|text| text.into_owned()) else {
                        continue;
                    };
                    let Some(found) = regex.captures(&text) else { continue };
                    for (name, part) in names.iter().zip(found.iter().skip(1)) {
                        if let Some(part) = part {
                            row.made.insert(name.clone(), Value::Text(part.as_str().to_owned()));
                        }
                    }
                }
            }
            Command::Dedup(fields) => {
                let mut seen = HashSet::new();
                rows.retain(|row| seen.insert(key(fields.iter(), row, now)));
            }
        }
    }
    if !is_limited {
        rows.truncate(limit);
    }
    if shown.is_empty() {
        shown = ["@timestamp", "@message"].map(str::to_owned).into();
    }
    Outcome { rows: rows.iter().map(|row| told(row, &shown)).collect(), matched }
}

/// Computes expressions, and shows them.
fn show(list: &[Named], rows: &mut [Row<'_>], shown: &mut Vec<String>, now: i64) {
    for Named { expression, name } in list {
        if !matches!(expression, Expression::Field(field) if field == name) {
            for row in rows.iter_mut() {
                let made = value(expression, row, now);
                row.made.insert(name.clone(), made);
            }
        }
        if !shown.contains(name) {
            shown.push(name.clone());
        }
    }
}

fn sorted<'a>(rows: Vec<Row<'a>>, keys: &[(Expression, Order)], now: i64) -> Vec<Row<'a>> {
    let keyed = rows.into_iter().map(|row| {
        let values: Vec<Value> = keys.iter().map(|(key, _)| value(key, &row, now)).collect();
        (values, row)
    });
    let mut keyed: Vec<(Vec<Value>, Row<'a>)> = keyed.collect();
    keyed.sort_by(|(one, _), (two, _)| {
        let pairs = one.iter().zip(two).zip(keys);
        let orders = pairs.map(|((one, two), (_, order))| match order {
            Order::Ascending => one.sorted(two),
            Order::Descending => two.sorted(one),
        });
        orders.fold(std::cmp::Ordering::Equal, |sofar, next| sofar.then(next))
    });
    keyed.into_iter().map(|(_, row)| row).collect()
}

/// The texts of expressions, by which rows are told apart.
fn key<'e>(
    expressions: impl Iterator<Item = &'e Expression>,
    row: &Row<'_>,
    now: i64,
) -> Vec<Option<String>> {
    expressions.map(|expression| value(expression, row, now).text().map(Into::into)).collect()
}

/// An outcome for each group, in the order in which the groups begin.
fn grouped<'a>(rows: &[Row<'a>], aggregates: &[Named], by: &[Named], now: i64) -> Vec<Row<'a>> {
    let mut places: HashMap<Vec<Option<String>>, usize> = HashMap::new();
    let mut groups: Vec<Vec<&Row<'a>>> = Vec::new();
    for row in rows {
        let place = match places.entry(key(by.iter().map(|named| &named.expression), row, now)) {
            Entry::Occupied(place) => *place.get(),
            Entry::Vacant(place) => {
                groups.push(Vec::new());
                *place.insert(groups.len() - 1)
            }
        };
        groups[place].push(row);
    }
    let outcomes = groups.iter().map(|group| {
        let mut made = BTreeMap::new();
        for Named { expression, name } in by {
            let found = group.first().map_or(Value::Null, |row| value(expression, row, now));
            made.insert(name.clone(), found);
        }
        for Named { expression, name } in aggregates {
            made.insert(name.clone(), of_group(expression, group, now));
        }
        Row::outcome(made)
    });
    outcomes.collect()
}

/// A row as it is told: with `@ptr` behind all else, where it is an event.
fn told(row: &Row<'_>, shown: &[String]) -> Vec<(String, String)> {
    let fields = shown.iter().filter(|name| *name != "@ptr");
    let mut told: Vec<(String, String)> = fields
        .filter_map(|name| row.field(name).text().map(|text| (name.clone(), text.into_owned())))
        .collect();
    told.extend(row.event.as_ref().map(|event| ("@ptr".to_owned(), event.pointer())));
    told
}
