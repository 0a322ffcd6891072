//! The program in Go for the tests that need it, under `target/`, built once.

use crate::debian;
use crate::places::copied;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Where Go's own archives put it, which is not in every `PATH`.
const USUAL: &str = "/usr/local/go/bin/go";

/// The program of `tests/sdk/go`. Built at the first call; others wait.
///
/// Gives `None`, and says so, where there is no Go, it is too old, or a module cannot be had.
pub fn program() -> Option<PathBuf> {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    PROGRAM.get_or_init(make).clone()
}

fn make() -> Option<PathBuf> {
    let usual = Path::new(USUAL);
    let go = if usual.is_file() { usual.to_owned() } else { debian::program("go")? };
    let folder = copied("go", "go")?;
    // Go keeps what it has downloaded and built, and looks by itself what has changed.
    let run = |arguments: &[&str]| {
        // The Go that is here, not one that it would fetch.
        let mut command = Command::new(&go);
        command.args(arguments).current_dir(&folder).env("GOTOOLCHAIN", "local").output()
    };
    let fetched = run(&["mod", "download"]).is_ok_and(|fetched| fetched.status.success());
    if !fetched {
        eprintln!("skipped: this Go is too old for the SDK, or its modules could not be had");
        return None;
    }
    let built = run(&["build", "-o", "sdk", "."]).ok()?;
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    Some(folder.join("sdk"))
}
