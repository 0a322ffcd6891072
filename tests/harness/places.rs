//! Where the tests find what they read.

use std::path::PathBuf;

/// The root of the workspace.
pub fn workspace() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().expect("the harness stands in a folder of the workspace").to_owned()
}

/// A folder under `tests/sdk` copied to one under `target/`, where what is made of it may stay.
pub(crate) fn copied(name: &str, to: &str) -> Option<PathBuf> {
    let folder = workspace().join("target").join(to);
    std::fs::create_dir_all(&folder).ok()?;
    for entry in std::fs::read_dir(workspace().join("tests/sdk").join(name)).ok()?.flatten() {
        std::fs::copy(entry.path(), folder.join(entry.file_name())).ok()?;
    }
    Some(folder)
}

/// A folder of material that is not part of the project: `$variable`, or `../shared/<name>` beside the workspace.
/// Where it is absent the test that asked says so and passes.
pub fn material(variable: &str, name: &str) -> Option<PathBuf> {
    let folder =
        std::env::var_os(variable).map_or_else(|| workspace().join("../shared").join(name), PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: {} is not there (set {variable} to where it is)", folder.display());
    None
}
