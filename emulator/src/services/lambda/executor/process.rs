//! Environments as processes of this machine: no container, and as little as may be of what is around them.
//!
//! A process gets variables made from scratch, a folder of its own for `/tmp`, a process group of its own, and no file but
//! its outputs. It can read what the user who runs the emulator can read: whoever does not trust a function does not run it
//! this way.

mod extensions;

use super::api::Extensions;
use super::interpreter::{Interpreter, Interpreters};
use super::launch::{Launch, LogFormat};
use super::outcome::Failure;
use super::{Executor, Running, Usage};
use crate::services::lambda::code;
use extensions::Beside;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, Weak};
use tempfile::TempDir;
use tokio::net::unix::pipe::Receiver;
use tokio::process::{Child, Command};

const PYTHON: &str = include_str!("bootstrap/python.py");
const NODE: &str = include_str!("bootstrap/node.mjs");

/// How many files a function may have open (Developer Guide, "Lambda quotas").
#[cfg(target_os = "linux")]
const MOST_FILES: u64 = 1024;

/// Runs environments as processes.
#[derive(Debug, Default)]
pub(in crate::services::lambda) struct Processes {
    /// Where the languages are.
    pub(in crate::services::lambda) interpreters: Interpreters,
    /// The folder with the bootstraps, made when the first is needed.
    runtime: Mutex<Option<Arc<TempDir>>>,
    /// The layers of versions, each laid into a folder once.
    laid: Mutex<HashMap<String, Weak<TempDir>>>,
}

/// A process that serves an environment.
struct Process {
    child: Child,
    outputs: Option<(Receiver, Receiver)>,
    extensions: Option<Beside>,
    group: Option<Pid>,
    /// What stands for `/tmp`.
    _scratch: TempDir,
    /// What stands for `/opt`.
    _layers: Option<Arc<TempDir>>,
}

impl Executor for Processes {
    fn start(
        &self,
        launch: &Launch,
        api: SocketAddr,
        registered: &Extensions,
    ) -> io::Result<Box<dyn Running>> {
        let interpreter = self.interpreters.of(&launch.runtime).map_err(io::Error::other)?;
        let root = launch.code.folder()?;
        let scratch = tempfile::Builder::new().prefix("ruststack-tmp-").tempdir()?;
        let layers = self.layers(launch)?;
        let opt = layers.as_deref().map_or(Path::new("/opt"), TempDir::path);
        let runtime = self.runtime()?;
        let mut command = match &interpreter {
            Interpreter::Python(program) => {
                let mut command = Command::new(program);
                command.arg(runtime.path().join("bootstrap.py"));
                command
            }
            Interpreter::Node(program) => {
                let mut command = Command::new(program);
                command.arg(runtime.path().join("bootstrap.mjs"));
                command
            }
            Interpreter::Own => {
                let of_layer = Some(opt.join("bootstrap")).filter(|_| layers.is_some());
                let found = [Some(root.join("bootstrap")), of_layer]
                    .into_iter()
                    .flatten()
                    .find(|path| path.is_file());
                Command::new(found.ok_or_else(|| {
                    io::Error::other(format!(
                        "Couldn't find valid bootstrap(s): [{} /opt/bootstrap]",
                        "/var/task/bootstrap"
                    ))
                })?)
            }
        };
        let variables = variables(launch, &interpreter, api, &root, opt, scratch.path(), runtime.path());
        let extensions = match layers {
            Some(_) => Beside::start(opt, &variables, scratch.path(), registered)?,
            None => None,
        };
        command.env_clear().envs(variables);
        let group = extensions.as_ref().map_or(0, |extensions| extensions.group.as_raw_nonzero().get());
        command.current_dir(&root).process_group(group).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let id = child.id().and_then(|id| Pid::from_raw(id as i32));
        limit(id);
        let group = extensions.as_ref().map(|extensions| extensions.group).or(id);
        let stdout = child.stdout.take().and_then(|pipe| pipe.into_owned_fd().ok());
        let stderr = child.stderr.take().and_then(|pipe| pipe.into_owned_fd().ok());
        let (Some(stdout), Some(stderr)) = (stdout, stderr) else {
            return Err(io::Error::other("a process has two outputs"));
        };
        let outputs = Some((Receiver::from_owned_fd(stdout)?, Receiver::from_owned_fd(stderr)?));
        Ok(Box::new(Process { child, outputs, extensions, group, _scratch: scratch, _layers: layers }))
    }
}

