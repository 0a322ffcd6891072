//! What an execution environment is made from: a version of a function.

use crate::services::lambda::code::Code;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// How a function's log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::services::lambda) enum LogFormat {
    /// As text.
    #[default]
    Text,
    /// As a JSON object for each event.
    Json,
}

/// What an execution environment is made from.
#[derive(Debug, Clone)]
pub(in crate::services::lambda) struct Launch {
    /// The account that the function is in.
    pub(in crate::services::lambda) account: String,
    /// The region that the function is in.
    pub(in crate::services::lambda) region: String,
    /// The name of the function.
    pub(in crate::services::lambda) function: String,
    /// `$LATEST`, or a number.
    pub(in crate::services::lambda) version: String,
    /// The runtime, as AWS names it: `python3.12`.
    pub(in crate::services::lambda) runtime: String,
    /// The handler.
    pub(in crate::services::lambda) handler: String,
    /// How long an invocation may take.
    pub(in crate::services::lambda) timeout: Duration,
    /// How much memory there is, in MB.
    pub(in crate::services::lambda) memory_mb: u64,
    /// The variables of the function.
    pub(in crate::services::lambda) environment: BTreeMap<String, String>,
    /// The code.
    pub(in crate::services::lambda) code: Arc<Code>,
    /// The layers, in their order.
    pub(in crate::services::lambda) layers: Vec<Arc<Code>>,
    /// The group that the log goes to.
    pub(in crate::services::lambda) log_group: String,
    /// The stream that the log of this environment goes to.
    pub(in crate::services::lambda) log_stream: String,
    /// How the log is written.
    pub(in crate::services::lambda) log_format: LogFormat,
    /// The least level of what the application logs, where the log is JSON.
    pub(in crate::services::lambda) application_level: Option<String>,
    /// What stands for `/tmp`, where an environment before it had one: its runtime is begun anew, and its files stay.
    pub(in crate::services::lambda) scratch: Option<Arc<TempDir>>,
    /// Where the emulator listens, as a URL; `None` where it does not.
    pub(in crate::services::lambda) endpoint: Option<String>,
}
