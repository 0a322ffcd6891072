//! The program in Java for the tests that need it, under `target/`, built once.

use crate::debian;
use crate::places::{copied, workspace};
use std::path::PathBuf;
use std::process::Command;

/// How to run a class of `tests/sdk/java`, whose name comes next.
///
/// Gives `None`, and says so, where there is no Java with Maven or no library can be had.
pub fn program() -> Option<Command> {
    let (classes, libraries) = classes("java")?;
    let mut command = Command::new("java");
    // It runs for a second: the second compiler would only cost.
    command.arg("-XX:TieredStopAtLevel=1").arg("-cp").arg(format!("{}:{libraries}", classes.display()));
    Some(command)
}

/// The classes of a folder under `tests/sdk`, and the libraries that they need, with colons in between.
///
/// Gives `None`, and says so, where there is no Java with Maven or no library can be had.
pub fn classes(name: &str) -> Option<(PathBuf, String)> {
    let folder = built(name)?;
    let libraries = std::fs::read_to_string(folder.join("target/classpath.txt")).ok()?;
    Some((folder.join("target/classes"), libraries.trim().to_owned()))
}

fn built(name: &str) -> Option<PathBuf> {
    let maven = debian::program("mvn")?;
    let mut sources: Vec<PathBuf> = std::fs::read_dir(workspace().join("tests/sdk").join(name))
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    sources.sort();
    let wanted: String = sources.iter().filter_map(|source| std::fs::read_to_string(source).ok()).collect();
    let folder = copied(name, name)?;
    let stamp = folder.join("built.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|built| built == wanted) {
        return Some(folder);
    }
    let made =
        Command::new(maven).args(["-q", "-B", "-ntp", "compile"]).current_dir(&folder).output().ok()?;
    let told = String::from_utf8_lossy(&made.stdout);
    assert!(!told.contains("COMPILATION ERROR"), "{told}");
    if !made.status.success() {
        eprintln!("skipped: no Java to compile with, or its libraries could not be had");
        return None;
    }
    std::fs::write(&stamp, wanted).ok()?;
    Some(folder)
}
