//! Where the languages are on this machine: the interpreter of each runtime, by its version.

pub(super) mod java;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

/// How long the path of an interpreter that says where it is can be, and more.
const LONGEST_PATH: usize = 4096;

/// How long it is believed that something is missing: it may be installed before it is asked for again.
const MISSING_FOR: Duration = Duration::from_secs(5);

/// The interpreters of this machine, looked for once however many emulators ask.
#[derive(Debug, Default)]
pub(in crate::services::lambda) struct Interpreters;

/// What was found for a runtime, and when it was looked for.
struct Looked {
    at: Instant,
    found: Result<Interpreter, String>,
}

/// What was found for each runtime.
static KNOWN: LazyLock<Mutex<HashMap<String, Looked>>> = LazyLock::new(Mutex::default);

/// An interpreter, or that none is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::services::lambda) enum Interpreter {
    /// Python, and the program.
    Python(PathBuf),
    /// Node.js, and the program.
    Node(PathBuf),
    /// A Java virtual machine, and the program.
    Java(PathBuf),
    /// The function brings its own, as `bootstrap`.
    Own,
}

impl Interpreters {
    /// The interpreter of a runtime. The error says what was looked for.
    pub(in crate::services::lambda) fn of(&self, runtime: &str) -> Result<Interpreter, String> {
        let mut known = KNOWN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(Looked { at, found }) = known.get(runtime)
            && (found.is_ok() || at.elapsed() < MISSING_FOR)
        {
            return found.clone();
        }
        let found = find(runtime);
        known.insert(runtime.to_owned(), Looked { at: Instant::now(), found: found.clone() });
        found
    }

    /// Whether the interpreter of a runtime has been found already; it does not wait for who is looking.
    pub(in crate::services::lambda) fn knows(&self, runtime: &str) -> bool {
        KNOWN.try_lock().is_ok_and(|known| known.get(runtime).is_some_and(|looked| looked.found.is_ok()))
    }
}

fn find(runtime: &str) -> Result<Interpreter, String> {
    if runtime.starts_with("provided") {
        return Ok(Interpreter::Own);
    }
    if let Some(version) = runtime.strip_prefix("python") {
        let program = format!("python{version}");
        let found =
            candidates(&program, &[".pyenv/versions", ".local/share/uv/python"], version).find_map(|path| {
                says(&path, &["-c", "import sys; print(sys.executable, *sys.version_info[:2])"], version)
            });
        return found.map(Interpreter::Python).ok_or(format!(
            "no Python {version} was found on this machine: looked for {program} on the PATH, in ~/.pyenv and in uv's folder"
        ));
    }
    if let Some(version) = runtime.strip_prefix("nodejs").and_then(|version| version.strip_suffix(".x")) {
        let script = "console.log(process.execPath, process.versions.node.split('.')[0])";
        let found = [format!("node{version}"), format!("node-{version}"), "node".to_owned()]
            .iter()
            .flat_map(|program| {
                candidates(program, &[".nvm/versions/node", ".local/share/fnm/node-versions"], version)
            })
            .find_map(|path| says(&path, &["-e", script], version));
        return found.map(Interpreter::Node).ok_or(format!(
            "no Node.js {version} was found on this machine: looked for node{version} and node on the PATH, in ~/.nvm and in fnm's folder"
        ));
    }
    if let Some(version) = runtime.strip_prefix("java") {
        return java::find(version.trim_end_matches(".al2")).map(Interpreter::Java);
    }
    Err(format!("the runtime {runtime} is none that runs on this machine"))
}

/// Where a program may be: on the path, or in the folder of a version under the home.
fn candidates(program: &str, homes: &[&str], version: &str) -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<PathBuf> = std::env::split_paths(&path).map(|folder| folder.join(program)).collect();
    if let Some(home) = std::env::home_dir() {
        for folder in homes.iter().filter_map(|folder| std::fs::read_dir(home.join(folder)).ok()) {
            let versions = folder.flatten().filter(|entry| {
                let name = entry.file_name();
                let name = name.to_string_lossy();
                let name = name.trim_start_matches("cpython-").trim_start_matches('v');
                name.strip_prefix(version).is_some_and(|rest| rest.starts_with('.'))
            });
            for entry in versions {
                found.push(entry.path().join("bin").join(program));
                found.push(entry.path().join("installation/bin").join(program));
            }
        }
    }
    found.into_iter().filter(|path| path.is_file())
}

/// The path that a program tells of itself, if it is of this version. Shims of version managers lead there.
fn says(path: &Path, arguments: &[&str], version: &str) -> Option<PathBuf> {
    let mut command = Command::new(path);
    let told = command.args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let told = String::from_utf8(told.stdout).ok().filter(|told| told.len() < LONGEST_PATH)?;
    let version_told = version.replace('.', " ");
    let path = told.trim().strip_suffix(version_told.as_str())?.trim_end();
    Some(PathBuf::from(path)).filter(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_that_is_not_there_is_told_by_name() {
        let interpreters = Interpreters;
        let told = interpreters.of("python2.1").expect_err("nobody has it");
        assert!(told.starts_with("no Python 2.1 was found"), "{told}");
        assert!(interpreters.of("cobol85").is_err());
        assert_eq!(interpreters.of("provided.al2023"), Ok(Interpreter::Own));
    }
}
