//! An execution environment: started once, invoked again and again, frozen in between.
//!
//! `lifecycle` is what is told of all this to extensions, and how it ends.

mod lifecycle;

use super::api::{About, Api, Told};
use super::lines::{Lines, Output};
use super::outcome::{Failure, Invocation, Outcome, Report};
use super::stream::{Parts, Received};
use super::telemetry::Kind;
use super::{Executor, Launch, Running};
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout_at};

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
    /// What extensions write.
    beside: Option<Output>,
    /// How long it took to begin, until the first invocation has told it.
    init: Option<Duration>,
    /// What was written while it began.
    began: Lines,
    /// What went wrong when it began, which the first invocation is told.
    refusal: Option<Outcome>,
    /// When the code was changed last, where that can change.
    changed: Option<SystemTime>,
    /// Whether it is stopped.
    pub(in crate::services::lambda) is_frozen: bool,
    /// Whether it can serve another invocation.
    pub(in crate::services::lambda) is_good: bool,
    /// Whether it has been told that the runtime is done with an invocation.
    is_done: bool,
    /// Why it is ended, as extensions are told.
    reason: &'static str,
}

/// What is left of an environment whose runtime has ended or was ended: it is begun anew there (localstack's recordings of
/// AWS, lambda_/test_lambda.snapshot.json: test_lambda_invoke_timed_out_environment_reuse).
#[derive(Debug, Clone)]
pub(in crate::services::lambda) struct Rest {
    /// The name of the log stream.
    pub(in crate::services::lambda) log_stream: String,
    /// What stands for `/tmp`.
    pub(in crate::services::lambda) scratch: Arc<TempDir>,
    /// Since when it is left.
    pub(in crate::services::lambda) since: Instant,
}

/// What a wait for the runtime ended with.
enum Seen {
    Told(Told),
    Ended(Option<String>),
    Over,
    TooMuch,
    Lost(Failure),
}

