//! `ruststack import`: cassettes of what other tools recorded.

use crate::Outcome;
use clap::Args;
use ruststack_cassettes::import::{ImportOptions, Setups, import};
use ruststack_cassettes::{Cassette, Models, Writer};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Arguments {
    /// A recording, or a folder of them: go-replayers, VCR (Ruby, R), vcrpy, go-vcr, smithy-rs dvr, Polly.JS, HAR
    #[arg(value_name = "FILE|DIR")]
    path: PathBuf,
    /// Where to write the cassettes
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What the recordings presume, by their names
    #[arg(long, value_name = "FILE")]
    setup: Option<PathBuf>,
    /// The licence of the recordings, to be kept with them
    #[arg(long, value_name = "SPDX")]
    licence: Option<String>,
    /// Where the recordings come from, to be kept with them
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
}

/// Reads every recording before it writes the first cassette, so that a bad one leaves nothing behind.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let setups =
        arguments.setup.as_deref().map(Setups::read).transpose().map_err(|error| error.to_string())?;
    let options = ImportOptions {
        classify: Some(&Models),
        setups: setups.as_ref(),
        licence: arguments.licence.as_deref(),
        source: arguments.source.as_deref(),
        ..ImportOptions::default()
    };
    let cassettes = import(&arguments.path, &options).map_err(|error| error.to_string())?;
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut interactions = 0;
    for cassette in &cassettes {
        interactions += cassette.interactions.len();
        for reason in cassette.interactions.iter().filter_map(|one| one.not_comparable.clone()) {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    let writer = Writer::default();
    for cassette in &cassettes {
        let path = place(&arguments.out, cassette);
        let folder = path.parent().unwrap_or(&arguments.out);
        std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        writer.write(&path, cassette).map_err(|error| error.to_string())?;
    }
    println!("{} cassettes with {interactions} interactions in {}", cassettes.len(), arguments.out.display());
    for (reason, count) in reasons {
        println!("not comparable: {count}: {reason}");
    }
    Ok(ExitCode::SUCCESS)
}

/// A cassette's file: its title as a path, nothing of which leads out of the folder.
fn place(out: &Path, cassette: &Cassette) -> PathBuf {
    let parts = cassette.meta.title.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let mut path: PathBuf = out.to_owned();
    path.extend(parts.map(|part| part.replace(['\\', '\0'], "_")));
    let name =
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_else(|| "cassette".into());
    path.set_file_name(format!("{name}.json"));
    path
}
