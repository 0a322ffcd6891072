//! `cassette redact`.

use super::{read, write};
use crate::Outcome;
use clap::{Args, ValueEnum};
use ruststack_cassettes::{Accounts, Payloads, Redactor, edit};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Cassettes, which are written anew
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Values that are secret wherever they stand, one a line
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    /// Replace what functions are given and give, too; JSON leaf by leaf
    #[arg(long)]
    redact_payloads: bool,
    /// What becomes of account ids
    #[arg(long, value_enum, default_value_t = Ids::Keep)]
    accounts: Ids,
}

#[derive(Clone, Copy, ValueEnum)]
enum Ids {
    /// They stay
    Keep,
    /// They are replaced, and with them the ids that embed them
    Replace,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let secrets = arguments.secrets.as_deref().map(lines).transpose()?.unwrap_or_default();
    let accounts = match arguments.accounts {
        Ids::Keep => Accounts::Keep,
        Ids::Replace => Accounts::Replace,
    };
    let payloads = if arguments.redact_payloads { Payloads::Replace } else { Payloads::Keep };
    for file in &arguments.files {
        let before = read(file)?;
        let redactor = Redactor::new(accounts).payloads(payloads).secrets(secrets.iter().cloned());
        let after = edit::redacted(&before, redactor);
        let changed =
            before.interactions.iter().zip(&after.interactions).filter(|(one, two)| one != two).count();
        if after != before {
            write(file, &after)?;
        }
        println!("{}: {changed} of {} interactions changed", file.display(), after.interactions.len());
    }
    Ok(ExitCode::SUCCESS)
}

/// The lines of a file that are not empty. They are not given on the command line, which others can read.
pub(super) fn lines(path: &Path) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}