impl Environment {
    /// Starts a runtime, and waits until it asks for its first event or has failed to.
    pub(in crate::services::lambda) async fn start(
        executor: Arc<dyn Executor>,
        launch: Arc<Launch>,
    ) -> io::Result<Environment> {
        let begun = Instant::now();
        let api = Api::start(About {
            account: launch.account.clone(),
            function: launch.function.clone(),
            version: launch.version.clone(),
            handler: launch.handler.clone(),
        })
        .await?;
        lifecycle::init_start(&api.telemetry, &launch);
        // Code is unpacked there, which may take a while.
        let (of, address, extensions) = (launch.clone(), api.address, api.extensions.clone());
        let started = tokio::task::spawn_blocking(move || executor.start(&of, address, &extensions)).await;
        let mut running = started.map_err(io::Error::other)??;
        let output = running.output().ok_or_else(|| io::Error::other("the output is taken"))?;
        let beside = running.extension_output();
        let read = |pipe, kind| Output::new(pipe, kind, api.telemetry.clone());
        let (output, beside) = (read(output, Kind::Function), beside.map(|pipe| read(pipe, Kind::Extension)));
        let changed = launch.code.changed();
        let mut environment = Environment {
            launch,
            used: begun,
            running,
            api,
            output,
            beside,
            init: None,
            began: Lines::default(),
            refusal: None,
            changed,
            is_frozen: false,
            is_good: true,
            is_done: false,
            reason: "spindown",
        };
        let mut lines = Lines::default();
        let mut most = 0;
        let timeout = environment.launch.timeout;
        let deadline = begun + LONGEST_INIT + timeout;
        let mut asks = false;
        environment.refusal = loop {
            match environment.watch(deadline, &mut lines, &mut most).await {
                Seen::Told(Told::Next) => asks = true,
                Seen::Told(Told::ExtensionReady) => {}
                Seen::Told(Told::ExtensionFailed(failure)) | Seen::Lost(failure) => {
                    break Some(Outcome::Failed(failure));
                }
                Seen::Told(Told::InitError(body)) => break Some(Outcome::Told(body)),
                Seen::Told(_) => break Some(Outcome::Failed(Failure::Exited(None))),
                Seen::Ended(how) => break Some(Outcome::Failed(Failure::Exited(how))),
                Seen::TooMuch => {
                    break Some(Outcome::Failed(Failure::Exited(Some("signal: killed".into()))));
                }
                Seen::Over => break Some(Outcome::Failed(Failure::TimedOut(timeout))),
            }
            if asks && environment.api.extensions.are_ready() {
                break None;
            }
        };
        environment.init = Some(begun.elapsed());
        environment.drain(&mut lines);
        environment.introduce(begun.elapsed(), &mut lines);
        environment.began = lines;
        if environment.refusal.is_some() {
            environment.is_good = false;
            environment.stop("failure");
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
        let began = std::mem::take(&mut self.began).events;
        let mut lines = Lines::default();
        let mut most = 0;
        let init = self.init.take();
        let request_id = invocation.request_id.clone();
        self.is_done = false;
        self.start_told(&invocation);
        let outcome = match self.refusal.take() {
            Some(refusal) => refusal,
            None => {
                self.thaw();
                self.serve(invocation, parts, begun + timeout, &mut lines, &mut most).await
            }
        };
        let elapsed = begun.elapsed();
        let is_over = matches!(outcome, Outcome::Failed(Failure::TimedOut(_)));
        let duration = if is_over { elapsed.min(timeout) } else { elapsed };
        self.drain(&mut lines);
        most = self.running.memory().max(most);
        if !self.is_good {
            self.output.finish(now_ms(), &mut lines);
            self.stop(if is_over { "timeout" } else { "failure" });
        }
        self.used = Instant::now();
        let memory_mb = most.div_ceil(1 << 20).clamp(1, self.launch.memory_mb.max(1));
        let report = Report { duration, init, memory_mb, began, lines: lines.events };
        self.report_told(&request_id, &outcome, &report);
        (outcome, report)
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
        let (begun, request_id) = (Instant::now(), invocation.request_id.clone());
        self.api.extensions.invoke(&invocation, timeout);
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
                Seen::Told(Told::InitError(_) | Told::ExtensionReady) => {}
                Seen::Told(Told::ExtensionFailed(failure)) | Seen::Lost(failure) => {
                    self.is_good = false;
                    return Outcome::Failed(failure);
                }
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
        // The next requests for events say that the invocation is over, and everything is written.
        loop {
            if asks && !self.is_done {
                self.drain(lines);
                self.done_told(&request_id, &outcome, begun.elapsed());
            }
            if asks && self.api.extensions.are_ready() {
                return outcome;
            }
            match self.watch(deadline, lines, most).await {
                Seen::Told(Told::Next) => asks = true,
                Seen::Told(Told::ExtensionReady) => {}
                Seen::Over | Seen::TooMuch | Seen::Ended(_) | Seen::Lost(_) | Seen::Told(_) => {
                    self.is_good = false;
                    return outcome;
                }
            }
        }
    }

    /// Waits for what the runtime does next, and reads what it writes.
    async fn watch(&mut self, deadline: Instant, lines: &mut Lines, most: &mut u64) -> Seen {
        let limit = self.launch.memory_mb << 20;
        let mut look = interval_at(Instant::now() + LOOK, LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                told = self.api.told.recv() => {
                    return told.map_or(Seen::Ended(None), Seen::Told);
                }
                () = self.output.readable() => self.output.read(now_ms(), lines),
                () = readable(self.beside.as_ref()) => {
                    self.beside.iter_mut().for_each(|output| output.read(now_ms(), lines));
                }
                how = self.running.ended() => return Seen::Ended(how),
                () = sleep_until(deadline) => return Seen::Over,
                _ = look.tick() => {
                    if let Some(failure) = self.running.lost_extension() {
                        return Seen::Lost(failure);
                    }
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
        let now = now_ms();
        self.output.read(now, lines);
        self.beside.iter_mut().for_each(|output| output.read(now, lines));
    }

    /// Stops it, while it waits: what is frozen uses no processor.
    pub(in crate::services::lambda) fn freeze(&mut self) {
        if !std::mem::replace(&mut self.is_frozen, true) {
            self.running.freeze();
        }
    }

    fn thaw(&mut self) {
        if std::mem::take(&mut self.is_frozen) {
            self.running.thaw();
        }
    }

    /// What an environment that begins after it goes on with: the name of its log stream, and what stands for `/tmp`.
    pub(in crate::services::lambda) fn rest(&self) -> Option<Rest> {
        let scratch = self.running.scratch()?;
        Some(Rest { log_stream: self.launch.log_stream.clone(), scratch, since: self.used })
    }

    /// Whether the code that it runs has been changed where it lies since it began.
    pub(in crate::services::lambda) fn is_stale(&self) -> bool {
        self.launch.code.is_live() && self.launch.code.changed() > self.changed
    }

    /// Whether a runtime that should wait for an event has ended instead.
    pub(in crate::services::lambda) fn has_ended(&mut self) -> bool {
        !self.is_good
            || self.running.lost_extension().is_some()
            || futures_util::FutureExt::now_or_never(self.running.ended()).is_some()
    }
}

impl Drop for Environment {
    fn drop(&mut self) {
        self.running.kill();
    }
}

/// Waits until there is something to read; for ever where there is nothing that could be.
async fn readable(output: Option<&Output>) {
    match output {
        Some(output) => output.readable().await,
        None => std::future::pending().await,
    }
}

/// Milliseconds since 1970, by the machine's clock: what a runtime measures its time by.
pub(in crate::services::lambda) fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
