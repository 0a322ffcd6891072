//! Environments that wait for the next invocation, and how many may run at once.
//!
//! Source: Developer Guide, "Understanding Lambda function scaling" and "Configuring reserved concurrency for a function".

use super::executor::{Environment, Executor, Launch, Rest};
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::time::Duration;

/// How many invocations an account may have at once in a region (Developer Guide, "Lambda quotas").
pub(super) const ACCOUNT_LIMIT: i32 = 1000;
/// How long an environment waits for an invocation before it is frozen: stopping one that is called again at once takes longer
/// than it is worth.
const LET: Duration = Duration::from_millis(20);
/// How long an environment waits for an invocation before it is ended.
const KEPT: Duration = Duration::from_secs(300);

/// Environments by the revision of a version that they are of.
#[derive(Debug)]
pub(super) struct Pool {
    executor: Arc<dyn Executor>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Those that wait, the last used last.
    idle: HashMap<String, Vec<Environment>>,
    /// What is left of those whose runtime has ended.
    rests: HashMap<String, Vec<Rest>>,
    /// How many invocations each function is serving, by the ARN of the function.
    serving: HashMap<String, i32>,
    is_reaped: bool,
    /// Whether somebody goes round and freezes those that wait.
    is_frozen: bool,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").field("serving", &self.serving).finish_non_exhaustive()
    }
}

/// The right to serve one invocation. It is given back with this.
#[derive(Debug)]
pub(super) struct Permit {
    pool: Arc<Pool>,
    function: String,
}

/// Why there is no right to serve another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Throttled {
    /// The function's own concurrency is used up.
    Reserved,
    /// What the account has for functions without their own is used up.
    Account,
}

impl Pool {
    /// A pool without environments.
    pub(super) fn new(executor: Arc<dyn Executor>) -> Arc<Pool> {
        Arc::new(Pool { executor, state: Mutex::default() })
    }

    /// The right to serve one more invocation of a function. `unreserved` is what the account has for all functions without
    /// a concurrency of their own.
    pub(super) fn permit(
        self: &Arc<Pool>,
        function: &str,
        reserved: Option<i32>,
        unreserved: i32,
    ) -> Result<Permit, Throttled> {
        let mut state = self.state();
        let (limit, refusal) = match reserved {
            Some(reserved) => (reserved, Throttled::Reserved),
            None => (unreserved, Throttled::Account),
        };
        let serving = state.serving.entry(function.to_owned()).or_default();
        if *serving >= limit {
            return Err(refusal);
        }
        *serving += 1;
        Ok(Permit { pool: self.clone(), function: function.to_owned() })
    }

    /// An environment of this revision: one that waits, or a new one.
    pub(super) async fn take(
        self: &Arc<Pool>,
        revision: &str,
        launch: impl FnOnce() -> Launch,
    ) -> io::Result<Environment> {
        while let Some(mut waiting) = self.pop(revision) {
            if !waiting.has_ended() && !waiting.is_stale() {
                return Ok(waiting);
            }
            waiting.end();
        }
        let mut launch = launch();
        let rest = self.state().rests.get_mut(revision).and_then(Vec::pop);
        if let Some(rest) = rest {
            launch.log_stream = rest.log_stream;
            launch.scratch = Some(rest.scratch);
        }
        Environment::start(self.executor.clone(), Arc::new(launch)).await
    }

    fn pop(&self, revision: &str) -> Option<Environment> {
        self.state().idle.get_mut(revision)?.pop()
    }

    /// Puts an environment back that has served, if it can serve again.
    pub(super) fn put_back(self: &Arc<Pool>, revision: &str, environment: Environment) {
        let mut state = self.state();
        if environment.is_good {
            state.idle.entry(revision.to_owned()).or_default().push(environment);
            if !std::mem::replace(&mut state.is_frozen, true) {
                tokio::spawn(freeze(Arc::downgrade(self)));
            }
        } else {
            let rest = environment.rest();
            state.rests.entry(revision.to_owned()).or_default().extend(rest);
            environment.end();
        }
        if !std::mem::replace(&mut state.is_reaped, true) {
            tokio::spawn(reap(Arc::downgrade(self)));
        }
    }

    /// Ends what waits of the revisions that are not wanted any more.
    pub(super) fn retire(&self, is_over: impl Fn(&str) -> bool) {
        let over: Vec<Vec<Environment>> = {
            let mut state = self.state();
            let names: Vec<String> = state.idle.keys().filter(|name| is_over(name)).cloned().collect();
            state.rests.retain(|name, _| !is_over(name));
            names.iter().filter_map(|name| state.idle.remove(name)).collect()
        };
        over.into_iter().flatten().for_each(Environment::end);
    }

    /// Held for a moment and never across an await.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Freezes environments that have waited for a moment, until all are frozen.
async fn freeze(pool: Weak<Pool>) {
    loop {
        tokio::time::sleep(LET).await;
        let Some(pool) = pool.upgrade() else { return };
        let mut state = pool.state();
        let mut is_left = false;
        for waiting in state.idle.values_mut().flatten().filter(|waiting| !waiting.is_frozen) {
            match waiting.used.elapsed() >= LET {
                true => waiting.freeze(),
                false => is_left = true,
            }
        }
        if !is_left {
            state.is_frozen = false;
            return;
        }
    }
}

/// Ends environments that have waited for long, until none waits.
async fn reap(pool: Weak<Pool>) {
    loop {
        tokio::time::sleep(KEPT / 10).await;
        let Some(pool) = pool.upgrade() else { return };
        let mut over = Vec::new();
        let is_reaped = {
            let mut state = pool.state();
            for waiting in state.idle.values_mut() {
                // The last used are taken first, so the others are the oldest.
                let fresh = waiting.partition_point(|environment| environment.used.elapsed() > KEPT);
                over.extend(waiting.drain(..fresh));
            }
            state.idle.retain(|_, waiting| !waiting.is_empty());
            for rests in state.rests.values_mut() {
                rests.retain(|rest| rest.since.elapsed() <= KEPT);
            }
            state.rests.retain(|_, rests| !rests.is_empty());
            state.is_reaped = !(state.idle.is_empty() && state.rests.is_empty());
            state.is_reaped
        };
        over.into_iter().for_each(Environment::end);
        if !is_reaped {
            return;
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.pool.state();
        if let Some(serving) = state.serving.get_mut(&self.function) {
            *serving -= 1;
            if *serving == 0 {
                state.serving.remove(&self.function);
            }
        }
    }
}
