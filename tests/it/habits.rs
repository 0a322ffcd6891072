//! The habits of the house, as tests: formatting, lints and documentation are part of the suite.

use ruststack_harness::places::workspace;
use std::process::Command;

#[track_caller]
fn passes(arguments: &[&str], environment: &[(&str, &str)]) {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .envs(environment.iter().copied())
        .env("CARGO_TARGET_DIR", workspace().join("target/habits"))
        .current_dir(workspace())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_code_is_formatted() {
    passes(&["fmt", "--all", "--check"], &[]);
}

#[test]
fn no_lint_is_broken_and_every_link_of_the_docs_resolves() {
    passes(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"], &[]);
    passes(&["doc", "--workspace", "--no-deps", "--quiet"], &[("RUSTDOCFLAGS", "-D warnings")]);
}

#[test]
fn every_description_is_what_the_models_say() {
    // The installed botocore is the one that the descriptions name, so that a difference is ours.
    let Some(python) = ruststack_harness::python::program("python3") else { return };
    let script = workspace().join("emulator/models/import.py");
    let output = Command::new(python).arg(script).arg("--check").output().expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn no_file_stands_outside_the_layout() {
    const TOP: [&str; 19] = [
        ".ci",
        ".git",
        ".github",
        ".gitignore",
        ".pre-commit-hooks.yaml",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "cassettes",
        "cli",
        "clippy.toml",
        "conformance",
        "docs",
        "emulator",
        "recorder",
        "rustfmt.toml",
        "tests",
    ];
    let listed = Command::new("git").args(["ls-files"]).current_dir(workspace()).output().expect("git runs");
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    let strangers: Vec<&str> =
        text.lines().filter(|path| !TOP.contains(&path.split('/').next().unwrap_or_default())).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
}
