//! An execution environment: started once, invoked again and again, frozen in between.

use super::api::{Api, Told};
use super::lines::{Lines, Output};
use super::outcome::{Failure, Invocation, Outcome, Report};
use super::stream::{Parts, Received};
use super::{Executor, Launch, Running};
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout_at};

/// How long a runtime may take to begin before that counts as time of its first invocation (Developer Guide, "Init phase":
/// it is begun anew there; here it goes on).
const LONGEST_INIT: Duration = Duration::from_secs(10);
/// How often it is looked at what a runtime uses.
const LOOK: Duration = Duration::from_millis(25);
/// How many processes and threads an environment is ended for: twice what AWS allows, since the system refuses those over
/// that where it can.
const MOST_PROCESSES: usize = 2048;

/// An execution environment.
pub(in crate::services::lambda) struct Environment {
    /// What it was made from.
    pub(in crate::services::lambda) launch: Arc<Launch>,
    /// When it was last used.
    pub(in crate::services::lambda) used: Instant,
    running: Box<dyn Running>,
    api: Api,
    output: Output,
    /// How long it took to begin, until the first invocation has told it.
    init: Option<Duration>,
    /// What was written while it began.
    began: Lines,
    /// What went wrong when it began, which the first invocation is told.
    refusal: Option<Outcome>,
    /// When the code was changed last, where that can change.
    changed: Option<SystemTime>,
    /// Whether it can serve another invocation.
    pub(in crate::services::lambda) is_good: bool,
}

/// What a wait for the runtime ended with.
enum Seen {
    Told(Told),
    Ended(Option<String>),
    Over,
    TooMuch,
}

impl Environment {
    /// Starts a runtime, and waits until it asks for its first event or has failed to.
    pub(in crate::services::lambda) async fn start(
        executor: Arc<dyn Executor>,
        launch: Arc<Launch>,
    ) -> io::Result<Environment> {
        let begun = Instant::now();
        let api = Api::start().await?;
        // Code is unpacked there, which may take a while.
        let (of, address) = (launch.clone(), api.address);
        let started = tokio::task::spawn_blocking(move || executor.start(&of, address)).await;
        let mut running = started.map_err(io::Error::other)??;
        let output = running.output().ok_or_else(|| io::Error::other("the output is taken"))?;
        let changed = launch.code.changed();
        let mut environment = Environment {
            launch,
            used: begun,
            running,
            api,
            output: Output::new(output),
            init: None,
            began: Lines::default(),
            refusal: None,
            changed,
            is_good: true,
        };
        let mut lines = Lines::default();
        let mut most = 0;
        let timeout = environment.launch.timeout;
        let deadline = begun + LONGEST_INIT + timeout;
        environment.refusal = match environment.watch(deadline, &mut lines, &mut most).await {
            Seen::Told(Told::Next) => None,
            Seen::Told(Told::InitError(body)) => Some(Outcome::Told(body)),
            Seen::Told(_) => Some(Outcome::Failed(Failure::Exited(None))),
            Seen::Ended(how) => Some(Outcome::Failed(Failure::Exited(how))),
            Seen::TooMuch => Some(Outcome::Failed(Failure::Exited(Some("signal: killed".into())))),
            Seen::Over => Some(Outcome::Failed(Failure::TimedOut(timeout))),
        };
        environment.init = Some(begun.elapsed());
        environment.drain(&mut lines);
        environment.began = lines;
        if environment.refusal.is_some() {
            environment.is_good = false;
            environment.running.kill();
        }
        Ok(environment)
    }

    /// Serves one invocation.
    pub(in crate::services::lambda) async fn invoke(&mut self, invocation: Invocation) -> (Outcome, Report) {
        self.answer(invocation, None).await
    }

    /// Serves one invocation, whose answer is given as it comes.
    pub(in crate::services::lambda) async fn stream(
        &mut self,
        invocation: Invocation,
        parts: Parts,
    ) -> (Outcome, Report) {
        self.answer(invocation, Some(parts)).await
    }

    async fn answer(&mut self, invocation: Invocation, parts: Option<Parts>) -> (Outcome, Report) {
        let begun = Instant::now();
        let timeout = self.launch.timeout;
        let mut lines = std::mem::take(&mut self.began);
        let mut most = self.running.usage().memory;
        let init = self.init.take();
        let outcome = match self.refusal.take() {
            Some(refusal) => refusal,
            None => {
                self.running.thaw();
                self.serve(invocation, parts, begun + timeout, &mut lines, &mut most).await
            }
        };
        let elapsed = begun.elapsed();
        let is_over = matches!(outcome, Outcome::Failed(Failure::TimedOut(_)));
        let duration = if is_over { elapsed.min(timeout) } else { elapsed };
        self.drain(&mut lines);
        if self.is_good {
            self.running.freeze();
        } else {
            self.output.finish(now_ms(), &mut lines);
            self.running.kill();
        }
        self.used = Instant::now();
        let memory_mb = most.div_ceil(1 << 20).clamp(1, self.launch.memory_mb.max(1));
        (outcome, Report { duration, init, memory_mb, lines: lines.events })
    }

