//! What runs functions: execution environments, each of which serves one invocation at a time.
//!
//! `environment` is one of them: its life from the start of its runtime to its end. `api` is the Runtime API that the runtime
//! in it talks to, `lines` what it writes, `process` how it is a process of this machine, `interpreter` where the languages
//! are found, `launch` what an environment is made from, `outcome` how an invocation ends, `stream` what becomes of an
//! answer that comes in pieces, `telemetry` what extensions are sent of all this.
//!
//! Source: Developer Guide, "Understanding the Lambda execution environment lifecycle".

mod api;
mod environment;
mod interpreter;
mod launch;
mod lines;
mod outcome;
mod process;
mod stream;
mod telemetry;

use api::Extensions;

pub(super) use environment::{Environment, Rest};

pub(super) use launch::{Launch, LogFormat};
pub(super) use outcome::{Failure, Invocation, Outcome, Report};
pub(super) use process::Processes;
pub(crate) use stream::Part;
pub(super) use stream::Parts;

use std::fmt::Debug;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::net::unix::pipe::Receiver;

/// How environments are run: as processes of this machine, or elsewhere.
pub(super) trait Executor: Send + Sync + Debug {
    /// Starts the extensions of an environment, and when they have registered its runtime, which asks the Runtime API at this
    /// address for its events.
    fn start(
        &self,
        launch: &Launch,
        api: SocketAddr,
        extensions: &Extensions,
    ) -> io::Result<Box<dyn Running>>;
}

/// The runtime of an environment, started.
pub(super) trait Running: Send {
    /// What it writes to its standard output and to its standard error, in the order that it writes it; given once.
    fn output(&mut self) -> Option<Receiver>;
    /// Stops all of it: what is frozen uses no processor.
    fn freeze(&self);
    /// Lets it go on.
    fn thaw(&self);
    /// Ends it, with everything that it has started.
    fn kill(&self);
    /// Waits until it has ended, and tells how in AWS's words: `exit status 1`, `signal: killed`, nothing where it ended well.
    fn ended(&mut self) -> Pin<Box<dyn Future<Output = Option<String>> + Send + '_>>;
    /// What stands for `/tmp`, which is kept for an environment that comes after it.
    fn scratch(&self) -> Option<Arc<TempDir>> {
        None
    }
    /// What it uses now.
    fn usage(&self) -> Usage;
    /// How many bytes of memory its runtime uses now, without what that has started: quicker to ask for.
    fn memory(&self) -> u64 {
        self.usage().memory
    }
    /// What the extensions write; given once.
    fn extension_output(&mut self) -> Option<Receiver> {
        None
    }
    /// How an extension has ended that should not have.
    fn lost_extension(&mut self) -> Option<Failure> {
        None
    }
    /// Whether there are extensions that run.
    fn has_extensions(&mut self) -> bool {
        false
    }
    /// Ends the runtime, and lets its extensions be. It is told before where it is asked kindly.
    fn end_runtime(&self, _kindly: bool) {}
}

/// What the runtime of an environment uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Usage {
    /// Bytes of memory.
    pub(super) memory: u64,
    /// Processes.
    pub(super) processes: usize,
}

#[cfg(test)]
mod tests;
