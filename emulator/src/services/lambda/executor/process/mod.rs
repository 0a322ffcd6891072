//! Environments as processes of this machine: no container, and as little as may be of what is around them.
//!
//! A process gets variables made from scratch, a folder of its own for `/tmp`, a process group of its own, and no file but
//! its outputs. It can read what the user who runs the emulator can read: whoever does not trust a function does not run it
//! this way. `extensions` are processes beside it, of the same group.

mod extensions;
mod limits;
mod sweep;
mod variables;
mod workshop;

use super::api::Extensions;
use super::interpreter::{Interpreter, Interpreters, java};
use super::launch::Launch;
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
use std::path::Path;
use std::pin::Pin;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, Weak};
use tempfile::TempDir;
use tokio::net::unix::pipe::Receiver;
use tokio::process::{Child, Command};
use variables::{Folders, RUNTIME_API, RUNTIME_DIR, STREAM, WRAPPER, variables};
use workshop::Workshop;

const PYTHON: &str = include_str!("../bootstrap/python.py");
const NODE: [(&str, &str); 6] = [
    ("index.mjs", include_str!("../bootstrap/node/index.mjs")),
    ("api.mjs", include_str!("../bootstrap/node/api.mjs")),
    ("errors.mjs", include_str!("../bootstrap/node/errors.mjs")),
    ("load.mjs", include_str!("../bootstrap/node/load.mjs")),
    ("log.mjs", include_str!("../bootstrap/node/log.mjs")),
    ("stream.mjs", include_str!("../bootstrap/node/stream.mjs")),
];
/// The folder of the bootstraps.
const RUNTIME: &str = "runtime";
/// How many processes more than before are looked at closely.
const MANY: usize = 512;

/// Runs environments as processes.
#[derive(Debug, Default)]
pub(in crate::services::lambda) struct Processes {
    /// Where the languages are.
    pub(in crate::services::lambda) interpreters: Interpreters,
    /// The folder that they lie in, with the bootstraps, made when the first is started.
    workshop: Mutex<Option<Arc<Workshop>>>,
    /// The layers of versions, each laid into a folder once.
    laid: Mutex<HashMap<String, Weak<TempDir>>>,
}

/// A process that serves an environment.
struct Process {
    child: Child,
    output: Option<Receiver>,
    extensions: Option<Beside>,
    group: Option<Pid>,
    /// Three of its variables, which together only those have that it started.
    marks: [String; 3],
    memory_mb: u64,
    /// How many processes the machine had when it began.
    others: usize,
    /// What stands for `/tmp`.
    scratch: Arc<TempDir>,
    /// What stands for `/opt`.
    _layers: Option<Arc<TempDir>>,
    _workshop: Arc<Workshop>,
}

impl Executor for Processes {
    fn start(
        &self,
        launch: &Launch,
        api: SocketAddr,
        registered: &Extensions,
    ) -> io::Result<Box<dyn Running>> {
        let interpreter = self.interpreters.of(&launch.runtime).map_err(io::Error::other)?;
        let workshop = self.workshop()?;
        let root = launch.code.folder(|| workshop.room("code-"))?;
        let scratch = match &launch.scratch {
            Some(scratch) => scratch.clone(),
            None => Arc::new(workshop.room("tmp-")?),
        };
        let layers = self.layers(launch, &workshop)?;
        let opt = layers.as_deref().map_or(Path::new("/opt"), TempDir::path);
        let runtime = workshop.path();
        let folders = Folders { root: &root, opt, scratch: scratch.path(), runtime: &runtime.join(RUNTIME) };
        let mut command = command(&interpreter, launch, &folders)?;
        let variables = variables(launch, &interpreter, api, &folders);
        let others = limits::on_machine();
        let extensions = match layers {
            Some(_) => Beside::start(&folders, &variables, launch.memory_mb, registered)?,
            None => None,
        };
        let joined = extensions.as_ref().map_or(0, |extensions| extensions.group.as_raw_nonzero().get());
        command.env_clear().envs(variables);
        command.current_dir(&root).process_group(joined).kill_on_drop(true);
        // One pipe for both, so that lines stand in the order in which they were written.
        let (reader, writer) = io::pipe()?;
        command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        let child = command.spawn()?;
        let id = child.id().and_then(|id| Pid::from_raw(id as i32));
        limits::limit(id, launch.memory_mb);
        let group = extensions.as_ref().map(|extensions| extensions.group).or(id);
        // The command holds the end that is written to, and the last who does so has to be the process.
        drop(command);
        let output = Some(Receiver::from_owned_fd(reader.into())?);
        let marks = [
            format!("{STREAM}={}", launch.log_stream),
            format!("{RUNTIME_DIR}={}", folders.runtime.to_string_lossy()),
            format!("{RUNTIME_API}={api}"),
        ];
        let memory_mb = launch.memory_mb;
        let (_layers, _workshop) = (layers, workshop);
        Ok(Box::new(Process {
            child,
            output,
            extensions,
            group,
            marks,
            memory_mb,
            others,
            scratch,
            _layers,
            _workshop,
        }))
    }
}

