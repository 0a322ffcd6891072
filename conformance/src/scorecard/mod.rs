//! Several endpoints side by side: how much of what AWS answered each gives again, by service, in three layers that build on
//! each other: the status; status and body; status, body and headers.
//!
//! An endpoint is measured by what was compared with it; what it does not serve, and what could not be compared, stands beside.

mod html;
mod markdown;
mod svg;

use crate::report::{Fidelity, Report};
use std::collections::{BTreeMap, BTreeSet};

/// Endpoints side by side.
#[derive(Clone, Debug, Default)]
pub struct Scorecard {
    endpoints: Vec<Scored>,
}

/// One endpoint, and what was found.
#[derive(Clone, Debug)]
struct Scored {
    name: String,
    whole: Fidelity,
    services: BTreeMap<String, Fidelity>,
}

/// A layer by its name, with how many of those compared have it.
type Layer = (&'static str, fn(&Fidelity) -> usize);

/// The layers.
const LAYERS: [Layer; 3] = [
    ("status", |fidelity| fidelity.status),
    ("and body", |fidelity| fidelity.body),
    ("and headers", |fidelity| fidelity.headers),
];

impl Scorecard {
    /// Adds what was found at an endpoint, under a name.
    pub fn add(&mut self, name: &str, report: &Report) {
        let services = report.fidelities().into_iter().map(|(service, (whole, _))| (service, whole));
        self.endpoints.push(Scored {
            name: name.to_owned(),
            whole: report.fidelity(),
            services: services.collect(),
        });
    }

    /// Every service that anybody was asked for, in order.
    fn services(&self) -> BTreeSet<&str> {
        self.endpoints.iter().flat_map(|endpoint| endpoint.services.keys().map(String::as_str)).collect()
    }

    /// The rows: each service, and all of them together where there are several, with the fidelity of each endpoint.
    fn rows(&self) -> Vec<(&str, Vec<Option<&Fidelity>>)> {
        let of =
            |service: &str| self.endpoints.iter().map(|endpoint| endpoint.services.get(service)).collect();
        let mut rows: Vec<(&str, Vec<Option<&Fidelity>>)> =
            self.services().into_iter().map(|service| (service, of(service))).collect();
        if rows.len() != 1 {
            rows.push(("all", self.endpoints.iter().map(|endpoint| Some(&endpoint.whole)).collect()));
        }
        rows
    }
}

/// A share as a number from 0 to 100; nothing where nothing was compared.
fn share(fidelity: &Fidelity, number: usize) -> Option<f64> {
    let compared = fidelity.compared();
    (compared > 0).then(|| number as f64 * 100.0 / compared as f64)
}

#[cfg(test)]
mod tests;
