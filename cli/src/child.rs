//! A command that runs against an endpoint of ours: `serve -- COMMAND`, `record -- COMMAND`.

use rustix::process::{Pid, Signal, kill_process};
use std::io::IsTerminal as _;
use std::process::{ExitCode, ExitStatus};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

/// The key, secret and region of a command that has none: nothing real is needed.
const DUMMIES: [(&str, &str); 3] =
    [("AWS_ACCESS_KEY_ID", "test"), ("AWS_SECRET_ACCESS_KEY", "test"), ("AWS_DEFAULT_REGION", "us-east-1")];

/// Runs a command with `AWS_ENDPOINT_URL` set, and gives its exit code; one that was killed counts 128 and the
/// signal, as in a shell.
pub(crate) async fn run(command: &[String], endpoint: &str) -> Result<ExitCode, String> {
    let (program, arguments) = command.split_first().ok_or("no command was given")?;
    let mut child = Command::new(program);
    child.args(arguments).env("AWS_ENDPOINT_URL", endpoint);
    for (name, value) in DUMMIES {
        // Never the caller's own keys: what runs here must not be able to reach the real AWS with them.
        if std::env::var_os(name).is_none() || name.ends_with("_KEY") || name.ends_with("_KEY_ID") {
            child.env(name, value);
        }
    }
    child.env_remove("AWS_SESSION_TOKEN").env_remove("AWS_PROFILE");
    let mut running = child.spawn().map_err(|error| format!("could not run {program}: {error}"))?;
    let status =
        to_its_end(&mut running).await.map_err(|error| format!("could not run {program}: {error}"))?;
    use std::os::unix::process::ExitStatusExt;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// Waits for a command. A signal that we get is passed on to it, so that it may end as it wants and we after it; a
/// second one kills it.
async fn to_its_end(child: &mut Child) -> std::io::Result<ExitStatus> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let mut told = false;
    loop {
        let got = tokio::select! {
            status = child.wait() => return status,
            _ = interrupt.recv() => Signal::INT,
            _ = terminate.recv() => Signal::TERM,
        };
        let process = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if told {
            child.start_kill()?;
        } else if let Some(process) =
            process.filter(|_| got != Signal::INT || !std::io::stdin().is_terminal())
        {
            // A terminal has sent the interrupt to the command as well.
            kill_process(process, got)?;
        }
        told = true;
    }
}
