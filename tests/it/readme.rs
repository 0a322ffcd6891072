//! The README is true: what it lists as supported is what the program says it implements.

use crate::serve::binary;
use ruststack_harness::places::workspace;
use std::process::Command;

/// What `ruststack coverage` says as Markdown, with these arguments, of the corpus.
fn coverage(arguments: &[&str]) -> String {
    let corpus = workspace().join("cassettes/corpus");
    let mut command = Command::new(binary());
    command.arg("coverage").args(arguments).args(["--markdown", "--cassettes"]).arg(corpus);
    let output = command.output().expect("the binary runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Holds the table between two marks of a document against what it should be, or writes it there.
fn hold(document: &str, mark: &str, wanted: &str) {
    let path = workspace().join(document);
    let text = std::fs::read_to_string(&path).expect("there is the document");
    let (head, rest) = text.split_once(&format!("<!-- {mark}: ")).expect("the table begins");
    let (line, rest) = rest.split_once("-->\n").expect("the mark ends");
    let (table, tail) = rest.split_once(&format!("<!-- /{mark} -->")).expect("the table ends");
    if std::env::var_os("UPDATE_README").is_some() {
        let written = format!("{head}<!-- {mark}: {line}-->\n{wanted}<!-- /{mark} -->{tail}");
        std::fs::write(&path, written).expect("the document can be written");
        return;
    }
    assert_eq!(table, wanted, "{document}: run this test with UPDATE_README=1");
}

#[test]
fn the_readme_lists_what_is_implemented() {
    hold("README.md", "coverage", &coverage(&[]));
    hold("docs/dynamodb.md", "coverage", &coverage(&["dynamodb"]));
    hold("docs/lambda.md", "coverage", &coverage(&["lambda"]));
    hold("docs/logs.md", "coverage", &coverage(&["logs"]));
    hold("docs/s3.md", "coverage", &coverage(&["s3"]));
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
