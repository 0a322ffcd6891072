//! What extensions are sent of an environment: what happens in it, and what is written.
//!
//! Each subscriber has a task of its own that gathers events and sends them, so that nobody waits for one who reads slowly.
//!
//! Source: Developer Guide, "Accessing real-time telemetry data for extensions using the Telemetry API".

mod send;

use ruststack_wire::Timestamp;
use serde_json::{Value as Json, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// How many events wait for a subscriber; what is more is dropped, and that is told.
const MOST_WAITING: usize = 10_000;
/// How many events of the beginning are kept for those who subscribe later in it.
const MOST_KEPT: usize = 1_000;

/// The kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// What happens.
    Platform,
    /// What the function writes.
    Function,
    /// What extensions write.
    Extension,
}

/// Where events are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Destination {
    Http { port: u16, path: String, host: String, method: &'static str },
    Tcp(u16),
}

/// How many events are gathered before they are sent, and for how long.
#[derive(Debug, Clone)]
pub(super) struct Buffering {
    pub(super) items: usize,
    pub(super) bytes: usize,
    pub(super) timeout: Duration,
}

/// What an extension wants to be sent.
#[derive(Debug, Clone)]
pub(super) struct Subscription {
    /// The extension's name.
    pub(super) extension: String,
    pub(super) kinds: Vec<Kind>,
    pub(super) destination: Destination,
    pub(super) buffering: Buffering,
    /// Whether it was made with the Logs API.
    pub(super) is_old: bool,
    /// Whether it is told when a runtime is done.
    pub(super) tells_done: bool,
}

/// What is sent of an environment.
#[derive(Debug, Default)]
pub(super) struct Telemetry(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    subscribers: Vec<Subscriber>,
    /// What has happened in the beginning.
    kept: Vec<(Kind, Json)>,
    is_closed: bool,
}

#[derive(Debug)]
struct Subscriber {
    subscription: Subscription,
    sender: mpsc::Sender<Sent>,
    dropped: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

/// What a subscriber's task is given.
#[derive(Debug)]
enum Sent {
    Event(Json),
    /// All of it is to be sent now, and that told.
    Flush(oneshot::Sender<()>),
}

impl Kind {
    /// The kind that a subscription names.
    pub(super) fn named(name: &str) -> Option<Kind> {
        match name {
            "platform" => Some(Kind::Platform),
            "function" => Some(Kind::Function),
            "extension" => Some(Kind::Extension),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Platform => "platform",
            Kind::Function => "function",
            Kind::Extension => "extension",
        }
    }
}

impl Telemetry {
    /// Adds a subscriber; whether it was in time. One who subscribes again changes what was asked.
    pub(super) fn subscribe(&self, subscription: Subscription) -> bool {
        let name = subscription.extension.clone();
        let types: Vec<&str> = subscription.kinds.iter().map(|kind| kind.name()).collect();
        let kind =
            if subscription.is_old { "platform.logsSubscription" } else { "platform.telemetrySubscription" };
        let record = json!({"name": name, "state": "Subscribed", "types": types});
        {
            let mut state = self.state();
            if state.is_closed {
                return false;
            }
            state.subscribers.retain(|known| known.subscription.extension != name);
            let subscriber = Subscriber::new(subscription);
            state.kept.iter().for_each(|(kind, event)| subscriber.offer(*kind, event));
            state.subscribers.push(subscriber);
        }
        self.happened(kind, || record);
        true
    }

    /// Lets no more subscribe: the names of those who have, the kinds that each wants, and with which API.
    pub(super) fn close(&self) -> Vec<(String, Vec<&'static str>, bool)> {
        let mut state = self.state();
        state.is_closed = true;
        state.kept = Vec::new();
        let told = state.subscribers.iter().map(|known| {
            let Subscription { extension, kinds, is_old, .. } = &known.subscription;
            (extension.clone(), kinds.iter().map(|kind| kind.name()).collect(), *is_old)
        });
        told.collect()
    }

    /// Something has happened.
    pub(super) fn happened(&self, kind: &str, record: impl FnOnce() -> Json) {
        self.tell(Kind::Platform, kind, record);
    }

    /// Something was written.
    pub(super) fn written(&self, kind: Kind, text: &str) {
        self.tell(kind, kind.name(), || text.into());
    }

    fn tell(&self, kind: Kind, name: &str, record: impl FnOnce() -> Json) {
        let mut state = self.state();
        if state.is_closed && state.subscribers.is_empty() {
            return;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as i64;
        let time = Timestamp::from_millis(now).iso8601_millis();
        let event = json!({"time": time, "type": name, "record": record()});
        state.subscribers.iter().for_each(|subscriber| subscriber.offer(kind, &event));
        if !state.is_closed && state.kept.len() < MOST_KEPT {
            state.kept.push((kind, event));
        }
    }

    /// Sends what is gathered, as far as that goes in this time.
    pub(super) async fn flush(&self, within: Duration) {
        let waits: Vec<_> = {
            let state = self.state();
            let flush = |subscriber: &Subscriber| {
                let (done, wait) = oneshot::channel();
                subscriber.sender.try_send(Sent::Flush(done)).ok().map(|()| wait)
            };
            state.subscribers.iter().filter_map(flush).collect()
        };
        let all = async {
            for wait in waits {
                let _ = wait.await;
            }
        };
        let _ = tokio::time::timeout(within, all).await;
    }

    /// Held for a moment and never across an await.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Subscriber {
    fn new(subscription: Subscription) -> Subscriber {
        let (sender, receiver) = mpsc::channel(MOST_WAITING);
        let dropped = Arc::new(AtomicUsize::new(0));
        let (destination, buffering) = (subscription.destination.clone(), subscription.buffering.clone());
        let task = tokio::spawn(send::run(receiver, destination, buffering, dropped.clone()));
        Subscriber { subscription, sender, dropped, task }
    }

    /// Takes an event, if it is one that is wanted.
    fn offer(&self, kind: Kind, event: &Json) {
        let Subscription { kinds, is_old, tells_done, .. } = &self.subscription;
        let name = event["type"].as_str().unwrap_or_default();
        let is_of_api = match name {
            "platform.end" | "platform.logsSubscription" => *is_old,
            "platform.initStart" | "platform.initRuntimeDone" | "platform.initReport" => !is_old,
            "platform.telemetrySubscription" => !is_old,
            "platform.runtimeDone" => *tells_done,
            _ => true,
        };
        if kinds.contains(&kind) && is_of_api && self.sender.try_send(Sent::Event(event.clone())).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.task.abort();
    }
}
