//! JavaScript packages for the tests that need them, under `target/`, installed once.

use crate::places::workspace;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The folder of a package of ours under `tests/sdk`, copied and with what it depends on installed.
///
/// Gives `None`, and says so, where there is no Node.js or no package can be had.
pub fn package(name: &str) -> Option<PathBuf> {
    let source = workspace().join("tests/sdk").join(name);
    let folder = workspace().join("target/node").join(name);
    std::fs::create_dir_all(&folder).ok()?;
    let manifest = std::fs::read_to_string(source.join("package.json")).ok()?;
    for entry in std::fs::read_dir(&source).ok()?.flatten() {
        std::fs::copy(entry.path(), folder.join(entry.file_name())).ok()?;
    }
    let stamp = folder.join("installed.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == manifest) {
        return Some(folder);
    }
    let install = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--silent"])
        .current_dir(&folder)
        .stdout(Stdio::null())
        .status();
    if !install.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no Node.js with npm, or its packages could not be had");
        return None;
    }
    std::fs::write(&stamp, manifest).ok()?;
    Some(folder)
}
