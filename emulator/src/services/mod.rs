//! The services. Each is a folder: a table of operations, a file per resource, its state, its errors.
//!
//! `event_stream` is how those write that answer with one event after another.
//!
//! A service knows no HTTP: it takes typed input and gives typed output or a fault.

mod call;
pub mod dynamodb;
pub(crate) mod event_stream;
pub(crate) mod lambda;
pub mod logs;
pub mod s3;
pub mod sts;

pub(crate) use call::{Authorize, Call, EventStream, Handler, Pass, WithStatus, operations};

use crate::config::Config;
use crate::events::Events;
use dynamodb::DynamoDb;
use lambda::Lambda;
use logs::Logs;
use ruststack_wire::{Operation, Service};
use s3::S3;
use serde_json::Value as Json;
use std::sync::{Arc, OnceLock};
use sts::Sts;

/// Every service of one emulator.
pub(crate) struct Services {
    pub(crate) dynamodb: DynamoDb,
    /// Where the emulator listens, as a URL, once it does.
    pub(crate) endpoint: Arc<OnceLock<String>>,
    pub(crate) events: Arc<Events>,
    pub(crate) logs: Arc<Logs>,
    pub(crate) lambda: Lambda,
    pub(crate) s3: Arc<S3>,
    pub(crate) sts: Sts,
    /// The tables of those that are switched on.
    tables: Vec<&'static Table>,
}

/// What a service implements.
pub(crate) struct Table {
    /// The service.
    pub(crate) service: &'static Service,
    /// Its operations, with what handles each.
    pub(crate) handlers: &'static [(&'static Operation, Handler)],
}

/// The tables of all services.
static TABLES: [&Table; 6] =
    [&dynamodb::TABLE, &dynamodb::streams::TABLE, &lambda::TABLE, &logs::TABLE, &s3::TABLE, &sts::TABLE];

impl Services {
    pub(crate) fn new(config: &Config) -> Services {
        let is_on = |table: &&&Table| !config.disabled.contains(table.service.name);
        let events = Arc::new(Events::default());
        let tables = TABLES.iter().filter(is_on).copied().collect();
        let s3 = Arc::new(S3::new(events.clone()));
        let (is_shared, transition_ms) = (config.dynamodb_is_shared, config.dynamodb_transition_ms);
        let dynamodb = DynamoDb::new(events.clone(), s3.clone(), is_shared, transition_ms);
        let logs = Arc::new(Logs::new(events.clone()));
        let endpoint = Arc::new(OnceLock::new());
        let lambda =
            lambda::Runner::new(config.lambda_executor, events.clone(), logs.clone(), endpoint.clone());
        let lambda = Lambda::new(s3.clone(), lambda);
        Services { dynamodb, endpoint, lambda, logs, s3, sts: Sts, events, tables }
    }

    /// What handles an operation; `None` where it is not implemented, or its service switched off.
    pub(crate) fn handler(&self, service: &Service, operation: &'static Operation) -> Option<Handler> {
        let table = self.tables.iter().find(|table| table.service.name == service.name)?;
        let found = table.handlers.iter().find(|(implemented, _)| std::ptr::eq(*implemented, operation));
        found.map(|(_, handler)| *handler)
    }

    /// Every service that is switched on, with the operations that are implemented.
    pub(crate) fn coverage(&self) -> Vec<(&'static Service, Vec<&'static str>)> {
        let names =
            |table: &&'static Table| table.handlers.iter().map(|(operation, _)| operation.name).collect();
        self.tables.iter().map(|table| (table.service, names(table))).collect()
    }

    /// Empties every service.
    pub(crate) fn reset(&self) {
        self.dynamodb.reset();
        self.logs.reset();
        self.lambda.reset();
        self.s3.reset();
        self.events.reset();
    }

    /// Puts resources in place that no request can make.
    pub(crate) fn place(&self, state: &Json) -> Result<(), String> {
        let members = state.as_object().ok_or("expected an object of services in the state")?;
        for (name, state) in members {
            match name.as_str() {
                "dynamodb" => self.dynamodb.place(state).map_err(|error| format!("dynamodb: {error}"))?,
                "s3" => self.s3.place(state).map_err(|error| format!("s3: {error}"))?,
                "account" => self.s3.place_account(state).map_err(|error| format!("account: {error}"))?,
                other => return Err(format!("no state can be placed for {other}")),
            }
        }
        Ok(())
    }
}
