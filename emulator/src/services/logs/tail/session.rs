//! What one caller is told: how the session begins, then an update each second.

use super::Arrival;
use crate::services::event_stream;
use crate::services::logs::pattern::Pattern;
use bytes::Bytes;
use http_body::{Body, Frame};
use ruststack_wire::body::BodyError;
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::TryRecvError;
use tokio::time::{Instant, Interval};

/// How often there is an update.
const PERIOD: Duration = Duration::from_secs(1);
/// After how many updates a session ends.
const UPDATES: u32 = 3 * 60 * 60;
/// How many events an update holds; of more there is but a sample.
const MOST_EVENTS: usize = 500;

/// Which events a session tells.
pub(super) struct Wanted {
    /// The ARNs of the log groups.
    pub(super) groups: Vec<String>,
    pub(super) names: Option<Vec<String>>,
    pub(super) prefixes: Option<Vec<String>>,
    pub(super) pattern: Pattern,
}

/// The body of an answer that goes on.
pub(super) struct Session {
    ready: VecDeque<Bytes>,
    wanted: Wanted,
    arrivals: broadcast::Receiver<Arc<Arrival>>,
    ticks: Interval,
    left: u32,
}

impl Session {
    /// A session that begins now.
    pub(super) fn new(start: &Json, wanted: Wanted, arrivals: broadcast::Receiver<Arc<Arrival>>) -> Session {
        let ready =
            [event_stream::event("initial-response", &json!({})), event_stream::event("sessionStart", start)];
        let ticks = tokio::time::interval_at(Instant::now() + PERIOD, PERIOD);
        Session { ready: ready.into(), wanted, arrivals, ticks, left: UPDATES }
    }

    /// What has come since the last update.
    fn update(&mut self) -> Bytes {
        let mut results = Vec::new();
        let mut is_sampled = false;
        loop {
            match self.arrivals.try_recv() {
                Ok(arrival) => self.wanted.gather(&arrival, &mut results),
                Err(TryRecvError::Lagged(_)) => is_sampled = true,
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        is_sampled |= results.len() > MOST_EVENTS;
        results.truncate(MOST_EVENTS);
        let update = json!({ "sessionMetadata": { "sampled": is_sampled }, "sessionResults": results });
        event_stream::event("sessionUpdate", &update)
    }
}

impl Wanted {
    /// Adds the events of an arrival that the session tells.
    fn gather(&self, arrival: &Arrival, results: &mut Vec<Json>) {
        let is_named = self.names.as_ref().is_none_or(|names| names.contains(&arrival.stream));
        let is_prefixed = self
            .prefixes
            .as_ref()
            .is_none_or(|prefixes| prefixes.iter().any(|prefix| arrival.stream.starts_with(prefix)));
        if !self.groups.contains(&arrival.group) || !is_named || !is_prefixed {
            return;
        }
        let through = arrival.events.iter().filter(|(_, message)| self.pattern.matches(message));
        results.extend(through.map(|(timestamp, message)| {
            json!({
                "logStreamName": arrival.stream,
                "logGroupIdentifier": arrival.group,
                "message": message,
                "timestamp": timestamp,
                "ingestionTime": arrival.ingested,
            })
        }));
    }
}

impl Body for Session {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let session = self.get_mut();
        if let Some(next) = session.ready.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(next))));
        }
        if session.left == 0 {
            return Poll::Ready(None);
        }
        ready!(session.ticks.poll_tick(context));
        session.left -= 1;
        if session.left == 0 {
            let told = json!({ "message": "The session has timed out." });
            session.ready.push_back(event_stream::exception("SessionTimeoutException", &told));
        }
        Poll::Ready(Some(Ok(Frame::data(session.update()))))
    }
}
