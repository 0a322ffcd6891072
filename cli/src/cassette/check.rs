//! `cassette check`: what a reviewer would want to know before a cassette is committed.

use super::print;
use crate::Outcome;
use clap::Args;
use ruststack_cassettes::{Cassette, scan};
use ruststack_conformance::correlate::Bindings;
use ruststack_conformance::rules::Rulebook;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Cassettes, or folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Also find these values, one a line, wherever they stand
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
}

/// Tells every problem, each with its place: exit code 1 if there is one.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let secrets = arguments.secrets.as_deref().map(super::redact::lines).transpose()?.unwrap_or_default();
    let (mut checked, mut problems) = (0, Vec::new());
    for path in &arguments.paths {
        for file in ruststack_cassettes::reader::files(path).map_err(|error| error.to_string())? {
            checked += 1;
            match ruststack_cassettes::read_file(&file) {
                Ok(cassette) => problems.extend(of(&file, &cassette, &secrets)),
                Err(error) => problems.push(error.to_string()),
            }
        }
    }
    if checked == 0 {
        return Err("no cassette was found".into());
    }
    problems.iter().for_each(|problem| eprintln!("{problem}"));
    print(&format!("{checked} cassettes, {} problems\n", problems.len()))?;
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn of(file: &Path, cassette: &Cassette, secrets: &[String]) -> Vec<String> {
    let mut problems = Vec::new();
    let shown = file.display();
    match serde_json::to_vec(cassette) {
        Ok(text) => {
            problems.extend(scan(&text, secrets).iter().map(|leak| format!("{shown}: {leak}")));
        }
        Err(error) => problems.push(format!("{shown}: {error}")),
    }
    problems.extend(Rulebook::with(&cassette.rules).err().map(|why| format!("{shown}: rules: {why}")));
    problems.extend(Bindings::new(&cassette.bindings).err().map(|why| format!("{shown}: bindings: {why}")));
    if cassette.interactions.is_empty() {
        problems.push(format!("{shown}: there is no interaction"));
    }
    problems
}
