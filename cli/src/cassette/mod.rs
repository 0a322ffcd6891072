//! `ruststack cassette`: looks at cassettes, and changes them as a whole.

mod check;
pub(crate) mod noise;
mod redact;
mod reshape;
mod show;

use crate::Outcome;
use clap::{Args, Subcommand};
use ruststack_cassettes::{Cassette, Writer, read_file};
use std::io::Write as _;
use std::path::Path;

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    tool: Tool,
}

#[derive(Subcommand)]
enum Tool {
    /// Prints what a cassette holds: its interactions in a line each, or one of them whole
    Show(show::Arguments),
    /// Checks that cassettes can be read and replayed, and hold no secrets
    Check(check::Arguments),
    /// Takes secrets out of cassettes once more, by what is known of them today
    Redact(redact::Arguments),
    /// Splits a cassette in two, or by service
    Split(reshape::Split),
    /// Joins cassettes into one conversation
    Merge(reshape::Merge),
    /// Gives resources other names, wherever they stand
    RenameResources(reshape::Rename),
    /// Writes a cassette for other tools
    Export(reshape::Export),
    /// Learns from two recordings of the same requests what AWS does not promise
    Noise(noise::Arguments),
}

/// Does what was asked.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    match &arguments.tool {
        Tool::Show(arguments) => show::run(arguments),
        Tool::Check(arguments) => check::run(arguments),
        Tool::Redact(arguments) => redact::run(arguments),
        Tool::Split(arguments) => reshape::split(arguments),
        Tool::Merge(arguments) => reshape::merge(arguments),
        Tool::RenameResources(arguments) => reshape::rename(arguments),
        Tool::Export(arguments) => reshape::export(arguments),
        Tool::Noise(arguments) => noise::run(arguments),
    }
}

pub(crate) fn read(path: &Path) -> Result<Cassette, String> {
    read_file(path).map_err(|error| error.to_string())
}

pub(crate) fn write(path: &Path, cassette: &Cassette) -> Result<(), String> {
    Writer::default().write(path, cassette).map_err(|error| error.to_string())
}

/// Prints a text. That nobody reads on, as in `| head`, is no failure.
fn print(text: &str) -> Result<(), String> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("stdout: {error}")),
        _ => Ok(()),
    }
}
