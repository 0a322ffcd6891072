//! The commands of the documentation and of the files for CI are ones that the program has.

use crate::serve::binary;
use ruststack_harness::places::workspace;
use std::collections::BTreeMap;
use std::process::Command;

/// What a command says of its options.
fn help(command: &[&str]) -> String {
    let output = Command::new(binary()).args(command).arg("--help").output().expect("the binary runs");
    assert!(output.status.success(), "there is no command `{}`", command.join(" "));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The words of every command in a text that begins with one of these.
fn commands<'a>(text: &'a str, programs: &[&str]) -> Vec<Vec<&'a str>> {
    // A line that ends in a backslash goes on in the next; those of options begin with one.
    let mut found: Vec<Vec<&str>> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let line = line.trim().trim_matches('`').trim_start_matches("| `");
        let start = programs.iter().find_map(|program| line.find(program).map(|at| at + program.len()));
        let words = match (start, goes_on) {
            (Some(start), _) => {
                found.push(Vec::new());
                &line[start..]
            }
            (None, true) => line,
            (None, false) => continue,
        };
        let own = words.split("` |").next().unwrap_or_default().split('#').next().unwrap_or_default();
        let own = own.split_whitespace().map(|word| word.trim_matches(['`', '"', ',', '.', ';', ':']));
        found
            .last_mut()
            .expect("one was begun")
            .extend(own.take_while(|word| *word != "--" && *word != "||"));
        goes_on = line.ends_with('\\');
    }
    found
}

#[test]
fn every_command_that_is_written_down_is_there() {
    let mut known: BTreeMap<Vec<&str>, String> = BTreeMap::new();
    let mut checked = 0;
    for file in [
        "docs/cassettes.md",
        "docs/ci.md",
        "docs/drift.md",
        "docs/examples/drift.yml",
        ".pre-commit-hooks.yaml",
        ".github/actions/verify/action.yml",
    ] {
        let text = std::fs::read_to_string(workspace().join(file)).expect("there is the file");
        let text: &'static str = Box::leak(text.into_boxed_str());
        for words in commands(text, &["ruststack ", "\"$BINARY\" "]) {
            let depth = if words.first() == Some(&"cassette") { 2 } else { 1 };
            let is_command = words.first().is_some_and(|word| {
                ["serve", "record", "verify", "import", "replay", "cassette"].contains(word)
            });
            if !is_command || words.len() <= depth {
                continue;
            }
            let command = words[..depth].to_vec();
            let told = known.entry(command.clone()).or_insert_with(|| help(&command));
            for option in words.iter().filter(|word| word.starts_with("--") && word.len() > 2) {
                assert!(told.contains(option), "{file}: `{}` has no {option}", command.join(" "));
                checked += 1;
            }
        }
    }
    assert!(checked >= 12 && known.len() >= 8, "{checked} options of {} commands", known.len());
}
