//! Differences of one cause: the same operation, place and kind; of statuses and error codes, the same values too.

use super::{Exchange, Report};
use crate::verdict::{Difference, Kind};
use std::collections::BTreeMap;

/// One cause.
#[derive(Clone, Debug)]
pub struct Cause<'a> {
    /// The service.
    pub service: &'a str,
    /// The operation.
    pub operation: &'a str,
    /// The place, without positions in lists.
    pub path: String,
    /// The kind.
    pub kind: Kind,
    /// How many interactions show it.
    pub count: usize,
    /// The cassette and interaction whose request is the smallest to show it.
    pub example: (&'a str, usize),
    /// The difference there.
    pub difference: &'a Difference,
    /// What was sent and answered there.
    pub exchange: Option<&'a Exchange>,
}

/// What differences of one cause share.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    service: &'a str,
    operation: &'a str,
    path: String,
    kind: Kind,
    values: Option<(&'a str, &'a str)>,
}

/// The values that tell causes apart. Of anything but statuses and error codes, each interaction has its own.
fn values(difference: &Difference) -> Option<(&str, &str)> {
    let tells = matches!(difference.kind, Kind::Status | Kind::ErrorCode);
    tells.then(|| {
        (difference.recorded.as_deref().unwrap_or_default(), difference.actual.as_deref().unwrap_or_default())
    })
}

/// The causes of all differences, those first that most interactions show.
pub fn causes(report: &Report) -> Vec<Cause<'_>> {
    let mut by_place: BTreeMap<Place<'_>, Cause<'_>> = BTreeMap::new();
    for (cassette, interaction) in report.interactions() {
        let size = |exchange: Option<&Exchange>| exchange.map_or(usize::MAX, |own| own.request.len());
        let exchange = interaction.exchange.as_ref();
        let mut seen: Vec<Place<'_>> = Vec::new();
        for difference in interaction.verdict.differences() {
            let (service, operation) = (interaction.service.as_str(), interaction.operation.as_str());
            let (path, kind) = (difference.pattern(), difference.kind);
            let place = Place { service, operation, path: path.clone(), kind, values: values(difference) };
            if seen.contains(&place) {
                continue;
            }
            seen.push(place.clone());
            let example = (cassette, interaction.index);
            let cause = by_place.entry(place).or_insert_with(|| Cause {
                service,
                operation,
                path,
                kind,
                count: 0,
                example,
                difference,
                exchange,
            });
            cause.count += 1;
            if size(exchange) < size(cause.exchange) {
                (cause.example, cause.difference, cause.exchange) = (example, difference, exchange);
            }
        }
    }
    let mut causes: Vec<Cause<'_>> = by_place.into_values().collect();
    // A stable sort: equal counts stay in the order of their names.
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.count));
    causes
}
