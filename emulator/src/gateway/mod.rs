//! The way of a request: accept, route, decode, handle, encode.
//!
//! `listen` accepts connections, `answer` tells the story of one request, `authorize` checks who calls, `region` for which region they signed,
//! `payload` unwraps and checks bodies, `form` takes those of browsers apart, `cors` lets pages
//! of other origins have answers, `website` shows visitors what a bucket has, `caller` is what every handler is given, `date` writes the
//! header that all answers have, `function_url` lets functions answer, `hear` tells functions what happens elsewhere, `admin` answers the emulator's own paths.

mod admin;
mod answer;
mod authorize;
mod caller;
mod cors;
mod date;
mod form;
mod function_url;
mod hear;
mod listen;
mod payload;
mod region;
mod website;

pub(crate) use authorize::fault;
use caller::Peer;
pub use caller::{Caller, Ids, Standing};
pub use listen::{Listener, Tap, Tls};
pub(crate) use payload::{broken, refused};

use crate::clock::Clock;
use crate::config::{Auth, Config};
use crate::events::Events;
use crate::services::Services;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// A whole AWS in memory. Clones are the same one.
#[derive(Clone)]
pub struct Emulator(Arc<Inner>);

struct Inner {
    config: Config,
    clock: Clock,
    ids: Ids,
    services: Services,
    metrics: Metrics,
}

/// What has happened, by count.
#[derive(Default)]
struct Metrics {
    requests: AtomicU64,
    panics: AtomicU64,
    /// Calls of what is not implemented, by `service Operation`.
    not_implemented: Mutex<BTreeMap<String, u64>>,
}

impl Emulator {
    /// An emulator without any resources.
    pub fn new(config: Config) -> Emulator {
        let ids = Ids::new(config.seed);
        let services = Services::new(&config);
        let metrics = Metrics::default();
        Emulator(Arc::new(Inner { config, clock: Clock::new(), ids, services, metrics }))
    }

    /// The emulator's clock.
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Whether it is decided who may do what.
    fn decides(&self) -> bool {
        matches!(self.0.config.auth, Auth::Verify(_))
    }

    /// What services tell one another.
    pub fn events(&self) -> &Events {
        &self.0.services.events
    }

    /// The services, for tests of the doors between them.
    #[cfg(test)]
    pub(crate) fn services(&self) -> &Services {
        &self.0.services
    }

    /// Empties every service.
    pub fn reset(&self) {
        self.0.services.reset();
    }

    /// Puts resources in place that no request can make, as a cassette's setup describes them: an object whose
    /// members are services. The error says what was expected and where.
    pub fn place(&self, state: &serde_json::Value) -> Result<(), String> {
        self.0.services.place(state)
    }

    /// How often a handler has panicked; each time is a bug.
    pub fn panics(&self) -> u64 {
        self.0.metrics.panics.load(Ordering::Relaxed)
    }

    /// Every operation of every service that is switched on, with whether it is implemented.
    pub fn coverage(&self) -> Vec<(&'static ruststack_wire::Service, Vec<&'static str>)> {
        self.0.services.coverage()
    }
}

impl Metrics {
    fn count_not_implemented(&self, service: &str, operation: &str) {
        let mut counts = self.not_implemented.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        *counts.entry(format!("{service} {operation}")).or_default() += 1;
    }
}
