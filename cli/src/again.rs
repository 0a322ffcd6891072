//! `ruststack record --again`: asks a cassette's requests once more, and learns what AWS does not promise.

use crate::Outcome;
use crate::asking::{Asked, Asking};
use crate::cassette::{noise, read, write};
use ruststack_conformance::noise::noise as held_against;
use ruststack_conformance::replay::{order, replay};
use ruststack_conformance::report::CassetteReport;
use ruststack_conformance::{Report, Verdict};
use ruststack_recorder::Options;
use std::path::Path;
use std::process::ExitCode;

/// What to do besides.
pub(crate) struct Wishes<'a> {
    /// Where to write the cassette with its rules, instead of over itself.
    pub(crate) out: Option<&'a Path>,
    /// Whether to delete what was created, and whether to do so without asking.
    pub(crate) cleanup: bool,
    pub(crate) yes: bool,
}

/// Asks the requests of a cassette again, and writes the rules into it. It is read first and written last, whole or
/// not at all.
pub(crate) async fn run(file: &Path, options: Options, wishes: Wishes<'_>) -> Outcome {
    let mut first = read(file)?;
    let asking = Asking::start(options, Report::AWS).await?;
    let endpoint = asking.endpoint();
    let asked = tokio::select! {
        report = replay("again", &first, endpoint.as_ref()) => Ok(report),
        signal = crate::serve::wait_for_signal() => {
            Err(signal.err().unwrap_or_else(|| "interrupted: the cassette stays as it is".to_owned()))
        }
    };
    let Asked { kept, cleaned } = asking.finish(wishes.cleanup, wishes.yes).await;
    let report = asked?;
    if let Some(reason) = nothing_asked(&report) {
        return Err(format!("{}: {reason}", file.display()));
    }
    let isolation = endpoint.latest().ok_or("the cassette was not asked again")?;
    let second = isolation
        .second(&first, &kept?, &order(&first))
        .ok_or("what was recorded is not what the cassette asks")?;
    for index in &second.missing {
        eprintln!("interaction {index}: was not asked again{}", because(&report, *index));
    }
    let found = held_against(&first, &second.cassette).await.map_err(|error| error.to_string())?;
    noise::tell(&found)?;
    match wishes.out {
        Some(out) => {
            first.rules.extend(found.rules);
            write(out, &first)?;
        }
        None => noise::add(&mut first, found, file)?,
    }
    cleaned?;
    Ok(ExitCode::SUCCESS)
}

/// Why nothing was compared, if nothing was.
fn nothing_asked(report: &CassetteReport) -> Option<&str> {
    let mut reasons = report.interactions.iter().map(|one| match &one.verdict {
        Verdict::NotCompared { reason } => Some(reason.as_str()),
        _ => None,
    });
    let first = reasons.next()?;
    reasons.all(|reason| reason.is_some()).then_some(first).flatten()
}

/// Why an interaction was not asked, as far as the replay tells.
fn because(report: &CassetteReport, index: usize) -> String {
    let verdict = report.interactions.iter().find(|one| one.index == index).map(|one| &one.verdict);
    match verdict {
        Some(Verdict::NotCompared { reason }) => format!(": {reason}"),
        _ => String::new(),
    }
}