impl Processes {
    /// The folder of the bootstraps.
    fn runtime(&self) -> io::Result<Arc<TempDir>> {
        let mut known = self.runtime.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(folder) = &*known {
            return Ok(folder.clone());
        }
        let folder = tempfile::Builder::new().prefix("ruststack-runtime-").tempdir()?;
        std::fs::write(folder.path().join("bootstrap.py"), PYTHON)?;
        std::fs::write(folder.path().join("bootstrap.mjs"), NODE)?;
        Ok(known.insert(Arc::new(folder)).clone())
    }

    /// The folder that stands for `/opt`, which all environments with these layers share; `None` where there are none.
    fn layers(&self, launch: &Launch) -> io::Result<Option<Arc<TempDir>>> {
        if launch.layers.is_empty() {
            return Ok(None);
        }
        let name: String = launch.layers.iter().map(|layer| layer.sha256.as_str()).collect();
        let mut laid = self.laid.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(folder) = laid.get(&name).and_then(Weak::upgrade) {
            return Ok(Some(folder));
        }
        laid.retain(|_, folder| folder.strong_count() > 0);
        let folder = Arc::new(tempfile::Builder::new().prefix("ruststack-opt-").tempdir()?);
        code::lay(&launch.layers, folder.path())?;
        laid.insert(name, Arc::downgrade(&folder));
        Ok(Some(folder))
    }
}

/// The variables of an environment (Developer Guide, "Defined runtime environment variables"): AWS's, then the function's.
fn variables(
    launch: &Launch,
    interpreter: &Interpreter,
    api: SocketAddr,
    root: &Path,
    opt: &Path,
    scratch: &Path,
    runtime: &Path,
) -> Vec<(String, String)> {
    let shown = |path: PathBuf| path.to_string_lossy().into_owned();
    let mut all: Vec<(&str, String)> = vec![
        ("AWS_LAMBDA_FUNCTION_NAME", launch.function.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", launch.version.clone()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", launch.memory_mb.to_string()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", launch.log_group.clone()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", launch.log_stream.clone()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into()),
        ("AWS_LAMBDA_RUNTIME_API", api.to_string()),
        ("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", launch.runtime)),
        ("AWS_REGION", launch.region.clone()),
        ("AWS_DEFAULT_REGION", launch.region.clone()),
        // The key names the account, so that what a function calls is in the account it is in.
        ("AWS_ACCESS_KEY_ID", launch.account.clone()),
        ("AWS_SECRET_ACCESS_KEY", "test".into()),
        ("AWS_SESSION_TOKEN", "test".into()),
        ("LAMBDA_TASK_ROOT", shown(root.to_owned())),
        ("LAMBDA_RUNTIME_DIR", shown(runtime.to_owned())),
        ("_HANDLER", launch.handler.clone()),
        ("_LAMBDA_TELEMETRY_LOG_FD", "2".into()),
        ("TMPDIR", shown(scratch.to_owned())),
        ("HOME", shown(scratch.to_owned())),
        ("TZ", ":UTC".into()),
        ("LANG", "en_US.UTF-8".into()),
        ("PATH", format!("/usr/local/bin:/usr/bin/:/bin:{}", shown(opt.join("bin")))),
        (
            "LD_LIBRARY_PATH",
            format!("{}:{}:{}", shown(root.to_owned()), shown(root.join("lib")), shown(opt.join("lib"))),
        ),
    ];
    all.extend(launch.endpoint.clone().map(|endpoint| ("AWS_ENDPOINT_URL", endpoint)));
    if launch.log_format == LogFormat::Json {
        all.push(("AWS_LAMBDA_LOG_FORMAT", "JSON".into()));
        all.extend(launch.application_level.clone().map(|level| ("AWS_LAMBDA_LOG_LEVEL", level)));
    } else {
        all.push(("AWS_LAMBDA_LOG_FORMAT", "Text".into()));
    }
    match interpreter {
        Interpreter::Python(_) => {
            let version = launch.runtime.trim_start_matches("python");
            let site = shown(opt.join(format!("python/lib/python{version}/site-packages")));
            all.push(("PYTHONPATH", format!("{}:{site}", shown(opt.join("python")))));
            // What Python compiles is not left in somebody else's folder.
            all.push(("PYTHONPYCACHEPREFIX", shown(scratch.join(".pycache"))));
        }
        Interpreter::Node(_) => {
            let major = launch.runtime.trim_start_matches("nodejs").trim_end_matches(".x");
            let of_version = shown(opt.join(format!("nodejs/node{major}/node_modules")));
            all.push(("NODE_PATH", format!("{of_version}:{}", shown(opt.join("nodejs/node_modules")))));
        }
        Interpreter::Own => {}
    }
    let own = launch.environment.iter().map(|(name, value)| (name.clone(), value.clone()));
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(own).collect()
}

