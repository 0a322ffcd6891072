//! `ruststack scorecard`: what `verify` found at several endpoints, side by side.

use crate::Outcome;
use clap::Args;
use ruststack_conformance::Scorecard;
use ruststack_conformance::report::Report;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Arguments {
    /// What `verify --report json=FILE` wrote for each endpoint, with the name to show where it is not its address
    #[arg(required = true, value_name = "[NAME=]RESULTS")]
    results: Vec<String>,
    /// Where to write it as Markdown; without any of these it is printed
    #[arg(long, value_name = "FILE")]
    md: Option<PathBuf>,
    /// Where to write it as one page that needs no network
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Where to write it as a picture
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Reads the results, and writes the card.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let mut card = Scorecard::default();
    for given in &arguments.results {
        let (name, path) = match given.split_once('=') {
            Some((name, path)) if !Path::new(given).exists() => (Some(name), path),
            _ => (None, given.as_str()),
        };
        let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        let report: Report = serde_json::from_str(&text)
            .map_err(|error| format!("{path}: expected the JSON report of verify: {error}"))?;
        card.add(name.unwrap_or(&report.target), &report);
    }
    let files = [
        (&arguments.md, Scorecard::to_markdown as fn(&Scorecard) -> String),
        (&arguments.html, Scorecard::to_html),
        (&arguments.svg, Scorecard::to_svg),
    ];
    if files.iter().all(|(path, _)| path.is_none()) {
        print!("{}", card.to_markdown());
    }
    for (path, text) in files {
        if let Some(path) = path {
            std::fs::write(path, text(&card)).map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
