//! `cassette noise`.

use super::{print, read, write};
use crate::Outcome;
use clap::Args;
use ruststack_cassettes::Cassette;
use ruststack_conformance::noise::Noise;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Arguments {
    /// A cassette
    first: PathBuf,
    /// A second recording of the same requests
    second: PathBuf,
    /// Add the rules to the first cassette
    #[arg(long)]
    write: bool,
    /// Fail when something differs that is no noise: AWS has moved
    #[arg(long)]
    strict: bool,
}

/// Prints the rules as JSON on stdout, and what is no noise on stderr.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let (mut first, second) = (read(&arguments.first)?, read(&arguments.second)?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("could not start: {error}"))?;
    let found = runtime
        .block_on(ruststack_conformance::noise::noise(&first, &second))
        .map_err(|error| error.to_string())?;
    tell(&found)?;
    let has_moved = arguments.strict && !found.unexplained.is_empty();
    if arguments.write {
        add(&mut first, found, &arguments.first)?;
    }
    Ok(if has_moved { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Prints what two recordings show: rules as JSON on stdout, and what is no noise on stderr.
pub(crate) fn tell(found: &Noise) -> Result<(), String> {
    let text = serde_json::to_string_pretty(&found.rules).map_err(|error| error.to_string())?;
    print(&format!("{text}\n"))?;
    for (index, difference) in &found.unexplained {
        eprintln!("interaction {index}: {} ({}) differs, and is no noise", difference.path, difference.kind);
    }
    eprintln!("{} rules; {} values differ under rules that are known", found.rules.len(), found.known);
    Ok(())
}

/// Adds the rules to a cassette, which is written anew if there are any.
pub(crate) fn add(first: &mut Cassette, found: Noise, file: &Path) -> Result<(), String> {
    if found.rules.is_empty() {
        return Ok(());
    }
    first.rules.extend(found.rules);
    write(file, first)
}