impl Processes {
    /// The folder that everything lies in, with the bootstraps.
    fn workshop(&self) -> io::Result<Arc<Workshop>> {
        let mut known = self.workshop.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(workshop) = &*known {
            return Ok(workshop.clone());
        }
        let workshop = Workshop::open()?;
        let runtime = workshop.path().join(RUNTIME);
        std::fs::create_dir(&runtime)?;
        for (name, text) in [("bootstrap.py", PYTHON)].into_iter().chain(NODE) {
            std::fs::write(runtime.join(name), text)?;
        }
        Ok(known.insert(Arc::new(workshop)).clone())
    }

    /// The folder that stands for `/opt`, which all environments with these layers share; `None` where there are none.
    fn layers(&self, launch: &Launch, workshop: &Workshop) -> io::Result<Option<Arc<TempDir>>> {
        if launch.layers.is_empty() {
            return Ok(None);
        }
        let name: String = launch.layers.iter().map(|layer| layer.sha256.as_str()).collect();
        let mut laid = self.laid.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(folder) = laid.get(&name).and_then(Weak::upgrade) {
            return Ok(Some(folder));
        }
        laid.retain(|_, folder| folder.strong_count() > 0);
        let folder = Arc::new(workshop.room("opt-")?);
        code::lay(&launch.layers, folder.path())?;
        laid.insert(name, Arc::downgrade(&folder));
        Ok(Some(folder))
    }
}

/// What is run for a runtime: by the function's wrapper, where it names one.
///
/// Source: Developer Guide, "Modifying the runtime environment", "Wrapper scripts"; one that is not there ends with status 127
/// (localstack's recordings of AWS, lambda_/test_lambda.snapshot.json: test_lambda_runtime_wrapper_not_found).
fn command(interpreter: &Interpreter, launch: &Launch, folders: &Folders<'_>) -> io::Result<Command> {
    let plain = runtime(interpreter, launch, folders)?;
    let wrapper = launch.environment.get(WRAPPER).filter(|_| *interpreter != Interpreter::Own);
    let Some(wrapper) = wrapper else { return Ok(plain) };
    let place = [("/opt/", folders.opt), ("/var/task/", folders.root)]
        .into_iter()
        .find_map(|(shown, folder)| wrapper.strip_prefix(shown).map(|rest| folder.join(rest)));
    let mut command = Command::new("/bin/sh");
    command.args(["-c", "exec \"$@\"", "sh"]).arg(place.unwrap_or_else(|| wrapper.into()));
    command.arg(plain.as_std().get_program()).args(plain.as_std().get_args());
    Ok(command)
}

/// What is run for a runtime.
fn runtime(interpreter: &Interpreter, launch: &Launch, folders: &Folders<'_>) -> io::Result<Command> {
    let with = |program: &Path, script: &str| {
        let mut command = Command::new(program);
        command.arg(folders.runtime.join(script));
        command
    };
    Ok(match interpreter {
        Interpreter::Python(program) => with(program, "bootstrap.py"),
        Interpreter::Node(program) => with(program, "index.mjs"),
        Interpreter::Java(program) => {
            let mut command = Command::new(program);
            command.arg("-cp").arg(java::class_path(folders.root, folders.opt).map_err(io::Error::other)?);
            command.args([java::CLIENT, &launch.handler]);
            command
        }
        Interpreter::Own => {
            let found = [folders.root, folders.opt].map(|folder| folder.join("bootstrap"));
            let found = found.into_iter().find(|path| path.is_file());
            Command::new(found.ok_or_else(|| {
                io::Error::other("Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]")
            })?)
        }
    })
}

impl Running for Process {
    fn output(&mut self) -> Option<Receiver> {
        self.output.take()
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

    fn scratch(&self) -> Option<Arc<TempDir>> {
        Some(self.scratch.clone())
    }

    fn memory(&self) -> u64 {
        self.child.id().map(limits::resident).unwrap_or_default()
    }

    fn usage(&self) -> Usage {
        let mut usage = Usage::default();
        for id in self.child.id().into_iter().chain(self.extensions.iter().flat_map(Beside::ids)) {
            let of_one = limits::usage(id, self.memory_mb);
            usage.memory += of_one.memory;
            usage.processes += of_one.processes;
        }
        // Those whose parent is gone are found the slow way, once so many more are there that it matters.
        if let Some(group) = self.group.filter(|_| limits::on_machine() > self.others + MANY) {
            usage.processes = usage.processes.max(limits::crowd(group));
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
    /// Ends the group, and then what has left it.
    fn drop(&mut self) {
        self.kill();
        let marks = std::mem::take(&mut self.marks);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(sweep::sweep(marks))),
            Err(_) => sweep::once(&marks),
        }
    }
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
