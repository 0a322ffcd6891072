//! JavaScript packages for the tests that need them, under `target/`, installed once.

use crate::places::copied;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The folder of a package of ours under `tests/sdk`, copied and with what it depends on installed.
///
/// Gives `None`, and says so, where there is no Node.js or no package can be had.
pub fn package(name: &str) -> Option<PathBuf> {
    let folder = copied(name, &format!("node/{name}"))?;
    let manifest = std::fs::read_to_string(folder.join("package.json")).ok()?;
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
