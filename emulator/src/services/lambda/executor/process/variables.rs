//! The variables of an environment: AWS's, then the function's, and nothing of the emulator's own.
//!
//! Source: Developer Guide, "Defined runtime environment variables".

use super::super::interpreter::Interpreter;
use super::super::launch::{Launch, LogFormat};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The folders that an environment is told of.
pub(super) struct Folders<'a> {
    /// The code: AWS's `/var/task`.
    pub(super) root: &'a Path,
    /// The layers: AWS's `/opt`.
    pub(super) opt: &'a Path,
    /// What is its own: AWS's `/tmp`.
    pub(super) scratch: &'a Path,
    /// The bootstraps: AWS's `/var/runtime`.
    pub(super) runtime: &'a Path,
}

/// The variable that names the log stream, which no two environments of an emulator share.
pub(super) const STREAM: &str = "AWS_LAMBDA_LOG_STREAM_NAME";
/// The variable that names the Runtime API, which no two environments have at once.
pub(super) const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";
/// The variable of a function that names what its runtime is started by.
pub(super) const WRAPPER: &str = "AWS_LAMBDA_EXEC_WRAPPER";
/// The variable that names the folder of the bootstraps, which no two emulators share.
pub(super) const RUNTIME_DIR: &str = "LAMBDA_RUNTIME_DIR";

/// The variables of an environment.
pub(super) fn variables(
    launch: &Launch,
    interpreter: &Interpreter,
    api: SocketAddr,
    folders: &Folders<'_>,
) -> Vec<(String, String)> {
    let Folders { root, opt, scratch, runtime } = *folders;
    let shown = |path: PathBuf| path.to_string_lossy().into_owned();
    let mut all: Vec<(&str, String)> = vec![
        ("AWS_LAMBDA_FUNCTION_NAME", launch.function.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", launch.version.clone()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", launch.memory_mb.to_string()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", launch.log_group.clone()),
        (STREAM, launch.log_stream.clone()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into()),
        (RUNTIME_API, api.to_string()),
        ("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", launch.runtime)),
        ("AWS_REGION", launch.region.clone()),
        ("AWS_DEFAULT_REGION", launch.region.clone()),
        // The key names the account, so that what a function calls is in the account it is in.
        ("AWS_ACCESS_KEY_ID", launch.account.clone()),
        ("AWS_SECRET_ACCESS_KEY", "test".into()),
        ("AWS_SESSION_TOKEN", "test".into()),
        ("LAMBDA_TASK_ROOT", shown(root.to_owned())),
        (RUNTIME_DIR, shown(runtime.to_owned())),
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
            // What Python compiles is kept beside the code, and not left in somebody else's folder.
            if launch.code.is_live() {
                all.push(("PYTHONDONTWRITEBYTECODE", "1".into()));
            }
        }
        Interpreter::Node(_) => {
            let major = launch.runtime.trim_start_matches("nodejs").trim_end_matches(".x");
            let of_version = shown(opt.join(format!("nodejs/node{major}/node_modules")));
            all.push(("NODE_PATH", format!("{of_version}:{}", shown(opt.join("nodejs/node_modules")))));
        }
        Interpreter::Java(_) | Interpreter::Own => {}
    }
    let own = launch.environment.iter().map(|(name, value)| (name.clone(), value.clone()));
    all.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(own).collect()
}
