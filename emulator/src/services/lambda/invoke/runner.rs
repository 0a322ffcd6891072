//! Runs one invocation in an environment, and writes its log.

use super::log;
use crate::config::LambdaExecutor;
use crate::events::Events;
use crate::gateway::Caller;
use crate::services::lambda::executor::{Failure, Invocation, Launch, LogFormat, Outcome, Parts, Processes};
use crate::services::lambda::pool::{ACCOUNT_LIMIT, Permit, Pool, Throttled};
use crate::services::lambda::{LambdaError, Resolved};
use crate::services::logs::Logs;
use ruststack_wire::{Fault, Timestamp};
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Runs functions.
pub(crate) struct Runner {
    executor: LambdaExecutor,
    pub(super) pool: Arc<Pool>,
    pub(super) events: Arc<Events>,
    processes: Arc<Processes>,
    logs: Arc<Logs>,
    /// Where the emulator listens, once it does.
    endpoint: Arc<OnceLock<String>>,
}

/// What came of an invocation.
pub(in crate::services::lambda) struct Finished {
    pub(in crate::services::lambda) outcome: Outcome,
    /// What was written into the log.
    pub(in crate::services::lambda) events: Vec<(i64, String)>,
    /// When it was over.
    pub(in crate::services::lambda) ended: Timestamp,
}

impl Runner {
    /// What runs functions, writes their logs there, and tells others here.
    pub(crate) fn new(
        executor: LambdaExecutor,
        events: Arc<Events>,
        logs: Arc<Logs>,
        endpoint: Arc<OnceLock<String>>,
    ) -> Runner {
        let processes = Arc::new(Processes::default());
        Runner { executor, pool: Pool::new(processes.clone()), events, processes, logs, endpoint }
    }

    /// Refuses by name where nothing runs functions.
    pub(super) fn check(&self) -> Result<(), LambdaError> {
        match self.executor {
            LambdaExecutor::Process => Ok(()),
            LambdaExecutor::None => Err(not_run(
                "RustStack runs no functions: it was started with --lambda-executor none.".to_owned(),
            )),
        }
    }

    /// Refuses by name what cannot be run on this machine.
    pub(super) async fn check_runtime(&self, resolved: &Resolved) -> Result<(), LambdaError> {
        self.check()?;
        let runtime = resolved.version.settings.runtime.clone().unwrap_or_default();
        if self.processes.interpreters.knows(&runtime) {
            return Ok(());
        }
        let processes = self.processes.clone();
        let found = tokio::task::spawn_blocking(move || processes.interpreters.of(&runtime).map(drop)).await;
        match found {
            Ok(Err(why)) => Err(not_run(format!(
                "RustStack cannot run the function {}: {why}.",
                resolved.version.function_name
            ))),
            Ok(Ok(())) | Err(_) => Ok(()),
        }
    }

    /// Looks for a runtime on this machine, while nobody waits, and warns where it is not there.
    pub(in crate::services::lambda) fn look_for(&self, function: &str, runtime: &str) {
        if self.executor == LambdaExecutor::None {
            return;
        }
        let (processes, function, runtime) =
            (self.processes.clone(), function.to_owned(), runtime.to_owned());
        tokio::task::spawn_blocking(move || {
            if let Err(why) = processes.interpreters.of(&runtime) {
                tracing::warn!("the function {function} cannot be invoked here: {why}");
            }
        });
    }

    /// Ends the environments that wait of revisions that are over.
    pub(in crate::services::lambda) fn retire(&self, is_over: impl Fn(&str) -> bool) {
        self.pool.retire(is_over);
    }

    /// The right to run a function once more.
    pub(super) fn permit(&self, resolved: &Resolved) -> Result<Permit, Throttled> {
        self.pool.permit(&resolved.function.arn, resolved.function.reserved_concurrency, ACCOUNT_LIMIT)
    }

    /// Runs an invocation, and writes its log.
    pub(super) async fn run(&self, resolved: &Resolved, invocation: Invocation, caller: &Caller) -> Finished {
        self.run_into(resolved, invocation, caller, None).await
    }

    /// Runs an invocation, gives the parts of its answer as they come where somebody takes them, and writes its log.
    pub(super) async fn run_into(
        &self,
        resolved: &Resolved,
        invocation: Invocation,
        caller: &Caller,
        parts: Option<Parts>,
    ) -> Finished {
        let since = Instant::now();
        let request_id = invocation.request_id.clone();
        let revision = revision(resolved);
        let taken = self.pool.take(&revision, || self.launch(resolved, caller)).await;
        let begun = after(caller.now, since.elapsed());
        let (launch, outcome, report) = match taken {
            Ok(mut environment) => {
                let (outcome, report) = match parts {
                    Some(parts) => environment.stream(invocation, parts).await,
                    None => environment.invoke(invocation).await,
                };
                let launch = environment.launch.clone();
                self.pool.put_back(&revision, environment);
                (launch, outcome, report)
            }
            Err(error) => {
                let (failure, report) = Failure::of_start(error, caller.now.millis());
                (Arc::new(self.launch(resolved, caller)), Outcome::Failed(failure), report)
            }
        };
        let ended = after(caller.now, since.elapsed());
        let events = log::events(&launch, &request_id, &outcome, report, begun, ended);
        let Launch { account, region, log_group, log_stream, .. } = &*launch;
        self.logs.deliver(account, region, log_group, log_stream, events.clone(), ended);
        Finished { outcome, events, ended }
    }

    fn launch(&self, resolved: &Resolved, caller: &Caller) -> Launch {
        let version = &resolved.version;
        let settings = &version.settings;
        let number = |number: i32| u64::try_from(number).unwrap_or_default();
        let stream = caller.fresh.text(32, b"0123456789abcdef");
        let day = caller.now.iso8601_millis()[..10].replace('-', "/");
        let of_arn = |place| version.function_arn.split(':').nth(place).unwrap_or_default().to_owned();
        let environment = settings.environment.iter().flatten();
        Launch {
            account: of_arn(4),
            region: of_arn(3),
            function: version.function_name.clone(),
            version: version.version.clone(),
            runtime: settings.runtime.clone().unwrap_or_default(),
            handler: settings.handler.clone().unwrap_or_default(),
            timeout: Duration::from_secs(number(settings.timeout_s)),
            memory_mb: number(settings.memory_mb),
            environment: environment.map(|(name, value)| (name.clone(), value.clone())).collect(),
            code: version.code.clone(),
            layers: version.layers.iter().map(|(_, code)| code.clone()).collect(),
            log_group: settings.logging.group.clone(),
            log_stream: format!("{day}/[{}]{stream}", version.version),
            log_format: if settings.logging.format == "JSON" { LogFormat::Json } else { LogFormat::Text },
            application_level: settings.logging.application_level.clone(),
            scratch: None,
            endpoint: self.endpoint.get().cloned(),
        }
    }
}

/// What is told where a function is not run.
fn not_run(sentence: String) -> LambdaError {
    LambdaError::Fault(Fault { sender: true, ..Fault::new("NotImplemented", 501, sentence) })
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner").field("pool", &self.pool).finish_non_exhaustive()
    }
}

/// What environments of one version, as it is now, have in common.
fn revision(resolved: &Resolved) -> String {
    let version = &resolved.version;
    format!("{} {}", version.qualified_arn(), version.revision_id)
}

/// A moment so much later.
fn after(moment: Timestamp, passed: Duration) -> Timestamp {
    Timestamp::from_millis(moment.millis().saturating_add(passed.as_millis() as i64))
}
