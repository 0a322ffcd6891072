//! `ruststack verify`: holds an endpoint against recordings of AWS.

use crate::Outcome;
use crate::in_process::InProcess;
use clap::Args;
use ruststack_conformance::endpoint::{Endpoint, Remote};
use ruststack_conformance::{Case, GateOutcome, KnownGaps, Options, Report, verify};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Cassettes, or folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The endpoint to judge; without it, the emulator in this process
    #[arg(long, value_name = "URL")]
    target: Option<String>,
    /// What makes the target forget everything, where it is not a path that is known
    #[arg(long, value_name = "URL", requires = "target")]
    reset_url: Option<String>,
    /// The account that the target answers as, where it is not the caller's
    #[arg(long, value_name = "ID", requires = "target")]
    account: Option<String>,
    /// The gaps that are known: any other fails, and one of these that is gone must be struck
    #[arg(long, value_name = "FILE")]
    known_gaps: Option<PathBuf>,
    /// Where to write reports: json=FILE, junit=FILE, md=FILE
    #[arg(long, value_name = "FORMAT=FILE", value_delimiter = ',')]
    report: Vec<ReportFile>,
    /// Only this service; may be given more than once
    #[arg(long, value_name = "NAME")]
    service: Vec<String>,
    /// Only this operation; may be given more than once
    #[arg(long, value_name = "NAME")]
    operation: Vec<String>,
    /// How many cassettes to replay at a time
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

/// A report to write.
#[derive(Clone)]
struct ReportFile {
    format: Format,
    path: PathBuf,
}

#[derive(Clone, Copy)]
enum Format {
    Json,
    Junit,
    Markdown,
}

impl std::str::FromStr for ReportFile {
    type Err = String;

    fn from_str(text: &str) -> Result<ReportFile, String> {
        let (format, path) = text.split_once('=').ok_or("expected json=FILE, junit=FILE or md=FILE")?;
        let format = match format {
            "json" => Format::Json,
            "junit" => Format::Junit,
            "md" => Format::Markdown,
            other => return Err(format!("no report is called {other}: json, junit or md")),
        };
        Ok(ReportFile { format, path: path.into() })
    }
}

/// Replays, reports, and opens or shuts the gate: exit code 0 or 1.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let known = arguments.known_gaps.as_deref().map(KnownGaps::read).transpose()?.unwrap_or_default();
    let cases = read(&arguments.paths)?;
    let endpoint: Arc<dyn Endpoint> = match &arguments.target {
        None => Arc::new(InProcess),
        Some(url) => {
            let remote = Remote::new(url, arguments.reset_url.as_deref())?;
            Arc::new(match &arguments.account {
                Some(account) => remote.with_account(account),
                None => remote,
            })
        }
    };
    let options = Options {
        at_a_time: arguments.jobs,
        services: arguments.service.clone(),
        operations: arguments.operation.clone(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("could not start: {error}"))?;
    let report = runtime.block_on(verify(cases, endpoint, &options));
    print!("{}", report.to_text());
    for file in &arguments.report {
        write(file, &report)?;
    }
    let outcome = known.judge(&report);
    if let GateOutcome::Shut(complaints) = &outcome {
        for complaint in complaints {
            eprintln!("{complaint}");
        }
    }
    Ok(ExitCode::from(outcome.exit_code()))
}

/// Every cassette below the paths, named by its place below the one it was found under.
fn read(paths: &[PathBuf]) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for path in paths {
        for (file, cassette) in ruststack_cassettes::read(path).map_err(|error| error.to_string())? {
            cases.push(Case { name: name(path, &file), cassette: Arc::new(cassette) });
        }
    }
    if cases.is_empty() { Err("no cassette was found".into()) } else { Ok(cases) }
}

fn name(root: &Path, file: &Path) -> String {
    let below = file.strip_prefix(root).ok().filter(|below| !below.as_os_str().is_empty());
    let shown = below.unwrap_or(file).with_extension("");
    shown.to_string_lossy().into_owned()
}

fn write(file: &ReportFile, report: &Report) -> Result<(), String> {
    let text = match file.format {
        Format::Json => report.to_json(),
        Format::Junit => report.to_junit(),
        Format::Markdown => report.to_markdown(),
    };
    std::fs::write(&file.path, text).map_err(|error| format!("{}: {error}", file.path.display()))
}
