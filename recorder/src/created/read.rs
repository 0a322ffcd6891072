//! A call, read by its model: what was asked, and what was answered.

use ruststack_cassettes::Interaction;
use ruststack_cassettes::models::told::Told;
use ruststack_wire::route::Route;
use ruststack_wire::value::Record;
use time::OffsetDateTime;

use super::Made;

/// A call, read by its model.
pub(super) struct Read {
    pub(super) route: Route,
    pub(super) region: String,
    pub(super) at: Option<OffsetDateTime>,
    pub(super) input: Option<Record>,
    pub(super) output: Option<Record>,
}

impl Read {
    pub(super) fn of(call: &Interaction) -> Option<Read> {
        let Told { route, input, output } = Told::of(call)?;
        let region = call.region.clone().unwrap_or_default();
        Some(Read { route, region, at: call.at, input, output })
    }

    pub(super) fn made(&self) -> Made {
        Made {
            service: self.route.service.name,
            operation: self.route.operation.name.to_owned(),
            region: self.region.clone(),
            deleter: None,
            names: Vec::new(),
            inside: None,
            at: self.at,
            doubt: None,
        }
    }
}
