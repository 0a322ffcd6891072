//! The event bus: what one service has to tell another, without knowing it.
//!
//! A service publishes what happened and to whom it is to be told, as an ARN; who serves that ARN listens. The last events
//! can be looked at, whether or not anybody listens.

use ruststack_wire::Timestamp;
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::broadcast;

/// How many events are kept to be looked at, and how many a slow listener may lag behind.
const KEPT: usize = 1000;

/// Something that happened, for one receiver.
#[derive(Debug, Clone)]
pub struct Event {
    /// The service that tells it, such as `s3`.
    pub source: &'static str,
    /// The account and the region of what it happened to.
    pub account: String,
    /// The region.
    pub region: String,
    /// The ARN of who is to be told: a queue, a topic, a function, an event bus.
    pub target: String,
    /// When it happened.
    pub at: Timestamp,
    /// The subject, where the receiver has one.
    pub subject: Option<&'static str>,
    /// What is told, in AWS's form.
    pub body: Json,
}

/// The bus.
#[derive(Debug)]
pub struct Events {
    sender: broadcast::Sender<Arc<Event>>,
    last: Mutex<VecDeque<Arc<Event>>>,
}

impl Default for Events {
    fn default() -> Events {
        Events { sender: broadcast::Sender::new(KEPT), last: Mutex::default() }
    }
}

impl Events {
    /// Tells everybody who listens.
    pub fn publish(&self, event: Event) {
        let event = Arc::new(event);
        let mut last = self.last();
        if last.len() == KEPT {
            last.pop_front();
        }
        last.push_back(event.clone());
        // That nobody listens is no error. Sent under the lock, so that all see the same order.
        let _ = self.sender.send(event);
    }

    /// Everything that is published from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.sender.subscribe()
    }

    /// The last events, the oldest first.
    pub fn recent(&self) -> Vec<Arc<Event>> {
        self.last().iter().cloned().collect()
    }

    /// Forgets what was published.
    pub(crate) fn reset(&self) {
        self.last().clear();
    }

    fn last(&self) -> MutexGuard<'_, VecDeque<Arc<Event>>> {
        self.last.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Event {
    /// The event for people to look at.
    pub(crate) fn shown(&self) -> Json {
        let mut shown = json!({
            "at": self.at.iso8601_millis(),
            "source": self.source,
            "account": self.account,
            "region": self.region,
            "target": self.target,
        });
        if let Some(subject) = self.subject {
            shown["subject"] = subject.into();
        }
        shown["body"] = self.body.clone();
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(number: usize) -> Event {
        Event {
            source: "s3",
            account: String::new(),
            region: String::new(),
            target: number.to_string(),
            at: Timestamp::default(),
            subject: None,
            body: Json::Null,
        }
    }

    #[test]
    fn the_last_events_are_kept_and_listeners_are_told() {
        let events = Events::default();
        events.publish(event(0));
        let mut listener = events.subscribe();
        (1..=KEPT).for_each(|number| events.publish(event(number)));
        assert_eq!(events.recent().len(), KEPT);
        assert_eq!(events.recent()[0].target, "1");
        assert_eq!(listener.try_recv().expect("an event").target, "1");
        events.reset();
        assert!(events.recent().is_empty());
    }
}
