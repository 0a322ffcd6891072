//! `ruststack verify`: holds an endpoint against recordings of AWS.

mod progress;
mod target;
mod written;

use crate::Outcome;
use clap::Args;
use progress::Progress;
use ruststack_conformance::gate::Complaint;
use ruststack_conformance::minimise::minimise;
use ruststack_conformance::report::{CassetteReport, Places};
use ruststack_conformance::{Case, GateOutcome, KnownGaps, Options, Report, verify_watched};
use ruststack_recorder::Upstream;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use target::Target;
use written::{Format, ReportFile};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Cassettes, or folders of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The endpoint to judge, or `aws`; without it, the emulator in this process
    #[arg(long, value_name = "URL")]
    target: Option<String>,
    /// What makes the target forget everything, where it is not a path that is known
    #[arg(long, value_name = "URL", requires = "target")]
    reset_url: Option<String>,
    /// The account that the target answers as, where it is not the caller's
    #[arg(long, value_name = "ID", requires = "target")]
    account: Option<String>,
    /// Give what cassettes create names of its own; on by itself where the target has no reset that is known
    #[arg(long, requires = "target", conflicts_with = "reset_url")]
    isolate: bool,
    /// Sign with your own credentials, in an account that --allow-account names; `--target aws` needs it
    #[arg(long, requires = "target", conflicts_with_all = ["reset_url", "account"])]
    sign: bool,
    /// An account that may be touched; AWS is called with no other
    #[arg(long, value_name = "ID", requires = "sign")]
    allow_account: Vec<String>,
    /// A region that calls may name, again for each; without it, any
    #[arg(long, value_name = "REGION", requires = "sign")]
    allow_region: Vec<String>,
    /// Forward at most so many calls
    #[arg(long, value_name = "N", requires = "sign")]
    max_requests: Option<u64>,
    /// What stands in for AWS
    #[arg(long, value_name = "URL", requires = "sign", hide = true)]
    upstream: Option<Upstream>,
    /// A certificate authority to trust besides the system's, in PEM
    #[arg(long, value_name = "FILE", requires = "sign")]
    ca_file: Option<PathBuf>,
    /// At the end, delete what cassettes created at the target, the last first, asking before
    #[arg(long, requires = "target", conflicts_with = "reset_url")]
    cleanup: bool,
    /// Do not ask before --cleanup deletes
    #[arg(long, requires = "cleanup")]
    yes: bool,
    /// The gaps that are known: any other fails, and one of these that is gone must be struck
    #[arg(long, value_name = "FILE")]
    known_gaps: Option<PathBuf>,
    /// Where to write reports: json=FILE, junit=FILE, md=FILE, html=FILE, sarif=FILE
    #[arg(long, value_name = "FORMAT=FILE", value_delimiter = ',')]
    report: Vec<ReportFile>,
    /// Where to write the report as one page that needs no network
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Where to write the report as SARIF, for code hosts
    #[arg(long, value_name = "FILE")]
    sarif: Option<PathBuf>,
    /// Write the smallest conversation that shows each gap there: as a cassette, for curl and in Python
    #[arg(long, value_name = "DIR")]
    minimise: Option<PathBuf>,
    /// Print GitHub annotations that point at the cassettes' lines; on by itself in GitHub Actions
    #[arg(long)]
    annotations: bool,
    /// Print nothing but why the run failed
    #[arg(long, short)]
    quiet: bool,
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

