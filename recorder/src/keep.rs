//! Keeps the cassettes on the disk up with what has passed, so that a run which is killed leaves what was finished.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::name::CassetteName;
use crate::proxy::Proxy;
use crate::write::Scribe;

/// How long it rests at least before it writes again.
const REST: Duration = Duration::from_secs(1);
/// How many times as long as it would write it rests: a long recording is not to slow the application down. Where calls
/// come faster than they could be written, it waits until they do not.
const RESTS: u32 = 20;
/// What a call of few bytes takes to be written, until it has been measured.
const GUESS: Duration = Duration::from_micros(100);
/// The least urgent that a thread can be.
const LAST: i32 = 19;

/// A thread that writes what is finished, again and again. What cannot be written is tried again, and told at the end
/// of the recording.
#[derive(Debug)]
pub(crate) struct Keeper {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Keeper {
    pub(crate) fn start(scribe: Arc<Scribe>, proxy: Arc<Proxy>) -> io::Result<Keeper> {
        let (stop, stopped) = channel();
        let keep = move || {
            // It may use what the calls leave of the machine, and takes nothing from them.
            let own = rustix::thread::gettid();
            if let Err(error) = rustix::process::setpriority_process(Some(own), LAST) {
                tracing::debug!(%error, "the recording's own writing is as urgent as its calls");
            }
            up(&scribe, &proxy, &stopped);
        };
        let thread = std::thread::Builder::new().name("keeper".to_owned()).spawn(keep)?;
        Ok(Keeper { stop, thread })
    }

    /// Stops it, and waits for what it is writing.
    pub(crate) fn stop(self) {
        drop(self.stop);
        // If it panicked, what it wrote is whole all the same, and is written again.
        self.thread.join().ok();
    }
}

fn up(scribe: &Scribe, proxy: &Proxy, stopped: &Receiver<()>) {
    let mut written = BTreeMap::<CassetteName, usize>::new();
    let (mut rested, mut each, mut counted) = (Instant::now(), GUESS, 0);
    while stopped.recv_timeout(REST) == Err(RecvTimeoutError::Timeout) {
        let rest = |weight: u32| each.saturating_mul(weight).saturating_mul(RESTS);
        // There is at least as much to write as came since; looking closer is work too.
        let count = proxy.stories.count();
        if rested.elapsed() < rest(u32::try_from(count - counted).unwrap_or(u32::MAX)) {
            continue;
        }
        let mut told = proxy.stories.finished();
        told.retain(|name, story| written.get(name) != Some(&story.len()));
        let weight: u32 =
            told.values().flatten().map(|exchange| exchange.weight()).fold(0, u32::saturating_add);
        if weight == 0 || rested.elapsed() < rest(weight) {
            continue;
        }
        let since = Instant::now();
        written.extend(told.iter().map(|(name, story)| (name.clone(), story.len())));
        let secrets = proxy.courier.wallet.secrets();
        for error in scribe.write(&proxy.stories, told, &secrets).failed {
            tracing::debug!(%error, "not yet written");
        }
        each = since.elapsed() / weight;
        (rested, counted) = (Instant::now(), count);
    }
}
