//! StartLiveTail: events as they come, for as long as the caller listens.
//!
//! `session` is what one caller is told second by second.
//!
//! Source: API reference, StartLiveTail (a session lasts three hours; an update each second, of 500 events at most).

mod session;

use super::identifier::Identifier;
use super::pattern::Pattern;
use super::store::{Draft, Group};
use super::{Logs, LogsError};
use crate::gateway::Caller;
use crate::services::EventStream;
use ruststack_models::logs::types::{StartLiveTailRequest, StartLiveTailResponse};
use ruststack_wire::{Body, Timestamp};
use serde_json::json;
use session::{Session, Wanted};
use std::sync::Arc;
use tokio::sync::broadcast;

/// How many arrivals a session may lag behind.
const KEPT: usize = 1000;

/// Tells sessions which events have come.
#[derive(Debug)]
pub(super) struct Arrivals(broadcast::Sender<Arc<Arrival>>);

/// Events that came together.
#[derive(Debug)]
struct Arrival {
    /// The ARN of the log group.
    group: String,
    stream: String,
    ingested: i64,
    /// Their times and messages.
    events: Vec<(i64, String)>,
}

impl Default for Arrivals {
    fn default() -> Arrivals {
        Arrivals(broadcast::Sender::new(KEPT))
    }
}

impl Arrivals {
    /// Tells those who look on, if there are any.
    pub(super) fn announce(&self, group: &Group, stream: &str, events: &[Draft], now: Timestamp) {
        if self.0.receiver_count() == 0 || events.is_empty() {
            return;
        }
        let events = events.iter().map(|event| (event.timestamp, event.message.clone()));
        let arrival = Arrival {
            group: group.arn(),
            stream: stream.to_owned(),
            ingested: now.millis(),
            events: events.collect(),
        };
        // That the last session has just ended is no error.
        let _ = self.0.send(Arc::new(arrival));
    }
}

impl Logs {
    /// Begins to tell events as they come.
    pub(super) async fn start_live_tail(
        &self,
        caller: &Caller,
        input: StartLiveTailRequest,
    ) -> Result<EventStream<StartLiveTailResponse>, LogsError> {
        let pattern = input.log_event_filter_pattern.unwrap_or_default();
        let read = Pattern::parse(&pattern).map_err(|error| LogsError::invalid(error.0))?;
        let identifiers = input.log_group_identifiers.unwrap_or_default();
        let groups = identifiers.iter().map(|identifier| self.group(caller, Identifier::of(identifier)));
        let groups = groups.collect::<Result<Vec<_>, _>>()?;
        let (names, prefixes) = (input.log_stream_names, input.log_stream_name_prefixes);
        let chooses_streams = names.is_some() || prefixes.is_some();
        if chooses_streams && (groups.len() > 1 || (names.is_some() && prefixes.is_some())) {
            return Err(LogsError::invalid(
                "Log streams can be specified, by name or by prefix, for a single log group only.",
            ));
        }
        let start = json!({
            "requestId": caller.ids.request_id,
            "sessionId": caller.fresh.uuid(),
            "logGroupIdentifiers": identifiers,
            "logStreamNames": names.clone().unwrap_or_default(),
            "logStreamNamePrefixes": prefixes.clone().unwrap_or_default(),
            "logEventFilterPattern": pattern,
        });
        let groups = groups.iter().map(|group| group.arn()).collect();
        let wanted = Wanted { groups, names, prefixes, pattern: read };
        Ok(EventStream::new(Body::stream(Session::new(&start, wanted, self.arrivals.0.subscribe()))))
    }
}