/// Replays, reports, and opens or shuts the gate: exit code 0 or 1.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let known = arguments.known_gaps.as_deref().map(KnownGaps::read).transpose()?.unwrap_or_default();
    let mut files = arguments.report.clone();
    files.extend(arguments.html.iter().map(|path| ReportFile::new(Format::Html, path)));
    files.extend(arguments.sarif.iter().map(|path| ReportFile::new(Format::Sarif, path)));
    files.iter().try_for_each(ReportFile::check)?;
    let (cases, mut places) = read(&arguments.paths)?;
    let options = Options {
        at_a_time: arguments.jobs,
        services: arguments.service.clone(),
        operations: arguments.operation.clone(),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("could not start: {error}"))?;
    if arguments.sign {
        // Where the SDK looks for credentials is its own affair, as long as it finds them.
        crate::serve::log("warn,aws_config=error,aws_runtime=error");
    }
    let target = runtime.block_on(Target::find(arguments))?;
    let endpoint = target.endpoint();
    let mut progress = Progress::new(cases.len(), arguments.quiet);
    let judging = async {
        let mut watch = |cassette: &CassetteReport| progress.step(cassette);
        let report = verify_watched(cases.clone(), endpoint.clone(), &options, &mut watch).await;
        progress.finish();
        let found = match &arguments.minimise {
            Some(_) => minimise(&report, &cases, endpoint.as_ref(), MOST_MINIMISED).await,
            None => Vec::new(),
        };
        (report, found)
    };
    let judged = runtime.block_on(async {
        match &target {
            Target::Plain(_) => Ok(judging.await),
            // Whoever interrupts is to know what is left behind.
            Target::Asked(_) => tokio::select! {
                judged = judging => Ok(judged),
                signal = crate::serve::wait_for_signal() => {
                    Err(signal.err().unwrap_or_else(|| "interrupted".to_owned()))
                }
            },
        }
    });
    let cleaned = runtime.block_on(target.finish(arguments));
    let (report, found) = judged?;
    if !arguments.quiet {
        print(&report.to_text())?;
    }
    for file in &files {
        file.write(&report, &mut places)?;
    }
    if let Some(folder) = &arguments.minimise {
        written::minimised(folder, &found)?;
    }
    let is_github = std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true");
    if arguments.annotations || is_github {
        print(&report.to_annotations(&mut places))?;
    }
    let outcome = known.judge(&report);
    if let GateOutcome::Shut(complaints) = &outcome {
        complain(complaints, &report, arguments.known_gaps.is_some());
    }
    match (cleaned, &outcome) {
        // That AWS has moved is not to be taken for a failure of the tool.
        (Err(error), GateOutcome::Shut(_)) => eprintln!("ruststack: {error}"),
        (cleaned, _) => cleaned?,
    }
    Ok(ExitCode::from(outcome.exit_code()))
}

/// How many gaps are made small.
const MOST_MINIMISED: usize = 50;

/// How many reasons for a failure are told one by one.
const MOST_COMPLAINTS: usize = 50;

/// Tells why the gate is shut. Where no gap is known, the report has told them already.
fn complain(complaints: &[Complaint], report: &Report, knows_gaps: bool) {
    let is_gap = |complaint: &&Complaint| matches!(complaint, Complaint::Unknown(_));
    let gaps = complaints.iter().filter(is_gap).count();
    let told: Vec<&Complaint> = complaints.iter().filter(|own| knows_gaps || !is_gap(own)).collect();
    if !knows_gaps && gaps > 0 {
        match report.drift() {
            Some(drift) => eprintln!("{drift}"),
            None => eprintln!("{gaps} gaps, none of which is known (--known-gaps FILE)"),
        }
    }
    told.iter().take(MOST_COMPLAINTS).for_each(|complaint| eprintln!("{complaint}"));
    if told.len() > MOST_COMPLAINTS {
        eprintln!("… and {} complaints more", told.len() - MOST_COMPLAINTS);
    }
}

/// Prints a text. That nobody reads on, as in `| head`, is no failure.
fn print(text: &str) -> Result<(), String> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("stdout: {error}")),
        _ => Ok(()),
    }
}

/// Every cassette below the paths, named by its place below the one it was found under.
fn read(paths: &[PathBuf]) -> Result<(Vec<Case>, Places), String> {
    let (mut cases, mut places) = (Vec::new(), Places::default());
    for path in paths {
        for (file, cassette) in ruststack_cassettes::read(path).map_err(|error| error.to_string())? {
            let name = name(path, &file);
            places.put(&name, &file);
            cases.push(Case { name, cassette: Arc::new(cassette) });
        }
    }
    if cases.is_empty() { Err("no cassette was found".into()) } else { Ok((cases, places)) }
}

/// The name of a cassette: its place below the path it was found under.
pub(crate) fn name(root: &Path, file: &Path) -> String {
    let below = file.strip_prefix(root).ok().filter(|below| !below.as_os_str().is_empty());
    let shown = below.unwrap_or(file).with_extension("");
    shown.to_string_lossy().into_owned()
}
