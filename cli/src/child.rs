//! A command that runs against an endpoint of ours: `serve -- COMMAND`, `record -- COMMAND`.

use std::process::ExitCode;
use tokio::process::Command;

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
    let status = child.status().await.map_err(|error| format!("could not run {program}: {error}"))?;
    use std::os::unix::process::ExitStatusExt;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}