/// Takes from a process what it could do too much with.
#[cfg(target_os = "linux")]
fn limit(process: Option<Pid>) {
    use rustix::process::{Resource, Rlimit, prlimit};
    for (resource, most) in [(Resource::Core, 0), (Resource::Nofile, MOST_FILES)] {
        let limit = Rlimit { current: Some(most), maximum: Some(most) };
        // A process that has ended already needs no limits.
        let _ = prlimit(process, resource, limit);
    }
}

/// Only Linux lets one process limit another.
#[cfg(not(target_os = "linux"))]
fn limit(_: Option<Pid>) {}

impl Running for Process {
    fn outputs(&mut self) -> Option<(Receiver, Receiver)> {
        self.outputs.take()
    }

    fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn kill(&self) {
        self.signal(Signal::KILL);
    }

    fn ended(&mut self) -> Pin<Box<dyn Future<Output = Option<String>> + Send + '_>> {
        Box::pin(async {
            match self.child.wait().await {
                Ok(status) => told(status),
                Err(error) => Some(error.to_string()),
            }
        })
    }

    fn usage(&self) -> Usage {
        let mut usage = Usage::default();
        let mut open: Vec<u32> = self.child.id().into_iter().collect();
        open.extend(self.extensions.iter().flat_map(Beside::ids));
        while let Some(id) = open.pop() {
            usage.memory += resident(id);
            usage.processes += 1;
            let children =
                std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap_or_default();
            open.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
        }
        usage
    }

    fn extension_output(&mut self) -> Option<Receiver> {
        self.extensions.as_mut()?.output.take()
    }

    fn lost_extension(&mut self) -> Option<Failure> {
        self.extensions.as_mut()?.lost()
    }

    fn has_extensions(&mut self) -> bool {
        self.extensions.as_mut().is_some_and(Beside::is_running)
    }

    fn end_runtime(&self, kindly: bool) {
        if let Some(id) = self.child.id().and_then(|id| Pid::from_raw(id as i32)) {
            let _ = kill_process(id, if kindly { Signal::TERM } else { Signal::KILL });
        }
    }
}

impl Process {
    fn signal(&self, signal: Signal) {
        if let Some(group) = self.group {
            // Nobody is left to be told of it, or it is told.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The bytes of memory that a process has in use.
fn resident(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap_or_default() * 1024
}

/// How a process ended, as AWS tells it.
fn told(status: ExitStatus) -> Option<String> {
    match (status.code(), status.signal()) {
        (Some(0), _) => None,
        (Some(code), _) => Some(format!("exit status {code}")),
        (None, Some(9)) => Some("signal: killed".into()),
        (None, Some(11)) => Some("signal: segmentation fault".into()),
        (None, Some(6)) => Some("signal: aborted".into()),
        (None, Some(15)) => Some("signal: terminated".into()),
        (None, Some(signal)) => Some(format!("signal: signal {signal}")),
        (None, None) => Some("exit status unknown".into()),
    }
}
