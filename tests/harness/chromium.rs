//! A headless browser, where this machine has one.

use crate::debian;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The browser; where there is none, the test that asked says so and passes.
pub fn program() -> Option<PathBuf> {
    debian::program("chromium")
}

/// The document of a page once its script has run. `query` follows the file's address.
pub fn document(program: &Path, page: &Path, query: &str, options: &[&str]) -> String {
    let output = Command::new(program)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--dump-dom"])
        .args(options)
        .arg(format!("file://{}{query}", page.display()))
        .output()
        .expect("the browser runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
