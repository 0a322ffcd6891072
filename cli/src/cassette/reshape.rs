//! `cassette split`, `merge`, `rename-resources` and `export`.

use super::{print, read, write};
use crate::Outcome;
use clap::Args;
use ruststack_cassettes::Cassette;
use ruststack_cassettes::edit::{self, Names};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Args)]
pub(crate) struct Split {
    /// A cassette
    file: PathBuf,
    /// Where to write the parts
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Split before this interaction, counted from zero; the second part presumes what the first did
    #[arg(long, value_name = "N", conflicts_with = "by_service", required_unless_present = "by_service")]
    at: Option<usize>,
    /// Make a cassette for each service
    #[arg(long)]
    by_service: bool,
}

#[derive(Args)]
pub(crate) struct Merge {
    /// Cassettes, in the order in which they are to be told
    #[arg(required = true, num_args = 2.., value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where to write the conversation
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Args)]
pub(crate) struct Rename {
    /// A cassette, which is written anew unless --out is given
    file: PathBuf,
    /// The name of a resource and another: orders=shop
    #[arg(long, required = true, value_name = "OLD=NEW")]
    name: Vec<String>,
    /// Where to write it instead
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Export {
    /// A cassette
    file: PathBuf,
    /// Where to write it as an HTTP Archive; `-` prints it
    #[arg(long, required = true, value_name = "FILE")]
    har: PathBuf,
}

/// Splits a cassette.
pub(crate) fn split(arguments: &Split) -> Outcome {
    let cassette = read(&arguments.file)?;
    let stem = stem(&arguments.file);
    let parts: Vec<(String, Cassette)> = match arguments.at {
        Some(at) => {
            let (first, second) = edit::split_at(&cassette, at).ok_or_else(|| {
                format!(
                    "--at {at}: expected an interaction between the first and the last of {}, with nothing before it \
                     that cannot be sent",
                    cassette.interactions.len()
                )
            })?;
            vec![(format!("{stem}-1"), first), (format!("{stem}-2"), second)]
        }
        None => {
            let parts = edit::by_service(&cassette).into_iter();
            parts.map(|(service, part)| (format!("{stem}-{service}"), part)).collect()
        }
    };
    for (name, part) in &parts {
        let path = arguments.out.join(format!("{name}.json"));
        write(&path, part)?;
        println!("{}: {} interactions", path.display(), part.interactions.len());
    }
    Ok(ExitCode::SUCCESS)
}

/// Joins cassettes.
pub(crate) fn merge(arguments: &Merge) -> Outcome {
    let cassettes = arguments.files.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
    let joined = edit::joined(&stem(&arguments.out), &cassettes).map_err(|error| error.to_string())?;
    write(&arguments.out, &joined)?;
    println!("{}: {} interactions", arguments.out.display(), joined.interactions.len());
    Ok(ExitCode::SUCCESS)
}

/// Renames resources.
pub(crate) fn rename(arguments: &Rename) -> Outcome {
    let mut names = Names::default();
    for pair in &arguments.name {
        let (old, new) = pair.split_once('=').ok_or_else(|| format!("--name {pair}: expected OLD=NEW"))?;
        names.add(old, new).map_err(|error| format!("--name: {error}"))?;
    }
    let before = read(&arguments.file)?;
    let after = names.give(&before);
    if after == before {
        return Err(format!("{}: none of these names stands there", arguments.file.display()));
    }
    write(arguments.out.as_deref().unwrap_or(&arguments.file), &after)?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a cassette for other tools.
pub(crate) fn export(arguments: &Export) -> Outcome {
    let har = edit::har(&read(&arguments.file)?);
    let text = serde_json::to_string_pretty(&har).map_err(|error| error.to_string())? + "\n";
    if arguments.har.as_os_str() == "-" {
        print(&text)?;
    } else {
        std::fs::write(&arguments.har, text)
            .map_err(|error| format!("{}: {error}", arguments.har.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A file's name without its extension.
fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(|| "cassette".to_owned(), |stem| stem.to_string_lossy().into_owned())
}
