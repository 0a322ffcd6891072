//! Differences of one cause: the same operation, place and kind.

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

/// The causes of all differences, those first that most interactions show.
pub fn causes(report: &Report) -> Vec<Cause<'_>> {
    let mut by_place: BTreeMap<(&str, &str, String, Kind), Cause<'_>> = BTreeMap::new();
    for (cassette, interaction) in report.interactions() {
        let size = |exchange: Option<&Exchange>| exchange.map_or(usize::MAX, |own| own.request.len());
        let exchange = interaction.exchange.as_ref();
        let mut seen: Vec<(String, Kind)> = Vec::new();
        for difference in interaction.verdict.differences() {
            let place = (difference.pattern(), difference.kind);
            if seen.contains(&place) {
                continue;
            }
            seen.push(place.clone());
            let (path, kind) = place;
            let (service, operation) = (interaction.service.as_str(), interaction.operation.as_str());
            let example = (cassette, interaction.index);
            let cause = by_place.entry((service, operation, path.clone(), kind)).or_insert_with(|| Cause {
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