    async fn serve(
        &mut self,
        invocation: Invocation,
        parts: Option<Parts>,
        deadline: Instant,
        lines: &mut Lines,
        most: &mut u64,
    ) -> Outcome {
        let timeout = self.launch.timeout;
        if self.api.events.send((invocation, timeout)).await.is_err() {
            self.is_good = false;
            return Outcome::Failed(Failure::Exited(None));
        }
        let mut received = Received::new(parts);
        let (mut is_broken, mut asks) = (false, false);
        let outcome = loop {
            match self.watch(deadline, lines, most).await {
                Seen::Told(Told::Answer(body, _)) if !received.is_handed_on() => break Outcome::Answer(body),
                Seen::Told(Told::Answer(body, content_type)) => {
                    // Who waits for parts gets the whole as one.
                    let given = async {
                        received.begin(content_type).await;
                        received.add(body).await;
                    };
                    if timeout_at(deadline, given).await.is_err() {
                        self.is_good = false;
                        return Outcome::Failed(Failure::TimedOut(timeout));
                    }
                    break received.end(None);
                }
                Seen::Told(Told::Begins(content_type)) => received.begin(content_type).await,
                Seen::Told(Told::Piece(piece)) => {
                    if timeout_at(deadline, received.add(piece)).await.is_err() {
                        self.is_good = false;
                        return Outcome::Failed(Failure::TimedOut(timeout));
                    }
                }
                Seen::Told(Told::Ends(error)) => break received.end(error),
                // A runtime that is gone is told of below.
                Seen::Told(Told::Broken) => is_broken = true,
                Seen::Told(Told::Next) if is_broken => return Outcome::Failed(Failure::Truncated),
                Seen::Told(Told::Error(body)) => break Outcome::Told(body),
                Seen::Told(Told::TooLarge) => break Outcome::Failed(Failure::TooLarge),
                // Asking again before an answer is no answer; one that is on its way may still come.
                Seen::Told(Told::Next) => asks = true,
                Seen::Told(Told::InitError(_)) => {}
                Seen::Ended(how) => {
                    self.is_good = false;
                    return Outcome::Failed(Failure::Exited(how));
                }
                Seen::TooMuch => {
                    self.is_good = false;
                    return Outcome::Failed(Failure::Exited(Some("signal: killed".into())));
                }
                Seen::Over => {
                    self.is_good = false;
                    return Outcome::Failed(Failure::TimedOut(timeout));
                }
            }
        };
        // The next request for an event says that the invocation is over, and everything is written.
        if asks {
            return outcome;
        }
        match self.watch(deadline, lines, most).await {
            Seen::Told(Told::Next) => {}
            Seen::Over | Seen::TooMuch | Seen::Ended(_) | Seen::Told(_) => self.is_good = false,
        }
        outcome
    }

    /// Waits for what the runtime does next, and reads what it writes.
    async fn watch(&mut self, deadline: Instant, lines: &mut Lines, most: &mut u64) -> Seen {
        let limit = self.launch.memory_mb << 20;
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        look.tick().await;
        loop {
            tokio::select! {
                biased;
                told = self.api.told.recv() => {
                    return told.map_or(Seen::Ended(None), Seen::Told);
                }
                () = self.output.readable() => self.output.read(now_ms(), lines),
                how = self.running.ended() => return Seen::Ended(how),
                () = sleep_until(deadline) => return Seen::Over,
                _ = look.tick() => {
                    let usage = self.running.usage();
                    *most = usage.memory.max(*most);
                    if usage.memory > limit || usage.processes > MOST_PROCESSES {
                        self.running.kill();
                        return Seen::TooMuch;
                    }
                }
            }
        }
    }

    /// Reads what is left of what has been written.
    fn drain(&mut self, lines: &mut Lines) {
        self.output.read(now_ms(), lines);
    }

    /// Whether the code that it runs has been changed where it lies since it began.
    pub(in crate::services::lambda) fn is_stale(&self) -> bool {
        self.launch.code.is_live() && self.launch.code.changed() > self.changed
    }

    /// Whether a runtime that should wait for an event has ended instead.
    pub(in crate::services::lambda) fn has_ended(&mut self) -> bool {
        !self.is_good || futures_util::FutureExt::now_or_never(self.running.ended()).is_some()
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        self.running.kill();
    }
}

/// Milliseconds since 1970, by the machine's clock: what a runtime measures its time by.
fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
