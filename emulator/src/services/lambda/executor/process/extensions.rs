//! Extensions that are processes: the files below `/opt/extensions`, started before the runtime.
//!
//! Source: Developer Guide, "Using the Lambda Extensions API to create extensions"; how failures are told as Lambda's users
//! report them: `Extension.LaunchError` with `fork/exec ...`, `Extension.Crash` with `exit code 1`.

use super::variables::Folders;
use super::{Extensions, limits};
use crate::services::lambda::executor::outcome::{Failure, Refused};
use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{self, PipeReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::net::unix::pipe::Receiver;
use tokio::process::{Child, Command};

/// How long extensions may take to register (Developer Guide, "Init phase": ten seconds for all of it).
const LONGEST: Duration = Duration::from_secs(10);
/// How long is waited for one to register before it is looked whether all are there still.
const MOMENT: Duration = Duration::from_millis(10);
/// How much is told of what was written by extensions that failed.
const MOST_TOLD: u64 = 64 << 10;
/// The variables that only the runtime has.
const OF_RUNTIME: [&str; 11] = [
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_DAEMON_ADDRESS",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_AWS_XRAY_DAEMON_ADDRESS",
    "_AWS_XRAY_DAEMON_PORT",
    "_HANDLER",
    "_LAMBDA_TELEMETRY_LOG_FD",
];

/// Extensions that run beside a runtime.
pub(super) struct Beside {
    children: Vec<(String, Child)>,
    /// The group of processes that they begin, and the runtime joins.
    pub(super) group: Pid,
    /// What they write, until it is taken.
    pub(super) output: Option<Receiver>,
}

impl Beside {
    /// Starts the extensions that are there, and waits until they have registered; `None` where there are none.
    pub(super) fn start(
        folders: &Folders<'_>,
        variables: &[(String, String)],
        memory_mb: u64,
        registered: &Extensions,
    ) -> io::Result<Option<Beside>> {
        let files = files(folders.opt);
        let (reader, writer) = io::pipe()?;
        let names = files.iter().map(|file| name(file)).collect();
        registered.expect(names);
        let mut children: Vec<(String, Child)> = Vec::new();
        let mut group = None;
        for file in &files {
            let mut command = Command::new(file);
            let own = variables.iter().filter(|(name, _)| !OF_RUNTIME.contains(&name.as_str()));
            command.env_clear().envs(own.map(|(name, value)| (name, value)));
            command.current_dir(folders.scratch).kill_on_drop(true).process_group(group.map_or(0, id_of));
            command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer.try_clone()?);
            match command.spawn() {
                Ok(child) => {
                    let id = child.id().and_then(|id| Pid::from_raw(id as i32));
                    limits::limit(id, memory_mb);
                    group = group.or(id);
                    children.push((name(file), child));
                }
                Err(error) => {
                    let what = error.to_string().to_lowercase();
                    let what = what.split(" (os error").next().unwrap_or_default();
                    let sentence = format!("fork/exec /opt/extensions/{}: {what}", name(file));
                    let failure = Failure::Extension { kind: "Extension.LaunchError", sentence };
                    drop((command, writer));
                    return Err(refused(failure, group, reader));
                }
            }
        }
        let Some(group) = group else { return Ok(None) };
        drop(writer);
        let mut beside = Beside { children, group, output: None };
        let since = Instant::now();
        while !registered.wait(MOMENT) {
            if let Some(failure) = beside.lost() {
                return Err(refused(failure, Some(group), reader));
            }
            if since.elapsed() > LONGEST {
                let sentence = "extensions did not register in time".to_owned();
                let failure = Failure::Extension { kind: "Extension.InitError", sentence };
                return Err(refused(failure, Some(group), reader));
            }
        }
        beside.output = Some(Receiver::from_owned_fd(reader.into())?);
        Ok(Some(beside))
    }

    /// Their processes.
    pub(super) fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        self.children.iter().filter_map(|(_, child)| child.id())
    }

    /// How one has ended, if one has.
    pub(super) fn lost(&mut self) -> Option<Failure> {
        self.children.iter_mut().find_map(|(_, child)| {
            let status = child.try_wait().ok().flatten()?;
            let sentence = match status.code() {
                Some(code) => format!("exit code {code}"),
                None => super::told(status).unwrap_or_default(),
            };
            Some(Failure::Extension { kind: "Extension.Crash", sentence })
        })
    }

    /// Whether any has not ended yet.
    pub(super) fn is_running(&mut self) -> bool {
        self.children.iter_mut().any(|(_, child)| matches!(child.try_wait(), Ok(None)))
    }
}

fn id_of(group: Pid) -> i32 {
    group.as_raw_nonzero().get()
}

/// The files of the extensions, in the order of their names.
fn files(opt: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(opt.join("extensions")).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    for file in &files {
        // What is packed on a machine that knows no permissions can be run all the same; on AWS it cannot.
        if std::fs::metadata(file).is_ok_and(|known| known.permissions().mode() & 0o111 == 0) {
            tracing::warn!("the extension {} cannot be executed: on AWS it would not be started", name(file));
        }
    }
    files
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Ends what has been started, and says why with what was written.
fn refused(failure: Failure, group: Option<Pid>, reader: PipeReader) -> io::Error {
    if let Some(group) = group {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let mut written = Vec::new();
    let _ = reader.take(MOST_TOLD).read_to_end(&mut written);
    io::Error::other(Refused { failure, written })
}
