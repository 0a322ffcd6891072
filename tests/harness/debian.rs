//! Programs of Debian's for the tests that need them. `.ci/run` installs them; nothing here does.

use std::path::PathBuf;

/// A program that stands in the `PATH`.
///
/// Gives `None`, and says so, where it does not.
pub fn program(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        eprintln!("skipped: {name} is not installed (apt-get install {name})");
    }
    found
}
