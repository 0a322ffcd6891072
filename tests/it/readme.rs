//! The README is true: what it lists as supported is what the program says it implements.

use crate::serve::binary;
use ruststack_harness::places::workspace;
use std::process::Command;

#[test]
fn the_readme_lists_what_is_implemented() {
    let output = Command::new(binary()).args(["coverage", "--markdown"]).output().expect("the binary runs");
    let wanted = String::from_utf8_lossy(&output.stdout).into_owned();
    let path = workspace().join("README.md");
    let text = std::fs::read_to_string(&path).expect("there is a README");
    let (head, rest) = text.split_once("<!-- coverage: ").expect("the table begins");
    let (line, rest) = rest.split_once("-->\n").expect("the mark ends");
    let (table, tail) = rest.split_once("<!-- /coverage -->").expect("the table ends");
    if std::env::var_os("UPDATE_README").is_some() {
        let written = format!("{head}<!-- coverage: {line}-->\n{wanted}<!-- /coverage -->{tail}");
        std::fs::write(&path, written).expect("the README can be written");
        return;
    }
    assert_eq!(table, wanted, "run this test with UPDATE_README=1");
}

#[test]
fn every_file_that_the_readme_names_is_there() {
    let text = std::fs::read_to_string(workspace().join("README.md")).expect("there is a README");
    let named = text.split('`').skip(1).step_by(2).filter(|name| {
        ["emulator/", "cassettes/", "conformance/", "tests/"].iter().any(|start| name.starts_with(start))
            && !name.contains(['<', '*', ' '])
    });
    let missing: Vec<&str> = named.filter(|name| !workspace().join(name).exists()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
